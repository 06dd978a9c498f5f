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
