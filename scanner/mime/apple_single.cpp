#include "scanner/mime/apple_single.h"

#include "base/cursor.h"

namespace sekisho::scanner::mime {

namespace {

constexpr std::uint32_t apple_single = 0x00051600;
constexpr std::uint32_t apple_double = 0x00051607;
constexpr std::size_t filler = 16;

base::Result<ForkOfFile> find_entry(base::Bytes bytes, AppleEntry kind) {
    base::Cursor cursor(bytes);
    const std::uint32_t magic = SEKISHO_TRY(cursor.u32_be());
    if (magic != apple_single && magic != apple_double)
        return base::fail(base::Cause::unsupported, "no AppleSingle");
    SEKISHO_TRY(cursor.skip(sizeof(std::uint32_t) + filler));
    const std::uint16_t entries = SEKISHO_TRY(cursor.u16_be());
    for (std::uint16_t i = 0; i < entries; ++i) {
        const std::uint32_t id = SEKISHO_TRY(cursor.u32_be());
        const std::uint32_t offset = SEKISHO_TRY(cursor.u32_be());
        const std::uint32_t length = SEKISHO_TRY(cursor.u32_be());
        if (id != static_cast<std::uint32_t>(kind) || offset >= bytes.size()) continue;
        const base::Bytes rest = bytes.subspan(offset);
        return ForkOfFile{.bytes = base::head(rest, length), .cut = length > rest.size()};
    }
    return base::fail(base::Cause::malformed, "no such entry");
}

}  // namespace

std::optional<base::Bytes> data_fork(base::Bytes bytes) {
    if (base::Cursor(bytes).u32_be().value_or(0) != apple_single) return std::nullopt;
    const auto fork = find_entry(bytes, AppleEntry::data_fork);
    if (!fork) return std::nullopt;
    return fork->bytes;
}

std::optional<ForkOfFile> find_apple_entry(base::Bytes bytes, AppleEntry kind) {
    const auto entry = find_entry(bytes, kind);
    if (!entry) return std::nullopt;
    return *entry;
}

}  // namespace sekisho::scanner::mime
