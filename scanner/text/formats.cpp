#include "scanner/text/formats.h"

#include <algorithm>
#include <string_view>

#include "base/charset.h"
#include "scanner/text/links.h"
#include "scanner/text/openpgp.h"

namespace sekisho::scanner::text {

namespace {

constexpr std::size_t looked_at = 4u << 10;
constexpr Confidence plain_confidence = weak_match - 20;

// Characters that text is not made of. ESC starts the shifts of ISO-2022, FF and BS stand in printer output.
bool is_odd(char c) {
    const auto b = static_cast<unsigned char>(c);
    return b < ' ' && c != '\t' && c != '\n' && c != '\r' && c != '\f' && c != '\b' && c != '\x1B';
}

bool is_text(std::string_view text) {
    if (text.empty()) return false;
    if (std::ranges::none_of(text, is_odd)) return true;
    const std::string_view charset = base::guess_charset(base::as_bytes(text));
    return charset == "utf-16le" || charset == "utf-16be";
}

Confidence recognise_plain(base::Bytes head, std::string_view) {
    return is_text(base::as_text(base::head(head, looked_at))) ? plain_confidence : no_match;
}

Turn always_light(const Part&) { return Turn::light; }

}  // namespace

void inspect_text(const Part& part, Findings& findings) {
    const bool is_markup = part.type == "image/svg+xml" || part.type == "application/hta";
    if (!part.is_text() && !is_markup) return;
    if (part.type == "text/html") inspect_for_pgp(part, findings);  // the row of plain text does so itself
    inspect_links(part, findings);
}

const Format plain_format{
    .name = "text",
    .type = "text/plain",
    .extensions = "txt,text,csv,log,asc",
    .recognise = recognise_plain,
    .turn = always_light,
    .inspect = inspect_for_pgp,
    .risky = false,
};

}  // namespace sekisho::scanner::text
