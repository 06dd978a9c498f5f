#include "scanner/rules/rule_condition.h"

#include <algorithm>
#include <charconv>
#include <optional>

namespace sekisho::scanner::rules {

namespace {

using Tokens = std::span<const std::string_view>;

constexpr int max_depth = 32;  // of parentheses

std::string_view at(Tokens tokens, std::size_t i) {
    return i < tokens.size() ? tokens[i] : std::string_view();
}

// Calls `each` with what stands between the words `separator` outside of parentheses; stops where it says so.
template <class Each>
void split(Tokens tokens, std::string_view separator, Each each) {
    int depth = 0;
    std::size_t begin = 0;
    for (std::size_t i = 0; i <= tokens.size(); ++i) {
        const std::string_view token = at(tokens, i);
        if (token == "(") ++depth;
        if (token == ")") --depth;
        if (i < tokens.size() && (depth != 0 || token != separator)) continue;
        if (!each(tokens.subspan(begin, i - begin))) return;
        begin = i + 1;
    }
}

// True where the tokens are one group: its parentheses are the first and the last.
bool is_group(Tokens tokens) {
    if (at(tokens, 0) != "(" || tokens.back() != ")") return false;
    int depth = 0;
    for (std::size_t i = 0; i < tokens.size(); ++i) {
        if (tokens[i] == "(") ++depth;
        if (tokens[i] == ")") --depth;
        if (depth == 0) return i + 1 == tokens.size();
    }
    return false;
}

std::optional<std::uint64_t> number(std::string_view text) {
    std::uint64_t out = 0;
    const auto [end, error] = std::from_chars(text.begin(), text.end(), out);
    if (error != std::errc() || end != text.end()) return std::nullopt;
    return out;
}

// `$a`, `$a at 0`, `$a in (0..9)`
bool is_string(Tokens tokens) {
    if (at(tokens, 0) != "$" || tokens.size() < 2) return false;
    return tokens.size() == 2 || tokens[2] == "at" || tokens[2] == "in";
}

// `#a > 0`, `#a >= 1`
bool is_count(Tokens tokens) {
    if (at(tokens, 0) != "#" || at(tokens, 2) != ">") return false;
    if (tokens.size() == 4) return number(tokens[3]).has_value();
    return tokens.size() == 5 && tokens[3] == "=" && number(tokens[4]).value_or(0) > 0;
}

// `any of them`, `2 of ($a*, $b)`, `for any of them : ( .. )`: sets of strings, not of rules.
bool is_set(Tokens tokens) {
    if (at(tokens, 0) == "for") {
        tokens = tokens.subspan(1);
        if (at(tokens, 0) != "any") return false;
    }
    const std::string_view many = at(tokens, 0);
    if (many != "any" && many != "all" && number(many).value_or(0) == 0) return false;
    if (at(tokens, 1) != "of") return false;
    return at(tokens, 2) == "them" || (at(tokens, 2) == "(" && at(tokens, 3) == "$");
}

bool needs_string_at(Tokens tokens, int depth) {
    if (tokens.empty() || depth > max_depth) return false;
    bool all = true;  // of what `or` joins
    split(tokens, "or", [&](Tokens either) {
        bool any = false;  // of what `and` joins
        split(either, "and", [&](Tokens one) {
            if (one.empty()) return true;
            any = is_string(one) || is_count(one) || is_set(one) ||
                  (is_group(one) && needs_string_at(one.subspan(1, one.size() - 2), depth + 1));
            return !any;
        });
        all = any;
        return all;
    });
    return all;
}

}  // namespace

bool needs_string(std::span<const std::string_view> tokens) { return needs_string_at(tokens, 0); }

}  // namespace sekisho::scanner::rules
