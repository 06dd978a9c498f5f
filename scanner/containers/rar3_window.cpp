#include "scanner/containers/rar3_window.h"

#include <algorithm>
#include <span>

namespace sekisho::scanner::containers {

namespace {

constexpr std::size_t least = 64u << 10;
constexpr std::uint64_t steps_per_byte = 8;  // of the dearest filter

}  // namespace

Rar3Window::~Rar3Window() { budget_.return_resident(charged_); }

void Rar3Window::start_file(bool anew, std::uint64_t size) {
    if (anew) at_ = 0;
    start_ = out_ = at_;
    size_ = size;
    handed_on_ = 0;
    refused_ = sink_refused_ = any_unknown_ = false;
    filters_.start_file(anew);
}

bool Rar3Window::grow() {
    const std::size_t more = ring_.empty() ? least : ring_.size();
    refused_ = !budget_.spend_resident(more);
    if (refused_) return false;
    charged_ += more;
    ring_.resize(ring_.size() + more);
    return true;
}

bool Rar3Window::copy(std::uint64_t distance, unsigned length) {
    if (distance == 0 || distance > std::min<std::uint64_t>(at_, most)) return false;
    for (; length > 0; --length) {
        if (!put(ring_[(at_ - distance) % most])) return false;
    }
    return true;
}

// What is beyond the size that was said stays in.
bool Rar3Window::hand_on(base::Bytes bytes, const Sink& sink) {
    if (sink_refused_) return false;
    const base::Bytes wanted = base::head(
        bytes, static_cast<std::size_t>(std::min<std::uint64_t>(size_ - handed_on_, bytes.size())));
    handed_on_ += wanted.size();
    sink_refused_ = !wanted.empty() && !sink(wanted);
    return !sink_refused_;
}

bool Rar3Window::hand_on(std::uint64_t end, const Sink& sink) {
    while (out_ < end) {
        const std::size_t place = out_ % most;
        const auto n = static_cast<std::size_t>(std::min<std::uint64_t>(end - out_, most - place));
        out_ += n;
        if (!hand_on(std::as_bytes(std::span(ring_).subspan(place, n)), sink)) return false;
    }
    return true;
}

// Those of the stretch that begins here, one after the other. All of it is in the window.
bool Rar3Window::run_filters(const Sink& sink) {
    const std::size_t length = filters_.front().length;
    if (stretch_.empty()) {
        refused_ = !budget_.spend_resident(2 * max_rar3_filtered);
        if (refused_) return false;
        charged_ += 2 * max_rar3_filtered;
        stretch_.resize(2 * max_rar3_filtered);
    }
    const auto data = std::span(stretch_).first(length);
    for (std::size_t i = 0; i < length; ++i)
        data[i] = ring_[(out_ + i) % most];
    const std::uint64_t start = out_;
    while (!filters_.empty() && filters_.front().start == start && filters_.front().length == length) {
        refused_ = !budget_.spend_steps(length * steps_per_byte);
        if (refused_) return false;
        const bool undone = undo_rar3_filter(filters_.front(), start - start_, data,
                                             std::span(stretch_).subspan(max_rar3_filtered, length));
        any_unknown_ = any_unknown_ || !undone;
        filters_.pop();
    }
    out_ += length;
    return hand_on(std::as_bytes(data), sink);
}

bool Rar3Window::flush(const Sink& sink, bool at_end) {
    while (!filters_.empty() && filters_.front().start <= at_) {
        const Rar3Filter& filter = filters_.front();
        if (!hand_on(filter.start, sink)) return false;
        if (at_ - out_ < filter.length) break;
        if (!run_filters(sink)) return false;
    }
    const bool waits = !filters_.empty() && filters_.front().start <= at_;
    if (waits && !at_end) return true;
    // A stretch that ends behind the file is none that an archiver made: it goes out as it is.
    return hand_on(at_, sink) && (filters_.empty() || !at_end);
}

}  // namespace sekisho::scanner::containers
