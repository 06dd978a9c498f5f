// Dates: of the Date field (RFC 5322 section 3.3), and of those that mail programs write above what they
// quote.
#pragma once

#include <optional>
#include <string_view>

namespace sekisho::scanner::mail {

struct SentDate {
    int year = 0;
    int month = 0;  // 1 to 12
    int day = 0;
    std::optional<int> zone_minutes;  // east of Greenwich; none where no number is given
};

// "Fri, 7 Jun 2024 09:00:00 +0900". Nothing where it holds no day. Of a long one the beginning is read.
std::optional<SentDate> read_date(std::string_view field);

// The latest month that the text can mean, counted in months since year 0: numbers and names of months in
// English, German, French, Italian, Spanish and Japanese. "2024/06/07", "7. Juni 2024", "2024年6月7日". Where
// only a year can be told, its December.
std::optional<int> month_in(std::string_view text);

// Whether the numbers of a zone are ones that clocks in the country of a domain show: ".jp" +0900. True where
// nothing is known of the country, and for Greenwich, by which servers go.
bool zone_fits_domain(int zone_minutes, std::string_view domain);

}  // namespace sekisho::scanner::mail
