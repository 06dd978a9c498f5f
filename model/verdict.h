// The four verdicts, the reasons for not looking, and the direction of a mail (DESIGN.md sections 1 and 6).
#pragma once

#include <cstdint>
#include <optional>
#include <string_view>

namespace sekisho::model {

// In order of weight: a message gets the heaviest that applies.
enum class Verdict : std::uint8_t { clean, unscannable, suspicious, malicious };

// Why something could not be looked at. `none` is for findings that say nothing of the kind.
enum class Unscannable : std::uint8_t { none, locked, large, deep, time, broken, unsupported, crashed };

enum class Direction : std::uint8_t { inbound, outbound, internal };

std::string_view to_string(Verdict verdict);
std::string_view to_string(Unscannable reason);
std::string_view to_string(Direction direction);
std::optional<Verdict> verdict_from(std::string_view text);
std::optional<Unscannable> unscannable_from(std::string_view text);
std::optional<Direction> direction_from(std::string_view text);

}  // namespace sekisho::model
