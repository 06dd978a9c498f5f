// Standard output that was written whole, or an exit code that says it was not.
#pragma once

#include <functional>

namespace sekisho::cli {

// What stdout still holds back goes out. Throws std::system_error where it cannot, as fmt::print does: no
// command goes on for nobody.
void flush_output();

// Runs a command. Where standard output could not be written: one line on standard error that says why (none
// for EPIPE: who reads a pipe may close it), and exit_code::error.
int with_output(const std::function<int()>& command);

// A standard stream that is closed is given /dev/null in the wrong direction. Otherwise the next file that is
// opened would get its number, and what is printed.
void keep_standard_streams();

}  // namespace sekisho::cli
