#include "scanner/active/pe_format.h"

#include <algorithm>
#include <array>
#include <string>
#include <string_view>
#include <vector>

#include <fmt/format.h>

#include "base/text.h"
#include "scanner/active/extensions.h"
#include "scanner/active/pe.h"

namespace sekisho::scanner::active {

namespace {

std::string_view machine_name(std::uint16_t machine) {
    switch (machine) {
        case 0x014C:
            return "x86";
        case 0x8664:
            return "x64";
        case 0xAA64:
            return "ARM64";
        case 0x01C0:
        case 0x01C4:
            return "ARM";
        case 0x0200:
            return "Itanium";
        default:
            return "unknown machine";
    }
}

// Libraries that Office and Control Panel load on a double click, by what they export.
struct AddIn {
    std::string_view exported;
    std::string_view kind;
};
constexpr std::array add_ins{
    AddIn{"xlAutoOpen", "Excel add-in (XLL)"},
    AddIn{"wdAutoOpen", "Word add-in (WLL)"},
    AddIn{"CPlApplet", "Control Panel item (CPL)"},
};

std::string_view add_in_of(const std::vector<std::string_view>& exports) {
    for (const AddIn& row : add_ins) {
        const auto is_it = [&](std::string_view name) {
            if (name.starts_with('_')) name.remove_prefix(1);
            return name.substr(0, name.find('@')) == row.exported;
        };
        if (std::ranges::any_of(exports, is_it)) return row.kind;
    }
    return {};
}

std::string_view kind_of(const Pe& pe, const Part& part) {
    constexpr std::uint16_t native = 1;
    constexpr std::uint16_t efi_first = 10;
    constexpr std::uint16_t efi_last = 13;
    if (pe.subsystem == native) return "Windows driver";
    if (pe.subsystem >= efi_first && pe.subsystem <= efi_last) return "EFI program";
    if (pe.is_library()) return "Windows DLL";
    return windows_extension(part.name) == "scr" ? "Windows screen saver" : "Windows program";
}

// By what the makers of installers put behind the sections, or into them.
std::string_view installer_of(const Pe& pe, base::Bytes file, Budget& budget) {
    struct Mark {
        std::string_view bytes;
        std::string_view kind;
    };
    constexpr std::array marks{
        Mark{std::string_view("\xEF\xBE\xAD\xDENullsoftInst", 16), "NSIS installer"},
        Mark{"Inno Setup Setup Data", "Inno Setup installer"},
        Mark{";!@Install@!UTF-8!", "7-Zip installer"},
        Mark{"7z\xBC\xAF\x27\x1C", "7-Zip self-extractor"},
        Mark{"Rar!\x1A\x07", "RAR self-extractor"},
        Mark{"zlb\x1A", "Inno Setup installer"},
    };
    for (const PeSection& section : pe.sections) {
        if (section.name == ".wixburn") return "WiX installer";
    }
    constexpr std::size_t looked_at = 64u << 10;
    const base::Bytes overlay =
        base::head(file.subspan(std::min(pe.end_of_sections, file.size())), looked_at);
    if (!budget.spend_steps(overlay.size() + 1)) return {};
    const std::string_view text = base::as_text(overlay);
    for (const Mark& mark : marks) {
        if (text.find(mark.bytes) != std::string_view::npos) return mark.kind;
    }
    return {};
}

// Makers whose programs are signed, all of them, and whose names others borrow.
bool is_borrowed_name(const PeVersion& version) {
    constexpr std::array<std::string_view, 6> makers{
        "microsoft corporation", "adobe", "google llc", "google inc", "apple inc", "mozilla corporation"};
    const std::string company = base::to_lower(version.company);
    return std::ranges::any_of(makers, [&](std::string_view one) { return company.starts_with(one); });
}

void judge(const Part& part, const Pe& pe, Extraction& extraction) {
    Findings& findings = extraction.findings();
    Budget& budget = extraction.budget();
    const std::string_view add_in = add_in_of(pe_exports(pe, part.bytes, budget));
    const PeVersion version = pe_version(pe, part.bytes, budget);
    const bool is_signed = pe.is_signed(part.bytes.size());
    const std::string packed = why_packed(pe, part.bytes, budget);
    const std::string_view installer = installer_of(pe, part.bytes, budget);

    std::string seen = fmt::format("{}{}, {}, {}", add_in.empty() ? kind_of(pe, part) : add_in,
                                   pe.is_dotnet() ? " (.NET)" : "", machine_name(pe.machine),
                                   is_signed ? "signed" : "unsigned");
    if (!installer.empty()) seen += fmt::format(", {}", installer);
    if (!packed.empty()) seen += ", packed";
    if (pe.damaged) seen += ", cut off or damaged";
    seen += fmt::format(": {}", part.name);
    if (!version.company.empty()) seen += fmt::format(" by {}", version.company);
    findings.add("file.executable", part.id, seen);

    if (!is_signed) findings.add("exe.unsigned", part.id, part.name);
    if (!is_signed && version.company.empty() && version.product.empty())
        findings.add("exe.anonymous", part.id, part.name);
    if (!packed.empty()) findings.add("exe.packed", part.id, packed);
    if (!add_in.empty()) findings.add("exe.addin", part.id, add_in);
    if (!is_signed && is_borrowed_name(version)) {
        findings.add("exe.forged-version", part.id,
                     fmt::format("{}, {}", version.company, version.original_name));
    }
}

}  // namespace

void open_pe(const Part& part, Extraction& extraction) {
    const auto pe = read_pe(part.bytes);
    if (pe) {
        judge(part, *pe, extraction);
    } else {
        extraction.findings().add("file.executable", part.id, fmt::format("DOS program: {}", part.name));
    }
}

}  // namespace sekisho::scanner::active
