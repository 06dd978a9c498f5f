#include "scanner/fold/commands.h"

#include <algorithm>
#include <array>
#include <string>

#include "base/text.h"

namespace sekisho::scanner::fold {

namespace {

constexpr std::size_t looked_at = 64u << 10;
constexpr std::size_t least_carets = 3;

constexpr std::array<std::string_view, 10> powershell_marks{
    "[char]", "[byte[]]", "-join", "-bxor",     "-replace", "::frombase64string",
    "$env:",  "invoke-",  "iex",   "new-object"};

bool is_letter(char c) { return c >= 'a' && c <= 'z'; }

// Carets between letters: p^ow^er is how cmd's escape hides a word; in prose they do not stand so.
std::size_t carets_within_words(std::string_view lower) {
    std::size_t out = 0;
    for (std::size_t i = 1; i + 1 < lower.size(); ++i)
        if (lower[i] == '^' && is_letter(lower[i - 1]) && is_letter(lower[i + 1])) ++out;
    return out;
}

bool names_powershell(std::string_view lower) {
    std::string plain(lower);
    std::erase_if(plain, [](char c) { return c == '^' || c == '`' || c == '"'; });
    return plain.find("powershell") != std::string::npos || plain.find("pwsh") != std::string::npos;
}

}  // namespace

std::optional<Language> language_of_command(std::string_view text) {
    const std::string lower = base::to_lower(text.substr(0, looked_at));
    if (carets_within_words(lower) >= least_carets || lower.find(":~") != std::string::npos)
        return Language::batch;
    const auto marks = std::ranges::count_if(
        powershell_marks, [&](std::string_view mark) { return lower.find(mark) != std::string::npos; });
    if (marks >= 2 || names_powershell(lower)) return Language::powershell;  // also where cmd starts it
    const std::string_view trimmed = base::trim(lower);
    if (trimmed.starts_with("cmd") || trimmed.starts_with("%comspec%")) return Language::batch;
    return std::nullopt;
}

}  // namespace sekisho::scanner::fold
