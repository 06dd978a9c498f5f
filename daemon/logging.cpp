#include "daemon/logging.h"

#include "base/log.h"

namespace sekisho::daemon {

void open_log_as(const config::LogSettings& settings) {
    const auto target = settings.target == "stdout"   ? base::LogTarget::standard_output
                        : settings.target == "stderr" ? base::LogTarget::standard_error
                                                      : base::LogTarget::syslog;
    const auto level = settings.level == "debug"     ? base::LogLevel::debug
                       : settings.level == "warning" ? base::LogLevel::warning
                       : settings.level == "error"   ? base::LogLevel::error
                                                     : base::LogLevel::info;
    base::open_log(target, level, "sekishod", settings.json);
}

}  // namespace sekisho::daemon
