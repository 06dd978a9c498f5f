// The boundaries that are open at one place of a message (RFC 2046 section 5.1.1), and which of them a line
// is.
#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace sekisho::scanner::mime {

struct Level {
    std::string boundary;
    std::size_t start = 0;  // of its body
    bool digest = false;    // parts without a type are messages
    bool parts = false;     // a delimiter has been seen
    bool closed = false;    // the closing delimiter was the last one seen
};

struct Match {
    std::size_t level = 0;
    bool closes = false;
    bool trailing = false;  // something stands behind it
};

enum class DelimiterKind : unsigned char { none, opens, closes };

// What `text`, a line behind its "--", is to one boundary.
DelimiterKind kind_of(std::string_view text, std::string_view boundary);
// The same where the boundary stands, and `behind` behind it.
DelimiterKind kind_by_rest(std::string_view behind);

constexpr std::size_t shortest_to_guess = 4;  // a boundary that is worth looking for in odd places

// Offset of "--boundary" glued to text in front of it, at or behind `from`; npos where there is none.
std::size_t find_glued(std::string_view text, std::size_t from, std::string_view boundary);

// A stack, the innermost multipart on top. A closed level stays until an outer delimiter comes: parts behind
// a closing delimiter are read as well.
class Boundaries {
public:
    std::size_t depth() const { return levels_.size(); }
    Level& at(std::size_t level) { return levels_.at(level); }
    const Level& top() const { return levels_.back(); }
    void push(std::string boundary, std::size_t start, bool digest) {
        levels_.push_back({.boundary = std::move(boundary), .start = start, .digest = digest});
    }
    void pop() { levels_.pop_back(); }

    // `line` begins with "--". The whole line, blanks at its end aside, must be the delimiter; or the
    // delimiter and then a character that no boundary goes on with. A mere prefix is none: a nested message
    // may use a longer boundary that begins alike. Open levels before closed ones, inner before outer.
    std::optional<Match> match(std::string_view line) const;

private:
    std::vector<Level> levels_;
};

}  // namespace sekisho::scanner::mime
