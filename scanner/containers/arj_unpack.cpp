#include "scanner/containers/arj_unpack.h"

#include <algorithm>
#include <array>
#include <memory>
#include <span>
#include <vector>

#include "scanner/containers/crc32.h"

namespace sekisho::scanner::containers {

namespace {

using base::Bytes;
using State = ArjUnpacked::State;

constexpr std::size_t window_bytes = 26'624;
constexpr unsigned least_match = 3;
constexpr unsigned max_code_bits = 16;
constexpr std::size_t literal_codes = 510;  // 256 literals, then lengths from 3 to 256
constexpr std::size_t distance_codes = 17;
constexpr std::size_t length_codes = 19;  // of code lengths

// From the highest bit of each byte on. Behind the end come zeros, and ended() is true once one of them was
// taken.
class Bits {
public:
    Bits(Bytes data, unlock::ArjGarble key) : data_(data), key_(std::move(key)) {}

    unsigned take(unsigned count) {
        unsigned out = 0;
        while (count-- > 0) {
            if (left_ == 0) fill();
            --left_;
            out = out << 1 | ((byte_ >> left_) & 1u);
        }
        return out;
    }
    bool ended() const { return ended_; }

private:
    void fill() {
        ended_ = ended_ || at_ == data_.size();
        byte_ = ended_ ? 0 : std::to_integer<unsigned>(key_.decrypt(data_[at_++]));
        left_ = 8;
    }

    Bytes data_;
    unlock::ArjGarble key_;
    std::size_t at_ = 0;
    unsigned byte_ = 0;
    unsigned left_ = 0;
    bool ended_ = false;
};

// A canonical Huffman code: shorter codes first, of one length in the order of their symbols.
class Code {
public:
    // False: the lengths are those of no code.
    bool set(std::span<const std::uint8_t> lengths) {
        count_.fill(0);
        symbols_.clear();
        for (unsigned bits = 1; bits <= max_code_bits; ++bits) {
            for (std::size_t symbol = 0; symbol < lengths.size(); ++symbol) {
                if (lengths[symbol] != bits) continue;
                symbols_.push_back(static_cast<std::uint16_t>(symbol));
                ++count_.at(bits);
            }
        }
        std::uint32_t free = 1;
        for (unsigned bits = 1; bits <= max_code_bits; ++bits) {
            free *= 2;
            if (count_.at(bits) > free) return false;
            free -= count_.at(bits);
        }
        return free == 0;
    }
    // One symbol, which takes no bits.
    void set_single(unsigned symbol) {
        count_.fill(0);
        symbols_.assign(1, static_cast<std::uint16_t>(symbol));
    }

    unsigned read(Bits& in) const {
        if (symbols_.size() == 1 && count_[1] == 0) return symbols_[0];
        unsigned code = 0;
        unsigned first = 0;
        std::size_t index = 0;
        for (unsigned bits = 1; bits <= max_code_bits; ++bits) {
            code |= in.take(1);
            const unsigned count = count_.at(bits);
            if (code - first < count) return symbols_[index + (code - first)];
            index += count;
            first = (first + count) << 1;
            code <<= 1;
        }
        return 0;  // no code that set() took gets here
    }

private:
    std::array<std::uint32_t, max_code_bits + 1> count_{};  // of codes, by their bits
    std::vector<std::uint16_t> symbols_;
};

// What comes out, and the window behind it.
class Window {
public:
    Window(std::uint64_t size, const std::function<bool(Bytes)>& sink) : left_(size), sink_(sink) {}

    bool wants_more() const { return left_ > 0 && !refused_; }
    void put(std::byte byte) {
        ring_[at_++] = byte;
        --left_;
        if (at_ == ring_.size()) flush();
    }
    // False: the distance reaches behind the first byte.
    bool copy(std::size_t distance, std::size_t length) {
        if (distance > std::min<std::uint64_t>(ring_.size(), result_.size + at_)) return false;
        for (; length > 0 && wants_more(); --length)
            put(ring_[at_ >= distance ? at_ - distance : at_ + ring_.size() - distance]);
        return true;
    }
    ArjUnpacked finish(bool damaged) {
        flush();
        result_.state = refused_ ? State::refused : damaged ? State::damaged : State::whole;
        return result_;
    }

private:
    void flush() {
        const Bytes piece = Bytes(ring_).first(at_);
        at_ = 0;
        result_.crc = crc32_of(piece, result_.crc);
        result_.size += piece.size();
        refused_ = refused_ || (!piece.empty() && !sink_(piece));
    }

    std::vector<std::byte> ring_ = std::vector<std::byte>(window_bytes);
    std::size_t at_ = 0;
    std::uint64_t left_;
    const std::function<bool(Bytes)>& sink_;
    ArjUnpacked result_;
    bool refused_ = false;
};

// Methods 1 to 3.
class Huffman {
public:
    explicit Huffman(Bits& in) : in_(in) {}

    // False: damaged.
    bool step(Window& out) {
        if (block_left_ == 0 && !read_block()) return false;
        --block_left_;
        const unsigned symbol = literals_.read(in_);
        if (symbol < 256) {
            out.put(static_cast<std::byte>(symbol));
            return true;
        }
        const unsigned bits = distances_.read(in_);
        const unsigned distance = bits == 0 ? 0 : (1u << (bits - 1)) + in_.take(bits - 1);
        return out.copy(distance + 1u, symbol - 256 + least_match);
    }

private:
    bool read_block() {
        block_left_ = in_.take(16);
        return block_left_ > 0 && read_lengths(length_codes, 5, 3) && read_literals() &&
               read_lengths(distance_codes, 5, none) && !in_.ended();
    }

    // The lengths of few codes, in three bits or more each. Behind the one at `gap` up to three may be left
    // out.
    bool read_lengths(std::size_t codes, unsigned count_bits, std::size_t gap) {
        Code& code = codes == length_codes ? lengths_ : distances_;
        const std::size_t count = in_.take(count_bits);
        if (count == 0) {
            const unsigned symbol = in_.take(count_bits);
            code.set_single(symbol);
            return symbol < codes;
        }
        std::array<std::uint8_t, length_codes> lengths{};
        for (std::size_t i = 0; i < count;) {
            if (i >= codes) return false;
            unsigned length = in_.take(3);
            while (length >= 7 && in_.take(1) == 1) {
                if (++length > max_code_bits) return false;
            }
            lengths.at(i++) = static_cast<std::uint8_t>(length);
            if (i == gap) i += in_.take(2);
        }
        return code.set(std::span(lengths).first(codes));
    }

    bool read_literals() {
        const std::size_t count = in_.take(9);
        if (count == 0) {
            const unsigned symbol = in_.take(9);
            literals_.set_single(symbol);
            return symbol < literal_codes;
        }
        std::array<std::uint8_t, literal_codes> lengths{};
        for (std::size_t i = 0; i < count;) {
            const unsigned symbol = lengths_.read(in_);
            if (i >= literal_codes || in_.ended()) return false;
            if (symbol > 2) {
                lengths.at(i++) = static_cast<std::uint8_t>(symbol - 2);
            } else {
                i += symbol == 0 ? 1 : symbol == 1 ? in_.take(4) + 3 : in_.take(9) + 20;
            }
        }
        return literals_.set(lengths);
    }

    static constexpr std::size_t none = SIZE_MAX;
    Bits& in_;
    unsigned block_left_ = 0;
    Code lengths_;
    Code literals_;
    Code distances_;
};

// Method 4: numbers in a few bits, as many of them as ones stand before.
class Fixed {
public:
    explicit Fixed(Bits& in) : in_(in) {}

    bool step(Window& out) {
        const unsigned length = number(0, 7);
        if (length == 0) {
            out.put(static_cast<std::byte>(in_.take(8)));
            return true;
        }
        return out.copy(number(9, 13) + 1u, length - 1 + least_match);
    }

private:
    unsigned number(unsigned least_bits, unsigned most_bits) {
        unsigned base = 0;
        unsigned bits = least_bits;
        for (; bits < most_bits && in_.take(1) == 1; ++bits)
            base += 1u << bits;
        return base + in_.take(bits);
    }

    Bits& in_;
};

template <class Method>
ArjUnpacked unpack_with(const ArjPacked& packed, unlock::ArjGarble key, Window& out) {
    Bits in(packed.data, std::move(key));
    Method method(in);
    bool whole = true;
    while (whole && out.wants_more())
        whole = method.step(out) && !in.ended();
    return out.finish(!whole);
}

ArjUnpacked unpack_stored(const ArjPacked& packed, unlock::ArjGarble key, Window& out) {
    for (const std::byte byte : packed.data) {
        if (!out.wants_more()) break;
        out.put(key.decrypt(byte));
    }
    return out.finish(packed.data.size() < packed.size);
}

}  // namespace

ArjUnpacked unpack_arj(const ArjPacked& packed, unlock::ArjGarble key,
                       const std::function<bool(Bytes)>& sink) {
    Window out(packed.size, sink);
    if (packed.method == 0) return unpack_stored(packed, std::move(key), out);
    if (packed.method <= 3) return unpack_with<Huffman>(packed, std::move(key), out);
    if (packed.method == 4) return unpack_with<Fixed>(packed, std::move(key), out);
    return {.state = State::unsupported};
}

}  // namespace sekisho::scanner::containers
