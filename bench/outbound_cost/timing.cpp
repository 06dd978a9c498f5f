#include "bench/outbound_cost/timing.h"

#include <fmt/format.h>
#include <malloc.h>
#include <unistd.h>

#include <algorithm>
#include <ctime>
#include <fstream>
#include <numeric>

namespace sekisho::outbound_cost {

std::string Timing::row() {
    if (times_.empty()) return "| - | - | - | - | - |";
    std::ranges::sort(times_);
    const auto at = [&](double share) {
        const auto place = static_cast<std::size_t>(share * static_cast<double>(times_.size()));
        return times_[std::min(place, times_.size() - 1)] * 1e6;
    };
    const double sum = std::accumulate(times_.begin(), times_.end(), 0.0);
    return fmt::format("| {:.1f} | {:.1f} | {:.1f} | {:.1f} | {:.0f} |",
                       sum / static_cast<double>(times_.size()) * 1e6, at(0.5), at(0.99), at(0.999), at(1));
}

double thread_seconds() {
    timespec time{};
    ::clock_gettime(CLOCK_THREAD_CPUTIME_ID, &time);
    return static_cast<double>(time.tv_sec) + static_cast<double>(time.tv_nsec) / 1e9;
}

std::uint64_t resident_bytes() {
    std::ifstream file("/proc/self/statm");
    std::uint64_t whole = 0;
    std::uint64_t resident = 0;
    file >> whole >> resident;
    return resident * static_cast<std::uint64_t>(::sysconf(_SC_PAGESIZE));
}

std::uint64_t heap_bytes() {
    const auto info = ::mallinfo2();
    return info.uordblks + info.hblkhd;
}

}  // namespace sekisho::outbound_cost
