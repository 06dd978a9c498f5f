#include "scanner/office/msi_names.h"

#include <cstdint>

#include "base/bytes.h"
#include "base/charset.h"
#include "base/cursor.h"

namespace sekisho::scanner::office {

namespace {

constexpr std::string_view letters = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz._";
constexpr std::uint16_t first_pair = 0x3800;
constexpr std::uint16_t first_single = 0x4800;
constexpr std::uint16_t table_mark = 0x4840;

void put(std::string& wide, std::uint16_t unit) {
    wide.push_back(static_cast<char>(unit & 0xFFu));
    wide.push_back(static_cast<char>(unit >> 8));
}

}  // namespace

std::string installer_name(std::string_view name) {
    const auto wide = base::from_utf8(name, "utf-16le");
    if (!wide) return std::string(name);
    std::string out;
    base::Cursor in(base::as_bytes(*wide));
    while (const auto unit = in.u16_le()) {
        if (*unit >= first_pair && *unit < first_single) {
            const auto pair = static_cast<std::uint16_t>(*unit - first_pair);
            put(out, static_cast<std::uint8_t>(letters[pair & 0x3Fu]));
            put(out, static_cast<std::uint8_t>(letters[pair >> 6]));
        } else if (*unit >= first_single && *unit < table_mark) {
            put(out, static_cast<std::uint8_t>(letters[*unit - std::size_t{first_single}]));
        } else {
            put(out, *unit == table_mark ? std::uint16_t{'!'} : *unit);
        }
    }
    return base::to_utf8(base::as_bytes(out), "utf-16le");
}

}  // namespace sekisho::scanner::office
