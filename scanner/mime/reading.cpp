#include "scanner/mime/reading.h"

#include <algorithm>
#include <optional>
#include <utility>

#include "base/text.h"
#include "scanner/mime/boundaries.h"
#include "scanner/mime/lines.h"

namespace sekisho::scanner::mime {

namespace {

// Evidence of one kind is kept a few times; a message of 10,000 broken parts says no more than one of five.
constexpr std::ptrdiff_t max_same_notes = 5;

class Reader {
public:
    Reader(base::Bytes input, const ReadingOptions& options, Budget& budget)
        : input_(input), text_(base::as_text(input)), options_(options), budget_(budget), lines_(text_) {}

    Reading read() {
        if (!budget_.spend_steps(text_.size())) return std::move(reading_);
        if (options_.has_header) {
            reading_.header = header();
            reading_.content = read_content(reading_.header, "text/plain");
        } else {
            reading_.content.type = "multipart/mixed";
        }
        begin_entity(reading_.content, lines_.offset());
        for (Line line = find_dashed_line(text_, pos_); !line.text.empty() && !full_;
             line = find_dashed_line(text_, pos_)) {
            pos_ = line.next;
            const std::optional<Match> match = boundaries_.match(line.text);
            if (match) at_delimiter(line, *match);
        }
        undivided();
        end_entity(text_.size());
        while (boundaries_.depth() > 0)
            pop();
        return std::move(reading_);
    }

private:
    HeaderBlock header() {
        HeaderBlock block = parse_header(lines_, options_.header, [this](std::string_view line) {
            return line.starts_with("--") && boundaries_.match(line).has_value();
        });
        if (block.malformed) note("mime.header.malformed", block.odd);
        if (block.over_limit) budget_.reach("limit.header");
        return block;
    }

    // An entity's body begins at `body`: a multipart opens a level, anything else is a leaf up to the next
    // delimiter.
    void begin_entity(Content content, std::size_t body) {
        pos_ = body;
        start_ = body;
        role_ = Role::body;
        current_ = std::move(content);
        if (!current_.is_multipart()) return;
        if (boundaries_.depth() >= options_.max_nesting) {
            budget_.reach("limit.depth");
            return;
        }
        std::string boundary = current_.boundary;
        if (boundary.empty()) {
            if (options_.has_header) note("mime.boundary.missing", current_.type);
            boundary = first_dashed(body);
            if (boundary.empty()) {
                current_.type = "text/plain";
                return;
            }
        }
        boundaries_.push(std::move(boundary), current_.type == "multipart/digest");
        role_ = Role::preamble;
    }

    // The first line "--xxx" of a multipart that declares no boundary, unless it belongs to one around it.
    std::string first_dashed(std::size_t from) const {
        const Line line = find_dashed_line(text_, from);
        if (!line.text.empty() && boundaries_.match(line.text)) return {};
        return std::string(base::trim(line.text.substr(std::min<std::size_t>(2, line.text.size()))));
    }

    void at_delimiter(const Line& line, const Match& match) {
        const std::size_t end = before_line_break(text_, start_, line.offset);
        if (match.level + 1 < boundaries_.depth()) undivided();
        if (role_ == Role::preamble) current_ = {};
        end_entity(end);
        while (boundaries_.depth() > match.level + 1)
            pop();
        Level& level = boundaries_.at(match.level);
        level.parts = level.parts || !match.closes;
        level.closed = match.closes;
        if (match.closes) {
            start_ = behind_line_end(line.next);
            pos_ = start_;
            role_ = Role::epilogue;
            current_ = {};
            return;
        }
        lines_.seek(behind_line_end(line.next));
        const HeaderBlock block = header();
        begin_entity(read_content(block, level.digest ? "message/rfc822" : "text/plain"), lines_.offset());
    }

    // A multipart ends in which its delimiter never came: what looked like its preamble is its body.
    void undivided() {
        if (role_ != Role::preamble) return;
        note("mime.boundary.missing", boundaries_.top().boundary);
        role_ = Role::body;
        current_.type = "text/plain";
        boundaries_.pop();
    }

    std::size_t behind_line_end(std::size_t at) const {
        if (text_.substr(at, 1) == "\r") ++at;
        if (text_.substr(at, 1) == "\n") ++at;
        return at;
    }

    // What lies between start_ and `end` belongs to the current entity.
    void end_entity(std::size_t end) {
        if (full_) return;
        end = std::max(start_, end);
        if (role_ != Role::body && base::trim(text_.substr(start_, end - start_)).empty()) return;
        if (reading_.leaves.size() >= options_.max_leaves) {
            full_ = true;
            budget_.reach("limit.parts");
            return;
        }
        reading_.leaves.push_back({.content = std::move(current_),
                                   .raw = input_.subspan(start_, end - start_),
                                   .role = role_,
                                   .nesting = static_cast<std::uint32_t>(boundaries_.depth())});
        current_ = {};
    }

    void pop() {
        const Level& level = boundaries_.top();
        if (!level.closed) note("mime.unterminated", level.boundary);
        boundaries_.pop();
    }

    void note(std::string_view id, std::string_view evidence) {
        if (std::ranges::count(reading_.notes, id, &Note::id) >= max_same_notes) return;
        constexpr std::size_t max_evidence = 200;
        reading_.notes.push_back({.id = id, .evidence = std::string(evidence.substr(0, max_evidence))});
    }

    base::Bytes input_;
    std::string_view text_;
    const ReadingOptions& options_;
    Budget& budget_;
    LineReader lines_;  // for headers; moves forward only
    Boundaries boundaries_;
    Reading reading_;
    Content current_;  // of the leaf that is being read
    Role role_ = Role::body;
    std::size_t start_ = 0;  // of its body
    std::size_t pos_ = 0;    // where the search for delimiters goes on
    bool full_ = false;
};

}  // namespace

Reading read_message(base::Bytes input, const ReadingOptions& options, Budget& budget) {
    return Reader(input, options, budget).read();
}

}  // namespace sekisho::scanner::mime
