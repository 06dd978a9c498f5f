#include "base/log.h"

#include <fmt/format.h>
#include <spdlog/pattern_formatter.h>
#include <spdlog/sinks/stdout_sinks.h>
#include <spdlog/sinks/syslog_sink.h>
#include <spdlog/spdlog.h>
#include <syslog.h>

#include <memory>

#include "base/escape.h"

namespace sekisho::base {

namespace {

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
void install(LogTarget target, LogLevel least, const std::string& ident) {
    auto logger = std::make_shared<spdlog::logger>("sekisho", sink_of(target, ident));
    logger->set_level(level_of(least));
    logger->flush_on(spdlog::level::debug);
    // The journal and syslog stamp lines themselves; a terminal wants the time.
    logger->set_pattern(target == LogTarget::standard_error ? "%Y-%m-%dT%H:%M:%S.%e%z %l: %v" : "%v");
    spdlog::set_default_logger(std::move(logger));
}

bool needs_quotes(std::string_view value) {
    return value.empty() || value.find_first_of(" \"=") != std::string_view::npos;
}

}  // namespace

void open_log(LogTarget target, LogLevel least, const std::string& ident) { install(target, least, ident); }

void log(LogLevel level, std::string_view line) {
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
