// One run of the configured command: fixed arguments, no shell, an environment of ours, a time limit.
#pragma once

#include <chrono>
#include <cstdint>
#include <string>
#include <vector>

#include "base/result.h"

namespace sekisho::cli {

struct ActionCommand {
    std::vector<std::string> arguments;    // the first is the program's absolute path
    std::vector<std::string> environment;  // "NAME=value", all that it gets
    std::chrono::milliseconds time_limit{30'000};
    std::chrono::milliseconds grace{2'000};  // from SIGTERM to SIGKILL
};

enum class RunEnd : std::uint8_t { exited, killed, overdue, stopped };

struct RunOutcome {
    RunEnd end = RunEnd::exited;
    int code = 0;  // exit status, or the signal that ended it
    std::chrono::milliseconds took{0};
};

// Blocks until it has ended, with its whole process group. Standard input is empty; both outputs are our
// standard error; nothing else is inherited, and it starts in "/". `stop`: a descriptor that becomes readable
// when we are told to end; then it is ended (RunEnd::stopped). Cause::io where it cannot be started.
base::Result<RunOutcome> run_command(const ActionCommand& command, int stop);

}  // namespace sekisho::cli
