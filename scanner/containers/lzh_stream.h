// What the decoders of LHA and ARJ share: bits from a stream that may be garbled, and a window that hands on
// what comes out.
#pragma once

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <utility>
#include <vector>

#include "base/bytes.h"
#include "scanner/unlock/arj_garble.h"

namespace sekisho::scanner::containers {

struct LzhUnpacked {
    enum class State : std::uint8_t {
        whole,
        damaged,  // it broke off: what came before has gone to the sink
        refused,  // the sink took no more
    };
    State state = State::whole;
    std::uint64_t size = 0;  // of what came out
};

using LzhSink = std::function<bool(base::Bytes)>;

// From the highest bit of each byte on. Behind the end come zeros, and ended() is true once one of them was
// taken.
class LzhBits {
public:
    LzhBits(base::Bytes data, unlock::ArjGarble key) : data_(data), key_(std::move(key)) {}

    // At most 16.
    unsigned take(unsigned count) {
        while (left_ < count)
            fill();
        left_ -= count;
        return bits_ >> left_ & ((1u << count) - 1);
    }
    bool ended() const { return ended_; }

private:
    void fill() {
        const bool more = at_ < data_.size();
        ended_ = ended_ || !more;
        bits_ = bits_ << 8 | (more ? std::to_integer<std::uint32_t>(key_.decrypt(data_[at_++])) : 0u);
        left_ += 8;
    }

    base::Bytes data_;
    unlock::ArjGarble key_;
    std::size_t at_ = 0;
    std::uint32_t bits_ = 0;
    unsigned left_ = 0;  // of bits_, the lowest ones
    bool ended_ = false;
};

// What comes out, and the window behind it. Hands on `size` bytes and no more.
class LzhWindow {
public:
    // `prefilled`: blanks stand before the first byte, and may be copied; else that is damage.
    LzhWindow(std::size_t window, bool prefilled, std::uint64_t size, const LzhSink& sink)
        : ring_(window, std::byte{' '}), prefilled_(prefilled), left_(size), sink_(sink) {}

    bool wants_more() const { return left_ > 0 && !refused_; }
    void put(std::byte byte) {
        ring_[at_++] = byte;
        --left_;
        if (at_ == ring_.size()) flush();
    }
    // False: the distance reaches behind the window or the first byte.
    bool copy(std::size_t distance, std::size_t length) {
        const std::uint64_t room = prefilled_ ? ring_.size() : result_.size + at_;
        if (distance > std::min<std::uint64_t>(ring_.size(), room)) return false;
        for (; length > 0 && wants_more(); --length)
            put(ring_[at_ >= distance ? at_ - distance : at_ + ring_.size() - distance]);
        return true;
    }
    LzhUnpacked finish(bool broken) {
        using enum LzhUnpacked::State;
        flush();
        result_.state = refused_ ? refused : broken ? damaged : whole;
        return result_;
    }

private:
    void flush() {
        const base::Bytes piece = base::Bytes(ring_).first(at_);
        at_ = 0;
        result_.size += piece.size();
        refused_ = refused_ || (!piece.empty() && !sink_(piece));
    }

    std::vector<std::byte> ring_;
    bool prefilled_;
    std::size_t at_ = 0;
    std::uint64_t left_;
    const LzhSink& sink_;
    LzhUnpacked result_;
    bool refused_ = false;
};

// Takes steps until all has come out, the stream ends, or one of them says that it is broken.
template <class Method>
LzhUnpacked run_lzh(Method method, LzhBits& in, LzhWindow& out) {
    bool sound = true;
    while (sound && out.wants_more())
        sound = method.step(out) && !in.ended();
    return out.finish(!sound);
}

}  // namespace sekisho::scanner::containers
