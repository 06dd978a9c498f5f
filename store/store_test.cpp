#include "store/store.h"

#include <gtest/gtest.h>
#include <sys/stat.h>

#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <thread>

#include "store/recovery.h"
#include "store/schema.h"
#include "store/sqlite.h"
#include "store/testing.h"

namespace sekisho::store {
namespace {

using namespace std::chrono_literals;
using std::chrono::system_clock;

class StoreTest : public testing::Test {
protected:
    testing_help::TempFolder folder_;
    config::StoreSettings settings_{.path = folder_.path() + "/state/sekisho.db", .queue_length = 1'000};

    std::unique_ptr<Store> open() {
        auto opened = Store::open(settings_);
        EXPECT_TRUE(opened.has_value()) << (opened ? "" : opened.error().message);
        return opened ? std::move(*opened) : nullptr;
    }
};

model::Event event(std::string kind, std::string subject, int number = 0) {
    return {.at = system_clock::now(),
            .kind = std::move(kind),
            .queue_id = "4Abc",
            .subject_id = std::move(subject),
            .detail = base::JsonObject{{"n", number}, {"text", "a\"b\\\n\xff"}}};
}

QuarantineRow row(std::string id, std::string verdict = "malicious", std::string from = "eve@example.net") {
    return {.id = std::move(id),
            .at = system_clock::now(),
            .verdict = std::move(verdict),
            .reason = "malicious",
            .direction = "inbound",
            .mail_from = std::move(from),
            .recipients = {"Ann@example.com", "bob@example.com"},
            .subject = "'; DROP TABLE quarantine; --",
            .queue_id = "4Abc",
            .finding = "office.vba.autoexec",
            .bytes = 4'000'000'000,
            .state = "held",
            .expires = system_clock::now() + 24h};
}

TEST_F(StoreTest, MakesFolderAndFileForItselfAlone) {
    const auto store = open();
    struct stat info{};
    ASSERT_EQ(::stat((folder_.path() + "/state").c_str(), &info), 0);
    EXPECT_EQ(info.st_mode & 0777U, 0700U);
    ASSERT_EQ(::stat(settings_.path.c_str(), &info), 0);
    EXPECT_EQ(info.st_mode & 0777U, 0600U);
    EXPECT_TRUE(store->healthy());
}

TEST_F(StoreTest, RefusesARelativePathAndAFolderThatCannotBe) {
    EXPECT_EQ(Store::open({.path = "sekisho.db"}).error().cause, base::Cause::invalid);
    EXPECT_EQ(Store::open({.path = "/dev/null/x/sekisho.db"}).error().cause, base::Cause::invalid);
}

TEST_F(StoreTest, GivesEventsBackTheNewestFirst) {
    auto store = open();
    EXPECT_TRUE(store->record(event("message", "m1", 1)));
    EXPECT_TRUE(store->record(event("message", "m2", 2)));
    ASSERT_TRUE(store->record_now(event("audit", "q1", 3)));
    for (int turn = 0; turn < 2; ++turn) {  // and after a restart
        const auto messages = store->events("message", 10).value();
        ASSERT_EQ(messages.size(), 2U);
        EXPECT_EQ(messages[0].subject_id, "m2");
        EXPECT_EQ(messages[0].detail.int_or("n"), 2);
        EXPECT_EQ(messages[1].queue_id, "4Abc");
        EXPECT_EQ(store->events("", 10).value().size(), 3U);
        EXPECT_EQ(store->events("", 1).value().at(0).kind, "audit");
        store.reset();
        store = open();
    }
}

TEST_F(StoreTest, WritesWhatIsQueuedWhenItCloses) {
    auto store = open();
    for (int i = 0; i < 500; ++i)
        EXPECT_TRUE(store->record(event("message", "m", i)));
    store.reset();
    EXPECT_EQ(open()->events("message", 1'000).value().size(), 500U);
}

TEST_F(StoreTest, FullQueueDropsAndCounts) {
    settings_.queue_length = 10;
    const auto store = open();
    Database other = Database::open(settings_.path, 1s).value();
    ASSERT_TRUE(other.execute("BEGIN IMMEDIATE"));  // the disk does not answer
    std::uint64_t accepted = 0;
    std::uint64_t refused = 0;
    while (refused < 5 && accepted < 100)
        ++(store->record(event("message", "m")) ? accepted : refused);
    EXPECT_GE(accepted, 10U);
    EXPECT_LE(accepted, 20U);  // one batch in the writer's hands, one in the queue
    EXPECT_EQ(store->dropped_events(), refused);
    ASSERT_TRUE(other.execute("ROLLBACK"));
    ASSERT_TRUE(store->flush(20s));
    EXPECT_EQ(store->events("message", 1'000).value().size(), accepted);
}

TEST_F(StoreTest, FlushGivesUpInTime) {
    const auto store = open();
    Database other = Database::open(settings_.path, 1s).value();
    ASSERT_TRUE(other.execute("BEGIN IMMEDIATE"));
    EXPECT_EQ(store->flush(1ms).error().cause, base::Cause::unavailable);
    // Nor does the answer that a scan needs wait.
    EXPECT_EQ(store->crash_record("aa").value().count, 0U);
    ASSERT_TRUE(other.execute("ROLLBACK"));
    EXPECT_TRUE(store->flush(20s));
}

TEST_F(StoreTest, ListsTheQuarantineByFilter) {
    auto store = open();
    ASSERT_TRUE(store->put_quarantine(row("aa01")));
    ASSERT_TRUE(store->put_quarantine(row("aa02", "suspicious", "Mallory@Example.org")));
    ASSERT_TRUE(store->put_quarantine(row("bb03", "malicious", "")));
    const auto ids = [&](const QuarantineFilter& filter) {
        std::string out;
        const auto rows = store->list_quarantine(filter).value();
        for (const auto& found : rows)
            out += found.id + " ";
        return out;
    };
    EXPECT_EQ(ids({}), "aa01 aa02 bb03 ");
    EXPECT_EQ(ids({.id_prefix = "aa"}), "aa01 aa02 ");
    EXPECT_EQ(ids({.id_prefix = "aa02"}), "aa02 ");
    EXPECT_EQ(ids({.id_prefix = "%"}), "");
    EXPECT_EQ(ids({.sender_glob = "*@example.org"}), "aa02 ");
    EXPECT_EQ(ids({.recipient_glob = "ann@*"}), "aa01 aa02 bb03 ");
    EXPECT_EQ(ids({.recipient_glob = "nobody@*"}), "");
    EXPECT_EQ(ids({.verdict = "malicious"}), "aa01 bb03 ");
    EXPECT_EQ(ids({.since = system_clock::now() + 1h}), "");
    EXPECT_EQ(ids({.limit = 1}), "aa01 ");
    ASSERT_TRUE(store->set_quarantine_state("aa01", "released"));
    EXPECT_EQ(ids({.state = "released"}), "aa01 ");
    EXPECT_EQ(store->set_quarantine_state("zz", "released").error().cause, base::Cause::invalid);

    store = open();
    const auto back = store->list_quarantine({.id_prefix = "aa01"}).value().at(0);
    EXPECT_EQ(back.subject, "'; DROP TABLE quarantine; --");
    EXPECT_EQ(back.bytes, 4'000'000'000U);
    EXPECT_EQ(back.recipients, (std::vector<std::string>{"Ann@example.com", "bob@example.com"}));
}

TEST_F(StoreTest, CutsASubjectBetweenCharacters) {
    const auto store = open();
    QuarantineRow entry = row("aa01");
    entry.subject.clear();
    for (int i = 0; i < 100; ++i)
        entry.subject += "\u95a2";  // three bytes each
    ASSERT_TRUE(store->put_quarantine(entry));
    EXPECT_EQ(store->list_quarantine({}).value().at(0).subject.size(), 198U);
}

TEST_F(StoreTest, RemembersCrashesOverARestart) {
    auto store = open();
    EXPECT_EQ(store->crash_record("aa").value().count, 0U);
    ASSERT_TRUE(store->note_crash("aa", "message/1:x.doc"));
    ASSERT_TRUE(store->note_crash("aa", "message/2:y.doc"));
    for (int turn = 0; turn < 2; ++turn) {
        EXPECT_EQ(store->crash_record("aa").value().count, 2U);
        EXPECT_EQ(store->crash_record("aa").value().part, "message/2:y.doc");
        EXPECT_EQ(store->crash_record("bb").value().count, 0U);
        store = nullptr;
        store = open();
    }
}

TEST_F(StoreTest, SpendsATokenOnceOverARestart) {
    auto store = open();
    EXPECT_TRUE(store->spend_token("t1", system_clock::now() + 1h).value());
    EXPECT_FALSE(store->spend_token("t1", system_clock::now() + 1h).value());
    store = nullptr;
    store = open();
    EXPECT_FALSE(store->spend_token("t1", system_clock::now() + 1h).value());
    EXPECT_EQ(store->spend_token("", system_clock::now()).error().cause, base::Cause::invalid);
}

TEST_F(StoreTest, OneOfManyAtOnceSpendsTheToken) {
    const auto store = open();
    std::atomic<int> first{0};
    std::vector<std::jthread> threads;
    for (int i = 0; i < 8; ++i) {
        threads.emplace_back(
            [&] { first += store->spend_token("t", system_clock::now() + 1h).value() ? 1 : 0; });
    }
    threads.clear();
    EXPECT_EQ(first, 1);
}

TEST_F(StoreTest, ManyThreadsAtOnce) {
    const auto store = open();
    std::vector<std::jthread> threads;
    for (int t = 0; t < 4; ++t) {
        threads.emplace_back([&, t] {
            for (int i = 0; i < 50; ++i) {
                EXPECT_TRUE(store->record(event("message", "m", i)));
                if (i % 10 == 0) {
                    EXPECT_TRUE(store->record_now(event("audit", "a", i)));
                }
                if (i % 10 == 1) {
                    EXPECT_TRUE(store->put_quarantine(row("aa" + std::to_string(t))));
                }
                if (i % 10 == 2) {
                    EXPECT_TRUE(store->list_quarantine({}));
                }
                if (i % 10 == 3) {
                    EXPECT_TRUE(store->note_crash("cc", ""));
                }
            }
        });
    }
    threads.clear();
    ASSERT_TRUE(store->flush(20s));
    EXPECT_EQ(store->events("message", 1'000).value().size(), 200U);
    EXPECT_EQ(store->events("audit", 1'000).value().size(), 20U);
    EXPECT_EQ(store->crash_record("cc").value().count, 20U);
}

TEST_F(StoreTest, EventsCannotBeRewritten) {
    const auto store = open();
    ASSERT_TRUE(store->record_now(event("audit", "q1")));
    Database other = Database::open(settings_.path, 1s).value();
    EXPECT_FALSE(other.execute("UPDATE events SET kind = 'x'"));
    EXPECT_EQ(store->events("audit", 1).value().size(), 1U);
}

TEST_F(StoreTest, DeletesWhatIsPastItsTime) {
    settings_.keep_days = std::chrono::days(90);
    auto store = open();
    auto old = event("message", "old");
    old.at -= std::chrono::days(91);
    auto young = event("message", "young");
    young.at -= std::chrono::days(89);
    EXPECT_TRUE(store->record(old));
    EXPECT_TRUE(store->record(young));
    QuarantineRow gone = row("aa01");
    gone.at -= std::chrono::days(91);
    gone.state = "expired";
    QuarantineRow held = gone;
    held.id = "aa02";
    held.state = "held";  // its file is still there
    ASSERT_TRUE(store->put_quarantine(gone));
    ASSERT_TRUE(store->put_quarantine(held));
    store = nullptr;
    store = open();
    ASSERT_TRUE(store->flush(20s));  // the first batch ends with housekeeping, the second waits for it
    ASSERT_TRUE(store->flush(20s));
    const auto left = store->events("message", 10).value();
    ASSERT_EQ(left.size(), 1U);
    EXPECT_EQ(left[0].subject_id, "young");
    ASSERT_EQ(store->list_quarantine({}).value().size(), 1U);
    EXPECT_EQ(store->list_quarantine({}).value().at(0).id, "aa02");
}

TEST_F(StoreTest, LeavesANewerFileAlone) {
    open();
    {
        Database database = Database::open(settings_.path, 1s).value();
        ASSERT_TRUE(database.execute("PRAGMA user_version=999"));
    }
    EXPECT_EQ(Store::open(settings_).error().cause, base::Cause::unsupported);
    EXPECT_EQ(testing_help::files_in(folder_.path() + "/state", ".corrupt-").size(), 0U);
}

TEST_F(StoreTest, MigratesAnEmptyFileStepByStep) {
    std::filesystem::create_directory(folder_.path() + "/state");
    {
        std::ofstream(settings_.path) << "";
    }
    const auto store = open();
    Database database = Database::open(settings_.path, 1s).value();
    Statement version = database.prepare("PRAGMA user_version").value();
    ASSERT_TRUE(version.step().value());
    EXPECT_EQ(version.integer(0), newest_schema());
}

}  // namespace
}  // namespace sekisho::store
