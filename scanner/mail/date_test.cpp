#include "scanner/mail/date.h"

#include <gtest/gtest.h>

namespace sekisho::scanner::mail {
namespace {

TEST(SentDate, OfTheField) {
    const auto date = read_date("Tue, 03 Mar 2026 09:12:44 +0900 (JST)");
    ASSERT_TRUE(date);
    EXPECT_EQ(date->year, 2026);
    EXPECT_EQ(date->month, 3);
    EXPECT_EQ(date->day, 3);
    EXPECT_EQ(date->zone_minutes, 540);
    EXPECT_EQ(read_date("3 Sep 2020 14:22:10 -0430")->zone_minutes, -270);
    EXPECT_FALSE(read_date("3 Sep 2020 14:22:10 GMT")->zone_minutes);
    for (const char* none : {"", "yesterday", "2026-03-03", "99 Mar 2026", "3 Mar", "3 Foo 2026 10:00 +0000"})
        EXPECT_FALSE(read_date(none)) << none;
}

struct Heading {
    const char* name;
    const char* text;
    int year;
    int month;
};
class Headings : public testing::TestWithParam<Heading> {};

TEST_P(Headings, TellTheMonth) {
    constexpr int months = 12;
    EXPECT_EQ(month_in(GetParam().text), GetParam().year * months + GetParam().month) << GetParam().text;
}

INSTANTIATE_TEST_SUITE_P(
    OfMailPrograms, Headings,
    testing::Values(Heading{"Gmail", "On Tue, Mar 3, 2026 at 9:12 AM Ann <ann@example.com> wrote:", 2026, 3},
                    Heading{"Thunderbird", "On 03/04/2026 09:12, Ann wrote:", 2026, 4},
                    Heading{"ThunderbirdIso", "On 2026-03-04 09:12, Ann wrote:", 2026, 3},
                    Heading{"OutlookGerman", "Gesendet: Dienstag, 3. März 2026 09:12", 2026, 3},
                    Heading{"GmailGerman", "Am Di., 3. März 2026 um 09:12 Uhr schrieb Ann:", 2026, 3},
                    Heading{"OutlookFrench", "Envoyé : mardi 4 août 2026 09:12", 2026, 8},
                    Heading{"FrenchJuly", "Le 14 juillet 2026", 2026, 7},
                    Heading{"OutlookItalian", "Inviato: martedì 3 giugno 2026 09:12", 2026, 6},
                    Heading{"OutlookSpanish", "Enviado el: martes, 3 de enero de 2026 9:12", 2026, 1},
                    Heading{"OutlookJapanese", "送信日時: 2026年3月3日 9:12", 2026, 3},
                    Heading{"FullWidth", "日時：２０２６年１１月３日", 2026, 11},
                    Heading{"YearAlone", "in 2026", 2026, 12}),
    [](const auto& info) { return info.param.name; });

TEST(Month, NeedsAYear) {
    EXPECT_FALSE(month_in("On Monday, Ann wrote:"));
    EXPECT_FALSE(month_in("Tel. 03-1234-5678"));
    EXPECT_FALSE(month_in(""));
}

TEST(Zone, GoesByTheCountry) {
    EXPECT_TRUE(zone_fits_domain(540, "example.co.jp"));
    EXPECT_FALSE(zone_fits_domain(-240, "example.co.jp"));
    EXPECT_TRUE(zone_fits_domain(0, "example.co.jp"));  // a server's clock
    EXPECT_TRUE(zone_fits_domain(60, "example.de"));
    EXPECT_TRUE(zone_fits_domain(120, "example.de"));  // summer
    EXPECT_FALSE(zone_fits_domain(-60, "example.it"));
    EXPECT_TRUE(zone_fits_domain(-240, "example.com"));  // nobody knows where
    EXPECT_TRUE(zone_fits_domain(-240, ""));
}

}  // namespace
}  // namespace sekisho::scanner::mail
