#include "store/sent_mail.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "store/testing.h"

namespace sekisho::store {
namespace {

using namespace std::chrono_literals;
using std::chrono::system_clock;
using testing::ElementsAre;
using testing::IsEmpty;

class SentMailTest : public testing::Test {
protected:
    testing_help::TempFolder folder_;
    std::unique_ptr<Store> store_ = Store::open({.path = folder_.path() + "/s.db"}).value();
    const system_clock::time_point now_ = std::chrono::floor<std::chrono::seconds>(system_clock::now());

    void mail(std::chrono::seconds ago, std::string id, std::string account, std::string host) {
        ASSERT_TRUE(store_->record({.at = now_ - ago,
                                    .kind = "message",
                                    .queue_id = std::move(id),
                                    .subject_id = "s",
                                    .detail = base::JsonObject{{"n", 1}},
                                    .account = std::move(account),
                                    .host = std::move(host)}));
    }
    SentFilter of(std::string account, std::string host = {}) {
        EXPECT_TRUE(store_->flush(10s));
        return {.account = std::move(account), .host = std::move(host), .since = now_ - 1h, .until = now_};
    }
    std::vector<std::string> ids(const SentFilter& filter, std::size_t most = 100) {
        std::vector<std::string> out;
        EXPECT_TRUE(store_->sent(filter, [&](const model::Event& event) {
            out.push_back(event.queue_id);
            return out.size() < most;
        }));
        return out;
    }
};

TEST_F(SentMailTest, IsFoundByAccountAndByHostTheOldestFirst) {
    mail(10s, "late", "anna", "192.0.2.1");
    mail(30s, "early", "anna", "192.0.2.2");
    mail(20s, "bob's", "bob", "192.0.2.1");
    mail(15s, "nobody's", "", "192.0.2.1");
    mail(2h, "long ago", "anna", "192.0.2.1");
    mail(-60s, "to come", "anna", "192.0.2.1");
    mail(5s, "from outside", "", "");
    EXPECT_THAT(ids(of("anna")), ElementsAre("early", "late"));
    EXPECT_THAT(ids(of("", "192.0.2.1")), ElementsAre("bob's", "nobody's", "late"));
    EXPECT_THAT(ids(of("anna"), 1), ElementsAre("early"));
    EXPECT_THAT(ids(of("", "")), IsEmpty()) << "what is nobody's is found by nobody";
    EXPECT_THAT(ids(of("ann")), IsEmpty());
}

TEST_F(SentMailTest, SaysFromWhereWhoeverCameFirst) {
    mail(10s, "a", "anna", "192.0.2.1");
    mail(30s, "b", "anna", "192.0.2.2");
    mail(20s, "c", "anna", "192.0.2.1");
    const auto from = store_->sent_from(of("anna")).value();
    ASSERT_EQ(from.size(), 2U);
    EXPECT_EQ(from[0].name, "192.0.2.2");
    EXPECT_EQ(from[1].name, "192.0.2.1");
    EXPECT_EQ(from[1].first, now_ - 20s);
    EXPECT_EQ(from[1].last, now_ - 10s);
    EXPECT_EQ(from[1].messages, 2U);
    EXPECT_THAT(store_->sent_from(of("nobody")).value(), IsEmpty());
}

TEST_F(SentMailTest, EventsAboutASubjectAreTheNewestFirst) {
    for (int i = 0; i < 3; ++i) {
        for (const char* subject : {"anna", "bob"})
            store_->record({.at = now_,
                            .kind = "standing",
                            .queue_id = {},
                            .subject_id = subject,
                            .detail = base::JsonObject{{"n", i}}});
    }
    store_->record(
        {.at = now_, .kind = "audit", .queue_id = {}, .subject_id = "anna", .detail = base::JsonObject{}});
    ASSERT_TRUE(store_->flush(10s));
    const auto about = store_->events_about("standing", "anna", 2).value();
    ASSERT_EQ(about.size(), 2U);
    EXPECT_EQ(about[0].detail.int_or("n"), 2);
    EXPECT_EQ(about[1].detail.int_or("n"), 1);
}

// Rows of a version before are nobody's, and stay readable.
TEST_F(SentMailTest, AnOlderFileGetsTheColumns) {
    mail(10s, "before", "anna", "192.0.2.1");
    store_ = nullptr;
    {
        Database database = Database::open(folder_.path() + "/s.db", 1s).value();
        ASSERT_TRUE(
            database.execute("DROP INDEX events_by_account; DROP INDEX events_by_host; ALTER TABLE events "
                             "DROP COLUMN account; ALTER TABLE events DROP COLUMN host; PRAGMA "
                             "user_version=3"));
    }
    store_ = Store::open({.path = folder_.path() + "/s.db"}).value();
    EXPECT_THAT(ids(of("anna")), IsEmpty());
    mail(5s, "after", "anna", "192.0.2.1");
    EXPECT_THAT(ids(of("anna")), ElementsAre("after"));
    EXPECT_EQ(store_->events("message", 10).value().size(), 2U);
    EXPECT_TRUE(testing_help::files_in(folder_.path(), ".corrupt-").empty());
}

}  // namespace
}  // namespace sekisho::store
