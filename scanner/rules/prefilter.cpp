#include "scanner/rules/prefilter.h"

#include <yara.h>
#include <yara/ahocorasick.h>

#include <algorithm>
#include <span>

#include "base/text.h"

namespace sekisho::scanner::rules {

namespace {

// Above these a look at the atoms first costs more than it spares.
constexpr std::size_t max_atoms = 50'000;
constexpr std::size_t max_literals = 200'000;
// Above these too many places pass by chance: then a bit for each pair of bytes says more.
constexpr std::size_t few_atoms = 160;

constexpr std::size_t pair_bits = 1u << 16;
constexpr unsigned slot_width = 17;
constexpr std::size_t least_effort = 65'536;

bool test(const std::vector<std::uint64_t>& bits, std::size_t at) {
    return ((bits[at / 64] >> (at % 64)) & 1) != 0;
}
void set(std::vector<std::uint64_t>& bits, std::size_t at) { bits[at / 64] |= std::uint64_t{1} << (at % 64); }

std::uint32_t packed(std::string_view bytes) {
    std::uint32_t out = 0;
    for (std::size_t i = 0; i < bytes.size(); ++i)
        out |= std::uint32_t{static_cast<std::uint8_t>(bytes[i])} << (8 * i);
    return out;
}

// Multiplicative hashing (Knuth, The Art of Computer Programming, section 6.4).
std::size_t slot_of(std::uint32_t value, std::size_t length) {
    return ((value + static_cast<std::uint32_t>(length)) * 2'654'435'769U) >> (32 - slot_width);
}

bool same(char a, char b, bool no_case) {
    return no_case ? base::ascii_lower(a) == base::ascii_lower(b) : a == b;
}

// libyara's tables do not say how long they are: each state has 257 transitions, and an entry for its
// matches. NOLINTBEGIN(*-pro-bounds-pointer-arithmetic,*-reinterpret-cast)
YR_AC_TRANSITION transition(const YR_RULES& rules, std::uint32_t state, std::uint32_t code) {
    return rules.ac_transition_table[state + code];
}
const YR_AC_MATCH* first_match(const YR_RULES& rules, std::uint32_t state) {
    const std::uint32_t at = rules.ac_match_table[state];
    return at == 0 ? nullptr : &rules.ac_match_pool[at - 1];
}
std::string_view text_of(const YR_STRING& string) {
    return {reinterpret_cast<const char*>(string.string), static_cast<std::size_t>(string.length)};
}
// NOLINTEND(*-pro-bounds-pointer-arithmetic,*-reinterpret-cast)

// How many of the pairs behind the one at `at` are surely the same: it is of two equal bytes. Padding is most
// of what bombs and padded programs unfold to.
std::size_t repeats_behind(std::string_view data, std::size_t at) {
    constexpr std::size_t step = 64;
    std::size_t pairs = 0;
    if (data.size() - at < 3 || data[at + 2] != data[at]) return 0;  // a doubled letter, as in most words
    while (at + pairs + step + 1 < data.size() &&
           data.substr(at + pairs + 1, step) == data.substr(at + pairs + 2, step))
        pairs += step;
    return pairs;
}

// Strings that libyara finds by comparing bytes alone.
bool is_plain(const YR_STRING& string) {
    constexpr std::uint32_t other = STRING_FLAGS_REGEXP | STRING_FLAGS_XOR | STRING_FLAGS_BASE64 |
                                    STRING_FLAGS_BASE64_WIDE | STRING_FLAGS_CHAIN_PART |
                                    STRING_FLAGS_CHAIN_TAIL;
    return STRING_IS_LITERAL(&string) != 0 && (string.flags & other) == 0 &&
           (STRING_IS_ASCII(&string) != 0 || STRING_IS_WIDE(&string) != 0);
}

}  // namespace

bool Prefilter::Literal::is_at(std::string_view data, std::size_t atom_end) const {
    if (backtrack > atom_end) return false;
    const std::string_view rest = data.substr(atom_end - backtrack);
    const auto matches = [&](std::size_t step) {
        if (rest.size() < text.size() * step) return false;
        for (std::size_t i = 0; i < text.size(); ++i) {
            if (!same(rest[i * step], text[i], no_case)) return false;
            if (step == 2 && rest[i * step + 1] != '\0') return false;
        }
        return true;
    };
    return (ascii && matches(1)) || (wide && matches(2));
}

bool Prefilter::collect(const YR_RULES& rules) {
    struct State {
        std::uint32_t number;
        Path path;
    };
    std::size_t atoms = 0;
    std::vector<State> open{{YR_AC_ROOT_STATE, {}}};
    while (!open.empty()) {
        const State state = open.back();
        open.pop_back();
        if (first_match(rules, state.number) != nullptr) {
            if (state.path.length < 2 || ++atoms > max_atoms || literals_.size() > max_literals) return false;
            add(rules, state.number, state.path);
        }
        for (std::uint32_t byte = 0; byte < 256; ++byte) {
            const std::uint32_t code = byte + 1;
            const YR_AC_TRANSITION step = transition(rules, state.number, code);
            if (YR_AC_INVALID_TRANSITION(step, code)) continue;
            State next{YR_AC_NEXT_STATE(step), state.path};
            if (next.path.length == next.path.bytes.size()) return false;  // longer than we know atoms to be
            next.path.bytes.at(next.path.length++) = static_cast<char>(byte);
            open.push_back(next);
        }
    }
    return true;
}

void Prefilter::add(const YR_RULES& rules, std::uint32_t state, const Path& path) {
    const std::string_view bytes(path.bytes.data(), path.length);
    Atom atom{.value = packed(bytes), .first = static_cast<std::uint32_t>(literals_.size())};
    bool all_plain = true;
    for (const auto* match = first_match(rules, state); match != nullptr && all_plain; match = match->next) {
        const YR_STRING& string = *match->string;
        all_plain = is_plain(string);
        literals_.push_back({.text = text_of(string),
                             .backtrack = match->backtrack,
                             .ascii = STRING_IS_ASCII(&string) != 0,
                             .wide = STRING_IS_WIDE(&string) != 0,
                             .no_case = STRING_IS_NO_CASE(&string) != 0});
    }
    if (!all_plain) literals_.resize(atom.first);
    if (paths_.size() <= few_atoms) paths_.push_back(path);
    atom.count = static_cast<std::uint32_t>(literals_.size()) - atom.first;
    atoms_.at(path.length).push_back(atom);
    set(pairs_, packed(bytes.substr(0, 2)));
    set(slots_, slot_of(atom.value, path.length));
}

std::optional<Prefilter> Prefilter::of(const YR_RULES& rules) {
    const bool global = std::ranges::any_of(std::span(rules.rules_table, rules.num_rules),
                                            [](const YR_RULE& rule) { return RULE_IS_GLOBAL(&rule); });
    if (global) return std::nullopt;
    Prefilter out;
    out.pairs_.resize(pair_bits / 64);
    out.slots_.resize((1u << slot_width) / 64);
    if (!out.collect(rules)) return std::nullopt;
    for (auto& atoms : out.atoms_)
        std::ranges::sort(atoms, {}, &Atom::value);
    if (out.paths_.size() <= few_atoms) {
        std::vector<std::string_view> words;
        for (const Path& path : out.paths_)
            words.emplace_back(path.bytes.data(), path.length);
        out.few_.emplace(std::move(words));
    }
    return out;
}

// The pair at `at` begins an atom: is one there, and a string around it?
bool Prefilter::holds_string(std::string_view data, std::size_t at, std::size_t& effort) const {
    for (std::size_t length = 2; length < atoms_.size() && length <= data.size() - at; ++length) {
        const auto& atoms = atoms_.at(length);
        if (atoms.empty()) continue;
        const std::uint32_t value = packed(data.substr(at, length));
        if (!test(slots_, slot_of(value, length))) continue;
        const auto found = std::ranges::lower_bound(atoms, value, {}, &Atom::value);
        if (found == atoms.end() || found->value != value) continue;
        if (found->count == 0) return true;
        for (std::uint32_t i = found->first; i < found->first + found->count; ++i) {
            const Literal& literal = literals_[i];
            if (effort < literal.text.size() || literal.is_at(data, at + length)) return true;
            effort -= literal.text.size();
        }
    }
    return false;
}

bool Prefilter::may_match(const Stretches& bytes) const {
    std::size_t effort = least_effort + bytes.size();  // bytes of strings that may be compared
    return std::ranges::any_of(
        bytes.all(), [&](const Stretch& stretch) { return holds_any(base::as_text(stretch.bytes), effort); });
}

// Where an atom may begin at or behind `from`.
std::size_t Prefilter::next_place(std::string_view data, std::size_t from) const {
    return few_ ? few_->find_possible(data, from) : from;
}

bool Prefilter::holds_any(std::string_view data, std::size_t& effort) const {
    for (std::size_t i = next_place(data, 0); i < data.size() && i + 1 < data.size();
         i = next_place(data, i + 1)) {
        const auto first = static_cast<std::uint8_t>(data[i]);
        const auto second = static_cast<std::uint8_t>(data[i + 1]);
        if (test(pairs_, first | (std::size_t{second} << 8))) {
            if (holds_string(data, i, effort)) return true;
        } else if (first == second) {
            i += repeats_behind(data, i);
        }
    }
    return false;
}

}  // namespace sekisho::scanner::rules
