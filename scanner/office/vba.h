// VBA projects in a compound file, [MS-OVBA]: module list, code page, source text. Forms are read by
// vba_forms.h, p-code by vba_pcode.h, what the stream PROJECT says by vba_project.h.
//
// Known weaknesses: a project whose dir stream is gone, and with it the code page, is read in the one that
// its source looks like; a module whose first chunk is gone is not found by its signature.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "base/bytes.h"
#include "base/result.h"
#include "scanner/office/cfb.h"

namespace sekisho::scanner::office {

struct VbaModule {
    std::string name;          // UTF-8, hostile
    std::string source;        // UTF-8
    bool carved = false;       // found by its signature, not through the dir stream
    bool has_code = false;     // more than Attribute and Option lines
    bool document = false;     // of a document or a class ([MS-OVBA] 2.3.4.2.3.2.8), not procedural
    bool hidden = false;       // MODULEPRIVATE, which forms have as well
    bool two_names = false;    // MODULENAME and its Unicode twin are different names
    std::uint32_t offset = 0;  // of the source in its stream
    base::Bytes cache;         // the stream before its source: p-code, and what Office keeps beside it
    StoragePtr cache_storage;  // keeps `cache` alive where it had to be joined
};

struct VbaProject {
    std::string storage;  // path of the storage that holds the dir stream, or "" for carved modules
    std::uint32_t storage_index = CfbEntry::no_parent;
    std::uint16_t code_page = 1252;
    std::vector<VbaModule> modules;
    std::uint32_t root =
        CfbEntry::no_parent;  // the storage around `storage`: PROJECT and the forms stand there
    CfbStream performance;    // the stream _VBA_PROJECT
    bool damaged = false;
};

// One module as the dir stream describes it.
struct VbaModuleEntry {
    std::string name;                 // bytes in the project's code page
    std::string stream_name;          // the same; the Unicode twin wins where it is there
    std::string stream_name_unicode;  // UTF-8
    std::string name_unicode;         // UTF-8; not there in old projects
    bool document = false;
    bool hidden = false;
    std::uint32_t offset = 0;  // of the source in the module's stream
    bool has_offset = false;
};
struct VbaDir {
    std::uint16_t code_page = 1252;
    bool has_code_page = false;
    std::vector<VbaModuleEntry> modules;
    bool damaged = false;
};

// [MS-OVBA] 2.3.4.2, decompressed. Never fails: what could be read is there, and `damaged` says the rest.
VbaDir parse_vba_dir(base::Bytes dir);

// True where a module holds anything but blank, Attribute, Option and comment lines.
bool has_vba_code(std::string_view source);

struct VbaProjects {
    std::vector<VbaProject> projects;
    std::vector<bool> consumed;  // per entry of the file: belongs to a VBA project's own plumbing
};

// All projects of the file: every storage with a dir stream, wherever it hangs; in a damaged one also module
// streams by signature; where nothing was found in a file that has or had a project, modules carved from the
// raw bytes. At most max_projects and max_modules; more is `damaged`.
constexpr std::size_t max_vba_projects = 32;
constexpr std::size_t max_vba_modules = 2'000;
VbaProjects read_vba(Cfb& cfb, base::Bytes file, Budget& budget);

}  // namespace sekisho::scanner::office
