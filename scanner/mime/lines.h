// Lines of a message, whatever ends them, and the quick search for lines that may be MIME delimiters.
#pragma once

#include <cstddef>
#include <string_view>

namespace sekisho::scanner::mime {

// A line without its end. Views into the message.
struct Line {
    std::string_view text;
    std::size_t offset = 0;  // of its first byte
    std::size_t next = 0;    // of the first byte behind its end
};

// The offset behind the CR, LF or CRLF at `at`; `at` where there is none.
std::size_t behind_line_end(std::string_view text, std::size_t at);

// Reads header lines. Ends are LF with any number of CR before it, or LFCR; a bare CR where something like
// a field name or another CR follows it; and each CR where the input has no LF at all. Linear over all uses
// of one reader, so a message has one and moves it forward. A copy looks ahead, and pays for it: over a few
// short lines, or by head_of_next().
class LineReader {
public:
    // `strict`: only LF, with or without one CR before it, ends a line.
    explicit LineReader(std::string_view input, bool strict = false)
        : input_(input), strict_(strict), cr_only_(!strict && input.find('\n') == std::string_view::npos) {
        read();
    }

    std::string_view input() const { return input_; }
    std::size_t offset() const { return pos_; }
    bool at_end() const { return pos_ >= input_.size(); }
    const Line& peek() const { return line_; }  // empty at the end
    // The beginning of the line behind peek(): all of it where it is short, else its first 1,000 bytes or so.
    // Empty also where there is none.
    std::string_view head_of_next() const;
    void next() {
        pos_ = line_.next;
        read();
    }
    // Forward only.
    void seek(std::size_t offset) {
        pos_ = offset;
        read();
    }

private:
    LineReader(std::string_view input, const LineReader& like, std::size_t offset)
        : input_(input), strict_(like.strict_), pos_(offset), cr_only_(like.cr_only_) {
        read();
    }
    void read();
    std::size_t find_bare_cr();

    std::string_view input_;
    bool strict_;
    std::size_t pos_ = 0;
    Line line_;
    std::size_t lf_ = 0;        // the first line end at or behind pos_, once has_lf_
    std::size_t text_end_ = 0;  // where the CRs before it begin
    bool has_lf_ = false;
    std::size_t bare_from_ = 0;  // behind here, the first CR that ends a line by what follows it is bare_
    std::size_t bare_ = 0;       // text_end_ where there is none before it
    bool has_bare_ = false;      // of the text up to text_end_
    bool cr_only_ = false;
};

// The next line at or after `from` that begins with "--", or with a few blanks and "--"; `text` begins with
// the dashes and ends before its line end, `offset` is that of the line's start. An empty text where there is
// none. A line starts at offset 0 and behind each LF or CR; `strict`: behind LF alone, and no blanks. Runs at
// memory speed over base64.
Line find_dashed_line(std::string_view input, std::size_t from, bool strict = false);

// `end` moved back over one line break (CRLF, LF or CR): the break before a delimiter belongs to it
// (RFC 2046 section 5.1.1). Never before `start`.
std::size_t before_line_break(std::string_view input, std::size_t start, std::size_t end);

}  // namespace sekisho::scanner::mime
