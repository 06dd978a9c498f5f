#include "scanner/office/active_mime.h"

#include <algorithm>
#include <string>
#include <utility>
#include <vector>

#include "base/cursor.h"
#include "scanner/office/cfb.h"
#include "scanner/office/inflate.h"

namespace sekisho::scanner::office {

namespace {

constexpr std::string_view magic = "ActiveMime";
constexpr std::size_t offset_field = 0x1E;  // 16 bits, counted from behind a header of 46 bytes
constexpr std::size_t header_size = 46;
constexpr std::size_t in_word = 0x32;
constexpr std::size_t in_excel = 0x22A;
constexpr std::size_t searched = 4'096;
constexpr std::size_t most_tries = 32;

// RFC 1950 section 2.2: deflate, a window of at most 32 KB, no dictionary, and the check bits.
bool begins_zlib(base::Bytes bytes, std::size_t at) {
    if (!base::in_range(at, 2, bytes.size())) return false;
    const auto first = std::to_integer<unsigned>(bytes[at]);
    const auto second = std::to_integer<unsigned>(bytes[at + 1]);
    return (first & 0x0Fu) == 8 && first <= 0x78 && (second & 0x20u) == 0 && (first * 256 + second) % 31 == 0;
}

// Each place once, the likely ones first.
std::vector<std::size_t> places(base::Bytes bytes) {
    std::vector<std::size_t> out;
    const auto add = [&](std::size_t at) {
        if (out.size() < most_tries && begins_zlib(bytes, at) && std::ranges::find(out, at) == out.end())
            out.push_back(at);
    };
    base::Cursor header(bytes);
    if (header.seek(offset_field)) {
        if (const auto offset = header.u16_le()) add(*offset + header_size);
    }
    add(in_word);
    add(in_excel);
    for (std::size_t at = magic.size(); at < std::min(searched, bytes.size()); ++at)
        add(at);
    return out;
}

Confidence recognise_active_mime(base::Bytes head, std::string_view /*name*/) {
    return is_active_mime(head) ? sure_match : no_match;
}

void open_active_mime(const Part& part, Extraction& extraction) {
    const auto begin = find_active_mime_stream(part.bytes);
    if (!begin) {
        extraction.findings().add("document.damaged", part.id, "ActiveMime without a readable stream");
        return;
    }
    ChildSpec spec;
    spec.label = "activemime";
    spec.opened_by = "activemime";
    Output output = extraction.new_output();
    // A stream that a limit ended is cut, and says so itself.
    if (!inflate_zlib(part.bytes.subspan(*begin), output) && !output.truncated()) {
        spec.flags.set(PartFlag::damaged);
        extraction.findings().add("document.damaged", part.id, "ActiveMime's stream is broken or cut off");
    }
    if (output.size() > 0) (void)extraction.add_child(std::move(spec), std::move(output));
}

}  // namespace

bool is_active_mime(base::Bytes bytes) { return base::as_text(base::head(bytes, magic.size())) == magic; }

std::optional<std::size_t> find_active_mime_stream(base::Bytes bytes) {
    std::optional<std::size_t> first;
    for (const std::size_t at : places(bytes)) {
        const std::string head = inflate_head(bytes.subspan(at));
        if (Cfb::has_magic(base::as_bytes(head))) return at;
        if (!first && !head.empty()) first = at;
    }
    return first;
}

const Format active_mime_format{
    .name = "activemime",
    .type = "application/x-mso",
    .extensions = "mso",
    .recognise = recognise_active_mime,
    .open = open_active_mime,
};

}  // namespace sekisho::scanner::office
