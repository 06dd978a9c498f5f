#include "bench/outbound_cost/costs.h"

#include <fmt/format.h>

#include <atomic>
#include <memory>
#include <stdexcept>
#include <thread>
#include <utility>

#include "bench/outbound_cost/timing.h"
#include "store/hot_state.h"

namespace sekisho::outbound_cost {

using outbound::Guard;
using outbound::Moment;
using outbound::Subject;
using outbound_sim::Random;

namespace {

constexpr std::size_t shown = 100;  // rows of a list
constexpr double mega = 1 << 20;
constexpr std::uint64_t seen_bytes = 32u << 20;  // the shipped setting

template <class T>
T take(base::Result<T> result) {
    if (!result) throw std::runtime_error(result.error().message);
    return *std::move(result);
}

// What a process with a guard holds in memory.
struct Memory {
    double resident = static_cast<double>(resident_bytes());
    double heap = static_cast<double>(heap_bytes());
};

std::string memory_row(std::string_view what, const Memory& memory) {
    return fmt::format("| {} | {:.0f} | {:.0f} |\n", what, memory.resident / mega, memory.heap / mega);
}

// A day of the active ones, in an order that no cache likes. The desk's saving and sweeping goes on beside
// it, as it does in the gate, where `beside` is set.
std::string time_updates(Guard& guard, const Crowd& crowd, Moment today, Random& random, bool beside) {
    const config::SenderClass limits = config::OutboundSettings{}.limits;
    std::atomic<bool> done = false;
    std::jthread desk;
    if (beside)
        desk = std::jthread([&] {
            while (!done) {
                std::this_thread::sleep_for(std::chrono::seconds(1));
                guard.sweep(today, 2'000);
                while (!done && guard.save(500)) {
                }
            }
        });
    Timing times;
    const std::uint64_t all = std::uint64_t{crowd.active} * crowd.messages;
    for (std::uint64_t i = 0; i < all; ++i) {
        const auto at = today + static_cast<Moment>(i * (outbound::day - 1) / all);
        const auto who = static_cast<std::uint32_t>(random.below(crowd.active));
        outbound::Transaction mail = mail_of(crowd, who, at, random);
        times.time([&] { guard.note(std::move(mail), limits); });  // as the milter gives it
    }
    done = true;
    return fmt::format("| {} {}\n", beside ? "updates, saving and sweeping beside them" : "updates",
                       times.row());
}

template <class Call>
std::string time_calls(std::string_view what, std::size_t most, const Call& call) {
    Timing times;
    bool more = true;
    for (std::size_t i = 0; i < most && more; ++i)
        times.time([&] { more = call(); });
    return fmt::format("| {} {}\n", what, times.row());
}

// A guard with the embedded engine behind it; the state ends after the guard.
struct Opened {
    std::unique_ptr<store::HotState> state;
    std::unique_ptr<Guard> guard;
};
Opened open_in(const std::string& folder) {
    Opened out{take(store::HotState::open(folder + "/state.db")),
               std::make_unique<Guard>(take(outbound::SeenBefore::in_file(folder + "/seen", seen_bytes)))};
    const config::SenderClass limits = config::OutboundSettings{}.limits;
    if (const auto attached = out.guard->attach(*out.state, limits); !attached)
        throw std::runtime_error(attached.error().message);
    return out;
}

// With senders that sleep, and with some that are active.
struct Stage {
    Memory memory;
    Guard::Size size;
};
std::string memory_table(const Memory& empty, const Stage& dormant, const Stage& busy) {
    std::string out = "## Memory\n\n| | resident MB | heap MB |\n| --- | ---: | ---: |\n";
    out += memory_row("a guard that knows nobody", empty);
    for (const Stage* stage : {&dormant, &busy})
        out += memory_row(fmt::format("{} accounts and {} addresses and networks, {} and {} of them active",
                                      stage->size.accounts, stage->size.hosts, stage->size.active_accounts,
                                      stage->size.active_hosts),
                          stage->memory);
    const auto active = [](const Stage& stage) {
        return static_cast<double>(stage.size.active_accounts + stage.size.active_hosts);
    };
    const auto sleepers = static_cast<double>(dormant.size.accounts + dormant.size.hosts) - active(dormant);
    return out + fmt::format("\nBytes of the heap: {:.0f} a dormant sender, {:.0f} more an active one.\n",
                             (dormant.memory.heap - empty.heap) / sleepers,
                             (busy.memory.heap - dormant.memory.heap) / (active(busy) - active(dormant)));
}

}  // namespace

std::string measure_costs(const Crowd& crowd, const std::string& folder) {
    Random random(7);
    Opened opened = open_in(folder);
    const Memory empty;
    Guard& guard = *opened.guard;
    const Moment today = fill(guard, crowd, random);
    while (guard.save(500)) {
    }
    const Stage dormant{{}, guard.size()};
    std::string times =
        "| what | mean | median | p99 | p99.9 | longest |\n| --- | ---: | ---: | ---: | ---: | ---: |\n";
    times += time_updates(guard, crowd, today, random, false);
    times += time_calls("save, 500 rows", 100, [&] { return guard.save(500); });
    times += time_updates(guard, crowd, today + outbound::day, random, true);
    while (guard.save(500)) {
    }
    const Stage busy{{}, guard.size()};
    const Moment now = today + 2 * outbound::day;
    times += time_calls("sweep, 2,000 places", 500, [&] { return guard.sweep(now, 2'000); });
    times += time_calls("accounts list --all", 3,
                        [&] { return guard.first_of(Subject::account, true, now, shown).known > 0; });
    times += time_calls("accounts list", 3, [&] {
        (void)guard.first_of(Subject::account, false, now, shown);
        return true;
    });
    times += time_calls("size, for the metrics", 5, [&] { return guard.size().accounts > 0; });

    // The next start.
    opened.guard.reset();
    opened.state.reset();
    const double load_before = thread_seconds();
    const auto begun = std::chrono::steady_clock::now();
    opened = open_in(folder);
    const std::chrono::duration<double> load = std::chrono::steady_clock::now() - begun;
    const double load_cpu = thread_seconds() - load_before;
    return memory_table(empty, dormant, busy) + "\n## CPU time of a call, in microseconds\n\n" + times +
           fmt::format("\nReading all of it at the start: {:.1f} s, {:.1f} s of CPU.\n", load.count(),
                       load_cpu) +
           fmt::format(
               "This machine: a word at random in 512 MB is read in {:.0f} ns, {:.0f} in huge pages; "
               "the clock in {:.1f} us, which is taken off.\n",
               read_seconds(false) * 1e9, read_seconds(true) * 1e9, clock_seconds() * 1e6);
}

}  // namespace sekisho::outbound_cost
