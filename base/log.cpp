#include "base/log.h"

#include <fmt/format.h>
#include <spdlog/pattern_formatter.h>
#include <spdlog/sinks/stdout_sinks.h>
#include <spdlog/sinks/syslog_sink.h>
#include <spdlog/spdlog.h>
#include <syslog.h>

#include <atomic>
#include <memory>

#include "base/escape.h"
#include "base/json.h"

namespace sekisho::base {

namespace {

// With spdlog's default logger the one state of the log: set before threads start.
std::atomic<bool> json_lines = false;  // NOLINT(*-avoid-non-const-global-variables)

spdlog::level::level_enum level_of(LogLevel level) {
    switch (level) {
        case LogLevel::debug:
            return spdlog::level::debug;
        case LogLevel::info:
            return spdlog::level::info;
        case LogLevel::warning:
            return spdlog::level::warn;
        case LogLevel::error:
            return spdlog::level::err;
    }
    return spdlog::level::err;
}

spdlog::sink_ptr sink_of(LogTarget target, const std::string& ident) {
    switch (target) {
        case LogTarget::syslog:
            return std::make_shared<spdlog::sinks::syslog_sink_mt>(ident, LOG_PID, LOG_MAIL, false);
        case LogTarget::standard_output:
            return std::make_shared<spdlog::sinks::stdout_sink_mt>();
        case LogTarget::standard_error:
            break;
    }
    return std::make_shared<spdlog::sinks::stderr_sink_mt>();
}

// spdlog keeps a registry of its own; this is the one default logger in it.
void install(LogTarget target, LogLevel least, const std::string& ident, bool bare) {
    auto logger = std::make_shared<spdlog::logger>("sekisho", sink_of(target, ident));
    logger->set_level(level_of(least));
    logger->flush_on(spdlog::level::debug);
    // The journal and syslog stamp lines themselves; a terminal wants the time.
    const bool stamped = target == LogTarget::standard_error && !bare;
    logger->set_pattern(stamped ? "%Y-%m-%dT%H:%M:%S.%e%z %l: %v" : "%v");
    spdlog::set_default_logger(std::move(logger));
}

bool needs_quotes(std::string_view value) {
    return value.empty() || value.find_first_of(" \"=") != std::string_view::npos;
}

}  // namespace

void open_log(LogTarget target, LogLevel least, const std::string& ident, bool json) {
    json_lines = json;
    install(target, least, ident, json);
}

void log(LogLevel level, std::string_view line) {
    if (json_lines && !line.starts_with('{')) {
        const spdlog::string_view_t name = spdlog::level::to_string_view(level_of(level));
        const std::string object = dump_json(
            JsonObject{{"level", std::string(name.data(), name.size())}, {"text", repair_utf8(line)}});
        spdlog::default_logger_raw()->log(level_of(level), "{}", object);
        return;
    }
    spdlog::default_logger_raw()->log(level_of(level), "{}", line);
}

LogLine& LogLine::add(std::string_view key, std::string_view value) {
    constexpr std::size_t max_value = 500;
    std::string safe = escape(value, max_value);
    if (needs_quotes(safe)) {
        std::string quoted = "\"";
        for (const char c : safe) {
            if (c == '"') quoted += '\\';
            quoted += c;
        }
        safe = quoted + '"';
    }
    text_ += fmt::format("{}{}={}", text_.empty() ? "" : " ", key, safe);
    return *this;
}

LogLine& LogLine::add(std::string_view key, std::int64_t value) {
    text_ += fmt::format("{}{}={}", text_.empty() ? "" : " ", key, value);
    return *this;
}

}  // namespace sekisho::base
