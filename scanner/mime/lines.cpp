#include "scanner/mime/lines.h"

#include "scanner/mime/header.h"

namespace sekisho::scanner::mime {

namespace {

// Offset of a CR within `line` behind which a field or a blank line starts, or npos. Each look ends at the
// next CR, so that all looks together are linear.
std::size_t find_bare_cr(std::string_view line) {
    for (std::size_t at = line.find('\r'); at != line.npos;) {
        const std::size_t following = line.find('\r', at + 1);
        const std::size_t end = following == line.npos ? line.size() : following;
        if (at == 0 || following == at + 1 || starts_like_field(line.substr(at + 1, end - at - 1))) return at;
        at = following;
    }
    return line.npos;
}

}  // namespace

void LineReader::read() {
    if (!has_lf_ || lf_ < pos_) {
        const std::size_t found = input_.find(cr_only_ ? '\r' : '\n', pos_);
        lf_ = found == input_.npos ? input_.size() : found;
        has_lf_ = true;
        text_end_ = lf_;
        while (!cr_only_ && text_end_ > pos_ && input_[text_end_ - 1] == '\r')
            --text_end_;
    }
    line_ = {.offset = pos_, .next = lf_ < input_.size() ? lf_ + 1 : input_.size()};
    if (at_end()) {
        line_ = {.offset = input_.size(), .next = input_.size()};
        return;
    }
    // LFCR: the CR is the rest of the line end before.
    if (line_.offset < text_end_ && line_.offset > 0 && input_[line_.offset] == '\r' &&
        input_[line_.offset - 1] == '\n') {
        ++line_.offset;
    }
    line_.text = line_.offset < text_end_ ? input_.substr(line_.offset, text_end_ - line_.offset) : "";
    const std::size_t bare = cr_only_ ? line_.text.npos : find_bare_cr(line_.text);
    if (bare != line_.text.npos) {
        line_.text = line_.text.substr(0, bare);
        line_.next = line_.offset + bare + 1;
    }
}

Line find_dashed_line(std::string_view input, std::size_t from) {
    std::size_t at = input.find('-', from);
    while (at != input.npos) {
        const bool at_line_start = at == 0 || input[at - 1] == '\n' || input[at - 1] == '\r';
        if (at_line_start && input.substr(at, 2) == "--") {
            const std::size_t end = input.find_first_of("\r\n", at);
            const std::string_view text = input.substr(at, end == input.npos ? end : end - at);
            return {.text = text, .offset = at, .next = at + text.size()};
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
