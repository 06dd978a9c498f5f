#include "scanner/containers/lzh_unpack.h"

#include <array>
#include <optional>
#include <span>
#include <utility>

#include "scanner/containers/prefix_code.h"

namespace sekisho::scanner::containers {

namespace {

constexpr unsigned least_match = 3;
constexpr unsigned max_code_bits = 16;
constexpr std::size_t literal_codes = 510;  // 256 literals, then lengths from 3 to 256
constexpr std::size_t length_codes = 19;    // of code lengths

// One whose codes are all some symbol's, or of one symbol that takes no bits.
class Code {
public:
    // False: the lengths are those of no code.
    bool set(std::span<const std::uint8_t> lengths) {
        single_.reset();
        return code_.set(lengths) == 0u;
    }
    void set_single(unsigned symbol) { single_ = symbol; }

    unsigned read(LzhBits& in) const {
        if (single_) return *single_;
        return code_.read([&in] { return in.take(1); }).value_or(0);
    }

private:
    std::optional<unsigned> single_;
    PrefixCode<literal_codes, max_code_bits> code_;
};

class Decoder {
public:
    Decoder(const LzhMethod& method, LzhBits& in) : method_(method), in_(in) {}

    // False: damaged.
    bool step(LzhWindow& out) {
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
        return block_left_ > 0 && read_lengths(lengths_, length_codes, 5, gap_of_lengths) &&
               read_literals() &&
               read_lengths(distances_, method_.distance_codes, method_.count_bits, no_gap) && !in_.ended();
    }

    // The lengths of few codes, in three bits or more each. Once `gap` of them were read up to three are left
    // out.
    bool read_lengths(Code& code, std::size_t codes, unsigned count_bits, std::size_t gap) {
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

    static constexpr std::size_t gap_of_lengths = 3;
    static constexpr std::size_t no_gap = SIZE_MAX;
    const LzhMethod& method_;
    LzhBits& in_;
    unsigned block_left_ = 0;
    Code lengths_;
    Code literals_;
    Code distances_;
};

}  // namespace

LzhUnpacked unpack_lzh(const LzhMethod& method, base::Bytes packed, std::uint64_t size, unlock::ArjGarble key,
                       const LzhSink& sink) {
    LzhBits in(packed, std::move(key));
    LzhWindow out(method.window, method.prefilled, size, sink);
    return run_lzh(Decoder(method, in), in, out);
}

}  // namespace sekisho::scanner::containers
