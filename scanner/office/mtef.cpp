#include "scanner/office/mtef.h"

#include <algorithm>
#include <cstddef>

#include "base/cursor.h"

namespace sekisho::scanner::office {

namespace {

// Types of records; the upper four bits of a tag are options.
enum Record : std::uint8_t {
    end = 0,
    line = 1,
    character = 2,
    templ = 3,
    pile = 4,
    matrix = 5,
    embell = 6,
    ruler = 7,
    font = 8,
    size = 9,
    last_of_sizes = 14,  // 10 to 14 name a size and have no content
};
enum Option : std::uint8_t { null_line = 1, has_ruler = 2, has_embells = 2, line_spacing = 4, nudged = 8 };

// 8 bits each, or 16 where both are 128.
base::Result<void> skip_nudge(base::Cursor& in) {
    const std::uint8_t dx = SEKISHO_TRY(in.u8());
    const std::uint8_t dy = SEKISHO_TRY(in.u8());
    return dx == 128 && dy == 128 ? in.skip(4) : base::Result<void>{};
}

// True where it is too long for the 32 characters that a font's name has in Windows.
base::Result<bool> font_overflows(base::Cursor& in) {
    constexpr std::size_t longest = 32;
    SEKISHO_TRY(in.skip(2));  // typeface, style
    const base::Bytes rest = in.rest();
    const auto zero = std::ranges::find(rest, std::byte{0});
    const auto length = static_cast<std::size_t>(zero - rest.begin());
    if (length >= longest) return true;
    const bool odd = std::any_of(rest.begin(), zero, [](std::byte b) { return b < std::byte{' '}; });
    if (odd) return true;
    SEKISHO_TRY(in.skip(zero == rest.end() ? length : length + 1));
    return false;
}

// The editor's own dialog ends at 31 rows and columns.
base::Result<bool> matrix_overflows(base::Cursor& in) {
    constexpr unsigned most = 31;
    SEKISHO_TRY(in.skip(3));  // alignments
    const unsigned rows = SEKISHO_TRY(in.u8());
    const unsigned columns = SEKISHO_TRY(in.u8());
    if (rows > most || columns > most) return true;
    SEKISHO_TRY(in.skip((rows + 1 + 3) / 4 + (columns + 1 + 3) / 4));  // two bits for each line between
    return false;
}

base::Result<void> skip_size(base::Cursor& in) {
    const std::uint8_t kind = SEKISHO_TRY(in.u8());
    if (kind == 101) return in.skip(2);
    return in.skip(kind == 100 ? 3 : 1);
}

base::Result<void> skip_ruler(base::Cursor& in) {
    const std::uint8_t stops = SEKISHO_TRY(in.u8());
    return in.skip(3U * stops);
}

base::Result<void> skip_record(unsigned version, unsigned type, unsigned options, base::Cursor& in) {
    const bool has_place = type >= line && type <= embell;
    if (has_place && (options & nudged) != 0) SEKISHO_TRY(skip_nudge(in));
    switch (type) {
        case line:
            return (options & line_spacing) != 0 ? in.skip(2) : base::Result<void>{};
        case character:  // 8 bits before version 3, 16 since
            return in.skip(version < 3 ? 2 : 3);
        case templ:
            return in.skip(3);
        case pile:
            return in.skip(2);
        case embell:
            return in.skip(1);
        case ruler:
            return skip_ruler(in);
        case size:
            return skip_size(in);
        default:
            return type == end || type <= last_of_sizes ? base::Result<void>{}
                                                        : base::fail(base::Cause::malformed);
    }
}

// True where a record overflows. Lists need no stack: their ends are records too.
base::Result<bool> overflows(unsigned version, base::Cursor& in) {
    while (!in.at_end()) {
        const unsigned tag = SEKISHO_TRY(in.u8());
        const unsigned type = tag & 0xFU;
        const unsigned options = tag >> 4;
        if (type == font) {
            if (SEKISHO_TRY(font_overflows(in))) return true;
        } else if (type == matrix) {
            if ((options & nudged) != 0) SEKISHO_TRY(skip_nudge(in));
            if (SEKISHO_TRY(matrix_overflows(in))) return true;
        } else {
            SEKISHO_TRY(skip_record(version, type, options, in));
        }
    }
    return false;
}

base::Result<MtefVerdict> judge(base::Cursor in) {
    const unsigned version = SEKISHO_TRY(in.u8());
    const unsigned platform = SEKISHO_TRY(in.u8());
    const unsigned product = SEKISHO_TRY(in.u8());
    if (version == 0 || version > 5 || platform > 1 || product > 1) return MtefVerdict::no_header;
    if (version > 3) return MtefVerdict::newer;
    if (!in.skip(version == 1 ? 0 : 2)) return MtefVerdict::plain;  // version of the product
    const auto found = overflows(version, in);
    return found && *found ? MtefVerdict::overlong : MtefVerdict::plain;
}

}  // namespace

std::string_view to_string(MtefVerdict verdict) {
    switch (verdict) {
        case MtefVerdict::plain:
            return "plain";
        case MtefVerdict::newer:
            return "of a newer version";
        case MtefVerdict::no_header:
            return "without a sound header";
        case MtefVerdict::overlong:
            return "with an overlong record";
    }
    return {};
}

MtefVerdict judge_mtef(base::Bytes native_data) {
    constexpr std::uint16_t header_size = 28;  // EQNOLEFILEHDR.cbHdr
    base::Cursor in(native_data);
    if (in.u16_le().value_or(0) == header_size && native_data.size() >= header_size) {
        native_data = native_data.subspan(header_size);
    }
    // An object that was emptied, or never held more than its header.
    if (native_data.empty()) return MtefVerdict::plain;
    return judge(base::Cursor(native_data)).value_or(MtefVerdict::no_header);
}

}  // namespace sekisho::scanner::office
