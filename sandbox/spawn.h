// Starting the worker program: fork and exec in one step, nothing inherited.
#pragma once

#include <string>
#include <vector>

#include "base/result.h"

namespace sekisho::sandbox {

constexpr int control_fd = 3;  // where the program finds its control socket

// Runs arguments[0] with an environment of ours, `control` as descriptor 3, `input` as standard input,
// standard output to /dev/null, and our standard error. Every other descriptor is closed. The pid: to be
// waited for.
base::Result<int> spawn_program(const std::vector<std::string>& arguments, int control, int input);

// The worker program of this installation: beside our own program, or in ../libexec. Empty where there is
// none.
std::string find_worker_program();

}  // namespace sekisho::sandbox
