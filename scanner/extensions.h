// What a file name's extension promises on a Windows desktop: the one table of extensions that matter.
#pragma once

#include <cstdint>
#include <string_view>

namespace sekisho::scanner {

// What a double click would do, from harmless to worst.
enum class NameRisk : std::uint8_t {
    none,
    document_with_macros,  // Office formats that can carry VBA, XLM or an exploit (.doc and .rtf too)
    script,                // run by a host that Windows ships: wscript, mshta, cmd, powershell, ...
    executable,            // code of its own: exe, dll, scr, msi, jar, ...
    shortcut,              // starts something else: lnk, url, library-ms, ...
    disk_image,            // mounts on a double click and drops the mark of the web: iso, img, vhd, ...
};

// `extension`: lower case, without the dot, as base::extension_of() gives it. Unknown or empty: none.
NameRisk risk_of_extension(std::string_view extension);

// Scripts, executables, shortcuts and disk images: what has no business behind a second extension.
constexpr bool is_dangerous(NameRisk risk) {
    return risk != NameRisk::none && risk != NameRisk::document_with_macros;
}

}  // namespace sekisho::scanner
