// What the quarantine's answers look like to people, and how times are asked for. Pure.
#pragma once

#include <chrono>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "base/json.h"

namespace sekisho::cli {

// A table of {"entries": [...]}.
std::string print_entries(const base::Json& answer);

// {"entry": {...}, "report": {...}, "history": [...]}: facts, the report's parts and findings, what was done.
std::string print_entry(const base::Json& answer);

// "2026-11-24" (from midnight UTC on) or "2h", "3 days" (before `now`), in seconds since 1970.
std::optional<std::int64_t> read_since(std::string_view text, std::chrono::system_clock::time_point now);

}  // namespace sekisho::cli
