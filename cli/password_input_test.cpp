#include "cli/password_input.h"

#include <gtest/gtest.h>
#include <pty.h>
#include <sys/wait.h>
#include <termios.h>
#include <unistd.h>

#include <csignal>
#include <string>

#include "tests/fixtures/scratch.h"

namespace sekisho::cli {
namespace {

TEST(PasswordInput, FirstLineOfAFile) {
    struct Row {
        const char* bytes;
        const char* password;  // null: refused
    };
    const Row rows[] = {{"s3cret\n", "s3cret"}, {"s3cret\r\nmore\n", "s3cret"},
                        {"s3cret", "s3cret"},   {" two words \n", " two words "},
                        {"合言葉\n", "合言葉"}, {"", nullptr},
                        {"\n", nullptr},        {"\x83\x70\n", nullptr}};
    const fixtures::Scratch folder;
    const std::string path = folder.path() / "password";
    for (const Row& row : rows) {
        folder.write("password", row.bytes);
        const auto password = read_password(path);
        ASSERT_EQ(password.has_value(), row.password != nullptr) << row.bytes;
        if (password) {
            EXPECT_EQ(*password, row.password);
        }
    }
    folder.write("password", std::string(1'001, 'x'));
    EXPECT_FALSE(read_password(path));
    EXPECT_FALSE(read_password(folder.path() / "none"));
}

// A child that asks at a terminal of its own.
class AtATerminal : public testing::Test {
protected:
    void SetUp() override {
        child_ = ::forkpty(&terminal_, nullptr, nullptr, nullptr);
        ASSERT_GE(child_, 0);
        if (child_ == 0) {
            const auto password = read_password({});
            ::_exit(password && *password == "s3cret" ? 0 : 1);
        }
        std::string shown;
        char c = 0;
        while (!shown.ends_with("Password: ") && ::read(terminal_, &c, 1) == 1)
            shown += c;
        while (echoes()) {  // it is off before the child reads
            ASSERT_EQ(::waitpid(child_, nullptr, WNOHANG), 0);
            ::usleep(1'000);
        }
    }
    void TearDown() override { ::close(terminal_); }
    bool echoes() const {
        termios now{};
        return ::tcgetattr(terminal_, &now) == 0 && (now.c_lflag & static_cast<tcflag_t>(ECHO)) != 0;
    }
    int end_after(const std::string& keys) const {
        EXPECT_EQ(::write(terminal_, keys.data(), keys.size()), static_cast<ssize_t>(keys.size()));
        int status = -1;
        EXPECT_EQ(::waitpid(child_, &status, 0), child_);
        return status;
    }

    pid_t child_ = -1;
    int terminal_ = -1;
};

TEST_F(AtATerminal, IsNotShown) {
    const int status = end_after("s3cret\n");
    EXPECT_TRUE(WIFEXITED(status));
    EXPECT_EQ(WEXITSTATUS(status), 0);
    EXPECT_TRUE(echoes());
}

TEST_F(AtATerminal, InterruptBringsTheEchoBack) {
    const int status = end_after("s3\x03");
    EXPECT_TRUE(WIFSIGNALED(status));
    EXPECT_EQ(WTERMSIG(status), SIGINT);
    EXPECT_TRUE(echoes());
}

}  // namespace
}  // namespace sekisho::cli
