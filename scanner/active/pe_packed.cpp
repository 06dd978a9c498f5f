// Signs of a packer: its names, code that is not code any more, an entry where none belongs.
#include <algorithm>
#include <array>
#include <cmath>
#include <string>
#include <string_view>

#include <fmt/format.h>

#include "base/text.h"
#include "scanner/active/pe.h"

namespace sekisho::scanner::active {

namespace {

constexpr std::array<std::string_view, 24> packer_sections{
    "upx",      ".aspack", ".adata",   "aspack",  ".petite", "petite", ".mpress",  "mpress",
    ".themida", "themida", ".vmp",     ".enigma", "nsp",     ".nsp",   ".pec",     "pec2",
    "fsg!",     ".yp",     ".perplex", "mew",     ".packed", "rlpack", "kkrunchy", ".boom"};

// Bits a byte, 0 to 8.
double entropy_of(base::Bytes bytes) {
    std::array<std::size_t, 256> counts{};
    for (const std::byte b : bytes)
        ++counts.at(std::to_integer<std::size_t>(b));
    double out = 0;
    for (const std::size_t count : counts) {
        if (count == 0) continue;
        const double share = static_cast<double>(count) / static_cast<double>(bytes.size());
        out -= share * std::log2(share);
    }
    return out;
}

}  // namespace

std::string why_packed(const Pe& pe, base::Bytes file, Budget& budget) {
    constexpr std::size_t looked_at = 4u << 20;
    constexpr std::size_t smallest = 4'096;  // of less the entropy says little
    constexpr double dense = 7.3;            // machine code has 6 to 6.7, compressed data 7.9
    for (const PeSection& section : pe.sections) {
        const std::string name = base::to_lower(section.name);
        const bool known = std::ranges::any_of(
            packer_sections, [&](std::string_view packer) { return name.starts_with(packer); });
        if (known) return fmt::format("section {}", section.name);
    }
    for (const PeSection& section : pe.sections) {
        if (!section.is_code() || section.raw_offset >= file.size()) continue;
        const base::Bytes data =
            base::head(base::head(file.subspan(section.raw_offset), section.raw_size), looked_at);
        if (data.size() < smallest || !budget.spend_steps(data.size() / 2)) continue;
        if (entropy_of(data) >= dense)
            return fmt::format("code in {} is compressed or encrypted", section.name);
    }
    // .NET programs import one function, and the runtime knows where they begin.
    if (pe.is_dotnet() || pe.entry == 0 || pe.sections.size() < 2) return {};
    const auto holds_entry = [&](const PeSection& section) {
        const std::uint32_t size = std::max(section.virtual_size, section.raw_size);
        return pe.entry >= section.address && pe.entry - section.address < size;
    };
    const auto start = std::ranges::find_if(pe.sections, holds_entry);
    const bool odd_start =
        start != pe.sections.end() && (start->is_writable() || std::next(start) == pe.sections.end());
    constexpr std::size_t few = 8;
    if (odd_start && start->is_code() && count_pe_imports(pe, file, budget) <= few) {
        return fmt::format("begins in {} and imports next to nothing", start->name);
    }
    return {};
}

}  // namespace sekisho::scanner::active
