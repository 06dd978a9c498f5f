// Makes another process do a system call, by way of ptrace: how the walls of the released binary are tried
// from within, which has no door for tests.
#pragma once

#include <array>
#include <optional>

namespace sekisho::sandbox {

struct Injected {
    int died_by = 0;  // signal; 0: it lives
    long result = 0;  // of the call, after whatever handler the process has
};

// `pid` waits in a system call, and goes back to it afterwards. nullopt where this architecture is not known
// here.
std::optional<Injected> inject_call(int pid, long number, const std::array<unsigned long, 3>& arguments);

}  // namespace sekisho::sandbox
