// The lines of a message that may be delimiters, for questions about odd boundaries.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string_view>
#include <vector>

namespace sekisho::scanner::mime {

// Looked up at the first question alone, so ordinary mail pays nothing. A question costs a few comparisons,
// however many lines there are: hostile mail asks for dozens of boundaries at each part. Views into the
// message. Not thread-safe.
class DashedLines {
public:
    explicit DashedLines(std::string_view input) : input_(input) {}

    // True where a line is the delimiter of this boundary, as Boundaries::match() has it. Beyond max_lines
    // different lines any boundary may be in use: noise before a part hides none of its readings.
    bool use(std::string_view boundary) const;

private:
    static constexpr std::size_t max_lines = 2'000;  // that differ

    static constexpr std::size_t max_boundary = 2'048;  // that is asked for

    struct Index {
        std::vector<std::string_view> lines;  // sorted, behind the dashes
        // By the length of a boundary: the lines in which one may end there, by number.
        std::vector<std::vector<std::uint16_t>> ends;
        bool full = false;
    };
    Index make_index() const;

    std::string_view input_;
    mutable std::optional<Index> index_;
};

}  // namespace sekisho::scanner::mime
