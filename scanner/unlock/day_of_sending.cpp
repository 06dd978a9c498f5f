#include "scanner/unlock/day_of_sending.h"

#include <algorithm>
#include <array>
#include <vector>

#include "base/text.h"

namespace sekisho::scanner::unlock {

namespace {

constexpr std::size_t looked_at = 200;
constexpr std::array<std::string_view, 12> months{"jan", "feb", "mar", "apr", "may", "jun",
                                                  "jul", "aug", "sep", "oct", "nov", "dec"};

bool are_digits(std::string_view text) {
    return !text.empty() && std::ranges::all_of(text, [](char c) { return c >= '0' && c <= '9'; });
}
std::string two_digits(std::string_view digits) {
    return digits.size() == 1 ? "0" + std::string(digits) : std::string(digits);
}

}  // namespace

std::optional<Day> day_of_sending(std::string_view date_field) {
    std::string text = base::to_lower(date_field.substr(0, looked_at));
    std::ranges::replace(text, ',', ' ');
    std::vector<std::string_view> words;
    for (const std::string_view word : base::split(text, ' ')) {
        if (!word.empty()) words.push_back(word);
    }
    for (std::size_t i = 0; i + 2 < words.size(); ++i) {
        const auto month = std::ranges::find(months, words[i + 1].substr(0, 3));
        const std::string day = two_digits(words[i]);
        if (month == months.end() || !are_digits(day) || day.size() != 2 || day < "01" || day > "31")
            continue;
        if (!are_digits(words[i + 2]) || words[i + 2].size() != 4) continue;
        return Day{.year = std::string(words[i + 2]),
                   .month = two_digits(std::to_string(month - months.begin() + 1)),
                   .day = day};
    }
    return std::nullopt;
}

}  // namespace sekisho::scanner::unlock
