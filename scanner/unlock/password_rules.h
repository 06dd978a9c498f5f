// Passwords that a mail tells by a rule: "today's date in 8 digits", "the last four digits of our telephone
// number", "our company's name in small letters and the year".
//
// Known weaknesses: what the rule speaks of must stand in the same text, but for the day on which the mail
// was sent, and names of companies are taken from the first labels of domains alone.
#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace sekisho::scanner::unlock {

class PasswordRules {
public:
    // `date`: the mail's Date field (RFC 5322 section 3.3), or empty. The day counts as its sender wrote it,
    // in the sender's zone.
    PasswordRules(std::u32string_view text, std::string_view date) : text_(text), date_(date) {}

    // What the rule in `sentence` gives, likeliest first, at most 24; nothing where it holds no rule. Only a
    // sentence that names a thing and the shape in which it is written is one. The text is walked once, on
    // the first rule.
    std::vector<std::u32string> apply(std::u32string_view sentence);

private:
    struct Date {
        std::u32string year;  // four digits, or empty
        std::u32string month;
        std::u32string day;  // two digits each
        std::u32string as_written;
    };
    struct Facts {
        std::optional<Date> sent;
        std::vector<Date> dates;
        std::vector<std::u32string> years;
        std::vector<std::u32string> phone_ends;  // last four digits
        std::vector<std::u32string> domains;     // their first labels
    };

    void collect();
    void note_day_of_sending();
    void note_numbers(std::size_t& at);
    void note_domain(std::size_t at);

    std::u32string_view text_;
    std::string_view date_;
    std::optional<Facts> facts_;
};

}  // namespace sekisho::scanner::unlock
