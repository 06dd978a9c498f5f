#include "scanner/containers/xar_check.h"

#include <zlib.h>

#include <string>
#include <string_view>

#include "base/cursor.h"

namespace sekisho::scanner::containers {

namespace {

constexpr std::size_t max_table = 4u << 20;

base::Result<std::string> table_of(base::Bytes archive) {
    base::Cursor in(archive);
    (void)SEKISHO_TRY(in.take(4));
    const std::uint16_t header = SEKISHO_TRY(in.u16_be());
    (void)SEKISHO_TRY(in.u16_be());
    const std::uint64_t packed = SEKISHO_TRY(in.u64_be());
    const std::uint64_t size = SEKISHO_TRY(in.u64_be());
    if (size == 0 || size > max_table || packed > max_table) return base::fail(base::Cause::limit);
    SEKISHO_TRY(in.seek(header));
    const base::Bytes data = SEKISHO_TRY(in.take(packed));
    std::string out(static_cast<std::size_t>(size), '\0');
    uLongf made = size;
    // unsigned char may alias any object; zlib takes nothing else.
    const auto* from = reinterpret_cast<const Bytef*>(data.data());  // NOLINT
    auto* to = reinterpret_cast<Bytef*>(out.data());                 // NOLINT
    if (uncompress(to, &made, from, data.size()) != Z_OK) return base::fail(base::Cause::malformed);
    out.resize(made);
    return out;
}

}  // namespace

bool is_sound_xar(base::Bytes archive) {
    const auto table = table_of(archive);
    if (!table) return false;
    // The tags are enough: files nest, and a nested one begins or ends the properties of the outer.
    const std::string_view text = *table;
    std::size_t types = 0;
    for (std::size_t at = text.find('<'); at != std::string_view::npos; at = text.find('<', at + 1)) {
        const std::string_view tag = text.substr(at + 1, 5);
        if (tag == "file " || tag == "file>" || tag == "/file") types = 0;
        if (tag.starts_with("type") && ++types > 1) return false;
    }
    return text.find('\0') == std::string_view::npos;  // UTF-16 would hide the tags
}

}  // namespace sekisho::scanner::containers
