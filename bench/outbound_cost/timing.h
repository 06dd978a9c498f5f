// Times of single calls, and memory of the process.
#pragma once

#include <chrono>
#include <cstdint>
#include <string>
#include <vector>

namespace sekisho::outbound_cost {

// A value. Times in nanoseconds.
class Timing {
public:
    template <class Call>
    void time(const Call& call) {
        const auto begun = std::chrono::steady_clock::now();
        call();
        times_.push_back(static_cast<std::uint64_t>(
            std::chrono::duration_cast<std::chrono::nanoseconds>(std::chrono::steady_clock::now() - begun)
                .count()));
    }
    // Sorts them: "| 1.5 | 0.9 | 4.0 | 9.1 | 1,204 |", mean, median, p99, p99.9 and the longest in
    // microseconds.
    std::string row();
    std::size_t calls() const { return times_.size(); }

private:
    std::vector<std::uint64_t> times_;
};

// CPU time of this thread, in seconds.
double thread_seconds();
// Bytes of this process that are resident, and that it has allocated and not freed.
std::uint64_t resident_bytes();
std::uint64_t heap_bytes();

// Instructions of this thread in user space; 0 where the kernel does not count them.
class Instructions {
public:
    Instructions();
    ~Instructions();
    Instructions(const Instructions&) = delete;
    Instructions& operator=(const Instructions&) = delete;
    std::uint64_t count() const;

private:
    int fd_ = -1;
};

}  // namespace sekisho::outbound_cost
