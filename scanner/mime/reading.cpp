#include "scanner/mime/reading.h"

#include <algorithm>
#include <array>
#include <functional>
#include <map>
#include <optional>
#include <utility>

#include "base/text.h"
#include "scanner/mime/boundaries.h"
#include "scanner/mime/decoders.h"
#include "scanner/mime/lines.h"
#include "scanner/mime/part_fields.h"

namespace sekisho::scanner::mime {

namespace {

// Subtypes that are more than a name for "mixed" (the IANA registry); others are mixed to every client.
bool is_known_multipart(std::string_view type) {
    constexpr std::array<std::string_view, 15> known{
        "mixed",       "alternative", "related",    "digest",          "report",
        "signed",      "encrypted",   "parallel",   "x-mixed-replace", "form-data",
        "appledouble", "byteranges",  "header-set", "voice-message",   "multilingual"};
    return std::ranges::find(known, type.substr(type.find('/') + 1)) != known.end();
}

constexpr std::size_t max_boundaries = 100;  // that are told to other readings

class Reader {
public:
    Reader(base::Bytes input, const Style& style, const ReadingOptions& options, const DashedLines& dashed,
           Budget& budget)
        : input_(input),
          text_(base::as_text(input)),
          style_(style),
          options_(options),
          budget_(budget),
          lines_(text_, style.strict_lines),
          in_use_([&dashed](std::string_view boundary) { return dashed.use(boundary); }) {
        const std::size_t lf = text_.find('\n');
        crlf_ = lf != text_.npos && lf > 0 && text_[lf - 1] == '\r';
    }

    Reading read() {
        if (!budget_.spend_steps(text_.size())) return std::move(reading_);
        Content content;
        if (options_.has_header) {
            content = entity("text/plain", &reading_.header);
            reading_.content = content;
        } else {
            content.shapes = {{.type = "multipart/mixed"}};
            content.encodings = {Encoding::identity};
            content.choose(0);
        }
        begin_entity(std::move(content), lines_.offset());
        for (Line line = dashed_line(pos_); !line.text.empty() && !full_; line = dashed_line(pos_)) {
            pos_ = line.next;
            ++reading_.dashed_lines;
            if (const std::optional<Match> match = matched(line.text)) {
                judge_delimiter(line, *match);
                at_delimiter(line, *match);
            } else {
                judge_other(line);
            }
        }
        undivided();
        end_entity(text_.size());
        pos_ = text_.size();
        while (boundaries_.depth() > 0)
            pop();
        return std::move(reading_);
    }

private:
    std::optional<Match> matched(std::string_view line) const {
        const std::optional<Match> match = boundaries_.match(line);
        if (match && match->trailing && style_.strict_lines) return std::nullopt;
        return match;
    }

    Line dashed_line(std::size_t from) const { return find_dashed_line(text_, from, style_.strict_lines); }

    // Reads the header at lines_, and what it makes of the entity.
    Content entity(std::string_view default_type, HeaderBlock* keep) {
        HeaderBlock block = header();
        Ambiguities ambiguities;
        Content content = read_content(block, default_type, in_use_, ambiguities);
        if (behind_blank_line_is_header(content)) {
            note(Ambiguity::header_late, lines_.peek().text);
            if (style_.late_fields) {
                while (!lines_.at_end() && lines_.peek().text.empty())
                    lines_.next();
                HeaderBlock late = header(true);
                std::ranges::copy(late.fields, std::back_inserter(block.fields));
                content = read_content(block, default_type, in_use_, ambiguities);
            }
        }
        reading_.ambiguities.add(ambiguities);
        reading_.shapes = std::max(reading_.shapes, content.shapes.size());
        content.choose(style_.shape);
        if (content.is_multipart() || content.is_message()) judge_composite(content);
        if (keep != nullptr) *keep = std::move(block);
        return content;
    }

    HeaderBlock header(bool skips_junk = false) {
        HeaderLimits limits = options_.header;
        limits.ends_early = style_.ends_early;
        limits.skips_junk = style_.skips_junk || skips_junk;
        HeaderBlock block = parse_header(lines_, limits, [this](std::string_view line) {
            return line.starts_with("--") && matched(line).has_value();
        });
        reading_.ambiguities.add(block.ambiguities);
        if (block.over_limit) budget_.reach("limit.header");
        return block;
    }

    // A body that begins with Content-* fields: behind a blank line of the sender's, or behind one that a
    // mail server put before the first line that is no field to it (Postfix does so), so that line may be
    // anything. A message's own body begins so, and a report on one; before the first delimiter they are a
    // preamble.
    bool behind_blank_line_is_header(const Content& content) {
        if (content.type.starts_with("message/") || content.type.starts_with("text/rfc822") ||
            content.is_multipart()) {
            return false;
        }
        // Far, as long as that costs no more than the message is long.
        constexpr std::size_t near = 2'048;
        constexpr std::size_t far = 64u << 10;
        LineReader ahead(text_.substr(lines_.offset(), std::max(near, std::min(far, ahead_left_))),
                         style_.strict_lines);
        const bool found = is_header(ahead, content);
        ahead_left_ -= std::min(ahead_left_, ahead.offset());
        return found;
    }

    static bool is_header(LineReader& ahead, const Content& content) {
        while (!ahead.at_end() && ahead.peek().text.empty())
            ahead.next();
        constexpr int most_lines = 200;  // before them
        constexpr int most_junk = 2;     // of these, that are no field and continue none
        int junk = 0;
        for (int i = 0; i < most_lines && !ahead.peek().text.empty(); ++i) {
            const std::string_view line = ahead.peek().text;
            const std::size_t name = std::min(line.find_first_not_of('\0'), line.size());
            if (is_like_part_field(line.substr(name))) return true;
            if (line.starts_with("--")) return false;  // nothing but the next delimiter
            if (content.is_text() && line.starts_with("From ") && mail_follows(ahead))
                return false;  // a mail in a text: git's patches
            if (!starts_like_field(line) && !base::is_blank(line.front()) && ++junk > most_junk) return false;
            ahead.next();
        }
        return false;
    }

    // Behind the line at which `ahead` stands.
    static bool mail_follows(LineReader ahead) {
        ahead.next();
        const std::string_view line = ahead.peek().text;
        return starts_like_field(line) && !is_like_part_field(line);
    }

    void judge_composite(const Content& content) {
        if (content.encodings.size() != 1 || content.encodings.front() != Encoding::identity)
            note(Ambiguity::encoding_composite, content.type + " " + content.encoding_token);
        if (content.is_multipart() && !is_known_multipart(content.type))
            note(Ambiguity::type_multipart, content.type);
        if (content.type == "multipart/appledouble") note(Ambiguity::type_appledouble, content.type);
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
        const auto divided = std::ranges::count_if(
            current_.shapes, [](const Shape& shape) { return shape.type.starts_with("multipart/"); });
        const bool may_be_empty = divided > 1 || reading_.ambiguities.has(Ambiguity::boundary_empty);
        if (boundary.empty() && !(may_be_empty && in_use_(""))) {
            if (options_.has_header) note(Ambiguity::boundary_missing, current_.type);
            boundary = first_dashed(body);
            if (boundary.empty()) {
                current_.type = "text/plain";
                return;
            }
        }
        judge_boundary(boundary);
        if (reading_.boundaries.size() < max_boundaries) reading_.boundaries.push_back(boundary);
        boundaries_.push(std::move(boundary), body, current_.type == "multipart/digest");
        role_ = Role::preamble;
    }

    void judge_boundary(std::string_view boundary) {
        for (std::size_t level = 0; level < boundaries_.depth(); ++level) {
            const std::string_view outer = boundaries_.at(level).boundary;
            if (outer == boundary) {
                note(Ambiguity::boundary_shared, boundary);
            } else if (outer.starts_with(boundary) || boundary.starts_with(outer)) {
                note(Ambiguity::boundary_prefix, boundary);
            }
        }
    }

    // The first line "--xxx" of a multipart that declares no boundary, unless it belongs to one around it.
    std::string first_dashed(std::size_t from) const {
        const Line line = dashed_line(from);
        if (!line.text.empty() && boundaries_.match(line.text)) return {};
        return std::string(base::trim(line.text.substr(std::min<std::size_t>(2, line.text.size()))));
    }

    void judge_delimiter(const Line& line, const Match& match) {
        if (match.trailing) note(Ambiguity::boundary_trailing, line.text);
        if (!line.text.empty() && base::is_blank(line.text.back()))
            note(Ambiguity::boundary_blanks, line.text);
        if (text_[line.offset] != '-') note(Ambiguity::boundary_indented, line.text);
        const std::string_view usual = crlf_ ? "\r\n" : "\n";
        const std::string_view unusual = crlf_ ? "\r\r\n" : "\r\n";
        const std::string_view before = text_.substr(0, line.offset);
        const std::string_view behind = text_.substr(line.next);
        if ((!before.empty() && (!before.ends_with(usual) || before.ends_with(unusual))) ||
            (!behind.empty() && !behind.starts_with(usual))) {
            note(Ambiguity::boundary_line_end, line.text);
        }
    }

    // A dashed line that belongs to no boundary: are there part headers behind it?
    void judge_other(const Line& line) {
        if (current_.is_message() || current_.type == "text/rfc822-headers") return;
        judge_near_delimiter(line);
        if (begins_part(line.text, text_.substr(behind_line_end(text_, line.next))) &&
            !is_quoted_source(line))
            note(Ambiguity::boundary_undeclared, line.text);
    }

    // A delimiter but for blanks or quotes before the boundary, or text glued to it.
    void judge_near_delimiter(const Line& line) {
        std::string_view text = line.text.substr(2);
        const bool blank = !text.empty() && base::is_blank(text.front());
        while (!text.empty() && (base::is_blank(text.front()) || text.front() == '"'))
            text.remove_prefix(1);
        for (std::size_t level = 0; level < boundaries_.depth(); ++level) {
            const std::string& boundary = boundaries_.at(level).boundary;
            if (boundary.size() < shortest_to_guess || !text.starts_with(boundary)) continue;
            if (text.size() == line.text.size() - 2) {
                note(Ambiguity::boundary_trailing, line.text);
            } else {
                note(blank ? Ambiguity::boundary_blanks : Ambiguity::boundary_quoting, line.text);
                note(Ambiguity::boundary_undeclared, line.text);
            }
        }
    }

    // A bounce or a letter that shows the source of another mail: the delimiter is declared in the text, by
    // fields that stand further down than where a body's own would.
    bool is_quoted_source(const Line& line) {
        constexpr std::size_t looked_at = 64u << 10;
        const std::size_t from = std::max(start_, line.offset - std::min(line.offset, looked_at));
        const std::string_view delimiter = base::trim(line.text.substr(2));
        // A delimiter comes again and again; and each look costs 64 KB, so that there are only a few.
        const auto known = quoted_.find(delimiter);
        if (known != quoted_.end() && known->second >= from) {
            known->second = line.offset;
            return true;
        }
        if (quoted_looks_ == 0) return false;
        --quoted_looks_;
        const std::string_view before = text_.substr(from, line.offset - from);
        const std::size_t field = find_part_field(before);
        const std::string_view lead = base::trim(before.substr(0, field));
        const bool quoted =
            field != before.npos && !lead.empty() && before.substr(field).find(delimiter) != before.npos;
        if (quoted) quoted_.insert_or_assign(delimiter, line.offset);
        return quoted;
    }

    void at_delimiter(const Line& line, const Match& match) {
        const std::size_t end = before_line_break(text_, start_, line.offset);
        if (match.level + 1 < boundaries_.depth()) undivided();
        if (role_ == Role::preamble) current_ = {};
        end_entity(end);
        while (boundaries_.depth() > match.level + 1)
            pop();
        Level& level = boundaries_.at(match.level);
        if (level.closed && !match.closes) note(Ambiguity::boundary_epilogue, line.text);
        level.parts = level.parts || !match.closes;
        level.closed = match.closes;
        if (match.closes) {
            start_ = behind_line_end(text_, line.next);
            pos_ = start_;
            role_ = Role::epilogue;
            current_ = {};
            return;
        }
        lines_.seek(behind_line_end(text_, line.next));
        Content content = entity(level.digest ? "message/rfc822" : "text/plain", nullptr);
        begin_entity(std::move(content), lines_.offset());
    }

    // A multipart ends in which its delimiter never came: what looked like its preamble is its body.
    void undivided() {
        if (role_ != Role::preamble) return;
        // A report shows the header of a mail alone.
        if (std::any_of(text_.begin() + static_cast<std::ptrdiff_t>(start_), text_.end(),
                        std::not_fn(base::is_space)))
            note(Ambiguity::boundary_unused, boundaries_.top().boundary);
        role_ = Role::body;
        current_.type = "text/plain";
        boundaries_.pop();
    }

    // What lies between start_ and `end` belongs to the current entity.
    void end_entity(std::size_t end) {
        if (full_) return;
        end = std::max(start_, end);
        const base::Bytes raw = input_.subspan(start_, end - start_);
        if (role_ != Role::body) {
            if (!holds_content(raw)) return;
            if (holds_part(raw)) {
                note(role_ == Role::preamble ? Ambiguity::boundary_preamble : Ambiguity::boundary_epilogue,
                     base::trim(base::as_text(raw)));
            }
        }
        if (reading_.leaves.size() >= options_.max_leaves) {
            full_ = true;
            budget_.reach("limit.parts");
            return;
        }
        if (role_ == Role::body) judge_text(current_, base::as_text(raw));
        reading_.leaves.push_back({.content = std::move(current_),
                                   .raw = raw,
                                   .role = role_,
                                   .nesting = static_cast<std::uint32_t>(boundaries_.depth())});
        current_ = {};
    }

    // Fields of a part behind a blank line of a text: their data is the text's to most clients.
    void judge_text(const Content& content, std::string_view text) {
        constexpr std::size_t longest = 1u << 20;
        if (!content.is_text() || content.type.starts_with("text/rfc822") ||
            content.encodings.front() != Encoding::identity || text.size() > longest)
            return;
        for (std::size_t at = find_part_field(text); at != text.npos && at > 0; at = text.npos) {
            const std::string_view before = text.substr(0, at);
            if (before.ends_with("\n\r\n") || before.ends_with("\n\n"))
                note(Ambiguity::header_late, text.substr(at));
        }
    }

    void pop() {
        const Level& level = boundaries_.top();
        if (!level.closed) note(Ambiguity::boundary_unterminated, level.boundary);
        // Within its own body: a message of ten thousand multiparts is not searched as often from end to end.
        if (find_glued(text_.substr(0, pos_), level.start, level.boundary) != text_.npos)
            note(Ambiguity::boundary_line_end, level.boundary);
        boundaries_.pop();
    }

    void note(Ambiguity what, std::string_view where) { reading_.ambiguities.add(what, where); }

    base::Bytes input_;
    std::string_view text_;
    const Style& style_;
    const ReadingOptions& options_;
    Budget& budget_;
    LineReader lines_;  // for headers; moves forward only
    BoundaryInUse in_use_;
    Boundaries boundaries_;
    Reading reading_;
    Content current_;  // of the leaf that is being read
    Role role_ = Role::body;
    std::size_t start_ = 0;  // of its body
    std::size_t pos_ = 0;    // where the search for delimiters goes on
    // Delimiters of mails that are quoted, and where they were met last.
    std::map<std::string_view, std::size_t> quoted_;
    std::size_t quoted_looks_ = 32;  // that are left
    bool full_ = false;
    bool crlf_ = false;  // lines end so
    std::size_t ahead_left_ = text_.size();
};

}  // namespace

Reading read_message(base::Bytes input, const Style& style, const ReadingOptions& options,
                     const DashedLines& dashed, Budget& budget) {
    return Reader(input, style, options, dashed, budget).read();
}

}  // namespace sekisho::scanner::mime
