#include "scanner/mail/date.h"

#include <algorithm>
#include <array>
#include <string>
#include <vector>

#include "base/charset.h"
#include "base/text.h"

namespace sekisho::scanner::mail {

namespace {

constexpr std::size_t looked_at = 200;

struct MonthName {
    std::string_view begin;  // of the name, folded
    int month;
};
// The first letters tell the month in all six languages; longer ones first where they would mislead.
constexpr std::array months{
    MonthName{"juin", 6}, MonthName{"juil", 7}, MonthName{"jan", 1},  MonthName{"gen", 1},
    MonthName{"ene", 1},  MonthName{"feb", 2},  MonthName{"fév", 2},  MonthName{"fev", 2},
    MonthName{"mar", 3},  MonthName{"mär", 3},  MonthName{"apr", 4},  MonthName{"avr", 4},
    MonthName{"abr", 4},  MonthName{"may", 5},  MonthName{"mai", 5},  MonthName{"mag", 5},
    MonthName{"jun", 6},  MonthName{"giu", 6},  MonthName{"jul", 7},  MonthName{"lug", 7},
    MonthName{"aug", 8},  MonthName{"aoû", 8},  MonthName{"aou", 8},  MonthName{"ago", 8},
    MonthName{"sep", 9},  MonthName{"set", 9},  MonthName{"oct", 10}, MonthName{"okt", 10},
    MonthName{"ott", 10}, MonthName{"nov", 11}, MonthName{"dec", 12}, MonthName{"déc", 12},
    MonthName{"dez", 12}, MonthName{"dic", 12},
};

int month_named(std::string_view word) {
    const auto row =
        std::ranges::find_if(months, [&](const MonthName& name) { return word.starts_with(name.begin); });
    return row == months.end() ? 0 : row->month;
}

// Runs of digits and runs of letters; everything else separates.
struct Token {
    std::string_view text;
    int number = -1;        // of a run of one to four digits
    std::size_t begin = 0;  // in the text
    std::size_t end = 0;
};

std::vector<Token> tokens_of(std::string_view text) {
    const auto is_letter = [](char c) {
        const char lower = base::ascii_lower(c);
        return (lower >= 'a' && lower <= 'z') || static_cast<unsigned char>(c) >= 0x80;
    };
    std::vector<Token> out;
    for (std::size_t i = 0; i < text.size();) {
        const bool digits = base::is_digit(text[i]);
        if (!digits && !is_letter(text[i])) {
            ++i;
            continue;
        }
        std::size_t end = i;
        while (end < text.size() && (digits ? base::is_digit(text[end]) : is_letter(text[end])))
            ++end;
        Token token{.text = text.substr(i, end - i), .begin = i, .end = end};
        if (digits && token.text.size() <= 4) {
            token.number = 0;
            for (const char c : token.text)
                token.number = token.number * 10 + (c - '0');
        }
        out.push_back(token);
        i = end;
    }
    return out;
}

bool is_year(const Token& token) {
    return token.text.size() == 4 && token.number >= 1990 && token.number < 2100;
}
bool is_month(int number) { return number >= 1 && number <= 12; }

// The zone behind a time: "+0900".
std::optional<int> zone_in(std::string_view text) {
    for (std::size_t i = 0; i + 4 < text.size(); ++i) {
        const std::string_view digits = text.substr(i + 1, 4);
        if ((text[i] != '+' && text[i] != '-') || !std::ranges::all_of(digits, base::is_digit)) continue;
        if (i + 5 < text.size() && base::is_digit(text[i + 5])) continue;
        const int hours = (digits[0] - '0') * 10 + (digits[1] - '0');
        const int minutes = (digits[2] - '0') * 10 + (digits[3] - '0');
        return (text[i] == '-' ? -1 : 1) * (hours * 60 + minutes);
    }
    return std::nullopt;
}

struct Country {
    std::string_view domain;
    int least;  // minutes east of Greenwich, summer time included
    int most;
};
// Countries that lie in few zones. China and India have one.
constexpr std::array countries{
    Country{"at", 60, 120},  Country{"be", 60, 120},  Country{"ch", 60, 120},  Country{"cn", 480, 480},
    Country{"cz", 60, 120},  Country{"de", 60, 120},  Country{"dk", 60, 120},  Country{"es", 0, 120},
    Country{"fr", 60, 120},  Country{"hk", 480, 480}, Country{"in", 330, 330}, Country{"it", 60, 120},
    Country{"jp", 540, 540}, Country{"kr", 540, 540}, Country{"nl", 60, 120},  Country{"pl", 60, 120},
    Country{"se", 60, 120},  Country{"sg", 480, 480}, Country{"tw", 480, 480}, Country{"uk", 0, 60},
};

}  // namespace

std::optional<SentDate> read_date(std::string_view field) {
    field = field.substr(0, looked_at);
    const std::vector<Token> tokens = tokens_of(field);
    for (std::size_t i = 0; i + 2 < tokens.size(); ++i) {
        const int month = month_named(base::to_lower(tokens[i + 1].text));
        if (tokens[i].number < 1 || tokens[i].number > 31 || month == 0 || !is_year(tokens[i + 2])) continue;
        return SentDate{tokens[i + 2].number, month, tokens[i].number, zone_in(field)};
    }
    return std::nullopt;
}

std::optional<int> month_in(std::string_view text) {
    const std::string folded = base::fold_case(base::nfkc(text.substr(0, looked_at)));
    const std::vector<Token> tokens = tokens_of(folded);
    const auto year = std::ranges::find_if(tokens, is_year);
    if (year == tokens.end()) return std::nullopt;
    const auto at = static_cast<std::size_t>(year - tokens.begin());
    const int base = year->number * 12;
    constexpr int december = 12;
    // 2024-06-07, 2024年6月7日
    const bool has_mark = at + 1 < tokens.size() && tokens[at + 1].text == "年";
    const std::size_t next = at + (has_mark ? 2 : 1);
    if (next < tokens.size() && is_month(tokens[next].number)) {
        const std::string_view between =
            std::string_view(folded).substr(year->end, tokens[next].begin - year->end);
        if (has_mark || between == "-" || between == "/" || between == ".") return base + tokens[next].number;
    }
    // 7 June 2024, June 7, 2024
    for (std::size_t back = 1; back <= 3 && back <= at; ++back) {
        const int month = month_named(tokens[at - back].text);
        if (month != 0) return base + month;
    }
    // 07.06.2024 or 06/07/2024: the later of both that can be a month.
    int month = 0;
    for (std::size_t back = 1; back <= 2 && back <= at; ++back) {
        if (is_month(tokens[at - back].number)) month = std::max(month, tokens[at - back].number);
    }
    return base + (month == 0 ? december : month);
}

bool zone_fits_domain(int zone_minutes, std::string_view domain) {
    if (zone_minutes == 0) return true;
    const std::string_view top = domain.substr(domain.rfind('.') + 1);
    const auto row = std::ranges::find(countries, top, &Country::domain);
    return row == countries.end() || (zone_minutes >= row->least && zone_minutes <= row->most);
}

}  // namespace sekisho::scanner::mail
