#include "scanner/padded_run.h"

#include <algorithm>
#include <array>
#include <cstring>
#include <numeric>

namespace sekisho::scanner {

namespace {

constexpr std::size_t page = 4'096;
constexpr std::array<std::byte, 64u << 10> zeros{};

constexpr std::size_t round_up(std::size_t value, std::size_t step) {
    return (value + step - 1) / step * step;
}

// Whole pages and whole periods, so that each copy goes on where the one before it ended.
std::size_t window_size(std::size_t period) {
    return round_up(RepeatWindows::least_bytes, std::lcm(page, period));
}

void fill(std::span<std::byte> window, base::Bytes last_period) {
    for (std::size_t at = 0; at < window.size(); at += last_period.size())
        std::ranges::copy(base::head(last_period, window.size() - at), window.subspan(at).begin());
}

}  // namespace

std::optional<PaddedRun> PaddedRun::begin(base::Bytes written, const Padding& padding,
                                          RepeatWindows& windows) {
    const base::Bytes last_period = written.last(padding.period);
    if (padding.period == 1 && last_period[0] == std::byte{0}) return PaddedRun(padding, std::nullopt);
    auto window = windows.take(window_size(padding.period));
    if (!window) return std::nullopt;
    fill(window->bytes(), last_period);
    return PaddedRun(padding, std::move(window));
}

base::Bytes PaddedRun::expected(std::uint64_t offset) const {
    if (!window_) return zeros;
    return base::Bytes(window_->bytes()).subspan((offset - first_) % window_->bytes().size());
}

std::size_t PaddedRun::follow(base::Bytes bytes) {
    std::size_t followed = 0;
    while (followed < bytes.size()) {
        const base::Bytes rest = bytes.subspan(followed);
        const base::Bytes want = base::head(expected(padding_.end), rest.size());
        const base::Bytes have = rest.first(want.size());
        const bool same = std::memcmp(want.data(), have.data(), want.size()) == 0;
        const auto n = same ? want.size()
                            : static_cast<std::size_t>(std::ranges::mismatch(want, have).in1 - want.begin());
        followed += n;
        padding_.end += n;
        if (!same) break;
    }
    return followed;
}

std::uint64_t PaddedRun::map_into(std::span<std::byte> output) const {
    const std::uint64_t end = padding_.end / page * page;
    std::uint64_t at = first_;
    while (at < end) {
        const auto n = static_cast<std::size_t>(std::min<std::uint64_t>(window_->bytes().size(), end - at));
        if (!window_->map_at(&output[at], n)) break;
        at += n;
    }
    return at;
}

}  // namespace sekisho::scanner
