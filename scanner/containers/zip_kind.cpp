#include "scanner/containers/zip_kind.h"

#include <algorithm>
#include <array>
#include <string>

#include "base/text.h"
#include "scanner/containers/content_types.h"
#include "scanner/containers/zip_decode.h"
#include "scanner/containers/zip_directory.h"
#include "scanner/signature_search.h"

namespace sekisho::scanner::containers {

namespace {

using base::Bytes;

constexpr std::size_t max_types = 64u << 10;     // of [Content_Types].xml
constexpr std::size_t max_junk = 64u << 10;      // before the first local header
constexpr std::size_t name_window = 256u << 10;  // at the end, where the central directory is
constexpr std::size_t max_members = 2'000;

struct Row {
    std::string_view mark;  // in [Content_Types].xml or mimetype
    std::string_view type;
};

// The first mark found wins: macro-enabled content before the plain one.
// clang-format off
constexpr std::array content_types{  // NOLINT: a table holds nothing else
    Row{"ms-word.document.macroenabled", "application/vnd.ms-word.document.macroenabled.12"},
    Row{"ms-word.template.macroenabled", "application/vnd.ms-word.document.macroenabled.12"},
    Row{"ms-excel.sheet.binary.macroenabled", "application/vnd.ms-excel.sheet.binary.macroenabled.12"},
    Row{"ms-excel.sheet.macroenabled", "application/vnd.ms-excel.sheet.macroenabled.12"},
    Row{"ms-excel.template.macroenabled", "application/vnd.ms-excel.sheet.macroenabled.12"},
    Row{"ms-excel.addin.macroenabled", "application/vnd.ms-excel.sheet.macroenabled.12"},
    Row{"ms-powerpoint.presentation.macroenabled", "application/vnd.ms-powerpoint.presentation.macroenabled.12"},
    Row{"ms-powerpoint.slideshow.macroenabled", "application/vnd.ms-powerpoint.presentation.macroenabled.12"},
    Row{"ms-powerpoint.template.macroenabled", "application/vnd.ms-powerpoint.presentation.macroenabled.12"},
    Row{"ms-powerpoint.addin.macroenabled", "application/vnd.ms-powerpoint.presentation.macroenabled.12"},
    Row{"wordprocessingml.document.main", "application/vnd.openxmlformats-officedocument.wordprocessingml.document"},
    Row{"wordprocessingml.template.main", "application/vnd.openxmlformats-officedocument.wordprocessingml.document"},
    Row{"spreadsheetml.sheet.main", "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"},
    Row{"spreadsheetml.template.main", "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"},
    Row{"presentationml.presentation.main", "application/vnd.openxmlformats-officedocument.presentationml.presentation"},
    Row{"presentationml.slideshow.main", "application/vnd.openxmlformats-officedocument.presentationml.presentation"},
    Row{"presentationml.template.main", "application/vnd.openxmlformats-officedocument.presentationml.presentation"},
};
constexpr std::array mimetypes{
    Row{"application/vnd.oasis.opendocument.text", "application/vnd.oasis.opendocument.text"},
    Row{"application/vnd.oasis.opendocument.spreadsheet", "application/vnd.oasis.opendocument.spreadsheet"},
    Row{"application/vnd.oasis.opendocument.presentation", "application/vnd.oasis.opendocument.presentation"},
    Row{"application/epub+zip", "application/epub+zip"},
};
// clang-format on

std::string head_of(const ZipMember& member) {
    std::string out;
    if (member.header.locked()) return out;
    const PackedMember packed{.method = member.header.method, .packed = member.data.size()};
    if (packed.method != zip_stored && packed.method != zip_deflated) return out;
    (void)decode(packed, source_of(member.data), [&](Bytes bytes) {
        out += base::as_text(bytes);
        return out.size() < max_types;
    });
    return out;
}

std::string_view by_mark(std::string_view text, std::span<const Row> rows) {
    for (const Row& row : rows) {
        if (text.find(row.mark) != std::string_view::npos) return row.type;
    }
    return {};
}

std::string_view by_members(const ZipDirectory& directory) {
    std::string_view type;
    for (const ZipMember& member : directory.members) {
        const std::string_view name = member.header.name;
        if (base::equals_ignoring_case(name, "[content_types].xml")) {
            const std::string types = content_types_of(base::as_bytes(head_of(member)));
            if (const auto found = by_mark(types, content_types); !found.empty()) return found;
        } else if (name == "mimetype") {
            if (const auto found = by_mark(base::to_lower(head_of(member)), mimetypes); !found.empty())
                return found;
        } else if (name == "AndroidManifest.xml") {
            type = "application/vnd.android.package-archive";
        } else if (type.empty() && base::equals_ignoring_case(name, "META-INF/MANIFEST.MF")) {
            type = "application/java-archive";
        }
    }
    return type;
}

bool starts_with(Bytes bytes, std::string_view magic) { return base::as_text(bytes).starts_with(magic); }

}  // namespace

bool names_mention(Bytes bytes, std::string_view word) {
    const Bytes tail = bytes.subspan(bytes.size() - std::min(bytes.size(), name_window));
    return base::as_text(tail).find(word) != std::string_view::npos;
}

bool begins_as_zip(Bytes bytes) {
    if (starts_with(bytes, "PK\3\4")) return bytes.size() >= 30;
    // An empty archive; and the marks of a split one, or of one that might have become one (APPNOTE 8.5.4).
    return (starts_with(bytes, "PK\5\6") && bytes.size() >= 22) || starts_with(bytes, "PK\7\x08PK\3\4") ||
           starts_with(bytes, "PK00PK\3\4");
}

bool holds_zip_behind(Bytes bytes) {
    const auto head = base::as_text(base::head(bytes, max_junk));
    static const SignatureSearch search({"PK\3\4"});
    return search.find(head, 0) != std::string_view::npos && has_zip_end(bytes);
}

std::string_view zip_kind(Bytes bytes) {
    if (!begins_as_zip(bytes)) return {};
    const auto type = by_members(ZipDirectory::read(bytes, max_members));
    return type.empty() ? "application/zip" : type;
}

}  // namespace sekisho::scanner::containers
