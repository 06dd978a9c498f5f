#include "scanner/office/odf_macros.h"

#include <string>
#include <string_view>
#include <utility>

#include <fmt/format.h>

#include "base/text.h"
#include "scanner/office/macro_findings.h"
#include "scanner/office/word_fields.h"
#include "scanner/recovered.h"
#include "scanner/xml_pull.h"

namespace sekisho::scanner::office {

namespace {

constexpr std::size_t longest_name = 64;

// "dom:load", "office:load-finished", "office:new": without a click. Others (print, click) need one.
bool happens_at_opening(std::string_view event) {
    return event.ends_with("load") || event.ends_with("load-finished") || event.ends_with("new") ||
           event.ends_with("start-app") || event.ends_with("focus") || event.ends_with("view-created");
}

// The texts of DDE("cmd";"/c a";"b") in a formula, OpenFormula 6.9.3; empty where it is none.
struct Conversation {
    std::string service;
    std::string topic;
};
Conversation conversation_in(std::string_view formula) {
    constexpr std::size_t longest = 4u << 10;
    formula = formula.substr(0, longest);
    const std::size_t call = base::find_ignoring_case(formula, "dde(");
    if (call == formula.npos) return {};
    const auto parts = base::split(formula.substr(call + 4), '"');
    return parts.size() < 4 ? Conversation{} : Conversation{std::string(parts[1]), std::string(parts[3])};
}

// Formulas, and links by <office:dde-source> and <text:dde-connection-decl>.
void inspect_dde(const XmlPull& xml, const Part& part, Findings& findings) {
    Conversation asked{xml.attribute("dde-application").value_or(""),
                       xml.attribute("dde-topic").value_or("")};
    if (asked.service.empty()) asked = conversation_in(xml.attribute("formula").value_or(""));
    if (!asked.service.empty() && dde_executes(asked.service, asked.topic))
        findings.add("office.dde.exec", part.id, fmt::format("{} {}", asked.service, asked.topic));
}

}  // namespace

void inspect_odf_content(const Part& part, Findings& findings) {
    const XmlText text(part.bytes);
    const bool events = text.view().find("event-listener") != std::string_view::npos;
    const bool dde = base::find_ignoring_case(text.view(), "dde") != std::string_view::npos;
    if (!events && !dde) return;
    XmlPull xml(text.view());
    for (auto token = xml.next(); token != XmlPull::Token::end; token = xml.next()) {
        if (token != XmlPull::Token::start_tag) continue;
        if (dde) inspect_dde(xml, part, findings);
        if (xml.local_name() != "event-listener") continue;
        const std::string event = xml.attribute("event-name").value_or("");
        if (!happens_at_opening(event)) continue;
        const std::string script = xml.attribute("href").value_or(xml.attribute("macro-name").value_or(""));
        if (!script.empty())
            findings.add("office.odf.autoexec", part.id, fmt::format("{}: {}", event, script));
    }
}

void open_odf_module(const Part& part, Extraction& extraction) {
    if (!extraction.budget().spend_steps(8 * part.bytes.size())) return;
    const XmlText text(part.bytes);
    XmlPull xml(text.view());
    std::string name;
    std::string source;
    bool inside = false;
    for (auto token = xml.next(); token != XmlPull::Token::end; token = xml.next()) {
        if (token == XmlPull::Token::start_tag && xml.local_name() == "module") {
            inside = true;
            name = xml.attribute("name").value_or("").substr(0, longest_name);
        } else if (token == XmlPull::Token::end_tag && xml.local_name() == "module") {
            inside = false;
        } else if (token == XmlPull::Token::text && inside) {
            source += xml.text();
        }
    }
    if (source.find_first_not_of(" \t\r\n") == std::string::npos) return;
    extraction.findings().add("office.odf.macro", part.id, name);
    MacroTraits traits;
    if (!add_recovered(extraction, part, name, traits.read(source, name))) return;
    traits.report(part.id, extraction.findings());
    ChildSpec spec;
    spec.label = fmt::format("basic:{}", name);
    spec.name = fmt::format("{}.bas", name);
    spec.claimed_type = "text/x-vba";
    spec.type = "text/x-vba";
    spec.charset = "utf-8";
    spec.opened_by = "odf-basic";
    const StoragePtr storage = store_text(std::move(source), extraction.budget());
    if (storage != nullptr) (void)extraction.add_child(std::move(spec), storage->bytes(), storage);
}

}  // namespace sekisho::scanner::office
