// Known weakness: codes that are more than a code has room for are damage here, while unRAR makes something
// of them.
#include "scanner/containers/rar3_unpack.h"

#include <algorithm>
#include <array>
#include <functional>
#include <span>
#include <utility>
#include <vector>

#include "scanner/containers/rar3_ppmd.h"
#include "scanner/containers/rar3_window.h"

namespace sekisho::scanner::containers {

namespace {

constexpr std::size_t main_symbols = 299;
constexpr std::size_t distance_symbols = 60;
constexpr std::size_t low_symbols = 17;
constexpr std::size_t length_symbols = 28;
constexpr std::size_t all_symbols = main_symbols + distance_symbols + low_symbols + length_symbols;
constexpr std::size_t code_lengths = 20;  // symbols of the code that the lengths of the others are in

// Of the main code, behind 256 literals. From first_match on they are lengths, and a distance follows.
enum : unsigned {
    end_of_block = 256,
    filter = 257,
    last_match = 258,
    first_old = 259,    // one of the last four distances
    first_short = 263,  // two bytes from nearby
    first_match = 271,
};

constexpr std::uint64_t steps_of_tables = 8'192;  // to make five codes

struct Slot {
    std::uint32_t base = 0;
    std::uint8_t bits = 0;
};

// Each slot begins where the one before ends.
template <std::size_t slots>
constexpr std::array<Slot, slots> slots_of(const std::array<std::uint8_t, slots>& bits) {
    std::array<Slot, slots> out{};
    std::uint32_t base = 0;
    for (std::size_t i = 0; i < slots; ++i) {
        out.at(i) = {base, bits.at(i)};
        base += 1u << bits.at(i);
    }
    return out;
}
constexpr auto length_slots = slots_of<length_symbols>(
    {0, 0, 0, 0, 0, 0, 0, 0, 1, 1, 1, 1, 2, 2, 2, 2, 3, 3, 3, 3, 4, 4, 4, 4, 5, 5, 5, 5});
constexpr auto distance_slots = slots_of<distance_symbols>(
    {0,  0,  0,  0,  1,  1,  2,  2,  3,  3,  4,  4,  5,  5,  6,  6,  7,  7,  8,  8,
     9,  9,  10, 10, 11, 11, 12, 12, 13, 13, 14, 14, 15, 15, 16, 16, 16, 16, 16, 16,
     16, 16, 16, 16, 16, 16, 16, 16, 18, 18, 18, 18, 18, 18, 18, 18, 18, 18, 18, 18});
constexpr auto short_slots = slots_of<8>({2, 2, 3, 4, 5, 6, 6, 6});

std::uint32_t value_in(const Slot& slot, Rar3Bits& in) { return slot.base + in.take(slot.bits); }

}  // namespace

struct Rar3Unpack::Impl {
    explicit Impl(Budget& budget_of_scan) : budget(budget_of_scan), window(budget), model(budget) {}

    // What a step leads to.
    enum class Next : std::uint8_t { more, end, broken, refused };
    struct Input {
        Rar3Bits& bits;
        Rar3RangeDecoder coder;  // of the same bits
        const Sink& sink;
    };

    Budget& budget;
    Rar3Window window;

    bool has_tables = false;  // to begin the next file with
    bool in_ppmd = false;
    Rar3Code<main_symbols> main_code;
    Rar3Code<distance_symbols> distance_code;
    Rar3Code<low_symbols> low_code;
    Rar3Code<length_symbols> length_code;
    std::array<std::uint8_t, all_symbols> lengths{};  // of the four codes, for blocks that only change them

    std::array<std::uint32_t, 4> old_distances{};
    unsigned last_length = 0;
    unsigned low_distance = 0;
    unsigned low_repeats = 0;

    Rar3Ppmd model;
    std::uint8_t escape = 2;

    void start_file(bool solid, std::uint64_t size) {
        window.start_file(!solid, size);
        if (solid) return;
        has_tables = in_ppmd = false;
        lengths.fill(0);
        old_distances.fill(0);
        last_length = 0;
        escape = 2;
        model.close();
    }

    Next run(Input& in) {
        if (!has_tables) {
            const Next next = read_block(in);
            if (next != Next::more) return next;
        }
        for (;;) {
            const Next next = in_ppmd ? ppmd_step(in) : lz_step(in);
            if (next != Next::more) return next;
            if (window.has_more_than_said()) return Next::broken;
            if (window.is_due() && !window.flush(in.sink, false)) return Next::refused;
        }
    }

    // A block begins at a whole byte with how it is packed.
    Next read_block(Input& in) {
        Rar3Bits& bits = in.bits;
        has_tables = false;
        if (!budget.spend_steps(steps_of_tables)) return Next::refused;
        bits.align();
        in_ppmd = bits.take(1) == 1;
        if (in_ppmd) return start_model(in);
        low_distance = low_repeats = 0;
        if (bits.take(1) == 0) lengths.fill(0);
        has_tables = read_lengths(bits) && set_codes() && !bits.ended();
        return has_tables ? Next::more : Next::broken;
    }

    Next start_model(Input& in) {
        Rar3Bits& bits = in.bits;
        constexpr unsigned most_plain_order = 16;
        const bool new_escape = bits.take(1) == 1;
        const bool new_model = bits.take(1) == 1;
        unsigned order = bits.take(5) + 1;
        if (order > most_plain_order) order = most_plain_order + (order - most_plain_order) * 3;
        const unsigned megabytes = new_model ? bits.byte() + 1u : 0;
        if (new_escape) escape = bits.byte();
        if (bits.ended() || (new_model && order < Rar3Ppmd::least_order)) return Next::broken;
        if (new_model && !model.open(order, megabytes)) return Next::refused;
        if (!model.is_open()) return Next::broken;
        in.coder.start();
        return Next::more;
    }

    bool read_lengths(Rar3Bits& bits) {
        constexpr unsigned run_of_zeros = 15;
        std::array<std::uint8_t, code_lengths> first{};
        for (std::size_t i = 0; i < first.size();) {
            const unsigned length = bits.take(4);
            const unsigned zeros = length == run_of_zeros ? bits.take(4) : 0;
            if (zeros > 0) {
                i += zeros + 2;
            } else {
                first.at(i++) = static_cast<std::uint8_t>(length);
            }
        }
        Rar3Code<code_lengths> code;
        if (!code.set(first)) return false;
        for (std::size_t i = 0; i < lengths.size();) {
            const unsigned symbol = code.read(bits);
            if (symbol == code.none || bits.ended()) return false;
            if (symbol < 16) {
                lengths.at(i) = static_cast<std::uint8_t>((lengths.at(i) + symbol) % 16);
                ++i;
                continue;
            }
            const bool of_zeros = symbol >= 18;
            if (!of_zeros && i == 0) return false;
            const std::size_t count = symbol % 2 == 0 ? bits.take(3) + 3 : bits.take(7) + 11;
            const std::uint8_t value = of_zeros ? std::uint8_t{0} : lengths.at(i - 1);
            for (const std::size_t end = std::min(i + count, lengths.size()); i < end; ++i)
                lengths.at(i) = value;
        }
        return true;
    }

    bool set_codes() {
        const std::span all(lengths);
        return main_code.set(all.subspan<0, main_symbols>()) &&
               distance_code.set(all.subspan<main_symbols, distance_symbols>()) &&
               low_code.set(all.subspan<main_symbols + distance_symbols, low_symbols>()) &&
               length_code.set(all.last<length_symbols>());
    }

    Next lz_step(Input& in) {
        Rar3Bits& bits = in.bits;
        const unsigned symbol = main_code.read(bits);
        if (symbol == main_code.none || bits.ended()) return Next::broken;
        if (symbol < 256) return put(static_cast<std::uint8_t>(symbol));
        if (symbol == end_of_block) return end_block(in);
        if (symbol == filter) {
            return read_filter([&bits](std::uint8_t& byte) {
                byte = bits.byte();
                return bits.ended() ? Next::broken : Next::more;
            });
        }
        if (symbol == last_match) return last_length == 0 ? Next::more : copy(old_distances[0], last_length);
        if (symbol >= first_match) return match(length_slots.at(symbol - first_match), bits);
        if (symbol >= first_short) {
            remember(value_in(short_slots.at(symbol - first_short), bits) + 1, old_distances.size() - 1);
            return bits.ended() ? Next::broken : copy(old_distances[0], last_length = 2);
        }
        const unsigned slot = length_code.read(bits);
        if (slot == length_code.none) return Next::broken;
        const std::size_t place = symbol - first_old;
        remember(old_distances.at(place), place);
        last_length = value_in(length_slots.at(slot), bits) + 2;
        return bits.ended() ? Next::broken : copy(old_distances[0], last_length);
    }

    // In front of the others, in place of the one at `place`.
    void remember(std::uint32_t distance, std::size_t place) {
        for (; place > 0; --place)
            old_distances.at(place) = old_distances.at(place - 1);
        old_distances[0] = distance;
    }

    // The lowest four bits of a distance have a code of their own, with a symbol that repeats the last ones.
    Next match(const Slot& length_slot, Rar3Bits& bits) {
        constexpr unsigned repeat = 16;
        constexpr unsigned low_bits = 4;
        unsigned length = value_in(length_slot, bits) + 3;
        const unsigned symbol = distance_code.read(bits);
        if (symbol == distance_code.none) return Next::broken;
        const Slot& slot = distance_slots.at(symbol);
        std::uint32_t distance = slot.base + 1;
        if (slot.bits < low_bits) {
            distance += bits.take(slot.bits);
        } else {
            distance += bits.take(slot.bits - low_bits) << low_bits;
            if (low_repeats > 0) {
                --low_repeats;
            } else {
                const unsigned low = low_code.read(bits);
                if (low == low_code.none) return Next::broken;
                if (low == repeat) low_repeats = repeat - 1;
                if (low != repeat) low_distance = low;
            }
            distance += low_distance;
        }
        length += (distance >= 0x2000 ? 1u : 0u) + (distance >= 0x40000 ? 1u : 0u);
        remember(distance, old_distances.size() - 1);
        last_length = length;
        return bits.ended() ? Next::broken : copy(distance, length);
    }

    Next end_block(Input& in) {
        if (in.bits.take(1) == 1) return read_block(in);
        has_tables = in.bits.take(1) == 0;
        return in.bits.ended() ? Next::broken : Next::end;
    }

    Next ppmd_byte(Input& in, std::uint8_t& byte) {
        const Rar3Ppmd::Step step = model.decode(in.coder, byte);
        if (step == Rar3Ppmd::Step::byte) return Next::more;
        return step == Rar3Ppmd::Step::refused ? Next::refused : Next::broken;
    }

    Next ppmd_step(Input& in) {
        enum : std::uint8_t { new_block = 0, end_of_file = 2, a_filter = 3, a_match = 4, a_run = 5 };
        std::uint8_t byte = 0;
        Next next = ppmd_byte(in, byte);
        if (next != Next::more) return next;
        if (byte != escape) return put(byte);
        next = ppmd_byte(in, byte);
        if (next != Next::more) return next;
        if (byte == new_block) return read_block(in);
        if (byte == end_of_file) return Next::end;
        if (byte == a_filter) return read_filter([&](std::uint8_t& out) { return ppmd_byte(in, out); });
        if (byte != a_match && byte != a_run) return put(escape);

        std::uint32_t number = 0;  // of a match: three bytes of distance and one of length
        for (int bytes = byte == a_match ? 4 : 1; bytes > 0; --bytes) {
            std::uint8_t more = 0;
            next = ppmd_byte(in, more);
            if (next != Next::more) return next;
            number = number << 8 | more;
        }
        return byte == a_match ? copy((number >> 8) + 2, (number & 0xFF) + 32) : copy(1, number + 4);
    }

    Next put(std::uint8_t byte) { return window.put(byte) ? Next::more : Next::refused; }
    Next copy(std::uint32_t distance, unsigned length) {
        if (window.copy(distance, length)) return Next::more;
        return window.refused() ? Next::refused : Next::broken;
    }

    // A definition has its length in the low bits of its first byte, or in one or two bytes behind it.
    Next read_filter(const std::function<Next(std::uint8_t&)>& next_byte) {
        std::vector<std::byte> definition;
        std::uint8_t flags = 0;
        Next next = next_byte(flags);
        std::size_t size = (flags & 7u) + 1;
        std::uint8_t byte = 0;
        if (size >= 7 && next == Next::more) {
            const bool is_long = size == 8;
            next = next_byte(byte);
            size = is_long ? std::size_t{byte} << 8 : byte + std::size_t{7};
            if (is_long && next == Next::more) {
                next = next_byte(byte);
                size += byte;
            }
        }
        while (next == Next::more && definition.size() < size) {
            next = next_byte(byte);
            definition.push_back(std::byte{byte});
        }
        if (next != Next::more) return next;
        return window.filters().read(flags, definition, window.position()) ? Next::more : Next::broken;
    }
};

Rar3Unpack::Rar3Unpack(Budget& budget) : impl_(std::make_unique<Impl>(budget)) {}
Rar3Unpack::~Rar3Unpack() = default;

Rar3Unpacked Rar3Unpack::unpack(RarPieces packed, std::uint64_t size, bool solid, const Sink& sink) {
    using enum Rar3Unpacked::State;
    Rar3Window& window = impl_->window;
    impl_->start_file(solid, size);
    Rar3Bits bits(std::move(packed));
    Impl::Input in{bits, Rar3RangeDecoder(bits), sink};
    const Impl::Next last = impl_->run(in);
    const bool flushed = window.flush(sink, true);
    Rar3Unpacked out{whole, window.handed_on(), {}};
    if (last == Impl::Next::refused || window.refused()) {
        out.state = refused;
    } else if (!window.has_all() || window.has_more_than_said() || !flushed) {
        out.state = damaged;
        out.why = window.has_more_than_said() ? "more bytes than it says"
                  : !flushed                  ? "a filter reaches behind its end"
                                              : "it breaks off";
    } else if (window.any_unknown()) {
        out.state = unsupported;
        out.why = "a filter of its own";
    }
    return out;
}

}  // namespace sekisho::scanner::containers
