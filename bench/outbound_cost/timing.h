// Times of single calls, and memory of the process.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <vector>

namespace sekisho::outbound_cost {

// CPU time of this thread, in seconds.
double thread_seconds();

// A value. CPU time of the calling thread, so that what else the machine does matters little.
class Timing {
public:
    template <class Call>
    void time(const Call& call) {
        const double begun = thread_seconds();
        call();
        times_.push_back(thread_seconds() - begun);
    }
    // Sorts them: "| 1.5 | 0.9 | 4.0 | 9.1 | 1,204 |", mean, median, p99, p99.9 and the longest in
    // microseconds.
    std::string row();

private:
    std::vector<double> times_;  // seconds
};

// Bytes of this process that are resident, and that it has allocated and not freed.
std::uint64_t resident_bytes();
std::uint64_t heap_bytes();

}  // namespace sekisho::outbound_cost
