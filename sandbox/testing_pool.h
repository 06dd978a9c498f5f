// For tests alone: a pool on a given worker program, messages from text, and a look at its processes.
#pragma once

#include <algorithm>
#include <csignal>
#include <memory>
#include <string>
#include <thread>
#include <vector>

#include <gtest/gtest.h>

#include "sandbox/gate_pool.h"
#include "sandbox/message_fd.h"

namespace sekisho::sandbox {

inline std::string test_program(const std::string& name) { return SEKISHO_BIN_DIR "/" + name; }

// The worker that misbehaves on demand (tests/sandbox/sandbox_test_worker.cpp).
inline config::WorkerSettings test_settings() {
    config::WorkerSettings settings;
    settings.program = test_program("sandbox_test_worker");
    settings.fast_children = 2;
    settings.slow_children = 2;
    settings.rules_dirs = {"first"};
    return settings;
}

inline std::unique_ptr<GatePool> make_pool(const config::WorkerSettings& settings,
                                           const PoolTuning& tuning = {}) {
    auto pool = GatePool::create(settings, tuning);
    if (!pool) {
        ADD_FAILURE() << pool.error().message;
        std::abort();
    }
    return std::move(*pool);
}

inline base::UniqueFd message_of(std::string_view text) { return make_message(base::as_bytes(text)).value(); }

inline ScanOutcome scan_text(Pool& pool, std::string_view text, const std::string& lane = "client",
                             const model::ScanLimits& limits = {}, PartReceiver* parts = nullptr) {
    const model::ScanRequest request{.id = 42, .limits = limits, .want_parts = parts != nullptr};
    const base::UniqueFd message = message_of(text);
    return pool.scan(request, message.get(), lane, parts);
}

// Waits for something that comes without fail, as fast as it comes.
template <class Condition>
bool eventually(Condition condition) {
    for (int i = 0; i < 6'000; ++i) {
        if (condition()) return true;
        std::this_thread::sleep_for(std::chrono::milliseconds(5));
    }
    return false;
}

// The pids of all idle children, once there are `count` of them.
inline std::vector<int> idle_children(const GatePool& pool, std::size_t count) {
    std::vector<int> pids;
    EXPECT_TRUE(eventually([&] {
        pids = pool.idle_children();
        return pids.size() == count && std::ranges::find(pids, 0) == pids.end();
    }));
    return pids;
}

inline int only_child(const GatePool& pool) {
    const std::vector<int> pids = idle_children(pool, 1);
    return pids.empty() ? 0 : pids[0];
}

}  // namespace sekisho::sandbox
