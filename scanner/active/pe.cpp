#include "scanner/active/pe.h"

#include <algorithm>
#include <array>

#include "base/charset.h"
#include "base/cursor.h"
#include "base/text.h"
#include "scanner/active/marks.h"

namespace sekisho::scanner::active {

namespace {

constexpr std::size_t most_sections = 96;  // 3.3: what Windows loads
constexpr std::size_t most_names = 4'096;
constexpr std::uint64_t steps_per_name = 8;

base::Result<void> read_sections(base::Cursor& at, std::size_t count, std::size_t file_size, Pe& pe) {
    for (std::size_t i = 0; i < std::min(count, most_sections); ++i) {
        const base::Bytes name = SEKISHO_TRY(at.take(8));
        PeSection section;
        const std::string_view text = base::as_text(name);
        section.name = text.substr(0, text.find('\0'));
        section.virtual_size = SEKISHO_TRY(at.u32_le());
        section.address = SEKISHO_TRY(at.u32_le());
        section.raw_size = SEKISHO_TRY(at.u32_le());
        section.raw_offset = SEKISHO_TRY(at.u32_le());
        SEKISHO_TRY(at.skip(12));
        section.flags = SEKISHO_TRY(at.u32_le());
        if (section.raw_size > 0) {
            pe.damaged = pe.damaged || !base::in_range(section.raw_offset, section.raw_size, file_size);
            const std::size_t offset = std::min<std::size_t>(section.raw_offset, file_size);
            const std::size_t end = offset + std::min<std::size_t>(section.raw_size, file_size - offset);
            pe.end_of_sections = std::max(pe.end_of_sections, end);
        }
        pe.sections.push_back(std::move(section));
    }
    return {};
}

// 3.4. `at`: at the optional header, which is `size` bytes.
base::Result<void> read_optional(base::Cursor at, Pe& pe) {
    constexpr std::uint16_t pe32_plus = 0x020B;
    constexpr std::uint32_t most_directories = 16;
    pe.wide = SEKISHO_TRY(at.u16_le()) == pe32_plus;
    SEKISHO_TRY(at.skip(14));
    pe.entry = SEKISHO_TRY(at.u32_le());
    SEKISHO_TRY(at.skip(48));
    pe.subsystem = SEKISHO_TRY(at.u16_le());
    SEKISHO_TRY(at.skip(pe.wide ? 38 : 22));
    const std::uint32_t count = SEKISHO_TRY(at.u32_le());
    for (std::uint32_t i = 0; i < std::min(count, most_directories); ++i) {
        const std::uint32_t address = SEKISHO_TRY(at.u32_le());
        pe.directories.push_back({address, SEKISHO_TRY(at.u32_le())});
    }
    return {};
}

std::string_view name_at(const Pe& pe, base::Bytes file, std::uint32_t address) {
    constexpr std::size_t longest = 128;
    const std::string_view text = base::as_text(base::head(pe_bytes_at(pe, file, address), longest));
    return text.substr(0, text.find('\0'));
}

}  // namespace

base::Result<std::uint32_t> pe_header_offset(base::Bytes file) {
    base::Cursor at(file);
    SEKISHO_TRY(at.seek(0x3C));
    const std::uint32_t offset = SEKISHO_TRY(at.u32_le());
    if (!has_mark(file, std::string_view("PE\0\0", 4), offset)) return base::fail(base::Cause::malformed);
    return offset;
}

bool Pe::is_signed(std::size_t file_size) const {
    constexpr std::size_t security = 4;
    const PeRange range = directory(security);
    return range.size > 8 && base::in_range(range.address, range.size, file_size);
}

base::Result<Pe> read_pe(base::Bytes file) {
    Pe pe;
    base::Cursor at(file);
    SEKISHO_TRY(at.seek(SEKISHO_TRY(pe_header_offset(file))));
    SEKISHO_TRY(at.skip(4));
    pe.machine = SEKISHO_TRY(at.u16_le());
    const std::uint16_t sections = SEKISHO_TRY(at.u16_le());
    SEKISHO_TRY(at.skip(12));
    const std::uint16_t optional_size = SEKISHO_TRY(at.u16_le());
    pe.characteristics = SEKISHO_TRY(at.u16_le());
    pe.damaged = sections > most_sections || optional_size > at.left();
    const base::Bytes optional = at.rest().first(std::min<std::size_t>(optional_size, at.left()));
    if (!read_optional(base::Cursor(optional), pe)) pe.damaged = true;
    if (!at.skip(optional.size()) || !read_sections(at, sections, file.size(), pe)) pe.damaged = true;
    return pe;
}

base::Bytes pe_bytes_at(const Pe& pe, base::Bytes file, std::uint32_t address) {
    for (const PeSection& section : pe.sections) {
        if (address < section.address) continue;
        const std::uint32_t within = address - section.address;
        if (within >= section.raw_size || section.raw_offset >= file.size()) continue;
        const base::Bytes data = base::head(file.subspan(section.raw_offset), section.raw_size);
        if (within < data.size()) return data.subspan(within);
    }
    return {};
}

std::vector<std::string_view> pe_exports(const Pe& pe, base::Bytes file, Budget& budget) {
    std::vector<std::string_view> out;
    base::Cursor table(pe_bytes_at(pe, file, pe.directory(0).address));
    if (pe.directory(0).size == 0 || !table.skip(24)) return out;
    const std::uint32_t count = table.u32_le().value_or(0);
    if (!table.skip(4)) return out;
    base::Cursor names(pe_bytes_at(pe, file, table.u32_le().value_or(0)));
    while (out.size() < std::min<std::size_t>(count, most_names) && budget.spend_steps(steps_per_name)) {
        const auto address = names.u32_le();
        if (!address) break;
        out.push_back(name_at(pe, file, *address));
    }
    return out;
}

std::size_t count_pe_imports(const Pe& pe, base::Bytes file, Budget& budget) {
    const std::size_t width = pe.wide ? 8 : 4;
    constexpr std::size_t most_libraries = 1'024;
    std::size_t found = 0;
    base::Cursor libraries(pe_bytes_at(pe, file, pe.directory(1).address));
    if (pe.directory(1).size == 0) return 0;
    for (std::size_t i = 0; i < most_libraries && found < most_names && budget.spend_steps(steps_per_name);
         ++i) {
        const std::uint32_t lookup = libraries.u32_le().value_or(0);
        if (!libraries.skip(8)) break;
        const std::uint32_t name = libraries.u32_le().value_or(0);
        const std::uint32_t first_thunk = libraries.u32_le().value_or(0);
        if (name == 0 || first_thunk == 0) break;
        base::Cursor thunks(pe_bytes_at(pe, file, lookup != 0 ? lookup : first_thunk));
        while (found < most_names && budget.spend_steps(1)) {
            const auto thunk = thunks.take(width);
            if (!thunk || std::ranges::all_of(*thunk, [](std::byte b) { return b == std::byte{0}; })) break;
            ++found;
        }
    }
    return found;
}

namespace {

// A String structure: its key in UTF-16 with a terminator, padding to 32 bits, its value.
std::string version_text(base::Bytes block, std::string_view key) {
    constexpr std::size_t longest = 512;
    std::string wide_key;
    for (const char c : key)
        wide_key += {c, '\0'};
    wide_key += std::string(2, '\0');
    const std::string_view text = base::as_text(block);
    const std::size_t at = text.find(wide_key);
    if (at == std::string_view::npos || at < 6) return {};
    std::size_t value = at + wide_key.size();
    // Padding is counted from the structure, which begins six bytes before the key.
    value += (4 - (value - (at - 6)) % 4) % 4;
    if (value >= block.size()) return {};
    const base::Bytes rest = base::head(block.subspan(value), longest);
    std::size_t end = 0;
    while (rest.size() - end >= 2 && (rest[end] != std::byte{0} || rest[end + 1] != std::byte{0}))
        end += 2;
    return base::to_utf8(rest.first(end), "utf-16le");
}

}  // namespace

PeVersion pe_version(const Pe& pe, base::Bytes file, Budget& budget) {
    constexpr std::size_t looked_at = 4u << 20;
    constexpr std::size_t largest = 64u << 10;  // its own size field has 16 bits
    constexpr std::size_t resources = 2;
    if (pe.directory(resources).size == 0) return {};
    const base::Bytes section = base::head(pe_bytes_at(pe, file, pe.directory(resources).address), looked_at);
    if (!budget.spend_steps(section.size() / 8 + 1)) return {};
    constexpr std::string_view mark("V\0S\0_\0V\0E\0R\0S\0I\0O\0N\0_\0I\0N\0F\0O\0\0\0", 32);
    const std::size_t at = base::as_text(section).find(mark);
    if (at == std::string_view::npos) return {};
    const base::Bytes block = base::head(section.subspan(at), largest);
    return {version_text(block, "CompanyName"), version_text(block, "ProductName"),
            version_text(block, "OriginalFilename")};
}

}  // namespace sekisho::scanner::active
