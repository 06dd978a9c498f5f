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
        const outbound::Transaction mail = mail_of(crowd, who, at, random);
        times.time([&] { guard.note(mail, limits); });
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

}  // namespace

std::string measure_costs(const Crowd& crowd, const std::string& folder) {
    Random random(7);
    const Memory empty;
    auto guard = std::make_unique<Guard>(take(outbound::SeenBefore::in_file(folder + "/seen", seen_bytes)));
    auto state = take(store::HotState::open(folder + "/state.db"));
    const config::SenderClass limits = config::OutboundSettings{}.limits;
    if (const auto attached = guard->attach(*state, limits); !attached)
        throw std::runtime_error(attached.error().message);
    const Moment today = fill(*guard, crowd, random);
    while (guard->save(500)) {
    }
    const Memory dormant;
    std::string times =
        "| what | mean | median | p99 | p99.9 | longest |\n| --- | ---: | ---: | ---: | ---: | ---: |\n";
    const auto size_before = guard->size();
    times += time_updates(*guard, crowd, today, random, false);
    times += time_calls("save, 500 rows", 100, [&] { return guard->save(500); });
    times += time_updates(*guard, crowd, today + outbound::day, random, true);
    while (guard->save(500)) {
    }
    const Memory busy;
    const auto size = guard->size();
    const Moment now = today + 2 * outbound::day;
    times += time_calls("sweep, 2,000 buckets", 500, [&] { return guard->sweep(now, 2'000); });
    times += time_calls("accounts list --all", 3,
                        [&] { return guard->first_of(Subject::account, true, now, shown).known > 0; });
    times += time_calls("accounts list", 3, [&] {
        (void)guard->first_of(Subject::account, false, now, shown);
        return true;
    });
    times += time_calls("size, for the metrics", 5, [&] { return guard->size().accounts > 0; });

    // The next start.
    guard.reset();
    state.reset();
    const double load_before = thread_seconds();
    const auto begun = std::chrono::steady_clock::now();
    guard = std::make_unique<Guard>(take(outbound::SeenBefore::in_file(folder + "/seen", seen_bytes)));
    state = take(store::HotState::open(folder + "/state.db"));
    if (const auto attached = guard->attach(*state, limits); !attached)
        throw std::runtime_error(attached.error().message);
    const std::chrono::duration<double> load = std::chrono::steady_clock::now() - begun;

    std::string out = "## Memory\n\n| | resident MB | heap MB |\n| --- | ---: | ---: |\n";
    out += memory_row("a process without a guard", empty);
    out += memory_row(fmt::format("{} accounts and {} addresses and networks, {} and {} of them active",
                                  size_before.accounts, size_before.hosts, size_before.active_accounts,
                                  size_before.active_hosts),
                      dormant);
    out += memory_row(fmt::format("{} accounts and {} addresses and networks, {} and {} of them active",
                                  size.accounts, size.hosts, size.active_accounts, size.active_hosts),
                      busy);
    const auto sleepers = static_cast<double>(size_before.accounts + size_before.hosts -
                                              size_before.active_accounts - size_before.active_hosts);
    const auto woken = static_cast<double>(size.active_accounts + size.active_hosts -
                                           size_before.active_accounts - size_before.active_hosts);
    out += fmt::format("\nBytes of the heap: {:.0f} a dormant sender, {:.0f} more an active one.\n",
                       (dormant.heap - empty.heap) / sleepers, (busy.heap - dormant.heap) / woken);
    out += "\n## CPU time of a call, in microseconds\n\n" + times;
    out += fmt::format("\nReading all of it at the start: {:.1f} s, {:.1f} s of CPU.\n", load.count(),
                       thread_seconds() - load_before);
    return out;
}

}  // namespace sekisho::outbound_cost
