#include "scanner/mime/part_fields.h"

#include <algorithm>

#include "base/text.h"
#include "scanner/mime/decoders.h"
#include "scanner/mime/header.h"

namespace sekisho::scanner::mime {

bool is_part_field(std::string_view line) {
    return base::starts_with_ignoring_case(line, "content-") && starts_like_field(line);
}

bool is_like_part_field(std::string_view line) {
    if (is_part_field(line)) return true;
    constexpr std::size_t looked_at = 100;
    return (base::starts_with_ignoring_case(line, "content-type") ||
            base::starts_with_ignoring_case(line, "content-transfer-encoding") ||
            base::starts_with_ignoring_case(line, "content-disposition")) &&
           line.substr(0, looked_at).find(':') != line.npos;
}

namespace {

// Takes the first line off, with its end.
void drop_line(std::string_view& text) {
    text.remove_prefix(std::min(text.find_first_of("\r\n"), text.size()));
    text.remove_prefix(std::min(text.find_first_not_of('\r'), text.size()));
    if (text.starts_with('\n')) text.remove_prefix(1);
}

}  // namespace

// No line of dashes is passed, not even as a field ("--x:") or as the rest of one: so each line is looked at
// for one delimiter alone, however many there are.
bool begins_part_header(std::string_view text) {
    constexpr std::size_t looked_at = 64u << 10;
    text = text.substr(0, looked_at);
    while (!text.empty() && !is_part_field(text)) {
        if (text.starts_with("--") || !starts_like_field(text.substr(0, text.find_first_of("\r\n"))))
            return false;
        for (drop_line(text); !text.empty() && base::is_blank(text.front()); drop_line(text)) {
            const std::size_t word = text.find_first_not_of(" \t\f\v");
            if (word != text.npos && text.substr(word).starts_with("--")) return false;
        }
    }
    return !text.empty();
}

bool begins_part(std::string_view dashed, std::string_view behind) {
    constexpr std::size_t looked_at = 100;
    if (is_part_field(behind.substr(0, looked_at))) return true;
    const std::string_view text = base::trim(dashed);
    return text.find_first_not_of('-') != text.npos && std::ranges::none_of(text, base::is_blank) &&
           begins_part_header(behind);
}

std::size_t find_part_field(std::string_view text) {
    for (std::size_t at = base::find_ignoring_case(text, "content-"); at != text.npos;
         at = base::find_ignoring_case(text, "content-", at + 1)) {
        const bool line_start = at == 0 || text[at - 1] == '\n' || text[at - 1] == '\r';
        if (line_start && is_part_field(text.substr(at, 100))) return at;
    }
    return text.npos;
}

bool holds_content(base::Bytes bytes) {
    constexpr std::size_t usual = 512;
    return base::trim(base::as_text(bytes)).size() >= usual || holds_part(bytes);
}

bool holds_part(base::Bytes bytes) {
    const std::string_view text = base::trim(base::as_text(bytes));
    const bool binary = std::ranges::any_of(text, [](char c) {
        return static_cast<unsigned char>(c) < ' ' && !base::is_space(c) && c != '\x1B';
    });
    return binary || find_part_field(text) != text.npos || looks_like_base64(base::as_bytes(text)) ||
           text.find("begin ") != text.npos;
}

}  // namespace sekisho::scanner::mime
