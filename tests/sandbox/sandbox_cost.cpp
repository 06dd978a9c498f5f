// What a process per message costs: sandbox_cost WORKER [RULES_DIR...]
// Scans one small plain mail again and again with 1, 20 and 200 messages per child, one scan at a time, and
// prints wall clock and processor time per message: of the child while it scans, of the gate, and of the
// worker program with all that its children took from fork to exit.
#include <fmt/format.h>
#include <sys/resource.h>
#include <unistd.h>

#include <chrono>
#include <fstream>
#include <span>
#include <sstream>
#include <string>
#include <thread>

#include "sandbox/gate_pool.h"
#include "sandbox/message_fd.h"

namespace {

using namespace sekisho;
using Microseconds = std::chrono::duration<double, std::micro>;

constexpr std::string_view mail =
    "From: a@example.com\r\nTo: b@example.com\r\nSubject: minutes\r\nDate: Tue, 24 Nov 2026 10:00:00 "
    "+0900\r\n"
    "Message-ID: <1@example.com>\r\n\r\nThe meeting is at ten.\r\n";

Microseconds own_time() {
    rusage usage{};
    ::getrusage(RUSAGE_SELF, &usage);
    const auto sum = [](timeval time) {
        return Microseconds(static_cast<double>(time.tv_sec) * 1e6 + static_cast<double>(time.tv_usec));
    };
    return sum(usage.ru_utime) + sum(usage.ru_stime);
}

// Fields 14 to 17 of /proc/<pid>/stat: its own time and that of the children that it has waited for.
Microseconds program_time(int pid) {
    std::ifstream file("/proc/" + std::to_string(pid) + "/stat");
    std::string text;
    std::getline(file, text);
    std::istringstream fields(text.substr(text.rfind(')') + 2));
    std::string skipped;
    for (int field = 3; field < 14; ++field) {
        fields >> skipped;
    }
    double sum = 0;
    for (int field = 14; field <= 17; ++field) {
        double ticks = 0;
        fields >> ticks;
        sum += ticks;
    }
    return Microseconds(sum * 1e6 / static_cast<double>(::sysconf(_SC_CLK_TCK)));
}

void measure(config::WorkerSettings settings, std::uint32_t messages_per_child) {
    constexpr int rounds = 4'000;
    settings.fast_children = 1;
    settings.slow_children = 1;
    settings.worker_messages = messages_per_child;
    auto pool = sandbox::GatePool::create(settings, {});
    if (!pool) {
        fmt::print(stderr, "{}\n", pool.error().message);
        return;
    }
    const base::UniqueFd message = sandbox::make_message(base::as_bytes(mail)).value();
    const auto gate_before = own_time();
    const auto program_before = program_time((*pool)->program_pid());
    const auto begin = std::chrono::steady_clock::now();
    Microseconds scanning{0};
    for (int i = 0; i < rounds; ++i) {
        scanning += (*pool)->scan({.id = 1}, message.get(), "client", nullptr).cpu_time;
    }
    const Microseconds wall = std::chrono::steady_clock::now() - begin;
    const auto gate = own_time() - gate_before;
    std::this_thread::sleep_for(std::chrono::milliseconds(200));  // for the last children to be waited for
    const auto program = program_time((*pool)->program_pid()) - program_before;
    fmt::print("{:>9} {:>9.0f} {:>9.0f} {:>9.0f} {:>9.0f} {:>9}\n", messages_per_child, wall.count() / rounds,
               scanning.count() / rounds, gate.count() / rounds, program.count() / rounds,
               (*pool)->heap_bytes() >> 10);
}

}  // namespace

int main(int argc, char** argv) {
    const std::span words(argv, static_cast<std::size_t>(argc));
    if (words.size() < 2) return 2;
    config::WorkerSettings settings;
    settings.program = words[1];
    settings.rules_dirs.assign(words.begin() + 2, words.end());
    fmt::print("{:>9} {:>9} {:>9} {:>9} {:>9} {:>9}\n", "per child", "wall us", "scan us", "gate us",
               "worker us", "heap KB");
    for (const std::uint32_t messages : {1u, 20u, 200u}) {
        measure(settings, messages);
    }
}
