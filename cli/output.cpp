#include "cli/output.h"

#include <fcntl.h>
#include <fmt/format.h>
#include <unistd.h>

#include <cerrno>
#include <cstdio>
#include <string>
#include <system_error>

#include "cli/options.h"

namespace sekisho::cli {

void flush_output() {
    if (std::fflush(stdout) != 0) throw std::system_error(errno, std::generic_category(), "standard output");
    if (std::ferror(stdout) != 0) throw std::system_error(EIO, std::generic_category(), "standard output");
}

int with_output(const std::function<int()>& command) {
    try {
        const int code = command();
        flush_output();
        return code;
    } catch (const std::system_error& error) {
        const bool output = std::ferror(stdout) != 0;
        if (!output && std::ferror(stderr) == 0) throw;  // not of printing: our bug
        if (output && error.code().value() != EPIPE) {
            const std::string line = fmt::format("sekisho: standard output: {}\n", error.code().message());
            (void)std::fputs(line.c_str(), stderr);  // there is nobody left to be told that this failed too
        }
        return exit_code::error;
    }
}

void keep_standard_streams() {
    for (int stream = STDIN_FILENO; stream <= STDERR_FILENO; ++stream) {
        if (::fcntl(stream, F_GETFD) >= 0 || errno != EBADF) continue;
        // The lowest number that is free is this one. Reading from it, or writing to it, gives EBADF.
        (void)::open("/dev/null", stream == STDIN_FILENO ? O_WRONLY : O_RDONLY);
    }
}

}  // namespace sekisho::cli
