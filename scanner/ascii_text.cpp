#include "scanner/ascii_text.h"

#include "base/bytes.h"
#include "base/charset.h"
#include "base/text.h"

namespace sekisho::scanner {

namespace {

constexpr std::size_t looked_at = 64u << 10;

// The charset in which ASCII does not stand as itself; empty for all others.
std::string_view charset_of(const Part& part) {
    const std::string_view head = base::as_text(base::head(part.bytes, looked_at));
    if (head.starts_with("\xFF\xFE")) return "utf-16le";
    if (head.starts_with("\xFE\xFF")) return "utf-16be";
    if (head.find('\0') != head.npos) {
        const std::string_view guess = base::guess_charset(part.bytes);
        return guess.starts_with("utf-16") ? guess : std::string_view();
    }
    if (head.find("\x1B$") != head.npos) return "iso-2022-jp";
    return base::equals_ignoring_case(part.charset, "utf-7") ? "utf-7" : std::string_view();
}

}  // namespace

AsciiText::AsciiText(const Part& part) : view_(base::as_text(part.bytes)) {
    const std::string_view charset = charset_of(part);
    if (charset.empty()) return;
    converted_ = base::to_utf8(base::head(part.bytes, max_converted), charset);
    view_ = converted_;
    whole_ = part.bytes.size() <= max_converted;
}

}  // namespace sekisho::scanner
