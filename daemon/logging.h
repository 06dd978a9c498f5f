// [log] of the configuration put into effect.
#pragma once

#include "config/settings.h"

namespace sekisho::daemon {

void open_log_as(const config::LogSettings& settings);

}  // namespace sekisho::daemon
