// New rules and settings, built beside the old ones and swapped only when both are whole.
#pragma once

#include <condition_variable>
#include <functional>
#include <mutex>
#include <stop_token>
#include <string>
#include <thread>
#include <vector>

#include "base/result.h"
#include "milter/services.h"

namespace sekisho::daemon {

struct ReloadOutcome {
    // One per line, "file:line: what; what would be right"; not empty: the old rules and settings stay.
    std::vector<std::string> problems;
    std::vector<std::string> needs_restart;  // settings that differ and wait for a restart
    std::vector<std::string> remarks;        // warnings of the configuration, rules that were skipped
    bool ok() const { return problems.empty(); }
    std::string text() const;  // all of it, one line each
};

// Thread-safe: reloads come one after the other. Mail in flight keeps the settings it began with, and the
// worker that reads it.
class Reloader {
public:
    struct Hooks {
        std::function<void()> begin = [] {};
        std::function<void(const ReloadOutcome&)> end = [](const ReloadOutcome&) {};
    };

    // References outlive the Reloader.
    Reloader(std::string config_file, milter::CurrentSettings& settings, sandbox::Pool& pool,
             store::Store& store, Hooks hooks);
    ~Reloader();

    // Blocks until it is done (compiling many rules takes seconds).
    ReloadOutcome reload();
    // Returns at once; requests that come while a reload waits to begin become one.
    void request();

private:
    ReloadOutcome load_and_swap();
    void serve(const std::stop_token& stop);

    const std::string config_file_;
    milter::CurrentSettings& settings_;
    sandbox::Pool& pool_;
    store::Store& store_;
    const Hooks hooks_;
    std::mutex one_at_a_time_;
    std::mutex mutex_;
    std::condition_variable_any wake_;
    bool wanted_ = false;
    std::jthread thread_;  // last: it ends before what it uses
};

}  // namespace sekisho::daemon
