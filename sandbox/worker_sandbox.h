// The walls around sekisho-worker: prepared while everything is still open, closed once, closed further in
// each child.
#pragma once

#include <cstdint>
#include <string>

#include "base/fd.h"
#include "base/result.h"
#include "sandbox/worker_filter.h"

namespace sekisho::sandbox {

class Sandbox {
public:
    // Builds the filters, measures the program and opens what is needed later. `user`: whom to become when
    // started by root; empty: nobody else. Root goes on as root only where no user is named.
    static base::Result<Sandbox> prepare(const std::string& user);

    // From here on: no file, no socket, no exec, no debugger. The program may fork.
    base::Result<void> close_program();

    // In a fresh fork, before it reads a byte. `socket` becomes descriptor child_socket; all others are
    // closed. Allocates nothing.
    base::Result<void> close_child(int socket, std::uint64_t address_space);

    // Around a fork: the kernel's memory killer is to take the child, never the program.
    void offer_to_oom_killer(bool offered);

    int landlock_abi() const { return landlock_abi_; }
    std::uint64_t heap_bytes() const { return heap_bytes_; }  // private and touched, when the program closed

private:
    Filters filters_;
    base::UniqueFd oom_score_;
    std::uint64_t mapped_bytes_ = 0;
    std::uint64_t heap_bytes_ = 0;
    int landlock_abi_ = 0;
};

constexpr int child_socket = 3;

}  // namespace sekisho::sandbox
