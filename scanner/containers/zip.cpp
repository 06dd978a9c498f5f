#include "scanner/containers/zip.h"

#include <array>

#include "scanner/containers/odf_open.h"
#include "scanner/containers/zip_directory.h"
#include "scanner/containers/zip_kind.h"
#include "scanner/containers/zip_open.h"

namespace sekisho::scanner::containers {

namespace {

constexpr Confidence document_match = sure_match + 5;  // before a ZIP of no special kind

Turn turn_of(const Part& part) {
    const ZipDirectory directory = ZipDirectory::read(part.bytes, max_zip_members);
    return directory.has_locked() || has_odf_locks(directory) ? Turn::locked : Turn::heavy;
}

Confidence is_zip(base::Bytes bytes, std::string_view) {
    if (begins_as_zip(bytes)) return sure_match;
    // What begins with a magic number of its own is that, and the archive is found behind it (embedded.h).
    return holds_zip_behind(bytes) ? good_match - 1 : no_match;
}

struct Kind {
    std::string_view name;
    std::string_view type;
    std::string_view extensions;
    std::string_view mark;  // stands in the names of every such archive: a look at it spares the rest
};

// clang-format off
constexpr std::array kinds{  // NOLINT: a table holds nothing else
    Kind{"docx", "application/vnd.openxmlformats-officedocument.wordprocessingml.document", "docx,dotx", "word"},
    Kind{"docm", "application/vnd.ms-word.document.macroenabled.12", "docm,dotm", "word"},
    Kind{"xlsx", "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet", "xlsx,xltx", "xl"},
    Kind{"xlsm", "application/vnd.ms-excel.sheet.macroenabled.12", "xlsm,xltm,xlam", "xl"},
    Kind{"xlsb", "application/vnd.ms-excel.sheet.binary.macroenabled.12", "xlsb", "xl"},
    Kind{"pptx", "application/vnd.openxmlformats-officedocument.presentationml.presentation", "pptx,potx,ppsx", "ppt"},
    Kind{"pptm", "application/vnd.ms-powerpoint.presentation.macroenabled.12", "pptm,potm,ppsm,ppam", "ppt"},
    Kind{"odt", "application/vnd.oasis.opendocument.text", "odt,ott", "mimetype"},
    Kind{"ods", "application/vnd.oasis.opendocument.spreadsheet", "ods,ots", "mimetype"},
    Kind{"odp", "application/vnd.oasis.opendocument.presentation", "odp,otp", "mimetype"},
    Kind{"epub", "application/epub+zip", "epub", "mimetype"},
    Kind{"jar", "application/java-archive", "jar,war,ear,zip", "META-INF"},
    Kind{"apk", "application/vnd.android.package-archive", "apk,xapk", "AndroidManifest"},
};
// clang-format on

template <std::size_t row>
Confidence is_kind(base::Bytes bytes, std::string_view) {
    if (!begins_as_zip(bytes) || !names_mention(bytes, kinds[row].mark)) return no_match;
    return zip_kind(bytes) == kinds[row].type ? document_match : no_match;
}

template <std::size_t... row>
constexpr auto make_formats(std::index_sequence<row...>) {
    return std::array{Format{kinds[row].name, kinds[row].type, kinds[row].extensions, is_kind<row>, turn_of,
                             open_zip, nullptr, true, Holds::suspiciously}...};
}
constexpr auto documents = make_formats(std::make_index_sequence<kinds.size()>());

constexpr auto pointers = [] {
    std::array<const Format*, documents.size()> out{};
    for (std::size_t i = 0; i < out.size(); ++i)
        out[i] = &documents[i];
    return out;
}();

}  // namespace

constinit const Format zip_format{"zip", "application/zip",  "zip,zipx", is_zip, turn_of, open_zip, nullptr,
                                  true,  Holds::suspiciously};

std::span<const Format* const> zip_document_formats() { return pointers; }

}  // namespace sekisho::scanner::containers
