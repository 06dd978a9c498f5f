// Padding while it is being written: compared with what it should be, and put in place by mappings.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>

#include "base/bytes.h"
#include "scanner/padding.h"
#include "scanner/repeat_windows.h"

namespace sekisho::scanner {

// One stretch of an output that goes on as its padding began. Zeros need no window: pages that were never
// touched are zeros.
class PaddedRun {
public:
    // `written` ends with `padding`, at the start of a page. Empty where no window is to be had.
    static std::optional<PaddedRun> begin(base::Bytes written, const Padding& padding,
                                          RepeatWindows& windows);

    // How many of `bytes` go on with the padding; they are part of the run from then on.
    std::size_t follow(base::Bytes bytes);

    Padding padding() const { return padding_; }    // with all that followed
    std::uint64_t first() const { return first_; }  // offset from which nothing is written yet
    bool needs_window() const { return window_.has_value(); }
    std::size_t window_bytes() const { return window_ ? window_->bytes().size() : 0; }

    // Maps the whole pages of [first(), padding().end) at their places in `output`, which holds all of them.
    // Gives the offset up to which it came: less where the system refused.
    std::uint64_t map_into(std::span<std::byte> output) const;
    // The bytes of the run from `offset` on, as many as lie in one piece; within the run.
    base::Bytes expected(std::uint64_t offset) const;
    std::optional<RepeatWindows::Window> take_window() { return std::exchange(window_, std::nullopt); }

private:
    PaddedRun(const Padding& padding, std::optional<RepeatWindows::Window> window)
        : padding_(padding), first_(padding.end), window_(std::move(window)) {}

    Padding padding_;
    std::uint64_t first_;
    std::optional<RepeatWindows::Window> window_;
};

}  // namespace sekisho::scanner
