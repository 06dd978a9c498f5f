#include "scanner/active/executables.h"

#include <array>
#include <string_view>

#include "base/cursor.h"

namespace sekisho::scanner::active {

namespace {

using namespace std::string_view_literals;

bool starts(base::Bytes head, std::string_view magic) { return base::as_text(head).starts_with(magic); }

// MZ, and at e_lfanew (offset 0x3C) the PE signature. [Microsoft PE/COFF specification, section 2]
bool has_pe_signature(base::Bytes bytes) {
    constexpr std::uint64_t e_lfanew = 0x3C;
    base::Cursor cursor(bytes);
    if (!cursor.seek(e_lfanew)) return false;
    const auto offset = cursor.u32_le();
    if (!offset || !cursor.seek(*offset)) return false;
    const auto signature = cursor.take(4);
    return signature && base::as_text(*signature) == "PE\0\0"sv;
}

Confidence recognise_pe(base::Bytes head, std::string_view) {
    if (!starts(head, "MZ")) return no_match;
    if (has_pe_signature(head)) return sure_match;
    // A text may begin with these letters; a DOS header's page counts make NULs in the first bytes.
    constexpr std::size_t header = 64;
    return head.size() >= header &&
                   base::as_text(base::head(head, header)).find('\0') != std::string_view::npos
               ? weak_match + 5
               : no_match;
}

Confidence recognise_elf(base::Bytes head, std::string_view) {
    return starts(head,
                  "\x7F"
                  "ELF")
               ? sure_match
               : no_match;
}

Confidence recognise_macho(base::Bytes head, std::string_view) {
    constexpr std::array magics{"\xCF\xFA\xED\xFE"sv, "\xCE\xFA\xED\xFE"sv, "\xFE\xED\xFA\xCE"sv,
                                "\xFE\xED\xFA\xCF"sv};
    for (const std::string_view magic : magics) {
        if (starts(head, magic)) return sure_match;
    }
    return no_match;
}

Confidence recognise_java_class(base::Bytes head, std::string_view) {
    return starts(head, "\xCA\xFE\xBA\xBE"sv) ? sure_match : no_match;
}

// MS-SHLLINK 2.1: HeaderSize 0x4C and the CLSID 00021401-0000-0000-C000-000000000046.
Confidence recognise_lnk(base::Bytes head, std::string_view) {
    return starts(head, "\x4C\0\0\0\x01\x14\x02\0\0\0\0\0\xC0\0\0\0\0\0\0\x46"sv) ? sure_match : no_match;
}

Confidence recognise_chm(base::Bytes head, std::string_view) {
    return starts(head, "ITSF") ? sure_match : no_match;
}

void report_executable(const Part& part, Findings& findings) {
    findings.add("file.executable", part.id, part.name);
}
void report_shortcut(const Part& part, Findings& findings) {
    findings.add("file.shortcut", part.id, part.name);
}
void report_script(const Part& part, Findings& findings) { findings.add("file.script", part.id, part.name); }

constexpr std::array table{
    Format{.name = "pe",
           .type = "application/x-dosexec",
           .extensions = "exe,dll,scr,cpl,sys,com,ocx,xll,pif,efi,drv",
           .recognise = recognise_pe,
           .inspect = report_executable,
           .risky = false},
    Format{.name = "elf",
           .type = "application/x-executable",
           .extensions = "so,o,ko,elf,bin,axf",
           .recognise = recognise_elf,
           .inspect = report_executable,
           .risky = false},
    Format{.name = "macho",
           .type = "application/x-mach-binary",
           .extensions = "dylib,macho",
           .recognise = recognise_macho,
           .inspect = report_executable,
           .risky = false},
    Format{.name = "class",
           .type = "application/x-java-applet",
           .extensions = "class",
           .recognise = recognise_java_class,
           .inspect = report_executable,
           .risky = false},
    Format{.name = "lnk",
           .type = "application/x-ms-shortcut",
           .extensions = "lnk",
           .recognise = recognise_lnk,
           .inspect = report_shortcut,
           .risky = false},
    Format{.name = "chm",
           .type = "application/vnd.ms-htmlhelp",
           .extensions = "chm",
           .recognise = recognise_chm,
           .inspect = report_script,
           .risky = false},
};

}  // namespace

std::span<const Format> executable_formats() { return table; }

}  // namespace sekisho::scanner::active
