#include "scanner/office/opc_content_types.h"

#include <algorithm>
#include <array>
#include <string>
#include <string_view>
#include <unordered_map>

#include <fmt/format.h>

#include "base/text.h"
#include "scanner/xml_pull.h"

namespace sekisho::scanner::office {

namespace {

constexpr std::string_view macro_project = "application/vnd.ms-office.vbaproject";
constexpr std::size_t longest_list = 4u << 20;

struct Kind {
    std::string_view signature;
    std::string_view name;
};
constexpr std::array active_kinds{
    Kind{"\xD0\xCF\x11\xE0\xA1\xB1\x1A\xE1", "a compound file"},
    Kind{"MZ", "a program"},
    Kind{"PK\x03\x04", "a ZIP archive"},
    Kind{"{\\rt", "RTF"},
};

bool is_passive(std::string_view type) {
    if (type == "text/rtf" || type == "text/richtext") return false;  // as some call RTF
    constexpr std::array<std::string_view, 6> starts{
        "image/",
        "audio/",
        "video/",
        "text/",
        "application/x-font",
        "application/vnd.openxmlformats-officedocument.obfuscatedfont"};
    return std::ranges::any_of(starts, [&](std::string_view start) { return type.starts_with(start); });
}

// By the rules of 7.2.3.4: an Override for the part's name before the Default of its extension.
class Types {
public:
    explicit Types(base::Bytes bytes) {
        const XmlText text(bytes);
        XmlPull xml(text.view());
        for (auto token = xml.next(); token != XmlPull::Token::end; token = xml.next()) {
            if (token != XmlPull::Token::start_tag) continue;
            const bool override = xml.local_name() == "Override";
            if (!override && xml.local_name() != "Default") continue;
            const std::string key = xml.attribute(override ? "PartName" : "Extension").value_or("");
            auto& rows = override ? overrides_ : defaults_;
            rows.try_emplace(base::to_lower(key), base::to_lower(xml.attribute("ContentType").value_or("")));
        }
    }

    std::string_view of(std::string_view part) const {
        const std::string name = "/" + base::to_lower(part);
        if (const auto row = overrides_.find(name); row != overrides_.end()) return row->second;
        const auto row = defaults_.find(base::extension_of(name));
        return row == defaults_.end() ? std::string_view() : row->second;
    }

private:
    std::unordered_map<std::string, std::string> overrides_;
    std::unordered_map<std::string, std::string> defaults_;
};

std::string fault_of(const Part& child, std::string_view type) {
    if (type == macro_project && base::extension_of(child.name) != "bin")
        return fmt::format("{} is a macro project", child.name);
    if (!is_passive(type)) return {};
    const std::string_view text = base::as_text(child.bytes);
    const auto* const kind =
        std::ranges::find_if(active_kinds, [&](const Kind& row) { return text.starts_with(row.signature); });
    if (kind == active_kinds.end()) return {};
    return fmt::format("{} is declared {} and is {}", child.name, type, kind->name);
}

}  // namespace

void judge_content_types(const Part& part, std::span<const Part> children, Extraction& extraction) {
    const auto list = std::ranges::find_if(children, [](const Part& child) {
        return base::equals_ignoring_case(child.name, "[Content_Types].xml");
    });
    if (list == children.end()) return;
    const base::Bytes read = base::head(list->bytes, longest_list);
    if (!extraction.budget().spend_steps(8 * read.size() + 16 * children.size())) return;
    if (read.size() < list->bytes.size()) {
        extraction.findings().add("office.content-type", part.id,
                                  fmt::format("a list of types of {} bytes", list->bytes.size()));
    }
    const Types types(read);
    for (const Part& child : children) {
        const std::string fault = fault_of(child, types.of(child.name));
        if (fault.empty()) continue;
        extraction.findings().add("office.content-type", part.id, fault);
        return;
    }
}

}  // namespace sekisho::scanner::office
