// The log: one line per event, to syslog's mail facility, the journal (stdout) or standard error.
#pragma once

#include <string>
#include <string_view>

#include "base/result.h"

namespace sekisho::base {

enum class LogTarget : std::uint8_t { standard_error, standard_output, syslog };
enum class LogLevel : std::uint8_t { debug, info, warning, error };

// Opened once per process, before threads start. Lines written earlier go to standard error.
// `ident` is the syslog ident, e.g. "sekishod".
// `json`: each line is one JSON object; a line that is none becomes {"level":"...","text":"..."}.
void open_log(LogTarget target, LogLevel least, const std::string& ident, bool json = false);

// Thread-safe. `line` is one line of already escaped text (LogLine, base::escape).
void log(LogLevel level, std::string_view line);

// Builds `key=value` text; values are escaped, and quoted where they hold a blank, a quote or nothing.
class LogLine {
public:
    // `first` leads the line as it is: the queue id, or a word of ours such as NOQUEUE.
    explicit LogLine(std::string_view first) : text_(first) {}
    LogLine& add(std::string_view key, std::string_view value);
    LogLine& add(std::string_view key, std::int64_t value);
    const std::string& text() const { return text_; }

private:
    std::string text_;
};

}  // namespace sekisho::base
