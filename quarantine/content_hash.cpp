#include "quarantine/content_hash.h"

#include <algorithm>
#include <array>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "base/text.h"

namespace sekisho::quarantine {

namespace {

// One physical line without its end, and what is left behind it. CRLF, LF and a lone CR all end a line.
struct Line {
    std::string_view text;
    std::string_view rest;
    bool ended;  // false for the last line of a text that does not end in one
};
Line next_line(std::string_view text) {
    const std::size_t end = text.find_first_of("\r\n");
    if (end == std::string_view::npos) return {text, {}, false};
    const bool pair = text.substr(end).starts_with("\r\n");
    return {text.substr(0, end), text.substr(end + (pair ? 2 : 1)), true};
}

struct Field {
    std::string name;        // lower case; empty for a line that is no field
    std::string_view raw;    // with its folds and its last line end
    std::string_view value;  // behind the colon, with its folds
};

struct Split {
    std::vector<Field> fields;
    std::string_view body;   // behind the empty line
    bool has_blank = false;  // the empty line is there
};

Split split(std::string_view text) {
    Split out;
    while (!text.empty()) {
        const std::string_view begin = text;
        Line line = next_line(text);
        if (line.text.empty() && line.ended) {
            out.body = line.rest;
            out.has_blank = true;
            return out;
        }
        const std::string_view first = line.text;
        text = line.rest;
        while (!text.empty() && base::is_blank(text.front()))
            text = next_line(text).rest;
        const std::string_view raw = begin.substr(0, begin.size() - text.size());
        const std::size_t colon = first.find(':');
        if (colon == std::string_view::npos) {
            out.fields.push_back({{}, raw, raw});
        } else {
            out.fields.push_back(
                {base::to_lower(base::trim(first.substr(0, colon))), raw, raw.substr(colon + 1)});
        }
    }
    return out;
}

// What mail systems write into a header on the way, or drop from it.
constexpr std::array<std::string_view, 14> uncounted{"apparently-to",
                                                     "bcc",
                                                     "content-length",
                                                     "delivered-to",
                                                     "domainkey-signature",
                                                     "envelope-to",
                                                     "errors-to",
                                                     "original-recipient",
                                                     "received",
                                                     "received-spf",
                                                     "resent-bcc",
                                                     "return-path",
                                                     "status",
                                                     "tls-required"};
constexpr std::array<std::string_view, 4> uncounted_families{"arc-", "authentication-", "dkim-", "x-"};

struct Added {
    std::string_view name;
    AddedField bit;
};
constexpr std::array<Added, 4> added_fields{{{"date", AddedField::date},
                                             {"from", AddedField::from},
                                             {"message-id", AddedField::message_id},
                                             {"to", AddedField::to}}};

bool counts(std::string_view name, std::uint8_t mask) {
    if (std::ranges::find(uncounted, name) != uncounted.end()) return false;
    if (std::ranges::any_of(uncounted_families, [&](auto family) { return name.starts_with(family); }))
        return false;
    const auto* added = std::ranges::find(added_fields, name, &Added::name);
    return added == added_fields.end() || (mask & std::to_underlying(added->bit)) != 0;
}

void add_value(std::string& out, std::string_view value) {
    bool gap = false;
    const std::size_t begin = out.size();
    for (const char c : value) {
        if (base::is_space(c)) {
            gap = true;
            continue;
        }
        if (gap && out.size() > begin) out += ' ';
        gap = false;
        out += c;
    }
}

void hash_body(base::Sha256Stream& stream, std::string_view body) {
    while (!body.empty() && (body.back() == '\r' || body.back() == '\n'))
        body.remove_suffix(1);
    while (!body.empty()) {
        const Line line = next_line(body);
        stream.update(base::as_bytes(line.text));
        stream.update(base::as_bytes("\r\n"));
        body = line.rest;
    }
}

// Appends with CRLF for every line end.
void add_lines(std::string& out, std::string_view text) {
    while (!text.empty()) {
        const Line line = next_line(text);
        out += line.text;
        if (line.ended) out += "\r\n";
        text = line.rest;
    }
}

}  // namespace

std::uint8_t present_fields(base::Bytes message) {
    std::uint8_t mask = 0;
    for (const Field& field : split(base::as_text(message)).fields) {
        for (const Added& added : added_fields) {
            if (field.name == added.name)
                mask = static_cast<std::uint8_t>(mask | std::to_underlying(added.bit));
        }
    }
    return mask;
}

base::Sha256 content_hash(base::Bytes message, std::uint8_t mask) {
    Split parts = split(base::as_text(message));
    std::erase_if(parts.fields, [&](const Field& field) { return !counts(field.name, mask); });
    std::ranges::stable_sort(parts.fields, {}, &Field::name);
    base::Sha256Stream stream;
    std::string line;
    for (const Field& field : parts.fields) {
        line = field.name + ":";
        add_value(line, field.value);
        line += "\r\n";
        stream.update(base::as_bytes(line));
    }
    stream.update(base::as_bytes("\r\n"));
    hash_body(stream, parts.body);
    return stream.finish();
}

std::string for_the_wire(base::Bytes message, std::string_view without_field) {
    const std::string_view text = base::as_text(message);
    const Split parts = split(text);
    const std::string name = base::to_lower(without_field);
    std::string out;
    out.reserve(text.size() + 1'024);
    for (const Field& field : parts.fields) {
        if (field.name != name) add_lines(out, field.raw);
    }
    if (!out.empty() && !out.ends_with("\r\n")) out += "\r\n";
    if (parts.has_blank) out += "\r\n";
    add_lines(out, parts.body);
    return out;
}

}  // namespace sekisho::quarantine
