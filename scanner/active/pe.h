// Portable executables, by the PE/COFF specification: headers, sections, exports, imports, version texts, and
// what is not as a linker leaves it.
//
// Known weaknesses: a signature is seen, not verified; one that Windows keeps in a catalogue is not seen.
// Addresses are mapped by the section table alone, as the file has it.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "base/bytes.h"
#include "base/result.h"
#include "scanner/budget.h"

namespace sekisho::scanner::active {

struct PeSection {
    std::string name;  // eight bytes at most, hostile
    std::uint32_t virtual_size = 0;
    std::uint32_t address = 0;  // relative to the image
    std::uint32_t raw_size = 0;
    std::uint32_t raw_offset = 0;
    std::uint32_t flags = 0;
    bool is_code() const { return (flags & 0x2000'0000U) != 0; }  // IMAGE_SCN_MEM_EXECUTE
    bool is_writable() const { return (flags & 0x8000'0000U) != 0; }
};

struct PeRange {
    std::uint32_t address = 0;  // of the security directory an offset in the file
    std::uint32_t size = 0;
};

struct PeVersion {
    std::string company;
    std::string product;
    std::string original_name;
};

struct Pe {
    std::uint16_t machine = 0;
    std::uint16_t characteristics = 0;
    std::uint16_t subsystem = 0;
    std::uint32_t entry = 0;           // address of the entry point; 0: none
    bool wide = false;                 // PE32+
    bool damaged = false;              // a table reaches beyond the file
    std::vector<PeSection> sections;   // at most 96
    std::vector<PeRange> directories;  // at most 16
    std::size_t end_of_sections = 0;   // in the file; what is behind is overlay or signature

    bool is_library() const { return (characteristics & 0x2000U) != 0; }
    bool is_dotnet() const { return directory(14).size > 0; }
    PeRange directory(std::size_t index) const {
        return index < directories.size() ? directories[index] : PeRange{};
    }
    bool is_signed(std::size_t file_size) const;
};

// Offset of "PE\0\0", or nothing; section 2.
base::Result<std::uint32_t> pe_header_offset(base::Bytes file);

// malformed, truncated: no headers. Anything beyond that opens. Reads headers alone.
base::Result<Pe> read_pe(base::Bytes file);

// The bytes from `address` to the end of its section's data; empty where none holds it.
base::Bytes pe_bytes_at(const Pe& pe, base::Bytes file, std::uint32_t address);

// Names of the export table, at most 4,096 of at most 128 bytes.
std::vector<std::string_view> pe_exports(const Pe& pe, base::Bytes file, Budget& budget);
// Functions that are imported, counted up to 4,096 of 1,024 libraries.
std::size_t count_pe_imports(const Pe& pe, base::Bytes file, Budget& budget);
// VS_VERSIONINFO, the first one in the resources. Looks at the first 4 MB of them.
PeVersion pe_version(const Pe& pe, base::Bytes file, Budget& budget);

// Why it looks packed; empty where it does not. Reads the sections that hold code, 4 MB of each.
std::string why_packed(const Pe& pe, base::Bytes file, Budget& budget);

}  // namespace sekisho::scanner::active
