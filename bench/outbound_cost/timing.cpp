#include "bench/outbound_cost/timing.h"

#include <fmt/format.h>
#include <linux/perf_event.h>
#include <malloc.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <algorithm>
#include <cmath>
#include <ctime>
#include <fstream>
#include <numeric>

namespace sekisho::outbound_cost {

std::string Timing::row() {
    if (times_.empty()) return "| - | - | - | - | - |";
    std::ranges::sort(times_);
    const auto at = [&](double share) {
        const auto place = static_cast<std::size_t>(share * static_cast<double>(times_.size()));
        return static_cast<double>(times_[std::min(place, times_.size() - 1)]) / 1'000;
    };
    const double sum = std::accumulate(times_.begin(), times_.end(), 0.0);
    return fmt::format("| {:.1f} | {:.1f} | {:.1f} | {:.1f} | {:.0f} |",
                       sum / static_cast<double>(times_.size()) / 1'000, at(0.5), at(0.99), at(0.999), at(1));
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

Instructions::Instructions() {
    perf_event_attr what{};
    what.type = PERF_TYPE_HARDWARE;
    what.size = sizeof what;
    what.config = PERF_COUNT_HW_INSTRUCTIONS;
    what.exclude_kernel = 1;
    what.exclude_hv = 1;
    fd_ = static_cast<int>(::syscall(SYS_perf_event_open, &what, 0, -1, -1, 0));  // NOLINT(*-vararg)
}

Instructions::~Instructions() {
    if (fd_ >= 0) ::close(fd_);
}

std::uint64_t Instructions::count() const {
    std::uint64_t out = 0;
    if (fd_ < 0 || ::read(fd_, &out, sizeof out) != static_cast<ssize_t>(sizeof out)) return 0;
    return out;
}

}  // namespace sekisho::outbound_cost
