#include <gtest/gtest.h>

#include <algorithm>
#include <string>
#include <vector>

#include "scanner/unlock/candidates.h"
#include "scanner/unlock/day_of_sending.h"

namespace sekisho::scanner::unlock {
namespace {

std::vector<PasswordCandidate> candidates(std::string_view from, std::string_view date) {
    Passwords found;
    found.set_date(date);
    harvest_sender(from, found);
    return found.ranked();
}

struct Row {
    const char* from;
    const char* date;
    std::vector<std::string> given;  // among others
    std::size_t count;
};

TEST(SenderPatterns, Cases) {
    const char* const day = "Fri, 7 Jun 2024 09:12:03 +0900";
    const Row rows[] = {
        {"Ann <ann@example.com>",
         day,
         {"example2024", "example0607", "example20240607", "example240607", "Example2024", "example@2024",
          "example", "20240607", "240607", "0607", "07062024"},
         11},
        {"ann@mail.example.co.jp", day, {"example2024"}, 11},
        {"ann@sub.example-gmbh.de", "", {"example-gmbh"}, 1},
        {"ann@com.br", day, {"com2024"}, 11},
        {"\"ann@other.example\" <bob@firm.example.net>", "", {"example"}, 1},
        {"no address", day, {"20240607", "0607"}, 4},
        {"ann@localhost", day, {"20240607"}, 4},
        {"ann@x.jp", "", {}, 0},
        {"ann@", "", {}, 0},
        {"", "", {}, 0},
    };
    for (const Row& row : rows) {
        const auto all = candidates(row.from, row.date);
        EXPECT_EQ(all.size(), row.count) << row.from;
        for (const std::string& text : row.given)
            EXPECT_NE(std::ranges::find(all, text, &PasswordCandidate::text), all.end()) << row.from << text;
        for (const PasswordCandidate& candidate : all)
            EXPECT_EQ(candidate.label(), "sender");
    }
}

TEST(SenderPatterns, AnyBytesGiveFewOfThem) {
    for (int i = 0; i < 256; ++i) {
        const std::string from = "a@" + std::string(1, static_cast<char>(i)) + "b.c" +
                                 std::string(3'000, static_cast<char>(i)) + ".d";
        EXPECT_LE(candidates(from, from).size(), 16u);
    }
}

TEST(DayOfSending, Cases) {
    const std::vector<std::pair<const char*, const char*>> rows{
        {"Fri, 7 Jun 2024 09:12:03 +0900", "2024-06-07"},
        {"07 Jun 2024 23:59 -0000", "2024-06-07"},
        {"Fri,7 Jun 2024 09:12:03 GMT", "2024-06-07"},
        {"fri, 31 DECEMBER 2024", "2024-12-31"},
        {"Fri, 32 Jun 2024 09:12:03", ""},
        {"Fri, 0 Jun 2024 09:12:03", ""},
        {"7 Jun 24 09:12:03", ""},
        {"2024-06-07", ""},
        {"Jun 7 2024", ""},
        {"", ""},
        {"7 Jun", ""}};
    for (const auto& [field, day] : rows) {
        const auto found = day_of_sending(field);
        EXPECT_EQ(found ? found->year + "-" + found->month + "-" + found->day : "", day) << field;
    }
}

}  // namespace
}  // namespace sekisho::scanner::unlock
