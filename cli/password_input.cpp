#include "cli/password_input.h"

#include <fcntl.h>
#include <fmt/format.h>
#include <sys/prctl.h>
#include <termios.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <csignal>
#include <cstdio>

#include "base/escape.h"
#include "base/fd.h"
#include "base/text.h"

namespace sekisho::cli {

namespace {

constexpr std::size_t longest = 1'000;

volatile std::sig_atomic_t caught = 0;

// Turns the terminal's echo off while it lives. A signal that would end the program meanwhile ends it once
// the echo is back.
class Silence {
public:
    explicit Silence(int fd) : fd_(fd), was_known_(::tcgetattr(fd, &was_) == 0) {
        struct sigaction note{};  // without SA_RESTART: read() ends
        note.sa_handler = [](int number) { caught = number; };
        for (std::size_t i = 0; i < ending.size(); ++i)
            ::sigaction(ending.at(i), &note, &handlers_.at(i));
        termios quiet = was_;
        quiet.c_lflag &= ~static_cast<tcflag_t>(ECHO);
        if (was_known_) ::tcsetattr(fd_, TCSAFLUSH, &quiet);
    }
    ~Silence() {
        if (was_known_) ::tcsetattr(fd_, TCSAFLUSH, &was_);
        for (std::size_t i = 0; i < ending.size(); ++i)
            ::sigaction(ending.at(i), &handlers_.at(i), nullptr);
        if (caught != 0) ::raise(caught);
    }
    Silence(const Silence&) = delete;
    Silence& operator=(const Silence&) = delete;

private:
    static constexpr std::array ending{SIGINT, SIGTERM, SIGHUP, SIGQUIT};

    int fd_;
    termios was_{};
    bool was_known_;
    std::array<struct sigaction, ending.size()> handlers_{};
};

// Byte by byte: what stands behind the line is left to whoever reads next.
base::Result<std::string> first_line(int fd) {
    std::string line;
    char c = 0;
    while (line.size() <= longest) {
        const ssize_t got = ::read(fd, &c, 1);
        if (got < 0 && errno == EINTR && caught == 0) continue;
        if (got < 0) return base::fail_errno("password", errno);
        if (got == 0 || c == '\n') break;
        line += c;
    }
    if (line.ends_with('\r')) line.pop_back();
    if (line.size() > longest) return base::fail(base::Cause::invalid, "the password is too long");
    if (line.empty()) return base::fail(base::Cause::invalid, "no password was given");
    if (!base::is_utf8(line)) return base::fail(base::Cause::invalid, "the password is no UTF-8");
    return line;
}

base::Result<std::string> ask_terminal() {
    fmt::print(stderr, "Password: ");
    const Silence silence(STDIN_FILENO);
    auto line = first_line(STDIN_FILENO);
    fmt::print(stderr, "\n");
    return line;
}

}  // namespace

base::Result<std::string> read_password(const std::string& path) {
    ::prctl(PR_SET_DUMPABLE, 0);  // no core file holds it
    if (path.empty() && ::isatty(STDIN_FILENO) == 1) return ask_terminal();
    if (path.empty() || path == "-") return first_line(STDIN_FILENO);
    const base::UniqueFd file(::open(path.c_str(), O_RDONLY | O_CLOEXEC));
    if (!file) return base::fail_errno(base::escape(path, 1'000), errno);
    return first_line(file.get());
}

}  // namespace sekisho::cli
