// The lines of a message that may be delimiters, for questions about odd boundaries.
#pragma once

#include <optional>
#include <string_view>
#include <vector>

namespace sekisho::scanner::mime {

// Looked up at the first question alone, so ordinary mail pays nothing. Views into the message. Not
// thread-safe.
class DashedLines {
public:
    explicit DashedLines(std::string_view input) : input_(input) {}

    // True where a line is the delimiter of this boundary, as Boundaries::match() has it.
    bool use(std::string_view boundary) const;

private:
    static constexpr std::size_t max_lines = 2'000;  // that differ

    std::string_view input_;
    mutable std::optional<std::vector<std::string_view>> lines_;  // sorted, behind the dashes
};

}  // namespace sekisho::scanner::mime
