#include "daemon/standing_news.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "daemon/outbound_desk.h"
#include "store/testing.h"

namespace sekisho::daemon {
namespace {

using namespace std::chrono_literals;
using model::StandingLevel;

outbound::Change change(StandingLevel before, StandingLevel level, std::string by = {}) {
    outbound::StandingState state{.level = level, .since = 1'790'000'000, .by = std::move(by)};
    state.reasons = {"rate: far over"};
    return {.key = {outbound::Subject::account, "taro@example.jp"},
            .before = before,
            .state = std::move(state),
            .at = 1'790'000'000};
}

TEST(ChangeWord, SaysWhatAPersonWouldSay) {
    using enum StandingLevel;
    EXPECT_EQ(change_word(change(normal, watched)), "watched");
    EXPECT_EQ(change_word(change(watched, throttled)), "throttled");
    EXPECT_EQ(change_word(change(normal, blocked, "root")), "blocked");
    EXPECT_EQ(change_word(change(blocked, normal, "root")), "released");
    EXPECT_EQ(change_word(change(throttled, watched)), "calmed");
    EXPECT_EQ(change_word(change(watched, normal)), "calmed");
    EXPECT_EQ(change_word(change(blocked, blocked, "root")), "");
    EXPECT_EQ(change_word(change(normal, normal, "root")), "");
}

TEST(ChangeWord, AGuardsReleaseIsAPersons) {
    outbound::Guard guard(outbound::SeenBefore::in_memory(1 << 16).value());
    const outbound::Key key{outbound::Subject::account, "taro@example.jp"};
    EXPECT_EQ(change_word(guard.set(key, StandingLevel::blocked, "anna", 1'790'000'000)), "blocked");
    const auto released = guard.set(key, StandingLevel::normal, "anna", 1'790'000'060);
    EXPECT_EQ(change_word(released), "released");
    EXPECT_EQ(released.state.by, "anna");
}

class StandingNewsTest : public testing::Test {
protected:
    testing_help::TempFolder folder_;
    std::unique_ptr<store::Store> store_ = store::Store::open({.path = folder_.path() + "/s.db"}).value();
    milter::CurrentSettings settings_{[] {
        config::Settings out;
        out.milter.hostname = "mx.example.jp";
        out.notice.operators = {"soc@example.jp"};
        return out;
    }()};
    std::mutex mutex_;
    std::vector<std::string> sent_;

    std::unique_ptr<StandingNews> open(std::chrono::milliseconds settle = 0ms) {
        return std::make_unique<StandingNews>(
            StandingNews::Rooms{settings_, *store_, folder_.path() + "/outbound"}, settle,
            [this](const config::Settings&, const std::string&,
                   const std::string& mail) -> base::Result<void> {
                const std::scoped_lock lock(mutex_);
                sent_.push_back(mail);
                return {};
            });
    }
    std::size_t sent() {
        const std::scoped_lock lock(mutex_);
        return sent_.size();
    }
    void on_record(const outbound::Change& what, std::string_view standing, std::string_view was) {
        const auto now = std::chrono::system_clock::now();
        store_->record({.at = now - 1min,
                        .kind = "message",
                        .queue_id = "4Q",
                        .subject_id = "id",
                        .detail = base::JsonObject{{"recipients", base::JsonArray{"a@example.net"}},
                                                   {"recipient_count", 1},
                                                   {"action", "accept"}},
                        .account = what.key.name,
                        .host = "198.51.100.1"});
        store_->record(
            {.at = now,
             .kind = "standing",
             .queue_id = {},
             .subject_id = what.key.name,
             .detail = base::JsonObject{{"subject", "account"}, {"standing", standing}, {"was", was}}});
    }
    std::vector<model::Event> incidents() {
        EXPECT_TRUE(store_->flush(10s));
        return store_->events("incident", 10).value();
    }
    static bool until(const std::function<bool()>& holds) {
        for (int i = 0; i < 3'000 && !holds(); ++i)
            std::this_thread::sleep_for(10ms);
        return holds();
    }
};

TEST_F(StandingNewsTest, ARiseIsAnIncidentAndAMail) {
    const auto rise = change(StandingLevel::normal, StandingLevel::blocked);
    on_record(rise, "blocked", "normal");
    const auto news = open();
    news->add(rise);
    ASSERT_TRUE(until([&] { return sent() == 1; }));
    const auto found = incidents();
    ASSERT_EQ(found.size(), 1U);
    EXPECT_EQ(found[0].subject_id, "taro@example.jp");
    const base::Json* out = found[0].detail.find("out");
    ASSERT_NE(out, nullptr);
    EXPECT_EQ(out->int_or("messages"), 1);
    EXPECT_EQ(*out->find("queue_ids")->as_array()->at(0).as_string(), "4Q");
    EXPECT_EQ(found[0].detail.find("sources")->as_array()->at(0).string_or("name"), "198.51.100.1");
}

TEST_F(StandingNewsTest, WatchingIsNobodysMail) {
    const auto news = open();
    news->add(change(StandingLevel::normal, StandingLevel::watched));
    news->add(change(StandingLevel::watched, StandingLevel::normal));
    news->stop();
    EXPECT_EQ(sent(), 0U);
    EXPECT_TRUE(incidents().empty());
    EXPECT_TRUE(testing_help::files_in(folder_.path() + "/outbound").empty());
}

// One that waits and goes on is throttled again and again: people are told once, programs each time.
TEST_F(StandingNewsTest, ThrottledAgainIsNoNewsForPeople) {
    auto settings = *settings_.get();
    settings.outbound.webhook.url = "http://127.0.0.1:1/nobody";
    settings.outbound.webhook.secret_file = folder_.path() + "/none";
    settings_.set(settings);
    auto rise = change(StandingLevel::watched, StandingLevel::throttled);
    on_record(rise, "throttled", "watched");
    const auto news = open(1h);
    for (std::uint8_t in_a_row = 1; in_a_row <= 3; ++in_a_row) {
        rise.state.in_a_row = in_a_row;
        news->add(rise);
    }
    auto block = change(StandingLevel::throttled, StandingLevel::blocked);
    block.state.in_a_row = 3;
    news->add(block);
    news->stop();
    EXPECT_TRUE(until([&] {  // the first is sent at once
        const TellingStats mails = news->mails();
        return mails.told > 0 && mails.told + mails.waiting == 2;
    }));
    EXPECT_EQ(news->webhook().waiting, 4U);
    EXPECT_EQ(incidents().size(), 4U);
}

// The end of the gate waits for no server, and forgets nothing: the next one tells it.
TEST_F(StandingNewsTest, TheEndWritesDownWhatIsKnown) {
    auto settings = *settings_.get();
    settings.outbound.webhook.url = "http://127.0.0.1:1/nobody";
    settings.outbound.webhook.secret_file = folder_.path() + "/none";
    settings_.set(settings);
    const auto rise = change(StandingLevel::normal, StandingLevel::throttled);
    on_record(rise, "throttled", "normal");
    const auto news = open(1h);
    for (int i = 0; i < 3; ++i)
        news->add(rise);
    news->stop();
    EXPECT_EQ(testing_help::files_in(folder_.path() + "/outbound/webhook", ".json").size(), 3U);
    EXPECT_EQ(incidents().size(), 3U);
}

TEST_F(StandingNewsTest, AnIncidentWithoutARecordIsStillTold) {
    const auto news = open();
    news->add(change(StandingLevel::normal, StandingLevel::blocked));
    ASSERT_TRUE(until([&] { return sent() == 1; }));
    EXPECT_TRUE(incidents().empty());
}

TEST(NewsOf, HoldsWhatAProgramNeeds) {
    config::Settings settings;
    settings.milter.hostname = "mx.example.jp";
    settings.monitor = true;
    const base::Json news =
        StandingNews::news_of(change(StandingLevel::watched, StandingLevel::throttled), settings, {});
    EXPECT_EQ(news.int_or("schema"), 1);
    EXPECT_EQ(news.string_or("id").size(), 16U);
    EXPECT_EQ(news.int_or("at"), 1'790'000'000);
    EXPECT_EQ(news.string_or("gateway"), "mx.example.jp");
    EXPECT_TRUE(news.bool_or("monitor"));
    EXPECT_EQ(news.string_or("subject"), "account");
    EXPECT_EQ(news.string_or("name"), "taro@example.jp");
    EXPECT_EQ(news.string_or("change"), "throttled");
    EXPECT_EQ(news.string_or("standing"), "throttled");
    EXPECT_EQ(news.string_or("was"), "watched");
    EXPECT_EQ(*news.find("reasons")->as_array()->at(0).as_string(), "rate: far over");
    ASSERT_NE(news.find("incident"), nullptr);
    EXPECT_TRUE(news.find("incident")->is_null());
}

}  // namespace
}  // namespace sekisho::daemon
