#include "daemon/reloader.h"

#include <chrono>
#include <utility>

#include "base/escape.h"
#include "base/log.h"
#include "config/load.h"
#include "daemon/restart_fields.h"

namespace sekisho::daemon {

namespace {

constexpr std::size_t max_lines = 50;  // of each kind, in the answer and in the record

void append(std::string& out, std::string_view lead, const std::vector<std::string>& lines) {
    for (std::size_t i = 0; i < lines.size() && i < max_lines; ++i) {
        if (!out.empty()) out += '\n';
        out += lead;
        out += lines[i];
    }
}

base::JsonArray json_lines(const std::vector<std::string>& lines) {
    base::JsonArray out;
    for (std::size_t i = 0; i < lines.size() && i < max_lines; ++i)
        out.emplace_back(base::repair_utf8(lines[i]));
    return out;
}

}  // namespace

std::string ReloadOutcome::text() const {
    std::string out;
    append(out, "", problems);
    append(out, "needs restart: ", needs_restart);
    append(out, "note: ", remarks);
    return out;
}

Reloader::Reloader(std::string config_file, milter::CurrentSettings& settings, sandbox::Pool& pool,
                   store::Store& store, Hooks hooks)
    : config_file_(std::move(config_file)),
      settings_(settings),
      pool_(pool),
      store_(store),
      hooks_(std::move(hooks)),
      thread_([this](const std::stop_token& stop) { serve(stop); }) {}

Reloader::~Reloader() = default;

void Reloader::request() {
    const std::scoped_lock lock(mutex_);
    wanted_ = true;
    wake_.notify_one();
}

void Reloader::serve(const std::stop_token& stop) {
    while (true) {
        {
            std::unique_lock lock(mutex_);
            if (!wake_.wait(lock, stop, [this] { return wanted_; })) return;
            wanted_ = false;
        }
        reload();
    }
}

ReloadOutcome Reloader::load_and_swap() {
    ReloadOutcome out;
    auto loaded = config::load(config_file_);
    for (const auto& problem : loaded.problems)
        out.problems.push_back(problem.to_string());
    if (!out.problems.empty()) return out;

    const auto running = settings_.get();
    out.needs_restart = needs_restart(*running, loaded.settings);
    const auto today = std::chrono::floor<std::chrono::days>(std::chrono::system_clock::now());
    for (const auto& warning : config::warnings(loaded.settings, config_file_, today)) {
        out.remarks.push_back(warning.to_string());
    }
    if (const auto fresh = pool_.reload(loaded.settings.worker); !fresh) {
        out.problems.push_back(fresh.error().message);
        return out;
    }
    const auto rules = pool_.rules();  // held: the pool may drop it
    out.remarks.insert(out.remarks.end(), rules->problems.begin(), rules->problems.end());
    settings_.set(without_restart_fields(*running, std::move(loaded.settings)));
    return out;
}

ReloadOutcome Reloader::reload() {
    const std::scoped_lock lock(one_at_a_time_);
    hooks_.begin();
    const ReloadOutcome out = load_and_swap();
    base::LogLine line("gate:");
    line.add("event", out.ok() ? "reloaded" : "reload-failed").add("config", settings_.get()->version);
    base::log(out.ok() ? base::LogLevel::info : base::LogLevel::error, line.text());
    for (const auto& problem : out.problems)
        base::log(base::LogLevel::error, "gate: reload: " + base::escape(problem, 500));
    for (const auto& name : out.needs_restart)
        base::log(base::LogLevel::warning, "gate: reload: needs restart: " + name);
    for (const auto& remark : out.remarks)
        base::log(base::LogLevel::warning, "gate: reload: " + base::escape(remark, 500));
    store_.record({.at = std::chrono::system_clock::now(),
                   .kind = "reload",
                   .queue_id = {},
                   .subject_id = {},
                   .detail = base::JsonObject{{"ok", out.ok()},
                                              {"config", settings_.get()->version},
                                              {"problems", json_lines(out.problems)},
                                              {"needs_restart", json_lines(out.needs_restart)},
                                              {"remarks", json_lines(out.remarks)}}});
    hooks_.end(out);
    return out;
}

}  // namespace sekisho::daemon
