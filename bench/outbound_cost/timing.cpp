#include "bench/outbound_cost/timing.h"

#include <fmt/format.h>
#include <malloc.h>
#include <sys/mman.h>
#include <unistd.h>

#include <algorithm>
#include <cstdlib>
#include <ctime>
#include <fstream>
#include <memory>
#include <new>
#include <numeric>
#include <span>

#include "base/slab.h"

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

double clock_seconds() {
    static const double out = [] {
        std::vector<double> times(1'001);
        for (double& time : times) {
            const double begun = thread_seconds();
            time = thread_seconds() - begun;
        }
        std::ranges::nth_element(times, times.begin() + 500);
        return times[500];
    }();
    return out;
}

double read_seconds(bool huge) {
    constexpr std::size_t words = (std::size_t{512} << 20) / sizeof(std::uint64_t);
    constexpr std::size_t reads = 1'000'000;
    const std::unique_ptr<void, decltype(&std::free)> memory(
        std::aligned_alloc(base::huge_page, words * sizeof(std::uint64_t)), &std::free);
    if (!memory) throw std::bad_alloc();
    if (huge) ::madvise(memory.get(), words * sizeof(std::uint64_t), MADV_HUGEPAGE);
    const std::span all(static_cast<std::uint64_t*>(memory.get()), words);
    // One round through all of them (a full period: Hull and Dobell), of which a part is gone.
    const auto next = [](std::uint64_t at) {
        return (at * 6'364'136'223'846'793'005u + 1'442'695'040'888'963'407u) % words;
    };
    for (std::size_t at = 0; at < words; ++at)
        all[at] = next(at);
    std::uint64_t at = 0;
    const double begun = thread_seconds();
    for (std::size_t i = 0; i < reads; ++i)
        at = all[at];
    const double out = (thread_seconds() - begun) / reads;
    [[maybe_unused]] const volatile std::uint64_t last = at;  // or nobody would have to read
    return out;
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
    return info.uordblks + info.hblkhd + base::huge_page_bytes();
}

}  // namespace sekisho::outbound_cost
