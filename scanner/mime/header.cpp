#include "scanner/mime/header.h"

#include <algorithm>
#include <array>

#include "base/text.h"
#include "scanner/mime/mime_fields.h"

namespace sekisho::scanner::mime {

namespace {

using base::is_blank;

// RFC 5322 ftext: printable ASCII but the colon.
constexpr bool is_name_char(char c) { return c > ' ' && c < '\x7F' && c != ':'; }

// A name longer than this is a line of text with a colon somewhere.
constexpr std::size_t max_name = 200;

std::string_view trim_name(std::string_view name) {
    return base::trim(name, [](char c) { return static_cast<unsigned char>(c) <= ' '; });
}

// "Content-Type (x): ..." is the field Content-Type to clients that know RFC 822 comments.
std::string_view strip_comment(std::string_view name) {
    const std::size_t close = name.starts_with('(') ? name.find(')') : name.npos;
    if (close != name.npos) name = trim_name(name.substr(close + 1));
    const std::size_t open = name.find('(');
    return open == 0 || open == name.npos ? name : trim_name(name.substr(0, open));
}

// What a line that is not a continuation turns out to be.
struct Candidate {
    HeaderField field;
    bool is_field = false;
    bool odd = false;
};

// Where the name of a field ends; npos where the line is none. Any number of blanks may stand before the
// colon.
std::size_t find_colon(std::string_view line) {
    const std::string_view start = line.substr(0, max_name);
    const std::size_t colon = start.find(':');
    const std::size_t blank = start.find_first_of(" \t");
    if (colon != start.npos || blank == start.npos) return colon;
    const std::size_t behind = line.find_first_not_of(" \t", blank);
    return behind != line.npos && line[behind] == ':' ? behind : line.npos;
}

Candidate read_field(std::string_view line) {
    Candidate out;
    const std::size_t colon = find_colon(line);
    if (colon == line.npos) return out;
    HeaderField& field = out.field;
    field.raw_name = line.substr(0, colon);
    field.raw = line.substr(colon + 1);
    field.name = strip_comment(trim_name(field.raw_name));
    out.is_field = !field.name.empty() &&
                   (std::ranges::none_of(field.name, is_blank) || resembles_mime_field(field.raw_name));
    out.odd = field.name.size() != field.raw_name.size() || !std::ranges::all_of(field.name, is_name_char) ||
              line.find('\0') != line.npos;
    return out;
}

// Signatures list names of fields: " Content-Type:Content-Transfer-Encoding:From" in a folded DKIM-Signature
// is none.
bool has_mime_value(std::string_view raw) {
    constexpr std::array<std::string_view, 7> words{"/",   "64",         "quoted", "printable",
                                                    "bit", "attachment", "inline"};
    const std::string_view value = base::trim(raw.substr(0, std::min(raw.find(';'), max_name)));
    return value.find(':') == value.npos && std::ranges::any_of(words, [value](std::string_view word) {
               return base::find_ignoring_case(value, word) != value.npos;
           });
}

// "Content-Transfer-Encoding base64", "Content-Type=text/html": the length of the name, 0 where it is none.
std::size_t length_of_mime_name(std::string_view line) {
    const std::size_t end = line.substr(0, max_name).find_first_of(" \t=;");
    if (end == line.npos || !base::starts_with_ignoring_case(line, "content-")) return 0;
    return resembles_mime_field(line.substr(0, end)) && has_mime_value(line.substr(end + 1)) ? end : 0;
}

bool is_8bit(char c) { return static_cast<unsigned char>(c) >= 0x80; }

// What is odd about the name of a field.
void judge_name(const HeaderField& field, std::string_view line, Ambiguities& out) {
    const std::string_view raw = field.raw_name;
    if (line.find('\0') != line.npos) out.add(Ambiguity::header_nul, line);
    if (trim_name(raw).size() != raw.size()) out.add(Ambiguity::header_space, line);
    if (raw.find('(') != raw.npos) out.add(Ambiguity::header_comment, line);
    if (std::ranges::any_of(raw, is_8bit)) {
        out.add(Ambiguity::header_8bit, line);
    } else if (!std::ranges::all_of(field.name, is_name_char)) {
        out.add(Ambiguity::header_name, line);
    }
}

class Reader {
public:
    Reader(LineReader& lines, const HeaderLimits& limits,
           const std::function<bool(std::string_view)>& is_delimiter)
        : lines_(lines), start_(lines.offset()), limits_(limits), is_delimiter_(is_delimiter) {}

    HeaderBlock read() {
        skip_envelope_line();
        bool separated = false;
        while (!lines_.at_end()) {
            const Line line = lines_.peek();
            if (line.text.empty()) {  // the blank line
                separated = true;
                judge_separator(line);
                lines_.next();
                break;
            }
            if (is_delimiter_ && is_delimiter_(line.text)) {
                note_odd(line.text);
                break;
            }
            if (limits_.ends_early && open_ && base::trim(line.text).empty()) {
                lines_.next();
                break;
            }
            if (!take(line)) break;
        }
        if (!separated && !lines_.at_end())
            block_.ambiguities.add(Ambiguity::header_separator, lines_.peek().text);
        if (crlf_ && lf_) block_.ambiguities.add(Ambiguity::header_line_end, "CRLF and LF");
        close_field();
        block_.body = lines_.offset();
        return std::move(block_);
    }

private:
    void skip_envelope_line() {
        constexpr int most = 4;  // an mbox that was quoted has several
        for (int i = 0; i < most; ++i) {
            const std::string_view text = lines_.peek().text;
            if (!text.starts_with("From ") && !text.starts_with(">From ")) return;
            next();
        }
    }

    // On to the next line, with a look at how this one ends.
    void next() {
        constexpr std::size_t longest = 998;  // RFC 5322 section 2.1.1
        const Line line = lines_.peek();
        const std::size_t end = line.offset + line.text.size();
        const std::string_view ending = lines_.input().substr(end, line.next - end);
        if (line.text.size() > longest) block_.ambiguities.add(Ambiguity::header_long, line.text);
        lines_.next();
        if (ending == "\r\n" && !behind_odd_end()) {
            crlf_ = true;
        } else if (ending == "\n" && !behind_odd_end()) {
            lf_ = true;
        } else if (!ending.empty()) {
            block_.ambiguities.add(Ambiguity::header_line_end, line.text);
        }
        if (line.text.find('\r') != line.text.npos)
            block_.ambiguities.add(Ambiguity::header_line_end, line.text);
    }

    // LFCR: the reader has taken the CR for a part of the line end.
    bool behind_odd_end() const {
        const std::size_t at = lines_.offset();
        return at < lines_.input().size() && lines_.input()[at] == '\r' && lines_.peek().offset > at;
    }

    void judge_separator(const Line& line) {
        const std::size_t end = line.offset + line.text.size();
        const std::string_view ending = lines_.input().substr(end, line.next - end);
        if (ending != "\r\n" && ending != "\n") {
            block_.ambiguities.add(Ambiguity::header_separator, "an odd blank line");
        } else if (!(crlf_ && lf_) && ((ending == "\n" && crlf_) || (ending == "\r\n" && lf_))) {
            block_.ambiguities.add(Ambiguity::header_separator, "a blank line that ends as no other");
        }
    }

    // False where the line is not of the header: the body starts with it.
    bool take(const Line& line) {
        if (is_blank(line.text.front()) && open_) return continue_field(line);
        if (!limits_.ends_early && is_name_of_next(line)) return take_split_field(line);
        const Candidate candidate = read_field(line.text);
        if (!candidate.is_field) return skip_junk(line);
        if (candidate.odd && limits_.ends_early) return false;
        if (candidate.odd || is_blank(line.text.front())) {
            note_odd(line.text);
            judge_name(candidate.field, line.text, block_.ambiguities);
        }
        close_field();
        next();
        open(candidate.field, line, candidate.field.raw_name.size() + 1);
        return true;
    }

    void open(const HeaderField& field, const Line& line, std::size_t value) {
        open_ = true;
        current_ = field;
        value_start_ = line.offset + value;
        end_ = line.offset + line.text.size();
    }

    bool continue_field(const Line& line) {
        if (base::trim(line.text).empty()) {
            block_.ambiguities.add(Ambiguity::header_folding, current_.name);
            block_.ambiguities.add(Ambiguity::header_separator, "a line of blanks");
        }
        if (line.text.find('\0') != line.text.npos) block_.ambiguities.add(Ambiguity::header_nul, line.text);
        // An indented field belongs to the one before it by the RFC, and is one of its own to some.
        const Candidate indented = read_field(line.text);
        if (indented.is_field && resembles_mime_field(indented.field.name) &&
            has_mime_value(indented.field.raw)) {
            block_.ambiguities.add(Ambiguity::header_space, line.text);
            // The last one has its place: it may be the one that counts.
            if (indented_.size() == max_indented) indented_.pop_back();
            indented_.push_back(indented.field);
        }
        next();
        end_ = line.offset + line.text.size();
        return true;
    }

    // "Content-Type" and on the next line " : text/html"; "Content-" and " Type: text/html".
    bool is_name_of_next(const Line& line) const {
        if (line.text.size() > max_name || line.text.find(':') != line.text.npos ||
            !std::ranges::all_of(base::trim(line.text), is_name_char)) {
            return false;
        }
        const std::string_view following = lines_.head_of_next();
        if (following.empty() || !is_blank(following.front())) return false;
        const std::string_view rest = base::trim(following.substr(0, max_name));
        return rest.starts_with(':') ||
               (rest.find(':') != rest.npos &&
                resembles_mime_field(std::string(line.text) + std::string(rest.substr(0, rest.find(':')))));
    }

    bool take_split_field(const Line& line) {
        block_.ambiguities.add(Ambiguity::header_folding, line.text);
        note_odd(line.text);
        close_field();
        next();
        const Line value = lines_.peek();
        next();
        const std::size_t colon = value.text.find(':');
        // The name with its break; what looks for MIME fields takes letters alone.
        const std::string_view name = lines_.input().substr(line.offset, value.offset + colon - line.offset);
        open({.name = trim_name(name), .raw_name = name, .raw = {}}, value, colon + 1);
        return true;
    }

    bool skip_junk(const Line& line) {
        note_odd(line.text);
        if (limits_.ends_early) return false;
        if (const std::size_t name = length_of_mime_name(line.text); name > 0) {
            block_.ambiguities.add(Ambiguity::header_no_colon, line.text);
            close_field();
            next();
            open({.name = line.text.substr(0, name), .raw_name = line.text.substr(0, name + 1), .raw = {}},
                 line, name + 1);
            return true;
        }
        if (limits_.skips_junk) {
            close_field();
            next();
            return true;
        }
        // Junk between fields is skipped, as clients do. Where no field follows, the blank line is
        // missing and nothing of the body may be lost.
        if (line.next == lines_.input().size()) return false;
        const std::string_view following = lines_.head_of_next();
        if (!following.empty() && !starts_like_field(following)) return false;
        if (following.empty() && block_.fields.empty() && !open_) return false;
        const bool nameless = base::trim(line.text).starts_with(':');
        block_.ambiguities.add(nameless ? Ambiguity::header_name : Ambiguity::header_no_colon, line.text);
        close_field();
        next();
        return true;
    }

    void close_field() {
        if (!open_) return;
        open_ = false;
        if (block_.fields.size() >= limits_.max_fields || end_ - start_ > limits_.max_bytes) {
            block_.over_limit = true;
            return;
        }
        current_.raw = lines_.input().substr(value_start_, end_ - value_start_);
        if (may_be_cut(current_)) block_.ambiguities.add(Ambiguity::header_truncated, current_.name);
        block_.fields.push_back(current_);
        std::ranges::move(indented_, std::back_inserter(block_.fields));
        indented_.clear();
    }

    // Postfix keeps the lines of a field up to 60,000 bytes, an LF for each line end, and drops the rest
    // before a milter or the next server sees it.
    static bool may_be_cut(const HeaderField& field) {
        constexpr std::size_t kept = 60'000;
        constexpr std::size_t longest_line = 2'048;  // Postfix's line_length_limit
        return field.raw_name.size() + field.raw.size() >= kept - longest_line;
    }

    void note_odd(std::string_view line) {
        if (!block_.malformed) block_.odd = line.substr(0, max_name);
        block_.malformed = true;
    }

    LineReader& lines_;
    std::size_t start_;
    const HeaderLimits& limits_;
    const std::function<bool(std::string_view)>& is_delimiter_;
    HeaderBlock block_;
    static constexpr std::size_t max_indented = 8;
    HeaderField current_;
    std::vector<HeaderField> indented_;  // within the value of current_
    bool open_ = false;                  // current_ may still be continued
    bool crlf_ = false;                  // a line ended so
    bool lf_ = false;
    std::size_t value_start_ = 0;
    std::size_t end_ = 0;
};

}  // namespace

std::string HeaderField::value() const { return std::string(base::trim(unfold(raw))); }

const HeaderField* HeaderBlock::find(std::string_view name) const {
    const auto row = std::ranges::find_if(
        fields, [name](const HeaderField& field) { return base::equals_ignoring_case(field.name, name); });
    return row == fields.end() ? nullptr : &*row;
}

std::string HeaderBlock::value(std::string_view name) const {
    const HeaderField* field = find(name);
    return field == nullptr ? std::string() : field->value();
}

HeaderBlock parse_header(LineReader& lines, const HeaderLimits& limits,
                         const std::function<bool(std::string_view)>& is_delimiter) {
    return Reader(lines, limits, is_delimiter).read();
}

HeaderBlock parse_header(base::Bytes input, const HeaderLimits& limits) {
    LineReader lines(base::as_text(input));
    return parse_header(lines, limits);
}

std::string unfold(std::string_view raw) {
    std::string out;
    out.reserve(raw.size());
    while (!raw.empty()) {
        const std::size_t at = raw.find_first_of("\r\n");
        out += raw.substr(0, at);
        if (at == raw.npos) break;
        raw.remove_prefix(at);
        const std::size_t next = raw.find_first_not_of("\r\n");
        raw.remove_prefix(next == raw.npos ? raw.size() : next);
        if (!raw.empty() && !is_blank(raw.front())) out += ' ';
    }
    return out;
}

bool starts_like_field(std::string_view line) {
    const std::string_view start = line.substr(0, max_name);
    const std::size_t colon = start.find(':');
    if (colon == start.npos || colon == 0) return false;
    std::string_view name = start.substr(0, colon);
    while (!name.empty() && is_blank(name.back()))
        name.remove_suffix(1);
    return !name.empty() && std::ranges::all_of(name, is_name_char);
}

}  // namespace sekisho::scanner::mime
