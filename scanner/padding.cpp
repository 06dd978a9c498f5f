#include "scanner/padding.h"

#include <algorithm>
#include <cstring>

#include "base/text.h"

namespace sekisho::scanner {

namespace {

// Whether each of the last `count` bytes equals the one `period` before it.
bool repeats(base::Bytes bytes, std::size_t count, std::size_t period) {
    const base::Bytes last = bytes.last(count);
    const base::Bytes before = bytes.first(bytes.size() - period).last(count);
    return std::memcmp(last.data(), before.data(), count) == 0;
}

}  // namespace

// The distance to the nearest earlier place of the last few bytes is the least period, if there is any.
std::uint32_t period_of_end(base::Bytes bytes) {
    constexpr std::size_t sample = 32;
    constexpr std::size_t most = PaddingFinder::max_period;
    if (bytes.size() < 2 * most) return 0;
    const std::string_view end = base::as_text(bytes.last(most + sample));
    const std::string_view wanted = end.substr(most);
    const std::size_t found = end.substr(0, end.size() - 1).rfind(wanted);
    if (found == std::string_view::npos) return 0;
    const std::size_t period = most - found;
    return repeats(bytes, most, period) ? static_cast<std::uint32_t>(period) : 0;
}

std::optional<Padding> PaddingFinder::look(base::Bytes written) {
    if (written.size() < block) return std::nullopt;
    if (period_ == 0 || !repeats(written, std::min(block, written.size() - period_), period_)) {
        period_ = period_of_end(written);
        if (period_ == 0) return std::nullopt;
        begin_ = written.size() - max_period - period_;
    }
    if (written.size() - begin_ < enough) return std::nullopt;
    return Padding{.begin = begin_, .end = written.size(), .period = period_};
}

Stretches::Stretches(base::Bytes whole, std::span<const Padding> paddings) : size_(whole.size()) {
    std::uint64_t at = 0;
    for (const Padding& padding : paddings) {
        if (padding.begin < at || padding.end > size_ || padding.end - padding.begin <= 2 * kept) continue;
        add(whole, at, padding.begin + kept);
        at = padding.end - kept;
    }
    add(whole, at, size_);
}

void Stretches::add(base::Bytes whole, std::uint64_t begin, std::uint64_t end) {
    if (begin == end) return;
    const auto length = static_cast<std::size_t>(end - begin);
    all_.push_back({.offset = begin, .bytes = whole.subspan(static_cast<std::size_t>(begin), length)});
}

Stretches Stretches::head(std::uint64_t bytes) const {
    Stretches out = *this;
    out.size_ = std::min(size_, bytes);
    std::erase_if(out.all_, [&](const Stretch& each) { return each.offset >= out.size_; });
    if (!out.all_.empty()) {
        Stretch& last = out.all_.back();
        last.bytes = base::head(last.bytes, static_cast<std::size_t>(out.size_ - last.offset));
    }
    return out;
}

}  // namespace sekisho::scanner
