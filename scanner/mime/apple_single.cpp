#include "scanner/mime/apple_single.h"

#include <algorithm>

#include "base/cursor.h"

namespace sekisho::scanner::mime {

namespace {

constexpr std::uint32_t apple_single = 0x00051600;
constexpr std::uint32_t data_fork_id = 1;
constexpr std::size_t filler = 16;

base::Result<base::Bytes> find_fork(base::Bytes bytes) {
    base::Cursor cursor(bytes);
    if (SEKISHO_TRY(cursor.u32_be()) != apple_single)
        return base::fail(base::Cause::unsupported, "no AppleSingle");
    SEKISHO_TRY(cursor.skip(sizeof(std::uint32_t) + filler));
    const std::uint16_t entries = SEKISHO_TRY(cursor.u16_be());
    for (std::uint16_t i = 0; i < entries; ++i) {
        const std::uint32_t id = SEKISHO_TRY(cursor.u32_be());
        const std::uint32_t offset = SEKISHO_TRY(cursor.u32_be());
        const std::uint32_t length = SEKISHO_TRY(cursor.u32_be());
        if (id != data_fork_id || offset >= bytes.size()) continue;
        return base::head(bytes.subspan(offset), length);
    }
    return base::fail(base::Cause::malformed, "no data fork");
}

}  // namespace

std::optional<base::Bytes> data_fork(base::Bytes bytes) {
    const auto fork = find_fork(bytes);
    if (!fork) return std::nullopt;
    return *fork;
}

}  // namespace sekisho::scanner::mime
