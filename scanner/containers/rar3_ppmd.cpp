#include "scanner/containers/rar3_ppmd.h"

#include <algorithm>
#include <utility>

namespace sekisho::scanner::containers {

namespace {

constexpr unsigned mean_bits = 7;  // chances are averaged over so many bits
constexpr std::uint32_t single_total = 1u << 14;
constexpr std::uint32_t top = 1u << 24;
constexpr std::uint32_t least_range = 1u << 15;
constexpr std::uint64_t work_at_once = 1u << 16;
constexpr std::uint64_t work_of_restart = 1u << 14;

constexpr std::array<std::uint16_t, 8> first_chances{0x3CDD, 0x1F3F, 0x59BF, 0x48F3,
                                                     0x64A1, 0x5ABC, 0x6632, 0x6051};
constexpr std::array<std::uint8_t, 16> escapes_by_chance{25, 14, 9, 7, 5, 5, 4, 4, 4, 3, 3, 3, 2, 2, 2, 2};

// Contexts by how many symbols they have, for chances and for escapes.
unsigned class_of_single(unsigned symbols) {
    return symbols == 1 ? 0 : symbols == 2 ? 2 : symbols < 12 ? 4 : 6;
}

constexpr std::array<std::uint8_t, 256> make_escape_classes() {
    std::array<std::uint8_t, 256> out{};
    unsigned at = 0;
    unsigned left = 1;  // numbers in the class: 1 each at first, then one more each time
    for (unsigned i = 0; i < out.size(); ++i) {
        out.at(i) = static_cast<std::uint8_t>(at);
        if (--left > 0) continue;
        ++at;
        left = at < 3 ? 1 : at - 2;
    }
    return out;
}
constexpr std::array<std::uint8_t, 256> escape_classes = make_escape_classes();

unsigned letter_flag(std::uint8_t symbol) { return symbol >= 0x40 ? 8 : 0; }

}  // namespace

void Rar3RangeDecoder::start() {
    low_ = 0;
    range_ = 0xFFFFFFFF;
    code_ = in_.take(32);
}

std::optional<std::uint32_t> Rar3RangeDecoder::place(std::uint32_t total) {
    if (total == 0 || range_ < total) return std::nullopt;
    range_ /= total;
    const std::uint32_t place = (code_ - low_) / range_;
    return place < total ? std::optional(place) : std::nullopt;
}

void Rar3RangeDecoder::take(std::uint32_t from, std::uint32_t size) {
    low_ += from * range_;
    range_ *= size;
    for (;;) {
        if ((low_ ^ (low_ + range_)) >= top) {
            if (range_ >= least_range) return;
            range_ = (0u - low_) & (least_range - 1);
        }
        code_ = code_ << 8 | in_.byte();
        range_ <<= 8;
        low_ <<= 8;
    }
}

std::optional<bool> Rar3RangeDecoder::is_first(std::uint32_t first, std::uint32_t total) {
    const auto at = place(total);
    if (!at) return std::nullopt;
    const bool is = *at < first;
    take(is ? 0 : first, is ? first : total - first);
    return is;
}

Rar3Ppmd::State Rar3Ppmd::state_at(Ref at) { return {symbol_of(at), frequency_of(at), next_of(at)}; }
void Rar3Ppmd::put_state(Ref at, const State& state) {
    memory_.put(at, state.symbol);
    set_frequency(at, state.frequency);
    set_next(at, state.next);
}
std::uint8_t Rar3Ppmd::frequency_of(Ref state) { return memory_.u8(state + at_frequency); }
PpmdMemory::Ref Rar3Ppmd::next_of(Ref state) { return memory_.u32(state + at_next); }
void Rar3Ppmd::set_frequency(Ref state, unsigned frequency) {
    memory_.put(state + at_frequency, static_cast<std::uint8_t>(frequency));
}
void Rar3Ppmd::set_next(Ref state, Ref next) { memory_.put(state + at_next, next); }
void Rar3Ppmd::swap(Ref a, Ref b) {
    const State kept = state_at(a);
    put_state(a, state_at(b));
    put_state(b, kept);
}
unsigned Rar3Ppmd::sum_of(Ref context) { return memory_.u16(context + at_sum); }
void Rar3Ppmd::set_sum(Ref context, unsigned sum) {
    memory_.put(context + at_sum, static_cast<std::uint16_t>(sum));
}
PpmdMemory::Ref Rar3Ppmd::states_of(Ref context) { return memory_.u32(context + at_states); }
void Rar3Ppmd::set_states(Ref context, Ref states) { memory_.put(context + at_states, states); }
PpmdMemory::Ref Rar3Ppmd::suffix_of(Ref context) { return memory_.u32(context + at_suffix); }

// A shorter context has every symbol that a longer one has.
PpmdMemory::Ref Rar3Ppmd::find_state(Ref context, std::uint8_t symbol) {
    const unsigned count = count_of(context);
    if (count == 1) return context + at_single;
    Ref at = states_of(context);
    for (unsigned i = 0; i < count; ++i, at += state_bytes) {
        if (symbol_of(at) != symbol) continue;
        work_ += i + 1;
        return at;
    }
    memory_.note_broken();
    return at;
}

bool Rar3Ppmd::open(unsigned order, unsigned megabytes) {
    open_ = memory_.open(megabytes << 20);
    if (!open_) return false;
    order_ = order;
    restart();
    return true;
}

void Rar3Ppmd::close() {
    open_ = false;
    memory_.close();
}

void Rar3Ppmd::restart() {
    memory_.restart();
    work_ += work_of_restart;
    missing_ = order_;
    first_run_ = -static_cast<std::int32_t>(std::min(order_, 12u)) - 1;
    run_ = first_run_;
    was_likely_ = 0;

    shortest_ = longest_ = memory_.new_context();
    found_ = memory_.new_units(units_for(256));
    set_count(shortest_, 256);
    set_sum(shortest_, 257);
    set_states(shortest_, found_);
    memory_.put(shortest_ + at_suffix, Ref{0});
    for (unsigned symbol = 0; symbol < 256; ++symbol)
        put_state(found_ + symbol * state_bytes, {static_cast<std::uint8_t>(symbol), 1, 0});

    for (unsigned frequency = 0; frequency < single_.size(); ++frequency) {
        for (unsigned i = 0; i < 64; ++i)
            single_.at(frequency).at(i) =
                static_cast<std::uint16_t>(single_total - first_chances.at(i % 8) / (frequency + 2));
    }
    for (unsigned i = 0; i < escapes_.size(); ++i)
        escapes_.at(i).fill({static_cast<std::uint16_t>((5 * i + 10) << (mean_bits - 4)), mean_bits - 4, 4});
    root_escapes_ = {0, mean_bits, 64};
}

Rar3Ppmd::Step Rar3Ppmd::decode(PpmdCoder& in, std::uint8_t& out) {
    open_ = open_ && !in.ended() && (count_of(shortest_) == 1 ? decode_single(in) : decode_among_many(in)) &&
            !memory_.broken();
    if (!open_) return Step::broken;
    out = symbol_;
    work_ += memory_.take_work() + 1;
    if (work_ >= work_at_once && !budget_.spend_steps(std::exchange(work_, 0))) return Step::refused;
    return memory_.pay() ? Step::byte : Step::refused;
}

bool Rar3Ppmd::decode_among_many(PpmdCoder& in) {
    const unsigned count = count_of(shortest_);
    const unsigned sum = sum_of(shortest_);
    const auto place = in.place(sum);
    if (!place || count > 256) return false;
    Ref at = states_of(shortest_);
    unsigned end = frequency_of(at);
    const bool is_first = *place < end;
    was_likely_ = is_first && 2 * end > sum ? 1 : 0;
    run_ += static_cast<std::int32_t>(was_likely_);
    unsigned frequency = end;
    for (unsigned i = 1; *place >= end && i < count; ++i) {
        at += state_bytes;
        frequency = frequency_of(at);
        end += frequency;
    }
    work_ += (at - states_of(shortest_)) / state_bytes;
    if (*place < end) {
        in.take(end - frequency, frequency);
        raise(at);
        if (!is_first && frequency_of(at) > frequency_of(at - state_bytes)) {
            swap(at, at - state_bytes);
            found_ = at - state_bytes;
        }
        if (frequency_of(found_) > most_frequency) rescale();
        follow();
        return true;
    }
    is_letter_ = letter_flag(symbol_of(found_));
    in.take(end, sum - end);
    hidden_.reset();
    at = states_of(shortest_);
    for (unsigned i = 0; i < count; ++i, at += state_bytes)
        hidden_.set(symbol_of(at));
    return decode_after_escape(in);
}

// A context with one symbol: it is that one, or an escape.
bool Rar3Ppmd::decode_single(PpmdCoder& in) {
    const Ref at = shortest_ + at_single;
    const unsigned frequency = frequency_of(at);
    if (frequency == 0 || frequency > single_.size()) return false;
    is_letter_ = letter_flag(symbol_of(found_));
    const unsigned like = was_likely_ + class_of_single(count_of(suffix_of(shortest_))) + is_letter_ +
                          2 * letter_flag(symbol_of(at)) + (run_ < 0 ? 0x20 : 0);
    std::uint16_t& chance = single_.at(frequency - 1).at(like);
    const auto is_first = in.is_first(chance, single_total);
    if (!is_first) return false;
    const unsigned mean = (chance + (1u << (mean_bits - 2))) >> mean_bits;
    if (*is_first) {
        chance = static_cast<std::uint16_t>(chance + (1u << mean_bits) - mean);
        found_ = at;
        symbol_ = symbol_of(at);
        if (frequency < 128) set_frequency(at, frequency + 1);
        was_likely_ = 1;
        ++run_;
        follow();
        return true;
    }
    chance = static_cast<std::uint16_t>(chance - mean);
    first_escape_ = escapes_by_chance.at(chance >> 10);
    hidden_.reset();
    hidden_.set(symbol_of(at));
    was_likely_ = 0;
    return decode_after_escape(in);
}

// Ever shorter contexts, without the symbols that longer ones have ruled out.
bool Rar3Ppmd::decode_after_escape(PpmdCoder& in) {
    std::array<Ref, 256> seen{};
    for (;;) {
        const unsigned hidden = count_of(shortest_);
        do {
            shortest_ = suffix_of(shortest_);
            if (shortest_ == 0 || ++missing_ > order_) return false;
        } while (count_of(shortest_) == hidden);
        const unsigned count = count_of(shortest_);
        if (count > seen.size()) return false;
        work_ += count;
        unsigned open = 0;
        std::uint32_t sum = 0;
        Ref at = states_of(shortest_);
        for (unsigned i = 0; i < count; ++i, at += state_bytes) {
            if (hidden_.test(symbol_of(at))) continue;
            sum += frequency_of(at);
            seen.at(open++) = at;
        }
        if (open == 0 || open + hidden != count) return false;
        std::uint32_t escape = 1;
        Escapes& escapes = escapes_for(hidden, escape);
        const auto place = in.place(sum + escape);
        if (!place) return false;
        if (*place >= sum) {
            in.take(sum, escape);
            escapes.sum = static_cast<std::uint16_t>(escapes.sum + sum + escape);
            for (unsigned i = 0; i < open; ++i)
                hidden_.set(symbol_of(seen.at(i)));
            continue;
        }
        unsigned i = 0;
        std::uint32_t end = frequency_of(seen[0]);
        while (end <= *place)
            end += frequency_of(seen.at(++i));
        in.take(end - frequency_of(seen.at(i)), frequency_of(seen.at(i)));
        if (escapes.shift < mean_bits && --escapes.count == 0) {
            escapes.sum = static_cast<std::uint16_t>(escapes.sum << 1);
            escapes.count = static_cast<std::uint8_t>(3u << escapes.shift++);
        }
        raise(seen.at(i));
        if (frequency_of(found_) > most_frequency) rescale();
        run_ = first_run_;
        update();
        return true;
    }
}

// How many places an escape has beside the symbols that are still open.
Rar3Ppmd::Escapes& Rar3Ppmd::escapes_for(unsigned hidden, std::uint32_t& escape) {
    const unsigned count = count_of(shortest_);
    if (count == 256) return root_escapes_;
    const unsigned open = count - hidden;
    const unsigned like = (open < count_of(suffix_of(shortest_)) - count ? 1u : 0u) +
                          (sum_of(shortest_) < 11 * count ? 2u : 0u) + (hidden > open ? 4u : 0u) + is_letter_;
    Escapes& escapes = escapes_.at(escape_classes.at(open - 1)).at(like);
    const unsigned mean = unsigned{escapes.sum} >> escapes.shift;
    escapes.sum = static_cast<std::uint16_t>(escapes.sum - mean);
    escape = mean == 0 ? 1 : mean;
    return escapes;
}

// The state at hand is that of the symbol.
void Rar3Ppmd::raise(Ref state) {
    found_ = state;
    symbol_ = symbol_of(state);
    set_frequency(state, frequency_of(state) + 4u);
    set_sum(shortest_, sum_of(shortest_) + 4);
}

// To the context of the next symbol.
void Rar3Ppmd::follow() {
    const Ref next = next_of(found_);
    if (missing_ == 0 && next > memory_.text()) {
        shortest_ = longest_ = next;
    } else {
        update();
    }
}

}  // namespace sekisho::scanner::containers
