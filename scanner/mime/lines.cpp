#include "scanner/mime/lines.h"

#include <algorithm>

#include "base/text.h"
#include "scanner/mime/header.h"

namespace sekisho::scanner::mime {

namespace {

// Offset of the first CR of `text` behind which a field or a blank line starts, or npos. Each look ends at
// the next CR, so that all looks together are linear.
std::size_t find_telling_cr(std::string_view text) {
    for (std::size_t at = text.find('\r'); at != text.npos;) {
        const std::size_t following = text.find('\r', at + 1);
        const std::size_t end = following == text.npos ? text.size() : following;
        std::string_view behind = text.substr(at + 1, end - at - 1);
        if (following == at + 1 || starts_like_field(behind)) return at;
        // Another control character between the two hides the name from no lenient client.
        while (!behind.empty() && static_cast<unsigned char>(behind.front()) < ' ')
            behind.remove_prefix(1);
        if (starts_like_field(behind)) return at;
        at = following;
    }
    return text.npos;
}

}  // namespace

std::size_t behind_line_end(std::string_view text, std::size_t at) {
    if (text.substr(at).starts_with("\r\n")) return at + 2;
    return at < text.size() && (text[at] == '\r' || text[at] == '\n') ? at + 1 : at;
}

void LineReader::read() {
    if (!has_lf_ || lf_ < pos_) {
        const std::size_t found = input_.find(cr_only_ ? '\r' : '\n', pos_);
        lf_ = found == input_.npos ? input_.size() : found;
        has_lf_ = true;
        has_bare_ = false;
        text_end_ = lf_;
        while (!cr_only_ && text_end_ > pos_ && input_[text_end_ - 1] == '\r' &&
               !(strict_ && text_end_ < lf_))
            --text_end_;
    }
    line_ = {.offset = pos_, .next = lf_ < input_.size() ? lf_ + 1 : input_.size()};
    if (at_end()) {
        line_ = {.offset = input_.size(), .next = input_.size()};
        return;
    }
    // LFCR: the CR is the rest of the line end before.
    if (!strict_ && line_.offset < text_end_ && line_.offset > 0 && input_[line_.offset] == '\r' &&
        input_[line_.offset - 1] == '\n') {
        ++line_.offset;
    }
    line_.text = line_.offset < text_end_ ? input_.substr(line_.offset, text_end_ - line_.offset) : "";
    if (cr_only_ || strict_ || line_.text.empty()) return;
    const std::size_t bare = find_bare_cr();
    if (bare == text_end_) return;
    line_.text = line_.text.substr(0, bare - line_.offset);
    line_.next = bare + 1;
}

// Offset of the bare CR that ends the line at hand, or text_end_. One that was found is good for all lines
// that begin before it: a text of delimiters that only CRs part is not searched to its end for each.
std::size_t LineReader::find_bare_cr() {
    if (input_[line_.offset] == '\r') return line_.offset;
    if (!has_bare_ || line_.offset < bare_from_ || line_.offset > bare_) {
        const std::size_t found = find_telling_cr(line_.text);
        has_bare_ = true;
        bare_from_ = line_.offset;
        bare_ = found == line_.text.npos ? text_end_ : line_.offset + found;
    }
    return bare_;
}

std::string_view LineReader::head_of_next() const {
    constexpr std::size_t looked_at = 1'000;
    const std::size_t end = line_.next + std::min(looked_at, input_.size() - line_.next);
    return LineReader(input_.substr(0, end), *this, line_.next).peek().text;
}

namespace {

bool is_indent(char c) { return base::is_blank(c) || c == '\f' || c == '\v'; }

// Where the line begins in whose first column, or behind a few blanks of it, `at` stands; npos where it
// stands anywhere else.
std::size_t line_start(std::string_view input, std::size_t at, bool strict) {
    constexpr std::size_t most_blanks = 16;
    std::size_t start = at;
    while (!strict && start > 0 && at - start < most_blanks && is_indent(input[start - 1]))
        --start;
    if (start == 0 || input[start - 1] == '\n' || (!strict && input[start - 1] == '\r')) return start;
    return input.npos;
}

}  // namespace

Line find_dashed_line(std::string_view input, std::size_t from, bool strict) {
    std::size_t at = input.find('-', from);
    while (at != input.npos) {
        const std::size_t start = line_start(input, at, strict);
        if (start != input.npos && start >= from && input.substr(at, 2) == "--") {
            const std::size_t end = input.find_first_of(strict ? "\n" : "\r\n", at);
            std::string_view text = input.substr(at, end == input.npos ? end : end - at);
            if (text.ends_with('\r')) text.remove_suffix(1);
            return {.text = text, .offset = start, .next = at + text.size()};
        }
        const std::size_t behind = input.find_first_not_of('-', at);
        at = behind == input.npos ? behind : input.find('-', behind);
    }
    return {.offset = input.size(), .next = input.size()};
}

std::size_t before_line_break(std::string_view input, std::size_t start, std::size_t end) {
    if (end > start && input[end - 1] == '\n') --end;
    if (end > start && input[end - 1] == '\r') --end;
    return end;
}

}  // namespace sekisho::scanner::mime
