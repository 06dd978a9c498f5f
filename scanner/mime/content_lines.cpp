#include "scanner/mime/content_lines.h"

#include <algorithm>
#include <array>
#include <utility>

#include "base/text.h"
#include "scanner/mime/decoders.h"
#include "scanner/mime/lines.h"
#include "scanner/mime/recognise.h"

namespace sekisho::scanner::mime {

namespace {

constexpr std::size_t max_head = 64u << 10;  // that is read of a name and its parameters
constexpr std::size_t max_name = 64;
// A page that begins with such a line is a page to browsers: HTML wins.
constexpr Confidence below_html = weak_match - 10;

std::size_t end_of_line(std::string_view text, std::size_t at) {
    return std::min(text.find_first_of("\r\n", at), text.size());
}

// Folded lines begin with a blank. Writers of vCard 2.1 leave that out of base64, which ends at a line that
// is blank or has a colon.
std::size_t end_of_value(std::string_view text, std::size_t at, bool is_base64) {
    for (std::size_t end = end_of_line(text, at);; end = end_of_line(text, at)) {
        at = behind_line_end(text, end);
        if (at >= text.size()) return text.size();
        const std::string_view line = text.substr(at, end_of_line(text, at) - at);
        const bool folded = base::is_blank(text[at]);
        const bool goes_on = is_base64 && !base::trim(line).empty() && line.find(':') == line.npos;
        if (!folded && !goes_on) return at;
    }
}

// A property without its folds up to `stop`, which stands in no quotes: "ATTACH;FMTTYPE=a/b;ENCODING=BASE64".
// `end`: where that is in the text; npos where the property has none.
std::string unfolded_until(char stop, std::string_view text, std::size_t at, std::size_t& end) {
    std::string out;
    bool quoted = false;
    for (end = text.npos; at < text.size(); ++at) {
        const char c = text[at];
        if (c == '\r' || c == '\n') {
            at = behind_line_end(text, at);
            if (at == text.size() || !base::is_blank(text[at])) return out;
            continue;  // over the line end and the blank
        }
        if (c == '"') quoted = !quoted;
        if (c == stop && !quoted) {
            end = at;
            return out;
        }
        if (out.size() < max_head) out += c;
    }
    return out;
}

std::string unquoted(std::string_view value) {
    return std::string(base::trim(value, [](char c) { return c == '"' || base::is_blank(c); }));
}

struct Head {
    InlineFile file;
    bool base64 = false;
};

void read_parameter(std::string_view parameter, Head& out) {
    constexpr std::array names{"x-filename", "filename", "x-apple-filename", "x-label", "x-file-name"};
    constexpr std::array types{"fmttype", "type", "mediatype"};
    const std::size_t equals = parameter.find('=');
    const std::string key = base::to_lower(base::trim(parameter.substr(0, equals)));
    const std::string value =
        equals == parameter.npos ? std::string() : unquoted(parameter.substr(equals + 1));
    if (equals == parameter.npos) {
        out.base64 = out.base64 || key == "base64";  // vCard 2.1
    } else if (key == "encoding") {
        out.base64 = base::equals_ignoring_case(value, "base64") || base::equals_ignoring_case(value, "b");
    } else if (std::ranges::find(names, key) != names.end()) {
        out.file.name = value;
    } else if (std::ranges::find(types, key) != types.end() && value.find('/') != value.npos) {
        out.file.media_type = value;
    }
}

Head read_head(std::string_view text) {
    Head out;
    std::size_t at = text.find(';');
    out.file.property = base::trim(text.substr(0, at)).substr(0, max_name);
    while (at < text.size()) {
        // A semicolon in quotes parts nothing.
        std::size_t end = at + 1;
        for (bool quoted = false; end < text.size() && (quoted || text[end] != ';'); ++end)
            quoted = quoted != (text[end] == '"');
        read_parameter(text.substr(at + 1, end - at - 1), out);
        at = end;
    }
    return out;
}

// "data:image/png;base64,AAAA" (RFC 2397): the offset of its data, npos where it is none.
std::size_t data_of_uri(std::string_view text, std::size_t at, Head& head) {
    constexpr std::string_view scheme = "data:";
    if (!base::starts_with_ignoring_case(text.substr(at), scheme)) return text.npos;
    std::size_t comma = text.npos;
    const std::string uri = unfolded_until(',', text, at, comma);
    if (comma == text.npos || !base::ends_with_ignoring_case(base::trim(uri), ";base64")) return text.npos;
    head.file.media_type = uri.substr(scheme.size(), uri.find(';') - scheme.size());
    return comma + 1;
}

template <class Word>
Confidence begins_with(base::Bytes head, Word word) {
    return base::starts_with_ignoring_case(without_leading_junk(base::as_text(head)), word) ? below_html
                                                                                            : no_match;
}
Confidence recognise_vcard(base::Bytes head, std::string_view) { return begins_with(head, "BEGIN:VCARD"); }
Confidence recognise_icalendar(base::Bytes head, std::string_view) {
    return begins_with(head, "BEGIN:VCALENDAR");
}

void open_inline_files(const Part& part, Extraction& extraction) {
    if (!extraction.budget().spend_steps(part.bytes.size())) return;
    const std::string_view text = base::as_text(part.bytes);
    InlineFile file;
    for (std::size_t at = 0; find_inline_file(text, at, file); at = file.next) {
        Output output = extraction.new_output();
        const Decoded result = decode_base64(base::as_bytes(file.data), output);
        ChildSpec spec{.name = file.name, .claimed_type = file.media_type, .opened_by = "content-line"};
        if (file.name.empty()) spec.label = file.property;
        if (result.damaged) spec.flags.set(PartFlag::damaged);
        if (!extraction.add_child(std::move(spec), std::move(output)) || !result.whole) return;
    }
}

Turn always_light(const Part&) { return Turn::light; }

}  // namespace

bool find_inline_file(std::string_view text, std::size_t from, InlineFile& file) {
    for (std::size_t at = from; at < text.size();) {
        std::size_t colon = text.npos;
        const std::string head_text = unfolded_until(':', text, at, colon);
        if (colon == text.npos) {
            at = end_of_value(text, at, false);
            continue;
        }
        Head head = read_head(head_text);
        std::size_t data = colon + 1;
        if (const std::size_t in_uri = data_of_uri(text, data, head); in_uri != text.npos) {
            data = in_uri;
            head.base64 = true;
        }
        const std::size_t next = end_of_value(text, data, head.base64);
        if (head.base64) {
            file = std::move(head.file);
            file.data = text.substr(data, next - data);
            file.next = next;
            return true;
        }
        at = next;
    }
    return false;
}

const Format vcard_format{
    .name = "vcard",
    .type = "text/vcard",
    .extensions = "vcf,vcard",
    .recognise = recognise_vcard,
    .turn = always_light,
    .open = open_inline_files,
    .risky = false,
};

const Format icalendar_format{
    .name = "icalendar",
    .type = "text/calendar",
    .extensions = "ics,ical,ifb,vcs",
    .recognise = recognise_icalendar,
    .turn = always_light,
    .open = open_inline_files,
    .risky = false,
};

}  // namespace sekisho::scanner::mime
