// What a PPMd model learns from a symbol: it grows by what a longer context could have told.
#include <array>

#include "scanner/containers/rar3_ppmd.h"

namespace sekisho::scanner::containers {

// Halves the frequencies of a context. Symbols that are left with none go.
void Rar3Ppmd::rescale() {
    const unsigned count = count_of(shortest_);
    const Ref first = states_of(shortest_);
    const State moved = state_at(found_);
    if (found_ < first || count > 256 || moved.frequency > sum_of(shortest_)) {
        memory_.note_broken();
        return;
    }
    memory_.copy(first + state_bytes, first, found_ - first);
    put_state(first, moved);
    work_ += count;

    unsigned escape = sum_of(shortest_) - moved.frequency;
    set_frequency(first, moved.frequency + 4u);
    unsigned sum = 0;
    halve(first, count, sum, escape);
    unsigned left = count;
    while (left > 1 && frequency_of(first + (left - 1) * state_bytes) == 0)
        --left;
    escape += count - left;
    set_count(shortest_, left);
    if (left == 1) {
        State one = state_at(first);
        do {
            one.frequency = static_cast<std::uint8_t>(one.frequency - one.frequency / 2);
            escape /= 2;
        } while (escape > 1);
        memory_.free_units(first, units_for(count));
        found_ = shortest_ + at_single;
        put_state(found_, one);
        return;
    }
    found_ = memory_.shrink_units(first, units_for(count), units_for(left));
    set_states(shortest_, found_);
    set_sum(shortest_, sum + escape - escape / 2);
}

// The most frequent symbols come first, those that are equal in the order they had.
void Rar3Ppmd::halve(Ref first, unsigned count, unsigned& sum, unsigned& escape) {
    const unsigned rounding = missing_ != 0 ? 1 : 0;
    for (unsigned i = 0; i < count; ++i) {
        Ref at = first + i * state_bytes;
        State state = state_at(at);
        if (i > 0) escape -= state.frequency;
        state.frequency = static_cast<std::uint8_t>((state.frequency + rounding) / 2);
        sum += state.frequency;
        for (; at != first && state.frequency > frequency_of(at - state_bytes); at -= state_bytes, ++work_)
            put_state(at, state_at(at - state_bytes));
        put_state(at, state);
    }
}

void Rar3Ppmd::update() {
    const State found = state_at(found_);
    if (found.frequency < most_frequency / 4 && suffix_of(shortest_) != 0) update_suffix();
    if (missing_ == 0) {
        shortest_ = longest_ = make_contexts(true);
        if (shortest_ == 0) return restart();
        return set_next(found_, shortest_);
    }
    if (!memory_.add_text(found.symbol)) return restart();
    Ref behind = memory_.text();  // where the new states lead: text, until somebody comes here again
    Ref next = found.next;
    if (next == 0) {
        set_next(found_, behind);
        next = shortest_;
    } else {
        if (next <= behind) next = make_contexts(false);
        if (next == 0) return restart();
        if (--missing_ == 0) {
            behind = next;
            if (longest_ != shortest_) memory_.drop_text();
        }
    }
    const unsigned others = sum_of(shortest_) - count_of(shortest_) - (found.frequency - 1u);
    unsigned left = order_;
    for (Ref context = longest_; context != shortest_; context = suffix_of(context)) {
        if (left-- == 0 || memory_.broken()) return memory_.note_broken();
        if (!add_to(context, found, others, behind)) return restart();
    }
    shortest_ = longest_ = next;
}

// The symbol is worth something in the next shorter context as well.
void Rar3Ppmd::update_suffix() {
    const Ref context = suffix_of(shortest_);
    Ref at = find_state(context, symbol_of(found_));
    if (count_of(context) == 1) {
        if (frequency_of(at) < 32) set_frequency(at, frequency_of(at) + 1u);
        return;
    }
    if (at != states_of(context) && frequency_of(at) >= frequency_of(at - state_bytes)) {
        swap(at, at - state_bytes);
        at -= state_bytes;
    }
    if (frequency_of(at) >= most_frequency - 9) return;
    set_frequency(at, frequency_of(at) + 2u);
    set_sum(context, sum_of(context) + 2);
}

// A longer context that did not have the symbol, which a shorter one has with `others` beside it. False: the
// memory is full.
bool Rar3Ppmd::add_to(Ref context, const State& found, unsigned others, Ref next) {
    const unsigned count = count_of(context);
    const unsigned shorter = count_of(shortest_);
    unsigned sum = 0;
    if (count == 1) {
        State one = state_at(context + at_single);
        const Ref states = memory_.new_units(1);
        if (states == 0) return false;
        one.frequency = static_cast<std::uint8_t>(
            one.frequency < most_frequency / 4 - 1 ? 2u * one.frequency : most_frequency - 4);
        put_state(states, one);
        set_states(context, states);
        sum = one.frequency + first_escape_ + (shorter > 3 ? 1 : 0);
    } else {
        if (count > 255) {
            memory_.note_broken();
            return true;
        }
        if (count % 2 == 0) {
            const Ref states = memory_.grow_units(states_of(context), count / 2);
            if (states == 0) return false;
            set_states(context, states);
        }
        sum = sum_of(context);
        const bool small = 4 * count <= shorter && sum <= 8 * count;
        sum += (2 * count < shorter ? 1u : 0u) + (small ? 2u : 0u);
    }
    const unsigned share = 2 * found.frequency * (sum + 6);
    const unsigned all = others + sum;
    unsigned frequency = 0;
    if (share < 6 * all) {
        frequency = 1 + (share > all ? 1u : 0u) + (share >= 4 * all ? 1u : 0u);
        sum += 3;
    } else {
        frequency =
            4 + (share >= 9 * all ? 1u : 0u) + (share >= 12 * all ? 1u : 0u) + (share >= 15 * all ? 1u : 0u);
        sum += frequency;
    }
    put_state(states_of(context) + count * state_bytes,
              {found.symbol, static_cast<std::uint8_t>(frequency), next});
    set_count(context, count + 1);
    set_sum(context, sum);
    return true;
}

// Contexts of one symbol each, where until now states lead to the text: the symbol is what follows there.
// `skip`: not for the state that was found. 0: the memory is full.
PpmdMemory::Ref Rar3Ppmd::make_contexts(bool skip) {
    const std::uint8_t symbol = symbol_of(found_);
    const Ref branch = next_of(found_);
    std::array<Ref, most_order> path{};
    std::size_t depth = 0;
    if (!skip) path.at(depth++) = found_;
    Ref context = shortest_;
    while (suffix_of(context) != 0) {
        context = suffix_of(context);
        const Ref state = find_state(context, symbol);
        if (next_of(state) != branch) {
            context = next_of(state);
            break;
        }
        if (depth == path.size()) {
            memory_.note_broken();
            return context;
        }
        path.at(depth++) = state;
    }
    if (depth == 0) return context;
    State next{memory_.u8(branch), 0, branch + 1};
    if (!predict(context, next)) {
        memory_.note_broken();
        return context;
    }
    while (depth > 0) {
        const Ref longer = memory_.new_context();
        if (longer == 0) return 0;
        set_count(longer, 1);
        put_state(longer + at_single, next);
        memory_.put(longer + at_suffix, context);
        set_next(path.at(--depth), longer);
        context = longer;
    }
    return context;
}

// How frequent a symbol is taken to be in a longer context, after what it is in this one.
bool Rar3Ppmd::predict(Ref context, State& next) {
    const Ref state = find_state(context, next.symbol);
    if (count_of(context) == 1) {
        next.frequency = frequency_of(state);
        return true;
    }
    const unsigned share = frequency_of(state) - 1u;
    const unsigned others = sum_of(context) - count_of(context) - share;
    unsigned more = 5 * share > others ? 1 : 0;
    if (2 * share > others) {
        if (others == 0) return false;
        more = (2 * share + 3 * others - 1) / (2 * others);
    }
    next.frequency = static_cast<std::uint8_t>(1 + more);
    return true;
}

}  // namespace sekisho::scanner::containers
