// Files that Windows follows like a shortcut; the first byte chooses the kind.
#include <array>
#include <cstddef>
#include <cstdint>
#include <span>
#include <string>

#include "scanner/active/shortcut_files.h"
#include "scanner/testing.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    using namespace sekisho::scanner;
    if (size == 0) return 0;
    constexpr std::array names{"a.url",       "a.scf",  "a.library-ms", "a.settingcontent-ms",
                               "a.iqy",       "a.rdp",  "a.appref-ms",  "",
                               "a.msc",       "a.wsh",  "a.inf",        "a.theme",
                               "desktop.ini", "a.jnlp", "a.search-ms",  "a.searchConnector-ms"};
    const Part part =
        test_part(std::as_bytes(std::span(data, size).subspan(1)), names.at(data[0] % names.size()));
    TestExtraction extraction({}, size);
    for (const Format& format : active::shortcut_formats()) {
        if (format.recognise(part.bytes, part.name) != no_match) format.open(part, extraction);
    }
    return 0;
}
