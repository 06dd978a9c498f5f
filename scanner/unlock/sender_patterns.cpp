// Passwords that are made of who sends and when: "example2024", "20240607".
#include <algorithm>
#include <string>
#include <string_view>

#include "base/domain.h"
#include "base/text.h"
#include "scanner/unlock/candidates.h"
#include "scanner/unlock/day_of_sending.h"

namespace sekisho::scanner::unlock {

namespace {

constexpr std::size_t longest_label = 40;

bool is_domain_char(char c) {
    return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '-' || c == '.';
}

// "example" of "Ann <ann@mail.example.co.jp>".
std::string organisation_in(std::string_view from) {
    const std::size_t at = from.rfind('@');
    if (at == std::string_view::npos) return {};
    const std::string rest = base::to_lower(from.substr(at + 1));
    const auto end = std::ranges::find_if_not(rest, is_domain_char);
    const std::string_view domain =
        std::string_view(rest).substr(0, static_cast<std::size_t>(end - rest.begin()));
    const std::string_view whole = base::organisation_of(domain);
    const std::string_view label = whole.substr(0, whole.find('.'));
    if (label.size() == whole.size()) return {};
    return label.size() >= 2 && label.size() <= longest_label ? std::string(label) : std::string();
}

}  // namespace

void harvest_sender(std::string_view from, Passwords& out) {
    const auto add = [&out](std::string text) {
        out.add({.text = std::move(text), .source = PasswordSource::sender, .language = {}});
    };
    const std::string name = organisation_in(from);
    const auto sent = day_of_sending(out.date());
    if (sent) {
        const std::string day = sent->month + sent->day;
        const std::string short_year = sent->year.substr(2);
        for (const std::string& digits : {sent->year + day, sent->year, day, short_year + day}) {
            if (!name.empty()) add(name + digits);
            if (digits != sent->year) add(digits);
        }
        if (!name.empty()) {
            std::string capital = name;
            if (capital[0] >= 'a' && capital[0] <= 'z')
                capital[0] = static_cast<char>(capital[0] - 'a' + 'A');
            add(capital + sent->year);
            add(name + "@" + sent->year);
        }
        add(sent->day + sent->month + sent->year);
    }
    if (!name.empty()) add(name);
}

}  // namespace sekisho::scanner::unlock
