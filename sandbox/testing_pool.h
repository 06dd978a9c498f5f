// For tests alone: a pool on a given worker program, messages from text, and a look at its processes.
#pragma once

#include <csignal>
#include <filesystem>
#include <fstream>
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

// Of the worker program, as /proc tells; zombies left out.
inline std::vector<int> children_of(int program) {
    std::ifstream list("/proc/" + std::to_string(program) + "/task/" + std::to_string(program) + "/children");
    std::vector<int> out;
    for (int pid = 0; list >> pid;) {
        std::ifstream stat("/proc/" + std::to_string(pid) + "/stat");
        std::string text;
        std::getline(stat, text);
        const std::size_t name_end = text.rfind(')');
        if (name_end != text.npos && text.substr(name_end + 2, 1) != "Z") out.push_back(pid);
    }
    return out;
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

}  // namespace sekisho::sandbox
