#include "scanner/office/opc_parts.h"

#include <algorithm>
#include <array>
#include <string_view>

#include "base/text.h"
#include "scanner/office/odf_macros.h"
#include "scanner/office/opc_connections.h"
#include "scanner/office/opc_fields.h"
#include "scanner/office/opc_relationships.h"
#include "scanner/office/opc_slides.h"
#include "scanner/xml_pull.h"

namespace sekisho::scanner::office {

namespace {

constexpr std::size_t looked_at = 4u << 10;

// The local name of the first element, if its tag ends in time; a view into `text`.
std::string_view root_of(std::string_view text) {
    XmlPull xml(text);
    for (auto token = xml.next(); token != XmlPull::Token::end; token = xml.next()) {
        if (token == XmlPull::Token::start_tag) return xml.local_name();
        if (token == XmlPull::Token::text && !base::trim(xml.text()).empty()) return {};
    }
    return {};
}

bool may_be_xml(base::Bytes bytes) {
    const std::string_view text = base::as_text(base::head(bytes, 8));
    return text.find('<') != text.npos || text.starts_with("\xFF\xFE") || text.starts_with("\xFE\xFF") ||
           text.starts_with("\xEF\xBB\xBF");
}

// Roots, and a word that one of the namespaces in the head holds: prefixes may be any.
template <const auto& roots, const char* space>
Confidence by_root(base::Bytes bytes, std::string_view) {
    if (!may_be_xml(bytes)) return no_match;
    const XmlText text(base::head(bytes, looked_at));
    // The namespace first: nearly all XML has another one, and then no tag need be read.
    if (text.view().find(space) == std::string_view::npos) return no_match;
    const std::string_view root = root_of(text.view());
    return !root.empty() && std::ranges::find(roots, root) != roots.end() ? good_match + 10 : no_match;
}

constexpr std::array relationships_roots{std::string_view("Relationships")};
constexpr char relationships_space[] = "relationships";
constexpr std::array word_roots{
    std::string_view("document"),        std::string_view("hdr"),      std::string_view("ftr"),
    std::string_view("footnotes"),       std::string_view("endnotes"), std::string_view("comments"),
    std::string_view("glossaryDocument")};
constexpr char word_space[] = "wordprocessingml";
constexpr std::array slide_roots{std::string_view("sld"), std::string_view("sldLayout"),
                                 std::string_view("sldMaster")};
constexpr char slide_space[] = "presentationml";
constexpr std::array connections_roots{std::string_view("connections")};
constexpr char connections_space[] = "spreadsheetml";
constexpr std::array ribbon_roots{std::string_view("customUI")};
constexpr char ribbon_space[] = "customui";
constexpr std::array odf_roots{std::string_view("document-content"), std::string_view("document")};
constexpr char odf_space[] = "opendocument";
constexpr std::array module_roots{std::string_view("module")};
constexpr char module_space[] = "openoffice.org";

// Called once the document is open: as AutoOpen is, but for its name.
void inspect_ribbon(const Part& part, Findings& findings) {
    const XmlText text(part.bytes);
    XmlPull xml(text.view());
    for (auto token = xml.next(); token != XmlPull::Token::end; token = xml.next()) {
        if (token != XmlPull::Token::start_tag || xml.local_name() != "customUI") continue;
        const auto callback = xml.attribute("onLoad");
        if (callback && !callback->empty()) findings.add("office.customui", part.id, *callback);
    }
}

}  // namespace

std::span<const Format> opc_part_formats() {
    // All are XML to whoever asks; their texts are read as any text's.
    static constexpr std::array rows{
        Format{.name = "opc-relationships",
               .type = "text/xml",
               .extensions = "xml,rels",
               .recognise = by_root<relationships_roots, relationships_space>,
               .inspect = inspect_relationships},
        Format{.name = "wordprocessingml",
               .type = "text/xml",
               .extensions = "xml",
               .recognise = by_root<word_roots, word_space>,
               .inspect = inspect_word_fields},
        Format{.name = "presentationml",
               .type = "text/xml",
               .extensions = "xml",
               .recognise = by_root<slide_roots, slide_space>,
               .inspect = inspect_slide},
        Format{.name = "spreadsheet-connections",
               .type = "text/xml",
               .extensions = "xml",
               .recognise = by_root<connections_roots, connections_space>,
               .inspect = inspect_connections},
        Format{.name = "custom-ui",
               .type = "text/xml",
               .extensions = "xml",
               .recognise = by_root<ribbon_roots, ribbon_space>,
               .inspect = inspect_ribbon},
        Format{.name = "odf-content",
               .type = "text/xml",
               .extensions = "xml,fodt,fods,fodp",
               .recognise = by_root<odf_roots, odf_space>,
               .inspect = inspect_odf_content},
        Format{.name = "odf-basic",
               .type = "text/xml",
               .extensions = "xml,xba",
               .recognise = by_root<module_roots, module_space>,
               .open = open_odf_module},
    };
    return rows;
}

}  // namespace sekisho::scanner::office
