#include "scanner/office/opc_relationships.h"

#include <algorithm>
#include <array>
#include <string>
#include <string_view>

#include <fmt/format.h>

#include "base/text.h"
#include "scanner/office/document_links.h"
#include "scanner/office/link_targets.h"
#include "scanner/xml_pull.h"

namespace sekisho::scanner::office {

namespace {

// What the document does with what lies there, by the last word of the relationship's type.
enum class Use : std::uint8_t { as_template, object, picture, text, link, other };

struct UseRow {
    std::string_view type;
    Use use;
};
constexpr std::array uses{
    UseRow{"attachedtemplate", Use::as_template},
    UseRow{"oleobject", Use::object},
    UseRow{"frame", Use::text},
    UseRow{"subdocument", Use::text},
    UseRow{"afchunk", Use::text},
    UseRow{"package", Use::object},
    UseRow{"control", Use::object},
    UseRow{"image", Use::picture},
    UseRow{"video", Use::picture},
    UseRow{"audio", Use::picture},
    UseRow{"media", Use::picture},
    UseRow{"websettings", Use::text},
    UseRow{"hyperlink", Use::link},
};

Use use_of(std::string_view type) {
    const std::string last = base::to_lower(type.substr(type.rfind('/') + 1));
    const auto* const row = std::ranges::find(uses, last, &UseRow::type);
    return row == uses.end() ? Use::other : row->use;
}

// CVE-2021-40444: "mhtml:http://host/a!x-usc:http://host/a".
bool is_wrapped_page(std::string_view target) {
    return base::starts_with_ignoring_case(base::trim(target), "mhtml:") ||
           base::find_ignoring_case(target, "!x-usc:") != target.npos;
}

void judge(Use use, std::string_view target, const Part& part, Findings& findings) {
    const auto add = [&](std::string_view id) { findings.add(id, part.id, target); };
    const TargetPlace place = place_of(target);
    if (use != Use::other && use != Use::link && is_wrapped_page(target)) return add("office.ole-link");
    switch (use) {
        case Use::as_template:
            if (place == TargetPlace::remote)
                add(is_named_as_house(target) ? "office.remote-template.house" : "office.remote-template");
            if (place == TargetPlace::corporate) add("office.template-path");
            break;
        case Use::object:
            if (place == TargetPlace::remote) add("office.ole-link");
            if (place == TargetPlace::corporate) add("office.ole-link.file");
            break;
        case Use::text:
            if (place == TargetPlace::remote) add("office.remote-content.text");
            break;
        case Use::picture:
            if (place == TargetPlace::remote) add("office.remote-content");
            break;
        case Use::link:
            if (const std::string_view id = judge_document_link(target); !id.empty()) add(id);
            break;
        case Use::other:
            break;
    }
}

}  // namespace

void inspect_relationships(const Part& part, Findings& findings) {
    const XmlText text(part.bytes);
    XmlPull xml(text.view());
    for (auto token = xml.next(); token != XmlPull::Token::end; token = xml.next()) {
        if (token != XmlPull::Token::start_tag || xml.local_name() != "Relationship") continue;
        const std::string mode = xml.attribute("TargetMode").value_or("");
        if (!base::equals_ignoring_case(base::trim(mode), "external")) continue;
        const std::string target = xml.attribute("Target").value_or("");
        judge(use_of(xml.attribute("Type").value_or("")), target, part, findings);
    }
    if (xml.has_doctype()) findings.add("document.doctype", part.id, "in the relationships of a package");
}

}  // namespace sekisho::scanner::office
