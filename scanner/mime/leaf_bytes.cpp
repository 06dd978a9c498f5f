#include "scanner/mime/leaf_bytes.h"

#include <algorithm>

#include "base/text.h"
#include "scanner/mime/formats.h"
#include "scanner/mime/header.h"
#include "scanner/mime/words.h"

namespace sekisho::scanner::mime {

bool looks_like_quoted_printable(base::Bytes bytes) {
    constexpr std::size_t looked_at = 4'096;
    constexpr int enough = 4;
    const std::string_view text = base::as_text(base::head(bytes, looked_at));
    int escapes = 0;
    for (std::size_t at = text.find('='); at != text.npos && escapes < enough; at = text.find('=', at + 1)) {
        if (is_escape(text, at)) ++escapes;
    }
    return escapes >= enough;
}

bool has_blanks_behind_marks(base::Bytes bytes) {
    const std::string_view text = base::as_text(bytes);
    return text.find("= ") != text.npos || text.find("=\t") != text.npos;
}

bool is_plain_mail(base::Bytes bytes) {
    constexpr std::size_t looked_at = 64u << 10;
    if (!looks_like_message(bytes, false)) return false;
    const std::size_t body = parse_header(base::head(bytes, looked_at)).body;
    const std::string_view header = base::as_text(base::head(bytes, body));
    return base::find_ignoring_case(header, "=3d") == header.npos && header.find("=\n") == header.npos &&
           header.find("=\r\n") == header.npos;
}

bool reads_as_mail(const Content& content, base::Bytes bytes) {
    constexpr std::size_t looked_at = 64u << 10;
    if (!content.type.starts_with("message/") || content.is_message() || looks_like_message(bytes, false))
        return false;
    const HeaderBlock header = parse_header(base::head(bytes, looked_at));
    // What is referred to by an external body has a header and no more.
    if (base::trim(base::as_text(bytes.subspan(header.body))).empty()) return false;
    return std::ranges::any_of(header.fields, [](const HeaderField& field) {
        return base::starts_with_ignoring_case(field.name, "content-");
    });
}

bool is_armour(base::Bytes bytes) {
    constexpr std::size_t looked_at = 1'024;
    return base::as_text(base::head(bytes, looked_at)).find("-----BEGIN ") != std::string_view::npos;
}

bool is_textual(base::Bytes bytes) {
    return std::ranges::none_of(base::as_text(bytes), [](char c) {
        return static_cast<unsigned char>(c) < ' ' && !base::is_space(c) && c != '\x1B';
    });
}

bool begins_with_bare_cr(base::Bytes bytes) {
    const std::string_view text = base::as_text(bytes);
    return text.size() > 1 && text.front() == '\r' && text[1] != '\n';
}

bool has_crlf_for_lf(base::Bytes bytes) {
    const std::string_view text = base::as_text(bytes);
    std::size_t at = text.find('\n');
    if (at == text.npos) return false;
    for (; at != text.npos; at = text.find('\n', at + 1)) {
        if (at == 0 || text[at - 1] != '\r') return false;
    }
    return !is_textual(bytes);
}

Decoded write_with_lf(base::Bytes bytes, Output& output) {
    const std::string_view text = base::as_text(bytes);
    bool whole = true;
    for (std::size_t at = 0; at < text.size() && whole;) {
        const std::size_t end = text.find("\r\n", at);
        whole = output.write(base::as_bytes(text.substr(at, end - at)));
        at = end == text.npos ? text.size() : end + 1;
    }
    return {.whole = whole};
}

}  // namespace sekisho::scanner::mime
