// Times of single calls, and memory of the process.
#pragma once

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <string>
#include <vector>

namespace sekisho::outbound_cost {

// CPU time of this thread, in seconds.
double thread_seconds();

// Of that, what reading it twice takes: half a microsecond or more where the kernel is asked for it.
double clock_seconds();

// A value. CPU time of the calling thread, so that what else the machine does matters little; without what
// reading the clock takes.
class Timing {
public:
    template <class Call>
    void time(const Call& call) {
        const double begun = thread_seconds();
        call();
        times_.push_back(std::max(0.0, thread_seconds() - begun - clock_));
    }
    // Sorts them: "| 1.5 | 0.9 | 4.0 | 9.1 | 1,204 |", mean, median, p99, p99.9 and the longest in
    // microseconds.
    std::string row();

private:
    double clock_ = clock_seconds();
    std::vector<double> times_;  // seconds
};

// How long it takes to read a word that stands at random in 512 MB, where the next one's place is read from
// it: what this machine's memory is worth, in seconds. With `huge` pages, or those that come.
double read_seconds(bool huge);

// Bytes of this process that are resident, and that it has allocated and not freed.
std::uint64_t resident_bytes();
std::uint64_t heap_bytes();

}  // namespace sekisho::outbound_cost
