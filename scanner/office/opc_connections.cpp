#include "scanner/office/opc_connections.h"

#include <string>
#include <string_view>

#include "base/text.h"
#include "scanner/office/link_targets.h"
#include "scanner/xml_pull.h"

namespace sekisho::scanner::office {

namespace {

bool is_true(const std::string& value) { return value == "1" || value == "true"; }

}  // namespace

bool starts_a_program(std::string_view command) {
    for (const std::string_view word : {"shell(", "xp_cmdshell", "powershell", "cmd.exe", "mshta"}) {
        if (base::find_ignoring_case(command, word) != command.npos) return true;
    }
    return false;
}

bool names_foreign_share(std::string_view connection) {
    for (const std::string_view pair : base::split(connection, ';')) {
        const std::string_view value = base::trim(pair.substr(std::min(pair.size(), pair.find('=') + 1)));
        const bool share = value.starts_with("\\\\") || base::starts_with_ignoring_case(value, "file:");
        if (share && place_of(value) == TargetPlace::remote) return true;
    }
    return false;
}

void inspect_connections(const Part& part, Findings& findings) {
    const XmlText text(part.bytes);
    XmlPull xml(text.view());
    bool at_opening = false;
    for (auto token = xml.next(); token != XmlPull::Token::end; token = xml.next()) {
        if (token != XmlPull::Token::start_tag) continue;
        if (xml.local_name() == "connection")
            at_opening = is_true(xml.attribute("refreshOnLoad").value_or(""));
        if (xml.local_name() == "webPr") {
            const std::string url = xml.attribute("url").value_or("");
            if (!at_opening || place_of(url) != TargetPlace::remote) continue;
            const bool encrypted = base::starts_with_ignoring_case(url, "https:");
            findings.add(encrypted ? "office.connection.refresh" : "office.connection.foreign", part.id, url);
        } else if (xml.local_name() == "dbPr") {
            const std::string connection = xml.attribute("connection").value_or("");
            const std::string command = xml.attribute("command").value_or("");
            if (starts_a_program(command) || starts_a_program(connection))
                findings.add("office.connection.command", part.id, command.empty() ? connection : command);
            if (names_foreign_share(connection))
                findings.add("office.connection.foreign", part.id, connection);
        }
    }
}

}  // namespace sekisho::scanner::office
