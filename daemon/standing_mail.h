// The text of the mail that tells operators of changes of standing.
#pragma once

#include <chrono>
#include <cstdint>
#include <map>
#include <span>
#include <string>

#include "base/json.h"
#include "config/settings.h"

namespace sekisho::daemon {

// What a mail has no room for: how often each change occurred, "blocked", "throttled", ...
using Unlisted = std::map<std::string, std::uint64_t, std::less<>>;

// `news`: as StandingNews makes it, not empty; names in it are untrusted. In the languages of `settings`, one
// after the other.
std::string standing_mail(const config::NoticeSettings& settings, const std::string& to,
                          std::span<const base::Json> news, const Unlisted& unlisted,
                          std::chrono::system_clock::time_point now);

}  // namespace sekisho::daemon
