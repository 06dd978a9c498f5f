// What the decoder of RAR 3 has made last, and the way out of it: through filters, to a sink.
#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>
#include <string_view>
#include <vector>

#include "base/bytes.h"
#include "scanner/budget.h"
#include "scanner/containers/rar3_filters.h"

namespace sekisho::scanner::containers {

// A ring of 4 MB, whatever size a header states: so have the decoders that most people use. It takes memory
// as it fills, charged to the Budget. Positions are counted from the first byte of a solid run.
class Rar3Window {
public:
    using Sink = std::function<bool(base::Bytes)>;

    explicit Rar3Window(Budget& budget) : budget_(budget) {}
    ~Rar3Window();
    Rar3Window(const Rar3Window&) = delete;
    Rar3Window& operator=(const Rar3Window&) = delete;

    // A file of `size` bytes begins. Anew: nothing is in the window and no filter is known.
    void start_file(bool anew, std::uint64_t size);
    std::uint64_t position() const { return at_; }
    Rar3Filters& filters() { return filters_; }

    // Bytes that are to go out are due when there are many: flush() is called. False: no memory.
    bool put(std::uint8_t byte) {
        const std::size_t place = at_ % most;
        if (place == ring_.size() && !grow()) return false;
        ring_[place] = byte;
        ++at_;
        return true;
    }
    // False: the distance reaches behind the first byte or the window, or there is no memory.
    bool copy(std::uint64_t distance, unsigned length);

    bool has_more_than_said() const { return at_ - start_ > size_; }
    bool has_all() const { return at_ - start_ >= size_; }
    bool is_due() const { return at_ - out_ >= due; }

    // Hands on whatever waits for no filter; at the end of a file everything. False: refused() or broken.
    bool flush(const Sink& sink, bool at_end);
    bool refused() const { return refused_ || sink_refused_; }
    bool any_unknown() const { return any_unknown_; }  // filters: their bytes went out as they are
    std::uint64_t handed_on() const { return handed_on_; }

private:
    static constexpr std::size_t most = 4u << 20;
    static constexpr std::size_t due = 64u << 10;

    bool grow();
    bool hand_on(std::uint64_t end, const Sink& sink);
    bool hand_on(base::Bytes bytes, const Sink& sink);
    bool run_filters(const Sink& sink);

    Budget& budget_;
    std::vector<std::uint8_t> ring_;
    std::uint64_t at_ = 0;   // bytes that were made
    std::uint64_t out_ = 0;  // of these that went out
    std::uint64_t start_ = 0;
    std::uint64_t size_ = 0;
    Rar3Filters filters_;
    std::vector<std::uint8_t> stretch_;  // for filters: one to change, and room beside it
    std::uint64_t charged_ = 0;
    std::uint64_t handed_on_ = 0;
    bool refused_ = false;  // by the Budget
    bool sink_refused_ = false;
    bool any_unknown_ = false;
};

}  // namespace sekisho::scanner::containers
