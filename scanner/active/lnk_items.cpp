// Shell items: the names that an ID list is made of.
#include <algorithm>
#include <array>
#include <cstdint>
#include <string>
#include <string_view>

#include <fmt/format.h>

#include "base/charset.h"
#include "base/cursor.h"
#include "base/text.h"
#include "scanner/active/lnk.h"

namespace sekisho::scanner::active {

namespace {

constexpr std::size_t most_items = 256;
constexpr std::size_t longest_path = 32u << 10;

// Until a NUL, or the end.
std::string narrow(base::Bytes bytes, std::string_view charset) {
    const std::string_view text = base::as_text(bytes);
    return base::to_utf8(bytes.first(std::min(text.find('\0'), text.size())), charset);
}
std::string wide(base::Bytes bytes) {
    std::size_t end = 0;
    while (bytes.size() - end >= 2 && (bytes[end] != std::byte{0} || bytes[end + 1] != std::byte{0}))
        end += 2;
    return base::to_utf8(bytes.first(end), "utf-16le");
}
base::Bytes behind(base::Bytes bytes, std::size_t offset) {
    return bytes.subspan(std::min(offset, bytes.size()));
}

// The longest run of characters that are drawn, as ASCII or UTF-16: what an item of an unknown kind names.
std::string longest_text(base::Bytes item) {
    constexpr std::size_t shortest = 4;
    const auto drawn = [](std::byte b) { return b >= std::byte{0x20} && b < std::byte{0x7F}; };
    std::string best;
    std::string run;
    for (const std::size_t width : {std::size_t{1}, std::size_t{2}}) {
        for (std::size_t first = 0; first < width; ++first) {
            run.clear();
            for (std::size_t i = first; i + width <= item.size(); i += width) {
                const bool part = drawn(item[i]) && (width == 1 || item[i + 1] == std::byte{0});
                if (part) run.push_back(static_cast<char>(std::to_integer<unsigned char>(item[i])));
                if (run.size() > best.size()) best = run;
                if (!part) run.clear();
            }
        }
    }
    return best.size() >= shortest ? best : std::string();
}

// The long name in extension block 0xBEEF0004 of a file entry; empty where it has none. Two bytes at the
// item's end say where the first extension block stands, counted from the item's size field.
std::string long_name(base::Bytes item) {
    constexpr std::size_t size_field = 2;
    constexpr std::uint32_t signature = 0xBEEF'0004;
    if (item.size() < 16) return {};
    base::Cursor tail(item.last(2));
    const std::size_t offset = tail.u16_le().value_or(0);
    if (offset < 14 || offset - size_field >= item.size()) return {};
    const base::Bytes block = item.subspan(offset - size_field);
    base::Cursor at(block);
    if (!at.skip(2)) return {};
    const std::uint16_t version = at.u16_le().value_or(0);
    if (at.u32_le().value_or(0) != signature || version < 3) return {};
    // Version 7 put 18 bytes before the field with the name's size, 9 and 8 put 4 behind it each.
    std::size_t name_at = 20;
    if (version >= 7) name_at += 18;
    if (version >= 8) name_at += 4;
    if (version >= 9) name_at += 4;
    return wide(behind(block, name_at));
}

// Folders of the shell that stand at the beginning of every path and are none of it, by the first four bytes
// of their identifiers: My Computer, the desktop, the network, the Internet.
bool is_plain_root(base::Bytes item) {
    constexpr std::array<std::uint32_t, 5> roots{0x20D0'4FE0, 0x0021'4000, 0x208D'2C60, 0x871C'5380,
                                                 0xF02C'1A0D};
    base::Cursor at(behind(item, 2));
    return std::ranges::find(roots, at.u32_le().value_or(0)) != roots.end();
}

std::string guid_text(base::Bytes bytes) {
    base::Cursor at(bytes);
    const auto first = at.u32_le();
    const auto second = at.u16_le();
    const auto third = at.u16_le();
    const auto rest = at.u64_be();
    if (!rest) return {};
    return fmt::format("::{{{:08X}-{:04X}-{:04X}-{:04X}-{:012X}}}", *first, *second, *third, *rest >> 48,
                       *rest & 0xFFFF'FFFF'FFFF);
}

// 0x61: flags, and behind a block of its own the address, NUL-terminated.
std::string uri_of(base::Bytes item, std::string_view charset) {
    const bool unicode = item.size() > 1 && (item[1] & std::byte{0x80}) != std::byte{0};
    base::Cursor at(behind(item, 2));
    const std::uint16_t data = at.u16_le().value_or(0);
    const base::Bytes text = behind(at.rest(), data);
    std::string address = unicode ? wide(text) : narrow(text, charset);
    return address.find(':') != std::string::npos ? address : longest_text(item);
}

struct Named {
    std::string text;
    bool whole = false;  // it is a path from the beginning
};

Named name_of_item(base::Bytes item, std::string_view charset) {
    const auto type = std::to_integer<unsigned>(item[0]);
    if (type == 0x1F) return {is_plain_root(item) ? std::string() : guid_text(behind(item, 2)), true};
    if (type >= 0x20 && type <= 0x2F) {
        const bool has_name = (type & 1U) != 0;
        return {has_name ? narrow(behind(item, 1), charset) : guid_text(behind(item, 2)), true};
    }
    if (type >= 0x30 && type <= 0x3F) {
        const std::string named = long_name(item);
        if (!named.empty()) return {named};
        const base::Bytes primary = behind(item, 12);
        return {(type & 4u) != 0 ? wide(primary) : narrow(primary, charset)};
    }
    if (type >= 0x40 && type <= 0x4F) {
        const std::string place = narrow(behind(item, 3), charset);
        return {place, place.starts_with("\\\\")};
    }
    if (type == 0x61) return {uri_of(item, charset), true};
    return {longest_text(item)};
}

}  // namespace

std::string path_of_items(base::Bytes items, std::string_view charset) {
    std::string path;
    base::Cursor at(items);
    for (std::size_t i = 0; i < most_items && path.size() < longest_path; ++i) {
        const std::uint16_t size = at.u16_le().value_or(0);
        if (size < 3) break;  // 2.2.2: the terminal item has none
        const auto item = at.take(std::min<std::size_t>(size - 2U, at.left()));
        if (!item || item->empty()) break;
        const Named named = name_of_item(*item, charset);
        if (named.text.empty()) continue;
        if (named.whole) {
            path = named.text;
        } else {
            if (!path.empty() && path.back() != '\\') path.push_back('\\');
            path += named.text;
        }
    }
    return path;
}

}  // namespace sekisho::scanner::active
