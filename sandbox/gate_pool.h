// The Pool that sekishod and the command-line tools use: lanes, generations, and a keeper that makes them
// whole again.
#pragma once

#include <chrono>
#include <condition_variable>
#include <cstdint>
#include <map>
#include <memory>
#include <mutex>
#include <string>
#include <thread>
#include <vector>

#include "sandbox/generation.h"
#include "sandbox/lanes.h"
#include "sandbox/pool.h"
#include "sandbox/scan_run.h"

namespace sekisho::sandbox {

// What tests and `sekisho rules profile` change and operators do not.
struct PoolTuning {
    bool measure_rules = false;  // reports hold what each rule cost (model/rule_cost.h) instead of findings
    std::chrono::milliseconds stall_time{5'000};     // an answer that has begun must end
    std::chrono::milliseconds answer_time{10'000};   // a fork that takes longer: the program hangs
    std::chrono::milliseconds restart_wait{10'000};  // for a program that is started again
    std::chrono::milliseconds first_backoff{100};    // after a second death in a row; doubles
    std::chrono::milliseconds last_backoff{10'000};
};

class GatePool final : public Pool {
public:
    static base::Result<std::unique_ptr<GatePool>> create(const config::WorkerSettings& settings,
                                                          const PoolTuning& tuning);
    ~GatePool() override;
    GatePool(const GatePool&) = delete;
    GatePool& operator=(const GatePool&) = delete;

    ScanOutcome scan(const model::ScanRequest& request, int message_fd, const std::string& lane,
                     PartReceiver* parts) override;
    base::Result<void> reload(const config::WorkerSettings& settings) override;
    std::shared_ptr<const model::RuleTable> rules() const override;
    PoolStats stats() const override;

    // Of the current generation: its process, and the private memory that each fork shares page by page.
    int program_pid() const;
    std::uint64_t heap_bytes() const;
    std::vector<int> idle_children() const;  // pids; 0 for one that is being forked

private:
    struct Current {
        std::shared_ptr<Generation> generation;
        std::shared_ptr<const model::RuleTable> rules;
        explicit operator bool() const { return generation != nullptr && generation->alive(); }
    };
    GatePool(const config::WorkerSettings& settings, const PoolTuning& tuning);

    base::Result<Current> start_generation(const config::WorkerSettings& settings);
    base::Result<void> rehearse(Generation& generation, const config::WorkerSettings& settings);
    void install(Current fresh);
    void keep(const std::stop_token& stop);
    void restart(std::unique_lock<std::mutex>& lock, const std::stop_token& stop);
    void child_ended(int wait_status);

    // A ticket on the fast lane, or nullopt where there was no room or time.
    std::optional<Lanes::Ticket> enter(const std::string& lane, Clock::time_point deadline);
    void leave(Lanes::Ticket ticket);
    void wake_admitted();
    Current wait_current(Clock::time_point deadline);
    RunResult run(const Current& current, const model::ScanRequest& request, int message_fd,
                  Lanes::Ticket ticket, Clock::time_point deadline, PartReceiver* parts);
    ScanOutcome counted(RunResult result);

    const PoolTuning tuning_;
    mutable std::mutex mutex_;             // guards all below
    std::condition_variable_any changed_;  // current_ was replaced or died, or the pool ends
    config::WorkerSettings settings_;
    Lanes lanes_;
    std::map<Lanes::Ticket, std::condition_variable*> waiters_;
    Current current_;
    std::vector<Current> old_;  // until their last scan ends
    std::uint64_t generation_ = 0;
    PoolStats counters_;
    std::mutex reload_mutex_;  // one reload at a time; never taken while mutex_ is held
    std::jthread keeper_;
};

}  // namespace sekisho::sandbox
