// What happens to the store when the machine does not behave: kill -9, a full disk, a file that cannot be
// written, a file that is broken.
#include <fcntl.h>
#include <gtest/gtest.h>
#include <sys/resource.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <csignal>
#include <fstream>
#include <random>

#include "base/fd.h"
#include "store/sqlite.h"
#include "store/store.h"
#include "store/testing.h"

namespace sekisho::store {
namespace {

using namespace std::chrono_literals;
using std::chrono::system_clock;

class DisasterTest : public testing::Test {
protected:
    testing_help::TempFolder folder_;
    config::StoreSettings settings_{.path = folder_.path() + "/sekisho.db"};
};

model::Event event(int number) {
    return {.at = system_clock::now(),
            .kind = "audit",
            .queue_id = "",
            .subject_id = std::to_string(number),
            .detail = base::JsonObject{{"pad", std::string(200, 'x')}}};
}

std::vector<SealedRow> sealed_row() {
    return {{.name = "a",
             .mark = "m",
             .owner = "o",
             .source = "s",
             .content = "c",
             .at = system_clock::now(),
             .expires = system_clock::now() + 1h}};
}
const std::vector<std::string> sealed_names{"a"};

// Writes without end; says each number on the pipe once it is durable.
int write_forever(const config::StoreSettings& settings, int pipe) {
    auto store = Store::open(settings);
    if (!store) return 1;
    for (int i = 0;; ++i) {
        (void)(*store)->record(event(-i));
        if (!(*store)->record_now(event(i))) return 2;
        if (!base::write_all(pipe, std::as_bytes(std::span(&i, 1)))) return 3;
    }
}

TEST_F(DisasterTest, WhatWasDurableSurvivesKill9) {
    std::mt19937 random(7);
    int last = -1;
    for (int round = 0; round < 5; ++round) {
        std::array<int, 2> ends{};
        ASSERT_EQ(::pipe(ends.data()), 0);
        const base::UniqueFd in(ends[0]);
        base::UniqueFd out(ends[1]);
        const pid_t child = ::fork();
        ASSERT_GE(child, 0);
        if (child == 0) ::_exit(write_forever(settings_, out.get()));
        out.reset();
        const int wanted = std::uniform_int_distribution(1, 30)(random);
        int number = -1;
        while (number < wanted && ::read(in.get(), &number, sizeof number) == sizeof number)
            last = number;
        ::kill(child, SIGKILL);
        int status = 0;
        ASSERT_EQ(::waitpid(child, &status, 0), child);
        ASSERT_TRUE(WIFSIGNALED(status)) << WEXITSTATUS(status);
        while (::read(in.get(), &number, sizeof number) == sizeof number)
            last = number;

        const auto store = Store::open(settings_).value();
        EXPECT_TRUE(testing_help::files_in(folder_.path(), ".corrupt-").empty());
        std::vector<bool> seen(static_cast<std::size_t>(last) + 1);
        const auto events = store->events("audit", 100'000).value();
        for (const auto& found : events) {
            const int n = std::stoi(found.subject_id);
            if (n >= 0 && n <= last) seen.at(static_cast<std::size_t>(n)) = true;
        }
        EXPECT_EQ(std::count(seen.begin(), seen.end(), false), 0) << "of " << last;
    }
}

// Files may not grow over 256 KB: what a full disk looks like to SQLite, and no test needs a disk of its own.
int run_out_of_disk(const config::StoreSettings& settings) {
    ::signal(SIGXFSZ, SIG_IGN);
    auto opened = Store::open(settings);
    if (!opened || !(*opened)->healthy()) return 1;
    Store& store = **opened;
    rlimit limit{};
    ::getrlimit(RLIMIT_FSIZE, &limit);
    const rlim_t before = limit.rlim_cur;
    limit.rlim_cur = 256U << 10;
    ::setrlimit(RLIMIT_FSIZE, &limit);
    int written = 0;
    for (; written < 5'000; ++written) {
        if (!store.record_now(event(written))) break;
    }
    if (written == 0 || written == 5'000) return 2;
    // What is smaller than an event may still find room.
    for (int i = 0; store.put_quarantine({.id = "f" + std::to_string(i), .state = "held"}); ++i) {
        if (i == 5'000) return 14;
    }
    if (store.healthy()) return 3;
    if (!store.record(event(0))) return 4;  // mail goes on: the event is dropped later, and counted
    if (store.flush(20s)) return 5;
    if (store.dropped_events() == 0) return 6;
    if (!store.crash_record("aa")) return 7;
    if (store.put_quarantine({.id = "aa", .state = "held"})) return 8;  // this one must be told
    if (store.put_sealed(sealed_row(), {})) return 12;
    if (const auto found = store.sealed(sealed_names, system_clock::now(), 1); !found || !found->empty())
        return 13;
    limit.rlim_cur = before;
    ::setrlimit(RLIMIT_FSIZE, &limit);
    if (!store.record_now(event(written))) return 9;
    if (!store.healthy()) return 10;
    const auto found = store.events("audit", 100'000);
    return found && found->size() == static_cast<std::size_t>(written) + 1 ? 0 : 11;
}

TEST_F(DisasterTest, FullDiskIsToldAndPasses) {
    EXPECT_EQ(testing_help::in_child([&] { return run_out_of_disk(settings_); }), 0);
}

int with_read_only_file(const config::StoreSettings& settings) {
    if (::geteuid() == 0 && (::setgid(65534) != 0 || ::setuid(65534) != 0)) return 1;
    auto opened = Store::open(settings);
    if (!opened) return 2;
    Store& store = **opened;
    if (store.healthy()) return 3;
    if (!store.record(event(1))) return 4;
    if (store.record_now(event(1))) return 5;
    if (store.put_quarantine({.id = "aa", .state = "held"})) return 6;
    if (store.dropped_events() != 1) return 7;
    if (store.put_sealed(sealed_row(), {})) return 9;
    if (store.sealed(sealed_names, system_clock::now(), 1)) return 10;
    if (store.delete_expired_sealed(system_clock::now())) return 11;
    // What is spent is not known: no token may pass.
    if (store.spend_token("t", system_clock::now() + 1h)) return 8;
    return 0;
}

TEST_F(DisasterTest, ReadOnlyFileIsALostStoreAndMailGoesOn) {
    ASSERT_TRUE(Store::open(settings_));
    ASSERT_EQ(::chmod(settings_.path.c_str(), 0444), 0);
    ASSERT_EQ(::chmod(folder_.path().c_str(), 0555), 0);
    EXPECT_EQ(testing_help::in_child([&] { return with_read_only_file(settings_); }), 0);
    ASSERT_EQ(::chmod(folder_.path().c_str(), 0700), 0);
}

void overwrite(const std::string& path, std::streamoff from, std::size_t size) {
    std::fstream file(path, std::ios::in | std::ios::out | std::ios::binary);
    file.seekp(from);
    const std::string junk(size, '\xa5');
    file.write(junk.data(), static_cast<std::streamsize>(size));
}

TEST_F(DisasterTest, BrokenFilesAreSetAsideAtTheStart) {
    struct Case {
        const char* name;
        std::streamoff from;
        std::size_t size;
    };
    for (const Case& c : {Case{"header", 0, 100}, Case{"schema page", 100, 3'000},
                          Case{"all pages but the first", 4'096, 40'000}}) {
        SCOPED_TRACE(c.name);
        ASSERT_TRUE(Store::open(settings_).value()->record_now(event(1)));
        overwrite(settings_.path, c.from, c.size);
        const auto store = Store::open(settings_).value();
        EXPECT_EQ(testing_help::files_in(folder_.path(), ".corrupt-").size(), 1U);
        EXPECT_TRUE(store->healthy());
        EXPECT_TRUE(store->record_now(event(2)));
        EXPECT_EQ(store->events("audit", 10).value().size(), 1U);
        for (const auto& path : testing_help::files_in(folder_.path(), ".corrupt-"))
            std::filesystem::remove(path);
    }
}

TEST_F(DisasterTest, FileThatBreaksWhileOpenIsSetAsideAndMemoryIsKept) {
    const auto store = Store::open(settings_).value();
    ASSERT_TRUE(store->note_crash("aa", "message"));
    ASSERT_TRUE(store->spend_token("t", system_clock::now() + 1h).value());
    ASSERT_TRUE(store->put_sealed(sealed_row(), {}));
    for (int i = 0; i < 200; ++i)
        ASSERT_TRUE(store->record(event(i)));
    ASSERT_TRUE(store->flush(20s));
    {
        Database other = Database::open(settings_.path, 1s).value();
        ASSERT_TRUE(other.execute("PRAGMA wal_checkpoint(TRUNCATE)"));
    }
    overwrite(settings_.path, 4'096, 200'000);
    const auto before = store->generation();
    // Either side notices: the reader asks the writer to check, the writer meets it by itself.
    for (int i = 0; i < 1'000 && store->generation() == before; ++i) {
        (void)store->events("audit", 100'000);
        (void)store->record_now(event(i));
    }
    EXPECT_GT(store->generation(), before);
    EXPECT_FALSE(testing_help::files_in(folder_.path(), ".corrupt-").empty());
    ASSERT_TRUE(store->record_now(event(1)));
    EXPECT_TRUE(store->healthy());
    EXPECT_TRUE(store->events("audit", 10));
    EXPECT_FALSE(store->spend_token("t", system_clock::now() + 1h).value());
    EXPECT_EQ(store->crash_record("aa").value().count, 1U);
    // Sealed rows are lost with their file, and new ones are taken.
    EXPECT_TRUE(store->sealed(sealed_names, system_clock::now(), 1).value().empty());
    ASSERT_TRUE(store->put_sealed(sealed_row(), {}));
    EXPECT_EQ(store->sealed(sealed_names, system_clock::now(), 1).value().size(), 1U);
}

}  // namespace
}  // namespace sekisho::store
