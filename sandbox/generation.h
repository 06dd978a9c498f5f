// One running worker program and its children. A reload makes a second one beside it.
#pragma once

#include <atomic>
#include <chrono>
#include <condition_variable>
#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <mutex>
#include <string>
#include <thread>
#include <vector>

#include "base/fd.h"
#include "base/result.h"
#include "model/finding.h"
#include "model/mail_settings.h"
#include "sandbox/channel.h"
#include "sandbox/child.h"

namespace sekisho::sandbox {

struct GenerationSettings {
    std::string program;  // absolute path of sekisho-worker
    std::vector<std::string> rules_dirs;
    model::MailSettings mail;
    bool require_landlock = false;
    bool measure_rules =
        false;  // the program measures what rules cost (model/rule_cost.h), and scans nothing
    std::uint32_t spare_children = 1;  // forked ahead of need
    std::chrono::seconds start_time{120};
    // A fork that the program has not answered by then means that it hangs: it is killed, as if it had died.
    std::chrono::milliseconds answer_time{10'000};
    // Told of each death of a child, from a thread of the generation: wait status. May be empty.
    std::function<void(int)> on_child_exit;
    std::function<void()> on_death;  // the worker program itself is gone; not called from the destructor
};

// What the program said of itself once it was whole.
struct ReadyFacts {
    model::RuleTable rules;
    int landlock_abi = 0;          // 0: the kernel has none
    std::uint64_t heap_bytes = 0;  // private memory of the program, which each fork shares
};
std::string ready_to_json(const ReadyFacts& facts);
base::Result<ReadyFacts> ready_from_json(std::string_view text);

// Thread-safe. Kept alive by each scan that uses one of its children.
class Generation {
public:
    // Starts the program and waits until it is ready. Unavailable where it cannot start or dies; invalid
    // where it names what is wrong with its rules or its surroundings.
    static base::Result<std::unique_ptr<Generation>> start(GenerationSettings settings);
    ~Generation();
    Generation(const Generation&) = delete;
    Generation& operator=(const Generation&) = delete;

    // An idle child that may map `address_space` bytes, or a new one. Never waits for the fork.
    base::Result<std::unique_ptr<Child>> take_child(std::uint64_t address_space);
    void give_back(std::unique_ptr<Child> child);
    void retire(std::unique_ptr<Child> child);  // kills it
    // Forks until as many children are idle as are kept spare, `busy` of them counted as coming back.
    void top_up(std::uint32_t busy);

    std::vector<int> idle_pids();  // 0 for one whose fork has not been heard of yet

    bool alive() const { return !dead_; }
    int pid() const { return pid_; }
    const ReadyFacts& ready() const { return ready_; }

private:
    struct Known {
        std::shared_ptr<ChildProcess> process;
        Clock::time_point asked;
        bool retired = false;
    };
    explicit Generation(GenerationSettings settings) : settings_(std::move(settings)) {}

    base::Result<void> spawn();
    base::Result<void> wait_ready();
    void listen(const std::stop_token& stop);
    bool hear();  // false: the program has closed its socket or breaks the protocol
    void heard(const Frame& frame);
    bool hangs();
    void bury();
    void child_exited(std::uint64_t serial, int wait_status);
    base::Result<std::unique_ptr<Child>> fork_child(std::uint64_t address_space);
    void tell(FrameType type, std::uint64_t serial);
    void end_program();

    GenerationSettings settings_;
    ReadyFacts ready_;
    int pid_ = 0;
    base::UniqueFd control_;
    base::UniqueFd wake_;  // eventfd: ends listen()
    FrameReader reader_;
    std::atomic<bool> dead_ = false;

    std::mutex mutex_;  // guards what follows, and the order of frames on control_
    std::map<std::uint64_t, Known> known_;
    std::vector<std::unique_ptr<Child>> idle_;
    std::uint64_t last_serial_ = 0;
    std::uint64_t address_space_ = 0;  // the most that was asked for

    std::jthread listener_;
};

}  // namespace sekisho::sandbox
