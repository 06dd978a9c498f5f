#include "outbound/judge.h"

#include <gtest/gtest.h>

#include <functional>

#include "outbound/sender.h"
#include "outbound/testing.h"

namespace sekisho::outbound {
namespace {

using testing::default_limits;
using testing::mail;
using testing::monday;

constexpr auto anna = "anna@example.com";
constexpr auto own = "192.0.2.7";

// One that has sent for a month: twenty mails a day, a quarter of the recipients new.
Baseline office_worker() {
    Baseline out;
    out.first_day = day_number(monday) - 30;
    out.last_day = day_number(monday) - 1;
    out.days = 20;
    out.usual = {2, 4, 8, 20, 5, 8, 15, 40, 0, 2, 1, 5};
    out.fresh = 10;
    return out;
}

enum class Place : std::uint8_t { desk, home, one_strange, near, many };

// What happens: `messages`, `a_minute`.
struct Doing {
    const char* what;
    int messages;
    double a_minute;
    Place place = Place::desk;
    bool other_names = false;
    double fresh = 0;  // share of the recipients
    bool one_text = false;
    int recipients = 1;
    bool newcomer = false;
    double least, most;  // points that it may bring
    bool beyond_doubt = false;
};

std::string client_of(Place place, int i) {
    switch (place) {
        case Place::desk:
            return own;
        case Place::home:
        case Place::one_strange:
            return "198.51.100.9";
        case Place::near:
            return "198.51." + std::to_string(i) + ".9";
        case Place::many:
            return "203." + std::to_string(i) + ".113.9";
    }
    return {};
}

Judgement judgement_of(const Doing& doing) {
    Sender sender;
    Moment at = monday;
    for (int i = 0; i < doing.messages; ++i) {
        at = monday + static_cast<Moment>(i * 60 / doing.a_minute);
        const auto number = static_cast<std::uint64_t>(i);
        Transaction one = mail(anna, client_of(doing.place, i), 1'000 + number, at);
        one.recipients.resize(static_cast<std::size_t>(doing.recipients), one.recipients.front());
        for (std::size_t r = 0; r < one.recipients.size(); ++r)
            one.recipients[r].address += r;
        if (doing.other_names) one.from_name = hash_of(number, 5);
        one.contents = {doing.one_text ? 7 : 1'000 + number};
        const Novelty novelty{.fresh = static_cast<std::uint32_t>((i + 1) * doing.recipients * doing.fresh) -
                                       static_cast<std::uint32_t>(i * doing.recipients * doing.fresh),
                              .network = doing.place != Place::desk,
                              .region = doing.place == Place::one_strange || doing.place == Place::many,
                              .from = doing.other_names};
        count_for_account(sender, one, traits_of(one), novelty);
    }
    const Baseline baseline = doing.newcomer ? Baseline{} : office_worker();
    return judge(Subject::account, *sender.activity, {.own = baseline, .watched_for = 30 * day},
                 default_limits(), at);
}

void check(std::span<const Doing> cases) {
    for (const Doing& doing : cases) {
        SCOPED_TRACE(doing.what);
        const Judgement out = judgement_of(doing);
        EXPECT_GE(out.points, doing.least);
        EXPECT_LT(out.points, doing.most);
        EXPECT_EQ(out.beyond_doubt, doing.beyond_doubt);
    }
}

constexpr double any = 100;

TEST(Judge, WhatPeopleDo) {
    const Doing cases[] = {
        {.what = "one mail", .messages = 1, .a_minute = 1, .least = 0, .most = 0.1},
        {.what = "a busy hour", .messages = 40, .a_minute = 1, .fresh = 0.2, .least = 0, .most = 1},
        {.what = "a circular",
         .messages = 1,
         .a_minute = 1,
         .recipients = 60,
         .least = 0,
         .most = watched_from},
        {.what = "a mail merge to customers",
         .messages = 250,
         .a_minute = 30,
         .fresh = 0.9,
         .one_text = true,
         .least = watched_from,
         .most = throttled_from},
        {.what = "the same from a new address at home",
         .messages = 250,
         .a_minute = 30,
         .place = Place::home,
         .fresh = 0.9,
         .one_text = true,
         .least = watched_from,
         .most = throttled_from},
        {.what = "an outbox after a flight",
         .messages = 40,
         .a_minute = 40,
         .place = Place::one_strange,
         .fresh = 0.05,
         .least = watched_from,
         .most = throttled_from},
        {.what = "travelling, to customers",
         .messages = 8,
         .a_minute = 0.2,
         .place = Place::one_strange,
         .fresh = 0.6,
         .least = 0,
         .most = throttled_from},
        {.what = "a phone whose carrier changes its address",
         .messages = 6,
         .a_minute = 0.1,
         .place = Place::near,
         .fresh = 0.2,
         .least = 0,
         .most = watched_from},
        {.what = "the first day of an account",
         .messages = 20,
         .a_minute = 0.2,
         .fresh = 0.7,
         .newcomer = true,
         .least = 0,
         .most = watched_from},
    };
    check(cases);
}

TEST(Judge, WhatBotsDo) {
    const Doing cases[] = {
        {.what = "many names, elsewhere",
         .messages = 6,
         .a_minute = 100,
         .place = Place::one_strange,
         .other_names = true,
         .fresh = 1,
         .least = throttled_from,
         .most = any,
         .beyond_doubt = true},
        {.what = "many names, at the own desk",
         .messages = 7,
         .a_minute = 20,
         .other_names = true,
         .fresh = 1,
         .least = throttled_from,
         .most = any,
         .beyond_doubt = true},
        {.what = "many names, of an account without a past",
         .messages = 8,
         .a_minute = 100,
         .other_names = true,
         .fresh = 1,
         .newcomer = true,
         .least = throttled_from,
         .most = any,
         .beyond_doubt = true},
        {.what = "many places, under the own name, to correspondents",
         .messages = 8,
         .a_minute = 10,
         .place = Place::many,
         .least = throttled_from,
         .most = any,
         .beyond_doubt = true},
        {.what = "many addresses of one provider, under the own name",
         .messages = 10,
         .a_minute = 10,
         .place = Place::near,
         .fresh = 1,
         .least = throttled_from,
         .most = any},
        {.what = "fast, under the own name, to strangers",
         .messages = 12,
         .a_minute = 100,
         .place = Place::one_strange,
         .fresh = 1,
         .least = throttled_from,
         .most = any},
        {.what = "five a minute, under the own name, to strangers",
         .messages = 45,
         .a_minute = 5,
         .place = Place::one_strange,
         .fresh = 1,
         .least = throttled_from,
         .most = any},
        {.what = "forty recipients a mail, at night, of an account without a past",
         .messages = 8,
         .a_minute = 5,
         .place = Place::one_strange,
         .fresh = 1,
         .one_text = true,
         .recipients = 40,
         .newcomer = true,
         .least = throttled_from,
         .most = any},
    };
    check(cases);
}

// Two names an hour, all day long.
TEST(Judge, NamesOfADay) {
    Sender sender;
    Moment at = monday;
    for (int i = 0; i < 14; ++i) {
        at = monday + static_cast<Moment>(i) * hour / 2;
        Transaction one = mail(anna, own, 1, at);
        one.from_name = hash_of(static_cast<std::uint64_t>(i), 5);
        count_for_account(sender, one, traits_of(one), {.from = true});
    }
    const Baseline baseline = office_worker();
    const auto points = [&](float usual) {
        Baseline past = baseline;
        of(past.usual, Measure::from_names) = usual;
        return judge(Subject::account, *sender.activity, {.own = past, .watched_for = 30 * day},
                     default_limits(), at)
            .points;
    };
    EXPECT_GE(points(0), watched_from);
    EXPECT_EQ(points(3), 0);
}

// On the first days of the guard everybody is new: a relay that speaks for all is no infected PC, yet.
TEST(Judge, AHostOfManyNames) {
    Sender sender;
    for (int i = 0; i < 12; ++i) {
        Transaction one = mail("", own, static_cast<std::uint64_t>(i), monday + static_cast<Moment>(i) * 10);
        one.from_name = hash_of(static_cast<std::uint64_t>(i), 5);
        one.sender = "someone" + std::to_string(i) + "@example.net";
        count_for_host(sender, one, traits_of(one), {.from = true}, false);
    }
    for (const bool young : {true, false}) {
        const Baseline nobody;
        const Judgement out =
            judge(Subject::host, *sender.activity, {.own = nobody, .watched_for = young ? 2 * day : 30 * day},
                  default_limits(), monday + 120);
        EXPECT_EQ(out.points >= throttled_from, !young) << out.points;
    }
}

// A bus full of colleagues at one hotel is watched; a list of stolen passwords is throttled.
TEST(Judge, AHostOfManyAccounts) {
    for (const bool forged : {false, true}) {
        Sender sender;
        for (int i = 0; i < 8; ++i) {
            const Transaction one =
                mail("user" + std::to_string(i) + "@example.com", "198.51.100.9", 1, monday);
            count_for_host(sender, one, traits_of(one), {.network = true, .region = true, .from = forged},
                           true);
        }
        const Baseline nobody;
        const Judgement out = judge(Subject::host, *sender.activity, {.own = nobody, .watched_for = 30 * day},
                                    default_limits(), monday);
        EXPECT_GE(out.points, watched_from);
        EXPECT_EQ(out.points >= throttled_from, forged);
        EXPECT_EQ(out.beyond_doubt, forged);
    }
}

// A circular that is deferred and comes again is no second one.
TEST(Judge, WhatIsTakenBackIsNoCopy) {
    Contents contents;
    contents.add(7, 58, monday);
    contents.take_back(7, 58);
    contents.take_back(7, 58);
    contents.take_back(8, 58);
    contents.add(7, 58, monday + 900);
    EXPECT_EQ(contents.most(monday + 900), 0u);
    contents.add(7, 2, monday + 900);
    EXPECT_EQ(contents.most(monday + 900), 60u);
}

}  // namespace
}  // namespace sekisho::outbound
