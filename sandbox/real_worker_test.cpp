// The sekisho-worker that is shipped: this build's, or the one that SEKISHO_WORKER names.
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sys/syscall.h>

#include <cerrno>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <map>
#include <random>

#include "base/base64.h"
#include "base/hash.h"
#include "base/text.h"
#include "sandbox/rehearsal.h"
#include "sandbox/testing_pool.h"
#include "tests/sandbox/inject.h"

namespace sekisho::sandbox {
namespace {

config::WorkerSettings real_settings() {
    const char* named = std::getenv("SEKISHO_WORKER");  // NOLINT(*-mt-unsafe)
    config::WorkerSettings settings;
    settings.program = named != nullptr ? named : test_program("sekisho-worker");
    settings.fast_children = 1;
    settings.slow_children = 1;
    if (std::filesystem::is_directory(SEKISHO_SOURCE_DIR "/signatures")) {
        settings.rules_dirs = {SEKISHO_SOURCE_DIR "/signatures"};
    }
    return settings;
}

constexpr std::string_view plain_mail =
    "From: a@example.com\r\nTo: b@example.com\r\nSubject: x\r\nDate: Tue, 24 Nov 2026 10:00:00 +0900\r\n"
    "Message-ID: <1@example.com>\r\n\r\nplain text\r\n";

std::map<std::string, std::string> status_of(int pid) {
    std::ifstream file("/proc/" + std::to_string(pid) + "/status");
    std::map<std::string, std::string> out;
    for (std::string line; std::getline(file, line);) {
        const std::size_t colon = line.find(':');
        if (colon != line.npos)
            out[line.substr(0, colon)] = base::trim(std::string_view(line).substr(colon + 1));
    }
    return out;
}

TEST(RealWorker, OpensTheRehearsalMailWithoutOneRefusedCall) {
    const auto pool = make_pool(real_settings());
    const ScanOutcome outcome = scan_text(*pool, rehearsal_mail());
    EXPECT_EQ(outcome.status, ScanStatus::ok) << outcome.detail;
    EXPECT_GE(outcome.report.parts.size(), 6u);
    EXPECT_TRUE(outcome.report.risky);
    EXPECT_EQ(pool->stats().denied_calls, 0u);
    EXPECT_EQ(pool->stats().deaths, 0u);
}

TEST(RealWorker, PlainMailIsNotRiskyAndItsChildServesOn) {
    const auto pool = make_pool(real_settings());
    const ScanOutcome outcome = scan_text(*pool, plain_mail);
    EXPECT_FALSE(outcome.report.risky);
    for (const model::Finding& finding : outcome.report.findings) {
        ADD_FAILURE() << finding.id << " " << finding.evidence;
    }
    const int child = only_child(*pool);
    EXPECT_EQ(scan_text(*pool, plain_mail).status, ScanStatus::ok);
    EXPECT_EQ(only_child(*pool), child);
}

TEST(RealWorker, RunsBehindItsWalls) {
    const auto pool = make_pool(real_settings());
    EXPECT_EQ(scan_text(*pool, plain_mail).status, ScanStatus::ok);
    const int child = only_child(*pool);
    auto program = status_of(pool->program_pid());
    auto inner = status_of(child);
    for (auto* facts : {&program, &inner}) {
        EXPECT_EQ((*facts)["NoNewPrivs"], "1");
        EXPECT_EQ((*facts)["Seccomp"], "2");
        EXPECT_EQ((*facts)["CapEff"], "0000000000000000");
        EXPECT_EQ((*facts)["Threads"], "1");
        EXPECT_THAT((*facts)["Uid"], testing::Not(testing::StartsWith("0\t")));
    }
    EXPECT_EQ(std::stoi(inner["Seccomp_filters"]), std::stoi(program["Seccomp_filters"]) + 1);
    std::vector<std::string> files;
    for (const auto& entry : std::filesystem::directory_iterator("/proc/" + std::to_string(child) + "/fd")) {
        files.push_back(std::filesystem::read_symlink(entry.path()).string());
    }
    EXPECT_EQ(files.size(), 4u) << testing::PrintToString(files);  // 0, 1, 2 and its socket
    EXPECT_THAT(files, testing::Contains(testing::StartsWith("socket:")).Times(1));
    std::ifstream score("/proc/" + std::to_string(child) + "/oom_score_adj");
    EXPECT_EQ(std::string(std::istreambuf_iterator<char>(score), {}), "1000\n");
    std::ifstream environment("/proc/" + std::to_string(child) + "/environ");
    const std::string words(std::istreambuf_iterator<char>(environment), {});
    EXPECT_EQ(words, std::string("PATH=/usr/bin:/bin\0LC_ALL=C.UTF-8\0TZ=UTC\0", 41));
}

TEST(RealWorker, OpenSocketAndExecFailInsideAChildAndEachIsCounted) {
    const auto pool = make_pool(real_settings());
    EXPECT_EQ(scan_text(*pool, plain_mail).status, ScanStatus::ok);
    for (const long number : {SYS_open, SYS_openat, SYS_unlink}) {
        const auto done = inject_call(only_child(*pool), number, {});
        if (!done) GTEST_SKIP() << "system calls are injected on x86-64 alone";
        EXPECT_EQ(done->died_by, 0);
        EXPECT_EQ(done->result, -EPERM);
    }
    EXPECT_EQ(scan_text(*pool, plain_mail).status, ScanStatus::ok);
    EXPECT_EQ(pool->stats().denied_calls, 3u);
    std::uint64_t forbidden = 0;
    for (const long number : {SYS_socket, SYS_execve, SYS_ptrace, SYS_process_vm_readv}) {
        EXPECT_EQ(inject_call(only_child(*pool), number, {})->died_by, SIGSYS);
        ++forbidden;
        EXPECT_TRUE(eventually([&] { return pool->stats().forbidden_calls == forbidden; }));
    }
    EXPECT_EQ(scan_text(*pool, plain_mail).status, ScanStatus::ok);
    EXPECT_EQ(pool->stats().deaths, 0u);
}

// Kills the child at the n-th word that it says of its parts.
class Killer final : public PartReceiver {
public:
    Killer(int pid, unsigned long at) : pid_(pid), left_(at) {}
    bool begin(const model::PartSummary&) override { return count(); }
    bool data(base::Bytes) override { return count(); }
    bool end() override { return count(); }

private:
    bool count() {
        if (left_-- == 0) ::kill(pid_, SIGKILL);
        return true;
    }
    int pid_;
    unsigned long left_;
};

std::string mail_with_attachment(std::size_t bytes) {
    const std::string noise = base::random_bytes(bytes);
    return "Subject: x\r\nMIME-Version: 1.0\r\nContent-Type: multipart/mixed; "
           "boundary=b\r\n\r\n--b\r\n\r\ntext\r\n"
           "--b\r\nContent-Type: application/octet-stream; name=\"a.bin\"\r\n"
           "Content-Transfer-Encoding: base64\r\n\r\n" +
           base::base64_encode(base::as_bytes(noise)) + "\r\n--b--\r\n";
}

TEST(RealWorker, KilledAtRandomPointsCostsThatMessageAlone) {
    const auto pool = make_pool(real_settings());
    const std::string mail = mail_with_attachment(900'000);
    std::mt19937 random(9);  // NOLINT(*-msc51-cpp): the same every time
    for (int round = 0; round < SEKISHO_KILL_ROUNDS; ++round) {
        // So far from the end that what the socket holds cannot be the rest of the answer.
        Killer killer(only_child(*pool), random() % 20);
        const ScanOutcome outcome = scan_text(*pool, mail, "client", {}, &killer);
        ASSERT_EQ(outcome.status, ScanStatus::crashed) << round << ": " << outcome.detail;
        ASSERT_EQ(scan_text(*pool, plain_mail).status, ScanStatus::ok);
    }
    EXPECT_EQ(pool->stats().deaths, static_cast<std::uint64_t>(SEKISHO_KILL_ROUNDS));
    EXPECT_EQ(pool->stats().failures.at("crashed"), static_cast<std::uint64_t>(SEKISHO_KILL_ROUNDS));
}

std::filesystem::path corpus() {
    const char* named = std::getenv("SEKISHO_CORPUS");  // NOLINT(*-mt-unsafe)
    return named != nullptr ? named : SEKISHO_SOURCE_DIR "/../shared/corpus";
}

// What a library opens late, or a decoder does that the walls do not foresee, shows here.
TEST(RealWorker, MakesNoRefusedCallOverTheCorpus) {
    if (!std::filesystem::is_directory(corpus())) GTEST_SKIP() << "no corpus at " << corpus();
    auto settings = real_settings();
    settings.fast_children = 2;
    const auto pool = make_pool(settings);
    std::uint64_t denied = 0;
    for (const auto& entry : std::filesystem::recursive_directory_iterator(corpus())) {
        if (!entry.is_regular_file()) continue;
        const auto bytes = base::read_file(entry.path(), 64u << 20);
        ASSERT_TRUE(bytes) << entry.path();
        const model::ScanRequest request{
            .id = 7, .kind = model::InputKind::file, .name = entry.path().filename()};
        const ScanOutcome outcome = pool->scan(request, message_of(*bytes).get(), "corpus", nullptr);
        // Some were made to exhaust memory within a library; then the watch ends them.
        EXPECT_THAT(outcome.status, testing::AnyOf(ScanStatus::ok, ScanStatus::timed_out))
            << entry.path() << ": " << outcome.part << " " << outcome.detail;
        EXPECT_EQ(pool->stats().denied_calls, denied) << entry.path();
        denied = pool->stats().denied_calls;
    }
    EXPECT_EQ(pool->stats().forbidden_calls, 0u);
}

TEST(RealWorker, MemoryOfTheProgramStaysSmall) {
    const auto pool = make_pool(real_settings());
    EXPECT_GT(pool->heap_bytes(), 0u);
    EXPECT_LT(pool->heap_bytes(), std::uint64_t{SEKISHO_HEAP_MB} << 20);
}

}  // namespace
}  // namespace sekisho::sandbox
