#include "daemon/reloader.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <unistd.h>

#include <condition_variable>
#include <filesystem>
#include <fstream>

#include "daemon/restart_fields.h"
#include "milter/testing_fakes.h"

namespace sekisho::daemon {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;

// A pool whose reloads can be made to fail, and are counted.
class CountingPool final : public sandbox::Pool {
public:
    sandbox::ScanOutcome scan(const model::ScanRequest&, int, const std::string&,
                              sandbox::PartReceiver*) override {
        return {};
    }
    base::Result<void> reload(const config::WorkerSettings&) override {
        const std::scoped_lock lock(mutex);
        ++reloads;
        changed.notify_all();
        if (!error.empty()) return base::fail(base::Cause::invalid, error);
        return {};
    }
    std::shared_ptr<const model::RuleTable> rules() const override {
        return std::make_shared<model::RuleTable>();
    }
    sandbox::PoolStats stats() const override { return {}; }

    std::mutex mutex;
    std::condition_variable changed;
    int reloads = 0;
    std::string error;
};

class ReloaderTest : public ::testing::Test {
protected:
    ReloaderTest()
        : folder(std::filesystem::temp_directory_path() / ("sekisho-reload-" + std::to_string(::getpid()))) {
        std::filesystem::create_directories(folder);
    }
    ~ReloaderTest() override { std::filesystem::remove_all(folder); }

    void write(const std::string& text) { std::ofstream(file()) << text; }
    std::string file() const { return (folder / "sekisho.toml").string(); }

    std::filesystem::path folder;
    CountingPool pool;
    milter::testing::FakeStore store;
    milter::CurrentSettings settings{config::Settings{}};
};

constexpr auto good = "monitor = false\nlocal_domains = [\"example.com\"]\n";

TEST_F(ReloaderTest, SwapsWhatIsWhole) {
    write(good);
    std::vector<std::string> said;
    Reloader reloader(
        file(), settings, pool, store,
        {.begin = [&] { said.emplace_back("begin"); },
         .end = [&](const ReloadOutcome& outcome) { said.emplace_back(outcome.ok() ? "ok" : "failed"); }});
    const auto before = settings.get();
    const auto outcome = reloader.reload();
    EXPECT_TRUE(outcome.ok()) << outcome.text();
    EXPECT_THAT(settings.get()->local_domains, ElementsAre("example.com"));
    EXPECT_THAT(before->local_domains, IsEmpty()) << "mail in flight keeps its snapshot";
    EXPECT_THAT(said, ElementsAre("begin", "ok"));
    EXPECT_EQ(store.events("reload", 10)->size(), 1u);
}

TEST_F(ReloaderTest, ABadFileNamesTheLineAndChangesNothing) {
    write("monitor = false\nmonitr = true\n");
    Reloader reloader(file(), settings, pool, store, {});
    const auto before = settings.get();
    const auto outcome = reloader.reload();
    EXPECT_FALSE(outcome.ok());
    EXPECT_THAT(outcome.text(), HasSubstr(file() + ":2:"));
    EXPECT_EQ(settings.get(), before);
    EXPECT_EQ(pool.reloads, 0) << "no rules are built for settings that are no good";
}

TEST_F(ReloaderTest, BadRulesKeepTheOldSettingsToo) {
    write(good);
    pool.error = "rules.yar:7: syntax error";
    Reloader reloader(file(), settings, pool, store, {});
    const auto outcome = reloader.reload();
    EXPECT_FALSE(outcome.ok());
    EXPECT_THAT(outcome.text(), HasSubstr("rules.yar:7"));
    EXPECT_THAT(settings.get()->local_domains, IsEmpty());
}

TEST_F(ReloaderTest, ManyRequestsBecomeFew) {
    write(good);
    Reloader reloader(file(), settings, pool, store, {});
    for (int i = 0; i < 1'000; ++i)
        reloader.request();
    std::unique_lock lock(pool.mutex);
    ASSERT_TRUE(pool.changed.wait_for(lock, std::chrono::seconds(60), [&] { return pool.reloads > 0; }));
    EXPECT_LT(pool.reloads, 1'000);
}

TEST_F(ReloaderTest, WhatNeedsARestartIsToldAndLeftAlone) {
    write(std::string(good) + "[milter]\nsocket = \"unix:/elsewhere.sock\"\n[store]\nqueue_length = 77\n");
    Reloader reloader(file(), settings, pool, store, {});
    const auto outcome = reloader.reload();
    ASSERT_TRUE(outcome.ok()) << outcome.text();
    EXPECT_THAT(outcome.needs_restart, ::testing::IsSupersetOf({"milter.socket", "store.queue_length"}));
    EXPECT_EQ(settings.get()->milter.socket, config::MilterSettings{}.socket);
    EXPECT_FALSE(settings.get()->monitor);
}

TEST(RestartFields, NamesWhatDiffers) {
    config::Settings running;
    config::Settings wanted = running;
    EXPECT_THAT(needs_restart(running, wanted), IsEmpty());
    wanted.monitor = !wanted.monitor;
    wanted.milter.max_in_flight_messages = 5;
    EXPECT_THAT(needs_restart(running, wanted), IsEmpty()) << "these change at once";
    wanted.control.socket = "/x";
    wanted.log.target = "stderr";
    EXPECT_THAT(needs_restart(running, wanted), ElementsAre("control.socket", "log.target"));
    const auto used = without_restart_fields(running, wanted);
    EXPECT_EQ(used.control.socket, running.control.socket);
    EXPECT_EQ(used.milter.max_in_flight_messages, 5u);
}

}  // namespace
}  // namespace sekisho::daemon
