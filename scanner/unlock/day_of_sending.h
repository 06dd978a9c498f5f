// The day on which a mail was sent, as its sender wrote it: what people make passwords of.
#pragma once

#include <optional>
#include <string>
#include <string_view>

namespace sekisho::scanner::unlock {

struct Day {
    std::string year;  // four digits
    std::string month;
    std::string day;  // two digits each
};

// Of a Date field (RFC 5322 section 3.3), in the zone in which it is written: "Fri, 7 Jun 2024 09:00:00
// +0900". Nothing where it holds no day. Of a long one the beginning is read.
std::optional<Day> day_of_sending(std::string_view date_field);

}  // namespace sekisho::scanner::unlock
