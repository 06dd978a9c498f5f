#include "scanner/office/opc_slides.h"

#include <string>

#include "base/text.h"
#include "scanner/xml_pull.h"

namespace sekisho::scanner::office {

void inspect_slide(const Part& part, Findings& findings) {
    const XmlText text(part.bytes);
    if (base::find_ignoring_case(text.view(), "ppaction:") == std::string_view::npos) return;
    XmlPull xml(text.view());
    for (auto token = xml.next(); token != XmlPull::Token::end; token = xml.next()) {
        if (token != XmlPull::Token::start_tag) continue;
        const bool hover = xml.local_name() == "hlinkMouseOver" || xml.local_name() == "hlinkHover";
        if (!hover && xml.local_name() != "hlinkClick") continue;
        const std::string action = base::to_lower(xml.attribute("action").value_or(""));
        const bool program = action.starts_with("ppaction://program");
        const bool starts =
            program || action.starts_with("ppaction://hlinkfile") || action.starts_with("ppaction://macro");
        if (hover && starts) findings.add("office.action.mouse-over", part.id, action);
        if (!hover && program) findings.add("office.action.program", part.id, action);
    }
}

}  // namespace sekisho::scanner::office
