#include "scanner/unlock/key_search.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "base/charset.h"

namespace sekisho::scanner::unlock {
namespace {

using std::string_literals::operator""s;

Passwords candidates(std::initializer_list<const char*> texts) {
    Passwords out;
    for (const char* text : texts)
        out.add({text, PasswordSource::keyword, "ja"});
    return out;
}

TEST(KeySearch, TriesTheLikeliestFirst) {
    Passwords passwords;
    passwords.add({"a token", PasswordSource::token, {}});
    passwords.add({"a keyword", PasswordSource::keyword, "en"});
    Budget budget({}, 1'000);
    KeySearch search(passwords, budget, PasswordBytes::utf8);
    std::vector<std::string> tried;
    const auto found = search.find({}, [&](std::string_view key) {
        tried.emplace_back(key);
        return key == "a token" ? Fit::exact : Fit::no;
    });
    EXPECT_EQ(tried, (std::vector<std::string>{"a keyword", "a token"}));
    ASSERT_TRUE(found);
    EXPECT_EQ(found->label, "token");
}

TEST(KeySearch, GivesTheBytesThatTheFormatTakes) {
    const auto bytes_of = [](PasswordBytes kind) {
        const Passwords passwords = candidates({"日1"});
        Budget budget({}, 1'000);
        KeySearch search(passwords, budget, kind);
        std::vector<std::string> out;
        (void)search.find({}, [&](std::string_view key) {
            out.emplace_back(key);
            return Fit::no;
        });
        return out;
    };
    EXPECT_EQ(bytes_of(PasswordBytes::utf8), std::vector<std::string>{"日1"});
    EXPECT_EQ(bytes_of(PasswordBytes::utf8_or_cp932), (std::vector<std::string>{"日1", "\x93\xFA\x31"}));
    EXPECT_THAT(bytes_of(PasswordBytes::utf8_or_ansi), testing::IsSupersetOf({"日1", "\x93\xFA\x31"}));
    EXPECT_EQ(bytes_of(PasswordBytes::utf16le), std::vector<std::string>{"\xE5\x65\x31\x00"s});
}

TEST(KeySearch, TakesWhatIsPlausibleWhereNothingFits) {
    const Passwords passwords = candidates({"wrong", "near", "exact"});
    Budget budget({}, 1'000);
    KeySearch search(passwords, budget, PasswordBytes::utf8);
    const auto fits = [](std::string_view exact) {
        return [exact](std::string_view key) {
            return key == exact ? Fit::exact : key == "near" ? Fit::plausible : Fit::no;
        };
    };
    const auto near = search.find({}, fits("none of them"));
    ASSERT_TRUE(near);
    EXPECT_EQ(near->bytes, "near");
    EXPECT_EQ(near->fit, Fit::plausible);
    EXPECT_EQ(search.find({}, fits("exact")).value().bytes, "exact");
}

TEST(KeySearch, TriesWhatOpenedAnotherLockBeforeTheRest) {
    const Passwords passwords = candidates({"one", "two", "three"});
    Budget budget({}, 1'000);
    KeySearch search(passwords, budget, PasswordBytes::utf8);
    std::vector<std::string> tried;
    const auto fits = [&](std::string_view key) {
        tried.emplace_back(key);
        return key == "three" ? Fit::exact : Fit::no;
    };
    ASSERT_TRUE(search.find({}, fits));
    tried.clear();
    ASSERT_TRUE(search.find({}, fits));
    EXPECT_EQ(tried, std::vector<std::string>{"three"});
}

TEST(KeySearch, TriesNothingThatIsTooDear) {
    const Passwords passwords = candidates({"one"});
    model::ScanLimits limits;
    limits.max_kdf_ms = 100;
    Budget budget(limits, 1'000);
    KeySearch search(passwords, budget, PasswordBytes::utf8);
    const auto never = [](std::string_view) -> Fit { throw std::logic_error("tried"); };
    EXPECT_FALSE(search.find({.microseconds = 100'001}, never));
    EXPECT_TRUE(search.too_dear());
    EXPECT_FALSE(search.ran_out());
    EXPECT_EQ(search.tried(), "0 of 1 passwords tried");
}

TEST(KeySearch, EndsWithTheBudget) {
    const Passwords passwords = candidates({"a", "b", "c", "d", "e"});
    model::ScanLimits limits;
    limits.max_password_cost = 300'000;
    Budget budget(limits, 1'000);
    KeySearch search(passwords, budget, PasswordBytes::utf8);
    EXPECT_FALSE(search.find({.microseconds = 100'000}, [](std::string_view) { return Fit::no; }));
    EXPECT_TRUE(search.ran_out());
    EXPECT_EQ(search.tried(), "3 of 5 passwords tried");
    EXPECT_EQ(budget.reached(), std::vector<std::string>{"limit.passwords"});
}

TEST(KeySearch, CountsNumbersOutWhereATryCostsNothing) {
    const Passwords none;
    for (const bool numbers : {true, false}) {
        Budget budget({}, 1'000);
        KeySearch search(none, budget, PasswordBytes::utf8);
        std::size_t tries = 0;
        EXPECT_FALSE(search.find({.numbers = numbers}, [&](std::string_view) {
            ++tries;
            return Fit::plausible;  // of thousands some fit by chance
        }));
        EXPECT_EQ(tries, numbers ? 11'110u : 0u);
    }
}

}  // namespace
}  // namespace sekisho::scanner::unlock
