#include "scanner/fold/token.h"

#include "base/text.h"

namespace sekisho::scanner::fold {

namespace {
constexpr std::size_t max_tries = 64;
}

Names::Names(const std::vector<std::string_view>& known, bool ignore_case)
    : slots_(1024, none), ignore_case_(ignore_case) {
    for (const std::string_view name : known)
        (void)number(name);
}

std::uint32_t Names::hash(std::string_view name) const {
    std::uint32_t value = 2'166'136'261U;  // FNV-1a, with the last byte's bits spread once more
    for (const char c : name) {
        value ^= static_cast<unsigned char>(ignore_case_ ? base::ascii_lower(c) : c);
        value *= 16'777'619U;
    }
    return value ^ (value >> 15);
}

bool Names::same(std::string_view a, std::string_view b) const {
    return ignore_case_ ? base::equals_ignoring_case(a, b) : a == b;
}

void Names::grow() {
    slots_.assign(2 * slots_.size(), none);
    const auto mask = static_cast<std::uint32_t>(slots_.size() - 1);
    for (std::uint32_t id = 0; id < names_.size(); ++id) {
        std::uint32_t at = hashes_[id] & mask;
        for (std::size_t tries = 0; slots_[at] != none && tries < max_tries; ++tries)
            at = (at + 1) & mask;
        if (slots_[at] == none) slots_[at] = id;
    }
}

// Where a name stands, or the place that is free for it. Names can be made to collide: it gives up on one
// that finds no place nearby.
std::uint32_t Names::place_of(std::string_view name, std::uint32_t value) const {
    const auto mask = static_cast<std::uint32_t>(slots_.size() - 1);
    std::uint32_t at = value & mask;
    for (std::size_t tries = 0; slots_[at] != none && tries < max_tries; ++tries) {
        const std::uint32_t id = slots_[at];
        if (hashes_[id] == value && same(names_[id], name)) return at;
        at = (at + 1) & mask;
    }
    return slots_[at] == none ? at : none;
}

std::uint32_t Names::find(std::string_view name) const {
    const std::uint32_t at = place_of(name, hash(name));
    return at == none ? none : slots_[at];
}

std::uint32_t Names::number(std::string_view name) {
    const std::uint32_t value = hash(name);
    const std::uint32_t at = place_of(name, value);
    if (at != none && slots_[at] != none) return slots_[at];
    // One without a place has another number each time it is seen.
    const auto id = static_cast<std::uint32_t>(names_.size());
    names_.push_back(name);
    hashes_.push_back(value);
    if (at != none) slots_[at] = id;
    if (2 * names_.size() > slots_.size()) grow();
    return id;
}

void link_brackets(std::vector<Token>& tokens) {
    std::vector<std::uint32_t> open;
    for (std::uint32_t i = 0; i < tokens.size(); ++i) {
        const Token& token = tokens[i];
        if (token.is('(') || token.is('[') || token.is('{')) {
            open.push_back(i);
        } else if (token.is(')') || token.is(']') || token.is('}')) {
            const Op wanted = token.is(')') ? op_of('(') : token.is(']') ? op_of('[') : op_of('{');
            // A bracket of another kind is passed over only once: what it leaves open stays open.
            if (!open.empty() && tokens[open.back()].op == wanted) {
                tokens[open.back()].link = i;
                open.pop_back();
            }
        }
    }
    for (const std::uint32_t i : open)
        tokens[i].link = static_cast<std::uint32_t>(tokens.size() - 1);
}

void link_assignments(std::vector<Token>& tokens, std::vector<std::uint32_t>& counts) {
    std::vector<std::uint32_t> following(counts.size(), none);
    for (std::size_t i = tokens.size(); i-- > 0;) {
        Token& token = tokens[i];
        if (!token.assigns) continue;
        token.link = following[token.id];
        following[token.id] = static_cast<std::uint32_t>(i);
        ++counts[token.id];
    }
}

}  // namespace sekisho::scanner::fold
