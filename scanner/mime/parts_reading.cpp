#include "scanner/mime/parts_reading.h"

#include <algorithm>
#include <set>
#include <utility>

#include "base/text.h"
#include "scanner/mime/boundaries.h"
#include "scanner/mime/lines.h"
#include "scanner/mime/mime_fields.h"
#include "scanner/mime/part_fields.h"

namespace sekisho::scanner::mime {

namespace {

constexpr std::size_t max_delimiters = 1'000;  // that differ
constexpr std::size_t max_carried = 64;        // fields of headers that follow each other
constexpr std::size_t max_glued = 8;           // boundaries that are looked for within lines

// The text of a delimiter without dashes at its end and blanks: "--foo--" and " --foo" are of "--foo".
std::string_view core_of(std::string_view dashed) {
    std::string_view text = base::trim(dashed.substr(2));
    if (text.ends_with("--")) text.remove_suffix(2);
    return text;
}

// Where a part begins, or something that ends one.
struct Mark {
    std::size_t line = 0;    // start of the line
    std::size_t header = 0;  // of the header; npos: it only ends a part
};

class Reader {
public:
    Reader(base::Bytes input, const std::vector<std::string>& boundaries, const ReadingOptions& options,
           const DashedLines& dashed, Budget& budget)
        : input_(input),
          text_(base::as_text(input)),
          boundaries_(boundaries),
          options_(options),
          budget_(budget),
          in_use_([&dashed](std::string_view boundary) { return dashed.use(boundary); }) {}

    Reading read() {
        if (!budget_.spend_steps(2 * text_.size())) return std::move(reading_);
        learn();
        LineReader lines(text_);
        HeaderBlock block;
        if (options_.has_header) block = parse_header(lines, options_.header);
        begin(std::move(block), lines.offset(), false);
        std::size_t at = lines.offset();
        for (std::size_t i = 0; i < std::min(boundaries_.size(), max_glued); ++i)
            glued_.push_back(find_glued(text_, at, boundaries_[i]));
        for (Mark mark = next_mark(at); mark.line != text_.npos && !full_; mark = next_mark(at)) {
            end_part(before_line_break(text_, std::min(start_, mark.line), mark.line));
            if (mark.header == text_.npos) {
                at = text_.find_first_of("\r\n", mark.line);
                at = at == text_.npos ? text_.size() : at + 1;
                open_ = false;
                continue;
            }
            // Nothing but the blank line between these fields and those of the part before.
            const bool follows =
                open_ && text_[mark.line] != '-' &&
                base::trim(text_.substr(start_, mark.line - std::min(mark.line, start_))).empty();
            lines.seek(mark.header);
            HeaderBlock own = parse_header(lines, options_.header, [this](std::string_view line) {
                return line.starts_with("--") && delimiters_.contains(core_of(line));
            });
            begin(std::move(own), lines.offset(), follows);
            at = std::max(lines.offset(), mark.line + 1);
        }
        end_part(text_.size());
        return std::move(reading_);
    }

private:
    // Which lines of dashes have part headers behind them somewhere.
    void learn() {
        Line line = find_dashed_line(text_, 0);
        for (; !line.text.empty() && delimiters_.size() < max_delimiters;
             line = find_dashed_line(text_, line.next)) {
            const std::size_t behind = behind_line_end(text_, line.next);
            if (begins_part_header(text_.substr(behind)) || is_declared(line.text))
                delimiters_.insert(core_of(line.text));
        }
        if (!line.text.empty()) budget_.reach("mime.readings.limit");
    }

    bool is_declared(std::string_view dashed) const {
        return std::ranges::any_of(boundaries_, [dashed](const std::string& boundary) {
            // Some clients compare no more than the beginning.
            return kind_of(dashed.substr(2), boundary) != DelimiterKind::none ||
                   (boundary.size() >= shortest_to_guess &&
                    base::trim(dashed.substr(2)).starts_with(boundary));
        });
    }

    // The next line at or behind `from` that begins or ends a part.
    Mark next_mark(std::size_t from) {
        const Mark mark = next_line_mark(from);
        const std::size_t glued = glued_from(from);
        if (glued >= mark.line) return mark;
        const std::size_t end = std::min(text_.find_first_of("\r\n", glued), text_.size());
        const bool closes = base::trim(text_.substr(glued, end - glued)).ends_with("--");
        return {.line = glued, .header = closes ? text_.npos : behind_line_end(text_, end)};
    }

    // A known delimiter in the middle of a line. Each boundary is looked for on its own: one that comes often
    // must not send the search for one that never comes to the end of the message again and again.
    std::size_t glued_from(std::size_t from) {
        std::size_t nearest = text_.npos;
        for (std::size_t i = 0; i < glued_.size(); ++i) {
            if (glued_[i] < from) glued_[i] = find_glued(text_, from, boundaries_[i]);
            nearest = std::min(nearest, glued_[i]);
        }
        return nearest;
    }

    Mark next_line_mark(std::size_t from) {
        const Line dashed = dashed_from(from);
        const std::size_t field = field_from(from);
        if (!dashed.text.empty() && dashed.offset < field) {
            const std::size_t behind = behind_line_end(text_, dashed.next);
            const bool headed =
                begins_part_header(text_.substr(behind)) ||
                (delimiters_.contains(core_of(dashed.text)) && !base::trim(dashed.text).ends_with("--"));
            return {.line = dashed.offset, .header = headed ? behind : text_.npos};
        }
        return {.line = field, .header = field};
    }

    // The next line of dashes that is a delimiter.
    Line dashed_from(std::size_t from) {
        if (!have_dashed_ || dashed_.offset < from) {
            do {
                dashed_ = find_dashed_line(text_, have_dashed_ ? std::max(from, dashed_.next) : from);
                have_dashed_ = true;
            } while (!dashed_.text.empty() && !delimiters_.contains(core_of(dashed_.text)));
        }
        return dashed_;
    }

    // The next Content-* field behind a blank line.
    std::size_t field_from(std::size_t from) {
        if (field_ != text_.npos && field_ >= from && have_field_) return field_;
        if (have_field_ && field_ == text_.npos) return field_;
        have_field_ = true;
        for (std::size_t at = base::find_ignoring_case(text_, "content-", from); at != text_.npos;
             at = base::find_ignoring_case(text_, "content-", at + 1)) {
            if (behind_blank_line(at) && is_part_field(text_.substr(at, 100))) {
                field_ = at;
                return at;
            }
        }
        field_ = text_.npos;
        return field_;
    }

    bool behind_blank_line(std::size_t at) const {
        const std::string_view before = text_.substr(0, at);
        return before.empty() || before.ends_with("\n\r\n") || before.ends_with("\n\n") ||
               before.ends_with("\r\r") || before.ends_with("\r\n\r");
    }

    // `follows`: the MIME fields of the headers before count as well, behind its own.
    void begin(HeaderBlock block, std::size_t body, bool follows) {
        std::vector<HeaderField> own;
        std::ranges::copy_if(block.fields, std::back_inserter(own), [](const HeaderField& field) {
            return resembles_mime_field(field.name) || resembles_mime_field(field.raw_name);
        });
        if (follows) {
            std::ranges::copy(carried_, std::back_inserter(block.fields));
            std::ranges::move(carried_, std::back_inserter(own));
        }
        own.resize(std::min(own.size(), max_carried));
        carried_ = std::move(own);
        header_ = std::move(block);
        start_ = body;
        open_ = true;
    }

    // What the header says is read of parts alone that have a body: there may be far more headers.
    void end_part(std::size_t end) {
        if (!open_ || full_) return;
        end = std::max(start_, end);
        const base::Bytes raw = input_.subspan(start_, end - start_);
        if (base::trim(base::as_text(raw)).empty()) return;
        Ambiguities ambiguities;
        Content content = read_content(header_, "text/plain", in_use_, ambiguities);
        if (content.is_multipart()) {
            // Its preamble; or all of it, to clients that find no part in it and undo its encoding.
            if (content.encodings.front() == Encoding::identity || !holds_content(raw)) return;
            content.type = "application/octet-stream";
        }
        if (reading_.leaves.size() >= options_.max_leaves) {
            full_ = true;
            budget_.reach("limit.parts");
            return;
        }
        reading_.leaves.push_back({.content = std::move(content), .raw = raw});
    }

    base::Bytes input_;
    std::string_view text_;
    const std::vector<std::string>& boundaries_;
    const ReadingOptions& options_;
    Budget& budget_;
    BoundaryInUse in_use_;
    std::set<std::string_view> delimiters_;  // without their dashes
    Reading reading_;
    HeaderBlock header_;                // of the part that is open
    std::vector<HeaderField> carried_;  // the MIME fields of it and of those that it follows
    std::size_t start_ = 0;
    bool open_ = false;
    bool full_ = false;
    Line dashed_;
    bool have_dashed_ = false;
    std::vector<std::size_t> glued_;  // where the next of each boundary stands
    std::size_t field_ = 0;
    bool have_field_ = false;
};

}  // namespace

Reading read_parts(base::Bytes input, const std::vector<std::string>& boundaries,
                   const ReadingOptions& options, const DashedLines& dashed, Budget& budget) {
    return Reader(input, boundaries, options, dashed, budget).read();
}

}  // namespace sekisho::scanner::mime
