// The walls from within: tests/sandbox/sandbox_probe.cpp closes them around itself and tries one system call.
#include <gtest/gtest.h>
#include <sys/wait.h>

#include <csignal>
#include <cstdlib>
#include <string>

namespace sekisho::sandbox {
namespace {

int probe(const std::string& call) {
    // NOLINTNEXTLINE(*-env33-c,*-mt-unsafe): words of ours, and one thread
    const int status = std::system((SEKISHO_BIN_DIR "/sandbox_probe " + call).c_str());
    return WIFEXITED(status) ? WEXITSTATUS(status) : -1;
}

class RefusedCall : public testing::TestWithParam<const char*> {};
TEST_P(RefusedCall, AnswersEpermAndIsCounted) { EXPECT_EQ(probe(GetParam()), 0); }
INSTANTIATE_TEST_SUITE_P(All, RefusedCall,
                         testing::Values("open", "openat", "creat", "stat", "unlink", "kill-one", "kill-all",
                                         "memfd", "shared-memory", "sendmsg", "prctl"),
                         [](const auto& info) {
                             std::string name = info.param;
                             std::erase(name, '-');
                             return name;
                         });

class ForbiddenCall : public testing::TestWithParam<const char*> {};
TEST_P(ForbiddenCall, KillsTheProcess) { EXPECT_EQ(probe(GetParam()), 128 + SIGSYS); }
INSTANTIATE_TEST_SUITE_P(All, ForbiddenCall,
                         testing::Values("socket", "socketpair", "connect", "execve", "fork", "ptrace",
                                         "process_vm", "code", "code-later", "unshare", "io_uring", "bpf"),
                         [](const auto& info) {
                             std::string name = info.param;
                             std::erase(name, '-');
                             return name;
                         });

TEST(Walls, LetThroughWhatIsNeeded) { EXPECT_EQ(probe("nothing"), 1); }
TEST(Walls, AbortEndsByItsOwnSignal) { EXPECT_EQ(probe("abort"), 128 + SIGABRT); }

}  // namespace
}  // namespace sekisho::sandbox
