#include "daemon/incident.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "store/testing.h"

namespace sekisho::daemon {
namespace {

using namespace std::chrono_literals;
using testing::ElementsAre;
using testing::IsEmpty;
using Time = Incident::Time;

const outbound::Key taro{outbound::Subject::account, "taro@example.jp"};
const outbound::Key desk{outbound::Subject::host, "192.0.2.7"};

class IncidentTest : public testing::Test {
protected:
    testing_help::TempFolder folder_;
    std::unique_ptr<store::Store> store_ = store::Store::open({.path = folder_.path() + "/s.db"}).value();
    // Milliseconds are what the store keeps.
    const Time now_ = std::chrono::floor<std::chrono::seconds>(std::chrono::system_clock::now());

    void mail(Time at, std::string queue_id, std::string host = "192.0.2.7",
              std::vector<std::string> recipients = {"a@example.net"}, std::string action = "accept",
              base::JsonArray taken_off = {}, std::string account = "taro@example.jp") {
        base::JsonArray list(recipients.begin(), recipients.end());
        store_->record({.at = at,
                        .kind = "message",
                        .queue_id = std::move(queue_id),
                        .subject_id = "id",
                        .detail = base::JsonObject{{"account", account},
                                                   {"client", host},
                                                   {"subject", "Re: figures"},
                                                   {"recipients", std::move(list)},
                                                   {"recipient_count", std::uint64_t{recipients.size()}},
                                                   {"taken_off", std::move(taken_off)},
                                                   {"action", std::move(action)}},
                        .account = account,
                        .host = host});
    }
    void standing(Time at, std::string was, std::string is, const outbound::Key& key = taro) {
        const bool account = key.subject == outbound::Subject::account;
        store_->record({.at = at,
                        .kind = "standing",
                        .queue_id = {},
                        .subject_id = key.name,
                        .detail = base::JsonObject{{"subject", account ? "account" : "host"},
                                                   {"standing", is},
                                                   {"was", was},
                                                   {"reasons", base::JsonArray{"because " + is}}}});
    }
    base::Result<Incident> ask(const outbound::Key& key = taro, std::optional<Time> since = {}) {
        EXPECT_TRUE(store_->flush(10s));
        return incident_of(*store_, key, since, now_);
    }
    std::vector<std::string> queue_ids(const Incident& incident) {
        std::vector<std::string> out;
        EXPECT_TRUE(each_message(*store_, incident, [&](const model::Event& event) {
            out.push_back(event.queue_id);
            return true;
        }));
        return out;
    }
};

TEST_F(IncidentTest, ListsWhatWentOutSinceTheFirstSign) {
    mail(now_ - 40h, "yesterday");
    mail(now_ - 2h, "before");
    mail(now_ - 30min, "Q1");
    standing(now_ - 29min, "normal", "watched");
    mail(now_ - 28min, "Q2", "192.0.2.7", {"a@example.net", "b@example.net", "kept@example.net"}, "accept",
         {"kept@example.net"});
    mail(now_ - 27min, "Q3", "192.0.2.7", {"a@example.net"}, "defer");
    mail(now_ - 27min, "X1", "192.0.2.7", {"x@example.net"}, "accept", {}, "hanako@example.jp");
    standing(now_ - 27min, "watched", "throttled");
    mail(now_ - 26min, "Q4", "192.0.2.7", {"c@example.net"}, "hold");
    standing(now_ - 20min, "throttled", "blocked");
    const auto incident = ask();
    ASSERT_TRUE(incident) << incident.error().message;
    EXPECT_EQ(incident->standing, "blocked");
    EXPECT_THAT(incident->reasons, ElementsAre("because blocked"));
    EXPECT_EQ(incident->first_sign, now_ - 29min);
    EXPECT_EQ(incident->since, now_ - 89min);
    EXPECT_FALSE(incident->ended);
    EXPECT_EQ(incident->messages, 4U);
    EXPECT_EQ(incident->out_messages, 2U);
    EXPECT_EQ(incident->out_recipients, 3U);
    EXPECT_EQ(incident->out_distinct, 2U);
    EXPECT_EQ(incident->held, 1U);
    EXPECT_EQ(incident->refused, 1U);
    EXPECT_THAT(incident->out_queue_ids, ElementsAre("Q1", "Q2"));
    EXPECT_THAT(queue_ids(*incident), ElementsAre("Q1", "Q2", "Q3", "Q4"));
    ASSERT_EQ(incident->sources.size(), 1U);
    EXPECT_FALSE(incident->sources[0].is_new);
    EXPECT_EQ(incident->sources[0].messages, 4U);
}

TEST_F(IncidentTest, BeginsWithTheFirstMailFromANewPlace) {
    mail(now_ - 40h, "old");
    mail(now_ - 9h, "N1", "198.51.100.1");
    mail(now_ - 8h, "own", "192.0.2.7");
    mail(now_ - 10min, "N2", "198.51.100.1");
    mail(now_ - 9min, "late", "192.0.2.7");
    standing(now_ - 5min, "normal", "throttled");
    const auto incident = ask();
    ASSERT_TRUE(incident);
    EXPECT_EQ(incident->since, now_ - 9h);
    EXPECT_THAT(queue_ids(*incident), ElementsAre("N1", "own", "N2", "late"));
    ASSERT_EQ(incident->sources.size(), 2U);
    const auto& strange =
        incident->sources[0].name == "198.51.100.1" ? incident->sources[0] : incident->sources[1];
    EXPECT_EQ(strange.name, "198.51.100.1");
    EXPECT_TRUE(strange.is_new);
    EXPECT_EQ(strange.messages, 2U);
    EXPECT_NE(incident->sources[0].is_new, incident->sources[1].is_new);
}

TEST_F(IncidentTest, IsTheSameFromTheFirstSignToTheEnd) {
    standing(now_ - 3h, "normal", "throttled");
    standing(now_ - 2h, "throttled", "watched");
    standing(now_ - 1h, "watched", "normal");
    mail(now_ - 30min, "after");
    const std::string first = ask()->id;
    const auto closed = ask();
    EXPECT_EQ(closed->ended, now_ - 1h);
    EXPECT_EQ(closed->standing, "throttled");
    EXPECT_THAT(queue_ids(*closed), IsEmpty());
    standing(now_ - 10min, "normal", "watched");
    const auto second = ask();
    EXPECT_NE(second->id, first);
    EXPECT_FALSE(second->ended);
    standing(now_ - 9min, "watched", "blocked");
    EXPECT_EQ(ask()->id, second->id);
    EXPECT_EQ(ask()->first_sign, now_ - 10min);
}

TEST_F(IncidentTest, OfAHostNamesTheAccounts) {
    mail(now_ - 5min, "Q1", "192.0.2.7", {"a@example.net"}, "accept", {}, "");
    mail(now_ - 4min, "Q2", "192.0.2.7");
    mail(now_ - 4min, "other", "192.0.2.8");
    standing(now_ - 3min, "normal", "blocked", desk);
    const auto incident = ask(desk);
    ASSERT_TRUE(incident);
    EXPECT_THAT(queue_ids(*incident), ElementsAre("Q1", "Q2"));
    ASSERT_EQ(incident->sources.size(), 2U);
    EXPECT_EQ(incident->sources[0].name, "");
    EXPECT_EQ(incident->sources[1].name, "taro@example.jp");
}

TEST_F(IncidentTest, WithoutTroubleATimeIsWanted) {
    mail(now_ - 5h, "early");
    mail(now_ - 5min, "Q1");
    EXPECT_EQ(ask().error().cause, base::Cause::invalid);
    EXPECT_EQ(ask({outbound::Subject::account, ""}).error().cause, base::Cause::invalid);
    const auto listed = ask(taro, now_ - 1h);
    ASSERT_TRUE(listed);
    EXPECT_EQ(listed->standing, "");
    EXPECT_THAT(queue_ids(*listed), ElementsAre("Q1"));
}

// A host of the name of an account, and words of SQL, find nobody else's mail.
TEST_F(IncidentTest, NamesAreNames) {
    mail(now_ - 5min, "Q1");
    standing(now_ - 4min, "normal", "blocked");
    EXPECT_FALSE(ask({outbound::Subject::host, "taro@example.jp"}));
    EXPECT_FALSE(ask({outbound::Subject::account, "%"}));
    EXPECT_FALSE(ask({outbound::Subject::account, "' OR ''='"}));
    EXPECT_THAT(queue_ids(*ask({outbound::Subject::account, "' OR ''='"}, now_ - 1h)), IsEmpty());
}

TEST_F(IncidentTest, SaysWhereItStopped) {
    for (std::size_t i = 0; i < max_incident_queue_ids + 5; ++i)
        mail(now_ - 5min, "Q");
    standing(now_ - 4min, "normal", "blocked");
    const auto incident = ask();
    EXPECT_EQ(incident->out_messages, max_incident_queue_ids + 5);
    EXPECT_EQ(incident->out_queue_ids.size(), max_incident_queue_ids);
    EXPECT_TRUE(incident->complete);
}

TEST_F(IncidentTest, AMessageSaysToWhomItWent) {
    store_->record({.at = now_ - 5min,
                    .kind = "message",
                    .queue_id = "4Q",
                    .subject_id = "id",
                    .detail = base::JsonObject{{"recipients", base::JsonArray{"a@example.net"}},
                                               {"recipient_count", 1},
                                               {"action", "tag"},
                                               {"helo", "pc"},
                                               {"attachments", "no list"}},
                    .account = "taro@example.jp",
                    .host = "198.51.100.1"});
    standing(now_ - 4min, "normal", "blocked");
    const auto incident = ask();
    ASSERT_TRUE(each_message(*store_, *incident, [&](const model::Event& event) {
        const base::Json line = sent_json(*incident, event);
        EXPECT_EQ(line.string_or("queue_id"), "4Q");
        EXPECT_EQ(line.string_or("helo"), "pc");
        EXPECT_TRUE(line.bool_or("went_out"));
        EXPECT_TRUE(line.bool_or("new"));
        EXPECT_EQ(line.find("recipients")->as_array()->size(), 1U);
        EXPECT_TRUE(line.find("attachments")->as_array()->empty());
        return true;
    }));
}

}  // namespace
}  // namespace sekisho::daemon
