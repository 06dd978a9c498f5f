#include "model/verdict.h"

#include <array>

namespace sekisho::model {

std::string_view to_string(Verdict verdict) {
    switch (verdict) {
        case Verdict::clean:
            return "clean";
        case Verdict::unscannable:
            return "unscannable";
        case Verdict::suspicious:
            return "suspicious";
        case Verdict::malicious:
            return "malicious";
    }
    return "?";
}

std::string_view to_string(Unscannable reason) {
    switch (reason) {
        case Unscannable::none:
            return "none";
        case Unscannable::locked:
            return "locked";
        case Unscannable::large:
            return "large";
        case Unscannable::deep:
            return "deep";
        case Unscannable::time:
            return "time";
        case Unscannable::broken:
            return "broken";
        case Unscannable::unsupported:
            return "unsupported";
        case Unscannable::crashed:
            return "crashed";
    }
    return "?";
}

std::string_view to_string(Direction direction) {
    switch (direction) {
        case Direction::inbound:
            return "inbound";
        case Direction::outbound:
            return "outbound";
        case Direction::internal:
            return "internal";
    }
    return "?";
}

namespace {

// The one inverse of to_string: tries each value of a dense enumeration up to `last`.
template <class Enum>
std::optional<Enum> from_text(std::string_view text, Enum last) {
    for (int i = 0; i <= static_cast<int>(last); ++i) {
        const auto value = static_cast<Enum>(i);
        if (to_string(value) == text) return value;
    }
    return std::nullopt;
}

}  // namespace

std::optional<Verdict> verdict_from(std::string_view text) { return from_text(text, Verdict::malicious); }
std::optional<Unscannable> unscannable_from(std::string_view text) {
    return from_text(text, Unscannable::crashed);
}
std::optional<Direction> direction_from(std::string_view text) {
    return from_text(text, Direction::internal);
}

}  // namespace sekisho::model
