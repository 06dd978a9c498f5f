#include "scanner/mime/text_files.h"

#include <algorithm>
#include <array>
#include <string_view>

#include "base/text.h"
#include "scanner/mime/text_blocks.h"

namespace sekisho::scanner::mime {

namespace {

constexpr std::string_view binhex_type = "application/mac-binhex40";
// A page that holds such a line is a page to browsers: HTML wins.
constexpr Confidence below_html = weak_match - 10;

Confidence recognise_yenc(base::Bytes head, std::string_view /*name*/) {
    constexpr std::size_t looked_at = 4u << 10;
    constexpr std::string_view word = "=ybegin ";
    const std::string_view text = base::as_text(base::head(head, looked_at));
    for (std::size_t at = text.find(word); at != text.npos; at = text.find(word, at + 1)) {
        const bool line_start = at == 0 || text[at - 1] == '\n' || text[at - 1] == '\r';
        const std::string_view line = text.substr(at, text.find_first_of("\r\n", at) - at);
        if (line_start && line.find(" name=") != line.npos && line.find("line=") != line.npos)
            return below_html;
    }
    return no_match;
}

Turn always_light(const Part&) { return Turn::light; }

}  // namespace

void open_encoded_text(const Part& part, Extraction& extraction) {
    // The room that made these has looked.
    constexpr std::array<std::string_view, 2> looked_through{"mime", "charset"};
    if (std::ranges::find(looked_through, part.opened_by) != looked_through.end()) return;
    if (!extraction.budget().spend_steps(part.bytes.size())) return;
    // Named so, BinHex may lack the line that says what it is.
    const bool binhex = part.claimed_type == binhex_type || base::extension_of(part.name) == "hqx";
    const ChildSpec like{.claimed_type = std::string(binhex ? binhex_type : std::string_view())};
    Ambiguities unheard;  // no mail client shows a file as text and as what stands in it
    (void)TextBlocks(extraction, unheard).add_all(part.bytes, like);
}

// The core hands each part of a text type to open_encoded_text().
const Format yenc_format{
    .name = "yenc",
    .type = "text/x-yenc",
    .extensions = "yenc,ync",
    .recognise = recognise_yenc,
    .turn = always_light,
    .risky = false,
};

}  // namespace sekisho::scanner::mime
