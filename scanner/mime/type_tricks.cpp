#include "scanner/mime/type_tricks.h"

#include <algorithm>

#include "base/text.h"
#include "scanner/mime/formats.h"

namespace sekisho::scanner::mime {

namespace {

constexpr std::size_t looked_at = 64u << 10;

bool is_binary(std::string_view text) {
    return std::ranges::any_of(text.substr(0, 4'096), [](char c) {
        return static_cast<unsigned char>(c) < ' ' && !base::is_space(c) && c != '\x1B' && c != '\b';
    });
}

// Four bytes a character, all but one of them zero.
bool holds_one_in_four(std::string_view text, std::size_t which) {
    constexpr std::size_t looked = 32;
    if (text.size() < looked) return false;
    for (std::size_t i = 0; i < looked; ++i) {
        if ((text[i] != '\0') != (i % 4 == which)) return false;
    }
    return true;
}

// A byte order mark, or ASCII with a NUL beside every letter.
std::string_view wide_charset(std::string_view text) {
    if (text.starts_with("\xFF\xFE"))
        return text.starts_with(std::string_view("\xFF\xFE\0\0", 4)) ? "utf-32le" : "utf-16le";
    if (text.starts_with("\xFE\xFF")) return "utf-16be";
    if (text.starts_with(std::string_view("\0\0\xFE\xFF", 4))) return "utf-32be";
    if (holds_one_in_four(text, 3)) return "utf-32be";
    if (holds_one_in_four(text, 0)) return "utf-32le";
    const std::string_view head = text.substr(0, 256);
    std::size_t even = 0, odd = 0;
    for (std::size_t i = 0; i < head.size(); ++i) {
        if (head[i] == '\0') ++(i % 2 == 0 ? even : odd);
    }
    constexpr std::size_t enough = 8;
    if (head.size() < enough * 2) return {};
    if (odd >= head.size() * 2 / 5 && even < head.size() / 20) return "utf-16le";
    if (even >= head.size() * 2 / 5 && odd < head.size() / 20) return "utf-16be";
    return {};
}

// "+ADw-script+AD4-": modified base64 between '+' and '-' that decodes to ASCII (RFC 2152).
bool holds_utf7(std::string_view text) {
    constexpr int enough = 2;
    int runs = 0;
    for (std::size_t at = text.find("+A"); at != text.npos && runs < enough; at = text.find("+A", at + 2)) {
        std::size_t end = at + 1;
        while (end < text.size() && end - at < 64 &&
               ((text[end] >= 'A' && text[end] <= 'Z') || (text[end] >= 'a' && text[end] <= 'z') ||
                base::is_digit(text[end]) || text[end] == '/' || text[end] == '+'))
            ++end;
        const bool marks = text.substr(at, 3) == "+AD" || text.substr(at, 3) == "+AC" ||
                           text.substr(at, 3) == "+AG" || text.substr(at, 3) == "+AH";
        if (marks && end - at >= 4 && end < text.size() && text[end] == '-') ++runs;
    }
    return runs >= enough;
}

// Escapes to ASCII or JIS X 0201 Roman (ISO-2022-JP, RFC 1468) where no other set was in force: they change
// nothing but what a word looks like to whoever searches it.
bool hides_ascii(std::string_view text) {
    constexpr int enough = 2;
    int idle = 0;
    bool ascii = true;
    for (std::size_t at = text.find('\x1B'); at != text.npos && idle < enough;
         at = text.find('\x1B', at + 1)) {
        const std::string_view mark = text.substr(at + 1, 2);
        const bool to_ascii = mark == "(B" || mark == "(J";
        const bool within_word = at > 0 && !base::is_space(text[at - 1]);
        const bool empty = !to_ascii && text.size() - at > 3 && text[at + 3] == '\x1B';
        if (within_word && ((to_ascii && ascii) || empty)) ++idle;
        if (to_ascii || mark.starts_with('$') || mark.starts_with('(')) ascii = to_ascii;
    }
    return idle >= enough;
}

// <meta charset=x> and <meta http-equiv=Content-Type content="text/html; charset=x">.
std::string meta_charset(std::string_view html) {
    const std::size_t meta = base::find_ignoring_case(html, "<meta");
    if (meta == html.npos) return {};
    const std::size_t at = base::find_ignoring_case(html, "charset=", meta);
    if (at == html.npos) return {};
    std::string_view rest = html.substr(at + 8, 64);
    while (!rest.empty() && (rest.front() == '"' || rest.front() == '\'' || base::is_space(rest.front())))
        rest.remove_prefix(1);
    return base::to_lower(rest.substr(0, rest.find_first_of("\"'>; \t\r\n/")));
}

std::string plain_charset(std::string_view name) {
    std::string out;
    for (const char c : base::to_lower(name)) {
        if (c != '-' && c != '_') out += c;
    }
    return out;
}

// What the text itself says of its charset: a byte order mark, HTML's meta element, XML's declaration.
std::string own_charset(std::string_view text, bool html) {
    if (text.starts_with("\xEF\xBB\xBF")) return "utf-8";
    const std::string_view start = base::trim(text);
    if (start.starts_with("<?xml")) {
        const std::string_view declaration = start.substr(0, start.find('>'));
        const std::size_t at = declaration.find("encoding=");
        if (at != declaration.npos) {
            std::string_view value = declaration.substr(at + 9);
            if (!value.empty()) value.remove_prefix(1);  // the quote
            return base::to_lower(value.substr(0, value.find_first_of("\"'")));
        }
    }
    return html ? meta_charset(text) : std::string();
}

void judge_charset(const Content& content, std::string_view text, Ambiguities& ambiguities) {
    if (content.charset.empty()) return;
    const std::string declared = plain_charset(content.charset);
    const std::string own = plain_charset(own_charset(text, content.type == "text/html"));
    if (own.empty() || own == declared) return;
    // ASCII is a part of all of these.
    const bool ascii = declared == "usascii" || own == "usascii";
    const bool pure = std::ranges::all_of(text, [](char c) { return static_cast<unsigned char>(c) < 0x80; });
    if (!ascii || !pure) ambiguities.add(Ambiguity::type_charset, content.charset + " | " + own);
}

}  // namespace

std::string judge_type(const Content& content, base::Bytes bytes, Ambiguities& ambiguities) {
    const std::string_view text = base::as_text(base::head(bytes, looked_at));
    const bool declared_text = content.is_text();
    if (content.type == "application/applefile") ambiguities.add(Ambiguity::type_appledouble, content.name);
    const bool named = base::extension_of(content.name) == "eml";
    if (!content.is_message() && !content.is_multipart() && !content.type.starts_with("text/rfc822") &&
        (named || (content.type_declared && looks_like_message(bytes, false)))) {
        ambiguities.add(Ambiguity::type_message, content.type);
    }
    if (!declared_text && content.type_declared) return {};
    const std::string_view wide = wide_charset(text);
    if (!wide.empty()) {
        ambiguities.add(Ambiguity::type_utf16, wide);
        return std::string(wide);
    }
    if (declared_text && is_binary(text)) {
        ambiguities.add(Ambiguity::type_text, content.type + " " + content.name);
        return {};
    }
    judge_charset(content, text, ambiguities);
    const bool utf7 =
        base::to_lower(content.charset).find("utf-7") != std::string::npos || meta_charset(text) == "utf-7";
    if (utf7 || holds_utf7(text)) {
        ambiguities.add(Ambiguity::type_utf7, text);
        return "utf-7";
    }
    if (hides_ascii(text)) {
        ambiguities.add(Ambiguity::type_iso2022, text.substr(text.find('\x1B')));
        return "iso-2022-jp";
    }
    return {};
}

}  // namespace sekisho::scanner::mime
