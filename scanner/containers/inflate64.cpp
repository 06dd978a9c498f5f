#include "scanner/containers/inflate64.h"

#include <algorithm>
#include <array>
#include <optional>
#include <span>
#include <vector>

namespace sekisho::scanner::containers {

namespace {

using base::Bytes;
using Sink = std::function<bool(Bytes)>;

constexpr std::size_t window_bytes = 64u << 10;
constexpr unsigned max_bits = 15;

// Bits in the order of RFC 1951, low ones first. Past the end: zeros, and ended() is true.
class BitReader {
public:
    explicit BitReader(const std::function<Bytes()>& source) : source_(source) {}

    std::uint32_t bits(unsigned count) {
        while (have_ < count) {
            hold_ |= static_cast<std::uint64_t>(next_byte()) << have_;
            have_ += 8;
        }
        const auto out = static_cast<std::uint32_t>(hold_ & ((std::uint64_t{1} << count) - 1));
        hold_ >>= count;
        have_ -= count;
        return out;
    }
    void to_byte() {
        hold_ >>= have_ % 8;
        have_ -= have_ % 8;
    }
    bool ended() const { return ended_; }

private:
    std::uint8_t next_byte() {
        if (block_.empty() && !ended_) block_ = source_();
        if (block_.empty()) {
            ended_ = true;
            return 0;
        }
        const auto out = std::to_integer<std::uint8_t>(block_.front());
        block_ = block_.subspan(1);
        return out;
    }

    const std::function<Bytes()>& source_;
    Bytes block_;
    std::uint64_t hold_ = 0;
    unsigned have_ = 0;
    bool ended_ = false;
};

// Canonical Huffman code: how many codes of each length, and the symbols in order of code.
class Code {
public:
    explicit Code(std::span<const std::uint8_t> lengths) : symbols_(lengths.size()) {
        for (const std::uint8_t length : lengths)
            ++count_[length];
        int left = 1;
        for (unsigned length = 1; length <= max_bits; ++length) {
            left = 2 * left - count_[length];
            if (left < 0) valid_ = false;
        }
        std::array<std::uint16_t, max_bits + 1> offsets{};
        for (unsigned length = 1; length < max_bits; ++length)
            offsets[length + 1] = static_cast<std::uint16_t>(offsets[length] + count_[length]);
        for (std::size_t symbol = 0; symbol < lengths.size(); ++symbol) {
            if (lengths[symbol] != 0)
                symbols_[offsets[lengths[symbol]]++] = static_cast<std::uint16_t>(symbol);
        }
    }
    bool valid() const { return valid_; }

    // Empty where no code fits.
    std::optional<unsigned> decode(BitReader& in) const {
        int code = 0;
        int first = 0;
        int index = 0;
        for (unsigned length = 1; length <= max_bits; ++length) {
            code |= static_cast<int>(in.bits(1));
            const int count = count_[length];
            if (code - count < first) return symbols_[static_cast<std::size_t>(index + (code - first))];
            index += count;
            first = (first + count) << 1;
            code <<= 1;
        }
        return std::nullopt;
    }

private:
    std::array<std::uint16_t, max_bits + 1> count_{};
    std::vector<std::uint16_t> symbols_;
    bool valid_ = true;
};

// The last 64 KB, handed on whenever they are full.
class Window {
public:
    explicit Window(const Sink& sink) : sink_(sink) {}
    bool put(std::byte byte) {
        ring_[at_++] = byte;
        ++written_;
        return at_ < ring_.size() || flush();
    }
    bool flush() {
        const Bytes fresh = Bytes(ring_).subspan(flushed_, at_ - flushed_);
        flushed_ = at_ = at_ % ring_.size();
        return fresh.empty() || sink_(fresh);
    }
    // False: the distance reaches before the beginning. `kept` tells whether the sink took it all.
    bool copy(std::size_t distance, std::size_t length, bool& kept) {
        if (distance > written_ || distance > ring_.size()) return false;
        for (; length > 0 && kept; --length)
            kept = put(ring_[(at_ + ring_.size() - distance) % ring_.size()]);
        return true;
    }

private:
    const Sink& sink_;
    std::vector<std::byte> ring_ = std::vector<std::byte>(window_bytes);
    std::size_t at_ = 0;
    std::size_t flushed_ = 0;
    std::uint64_t written_ = 0;
};

struct Extra {
    std::uint32_t base;
    std::uint8_t bits;
};

// Codes 257 to 285.
constexpr std::array<Extra, 29> lengths{
    {{3, 0},  {4, 0},  {5, 0},  {6, 0},   {7, 0},   {8, 0},   {9, 0},   {10, 0},  {11, 1}, {13, 1},
     {15, 1}, {17, 1}, {19, 2}, {23, 2},  {27, 2},  {31, 2},  {35, 3},  {43, 3},  {51, 3}, {59, 3},
     {67, 4}, {83, 4}, {99, 4}, {115, 4}, {131, 5}, {163, 5}, {195, 5}, {227, 5}, {3, 16}}};
constexpr std::array<Extra, 32> distances{
    {{1, 0},     {2, 0},     {3, 0},     {4, 0},      {5, 1},      {7, 1},      {9, 2},      {13, 2},
     {17, 3},    {25, 3},    {33, 4},    {49, 4},     {65, 5},     {97, 5},     {129, 6},    {193, 6},
     {257, 7},   {385, 7},   {513, 8},   {769, 8},    {1025, 9},   {1537, 9},   {2049, 10},  {3073, 10},
     {4097, 11}, {6145, 11}, {8193, 12}, {12289, 12}, {16385, 13}, {24577, 13}, {32769, 14}, {49153, 14}}};

class Decoder {
public:
    Decoder(const std::function<Bytes()>& source, const Sink& sink) : in_(source), window_(sink) {}

    Inflated run() {
        bool last = false;
        Inflated state = Inflated::whole;
        while (!last && state == Inflated::whole) {
            last = in_.bits(1) != 0;
            switch (in_.bits(2)) {
                case 0:
                    state = stored();
                    break;
                case 1:
                    state = fixed();
                    break;
                case 2:
                    state = dynamic();
                    break;
                default:
                    state = Inflated::damaged;
            }
        }
        if (!window_.flush()) return Inflated::refused;
        return state;
    }

private:
    Inflated stored() {
        in_.to_byte();
        const std::uint32_t size = in_.bits(16);
        if (in_.bits(16) != (size ^ 0xFFFFu)) return Inflated::damaged;
        for (std::uint32_t i = 0; i < size; ++i) {
            const auto byte = static_cast<std::byte>(in_.bits(8));
            if (in_.ended()) return Inflated::damaged;
            if (!window_.put(byte)) return Inflated::refused;
        }
        return Inflated::whole;
    }

    Inflated fixed() {
        std::array<std::uint8_t, 288> literal{};
        for (std::size_t i = 0; i < literal.size(); ++i)
            literal[i] = i < 144 ? 8 : i < 256 ? 9 : i < 280 ? 7 : 8;
        std::array<std::uint8_t, 32> distance{};
        distance.fill(5);
        return codes(Code(literal), Code(distance));
    }

    Inflated dynamic() {
        constexpr std::array<std::uint8_t, 19> order{16, 17, 18, 0, 8,  7, 9,  6, 10, 5,
                                                     11, 4,  12, 3, 13, 2, 14, 1, 15};
        const std::size_t literals = in_.bits(5) + 257;
        const std::size_t total = literals + in_.bits(5) + 1;
        const std::size_t ordered = in_.bits(4) + 4;
        std::array<std::uint8_t, 19> meta{};
        for (std::size_t i = 0; i < ordered; ++i)
            meta[order[i]] = static_cast<std::uint8_t>(in_.bits(3));
        const Code code(meta);
        std::array<std::uint8_t, 320> all{};
        std::size_t at = 0;
        while (at < total) {
            const auto symbol = code.decode(in_);
            if (!symbol || in_.ended()) return Inflated::damaged;
            if (*symbol < 16) {
                all[at++] = static_cast<std::uint8_t>(*symbol);
                continue;
            }
            if (*symbol == 16 && at == 0) return Inflated::damaged;
            const std::uint8_t value = *symbol == 16 ? all[at - 1] : std::uint8_t{0};
            std::size_t repeat = *symbol == 16   ? 3 + in_.bits(2)
                                 : *symbol == 17 ? 3 + in_.bits(3)
                                                 : 11 + in_.bits(7);
            if (repeat > total - at) return Inflated::damaged;
            for (; repeat > 0; --repeat)
                all[at++] = value;
        }
        const std::span<const std::uint8_t> both(all);
        const Code literal(both.first(literals));
        const Code distance(both.subspan(literals, total - literals));
        if (!literal.valid() || !distance.valid()) return Inflated::damaged;
        return codes(literal, distance);
    }

    Inflated codes(const Code& literal, const Code& distance) {
        while (true) {
            const auto symbol = literal.decode(in_);
            if (!symbol || in_.ended()) return Inflated::damaged;
            if (*symbol == 256) return Inflated::whole;
            if (*symbol < 256) {
                if (!window_.put(static_cast<std::byte>(*symbol))) return Inflated::refused;
                continue;
            }
            if (*symbol - 257 >= lengths.size()) return Inflated::damaged;
            const Extra length = lengths[*symbol - 257];
            const std::size_t bytes = length.base + in_.bits(length.bits);
            const auto code = distance.decode(in_);
            if (!code || *code >= distances.size()) return Inflated::damaged;
            const std::size_t back = distances[*code].base + in_.bits(distances[*code].bits);
            bool kept = true;
            if (in_.ended() || !window_.copy(back, bytes, kept)) return Inflated::damaged;
            if (!kept) return Inflated::refused;
        }
    }

    BitReader in_;
    Window window_;
};

}  // namespace

Inflated inflate64(const std::function<Bytes()>& source, const Sink& sink) {
    return Decoder(source, sink).run();
}

}  // namespace sekisho::scanner::containers
