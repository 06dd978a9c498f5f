// Programs: told by their bytes; what kind a Windows program is, is read in pe.h.
#include <algorithm>
#include <array>
#include <cstdint>
#include <string_view>

#include "base/cursor.h"
#include "scanner/active/extensions.h"
#include "scanner/active/formats.h"
#include "scanner/active/lnk.h"
#include "scanner/active/marks.h"
#include "scanner/active/pe.h"
#include "scanner/active/pe_format.h"

namespace sekisho::scanner::active {

namespace {

Confidence recognise_pe(base::Bytes head, std::string_view) {
    if (!has_mark(head, "MZ") && !has_mark(head, "ZM")) return no_match;
    if (pe_header_offset(head)) return sure_match;
    return no_match;
}

// A DOS program, or a PE whose header was cut off or lies beyond the part. The letters begin many a
// compressed stream, so the header's fields must agree with each other and with the size, or the name must
// say the same.
Confidence recognise_dos(base::Bytes head, std::string_view name) {
    if (!has_mark(head, "MZ") || head.size() < 64) return no_match;
    const std::string_view start = base::as_text(base::head(head, 512));
    if (start.find("DOS mode") != std::string_view::npos) return sure_match;
    base::Cursor at(head.subspan(2));
    const std::uint16_t last_page = at.u16_le().value_or(0xFFFF);
    const std::uint16_t pages = at.u16_le().value_or(0);
    const std::uint16_t relocations = at.u16_le().value_or(0xFFFF);
    const std::uint16_t paragraphs = at.u16_le().value_or(0);
    const std::uint64_t image = pages * 512ULL;
    const bool consistent = last_page < 512 && pages > 0 && image <= head.size() + 511ULL &&
                            paragraphs >= 2 && paragraphs * 16ULL <= image &&
                            relocations * 4ULL <= paragraphs * 16ULL;
    if (consistent) return good_match;
    const bool named = risk_of_extension(windows_extension(name)) == NameRisk::executable;
    const bool zeros = start.substr(0, 64).find('\0') != std::string_view::npos;
    return named && zeros ? weak_match + 5 : no_match;
}

Confidence recognise_elf(base::Bytes head, std::string_view) {
    return has_mark(head,
                    "\x7F"
                    "ELF")
               ? sure_match
               : no_match;
}
Confidence recognise_macho(base::Bytes head, std::string_view) {
    for (const std::string_view mark :
         {"\xFE\xED\xFA\xCE", "\xFE\xED\xFA\xCF", "\xCE\xFA\xED\xFE", "\xCF\xFA\xED\xFE"}) {
        if (has_mark(head, mark)) return sure_match;
    }
    return no_match;
}
// Shared with fat Mach-O files, whose next field is a small number of architectures.
Confidence recognise_java_class(base::Bytes head, std::string_view) {
    return has_mark(head, "\xCA\xFE\xBA\xBE") ? sure_match : no_match;
}
void inspect_program(const Part& part, Findings& findings) {
    findings.add("file.executable", part.id, part.name);
}

// The PE/COFF specification, sections 3.3 and 3.4: a machine that Windows runs on, sections, and an optional
// header with its magic number. The two letters alone stand in every other file.
std::size_t extent_of_pe(base::Bytes tail) {
    constexpr std::array<std::uint16_t, 6> machines{0x014C, 0x8664, 0xAA64, 0x01C0, 0x01C4, 0x0200};
    constexpr std::uint32_t farthest = 4'096;
    const auto offset = pe_header_offset(base::head(tail, 2 * std::size_t{farthest}));
    if (!offset || *offset < 4 || *offset > farthest) return 0;
    base::Cursor at(tail);
    if (!at.seek(*offset + 4)) return 0;
    const std::uint16_t machine = at.u16_le().value_or(0);
    const std::uint16_t sections = at.u16_le().value_or(0);
    if (!at.skip(12)) return 0;
    const std::uint16_t optional_size = at.u16_le().value_or(0);
    if (!at.skip(2)) return 0;
    const std::uint16_t optional_magic = at.u16_le().value_or(0);
    const bool known = std::ranges::find(machines, machine) != machines.end();
    const bool sound = known && sections > 0 && sections <= 96 && optional_size >= 2 &&
                       (optional_magic == 0x010B || optional_magic == 0x020B);
    return sound ? tail.size() : 0;
}

std::size_t extent_of_lnk(base::Bytes tail) { return is_shell_link(tail) ? tail.size() : 0; }

// ISO 32000-1 annex H, note 13: readers accept the header within the first 1,024 bytes. Objects follow it.
std::size_t extent_of_pdf(base::Bytes tail) {
    const std::string_view text = base::as_text(base::head(tail, 4'096));
    const bool version = text.size() > 7 && (text[5] == '1' || text[5] == '2') && text[6] == '.';
    return version && text.find(" obj") != std::string_view::npos ? tail.size() : 0;
}

constexpr std::array kinds{
    EmbeddedKind{
        .type = "application/vnd.microsoft.portable-executable", .signature = "MZ", .extent = extent_of_pe},
    EmbeddedKind{.type = "application/x-ms-shortcut",
                 .signature = std::string_view("\x01\x14\x02\x00", 4),
                 .offset = 4,
                 .extent = extent_of_lnk},
    EmbeddedKind{.type = "application/pdf", .signature = "%PDF-", .within = 1'024, .extent = extent_of_pdf},
};

// clang-format off
constexpr std::array rows{  // NOLINT: a table holds nothing else
    Format{.name = "pe", .type = "application/vnd.microsoft.portable-executable", .extensions = "exe,dll,scr,cpl,sys,ocx,drv,xll,wll,com,pif,efi,mui,ax,tlb,node,pyd", .recognise = recognise_pe, .open = open_pe, .holds = Holds::ordinarily},
    Format{.name = "dos-program", .type = "application/x-msdos-program", .extensions = "exe,com,dll,scr,pif,sys,ovl", .recognise = recognise_dos, .open = open_pe, .risky = false, .holds = Holds::ordinarily},
    Format{.name = "elf", .type = "application/x-executable", .extensions = "", .recognise = recognise_elf, .inspect = inspect_program, .risky = false, .holds = Holds::ordinarily},
    Format{.name = "mach-o", .type = "application/x-mach-binary", .extensions = "", .recognise = recognise_macho, .inspect = inspect_program, .risky = false, .holds = Holds::ordinarily},
    Format{.name = "java-class", .type = "application/x-java-applet", .extensions = "class,dylib,macho", .recognise = recognise_java_class, .inspect = inspect_program, .risky = false, .holds = Holds::ordinarily},
};
// clang-format on

}  // namespace

std::span<const Format> executable_formats() { return rows; }
std::span<const EmbeddedKind> embedded_kinds() { return kinds; }

}  // namespace sekisho::scanner::active
