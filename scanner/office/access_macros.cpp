#include "scanner/office/access_macros.h"

#include <algorithm>
#include <array>

#include <fmt/format.h>

#include "base/text.h"
#include "base/utf8.h"
#include "scanner/office/document_links.h"
#include "scanner/office/link_targets.h"
#include "scanner/office/opc_connections.h"
#include "scanner/office/word_fields.h"

namespace sekisho::scanner::office {

namespace {

constexpr std::size_t shortest = 5;
constexpr std::size_t least_plain = 2;     // of ASCII or kana
constexpr std::size_t longest = 1U << 20;  // of one run
constexpr std::int32_t linked_by_odbc = 4;
constexpr std::int32_t linked_table = 6;

bool is_ascii_text(std::uint32_t c) { return (c >= 0x20 && c < 0x7F) || c == '\t' || c == '\r' || c == '\n'; }

// What captions and paths of our readers are written in; random bytes make Chinese characters.
bool is_text(std::uint32_t c) {
    return is_ascii_text(c) || (c >= 0xA0 && c < 0x250) || (c >= 0x3000 && c < 0x3100) ||
           (c >= 0x4E00 && c < 0xA000) || (c >= 0xFF01 && c < 0xFFA0);
}

// One run that grows; runs without a word of ASCII or kana are noise.
class Run {
public:
    explicit Run(const std::function<void(const std::string&)>& use) : use_(use) {}
    void add(std::uint32_t c) {
        base::append_utf8(c, text_);
        ++length_;
        if (is_ascii_text(c) || (c >= 0x3040 && c < 0x3100)) ++plain_;
        if (text_.size() >= longest) end();
    }
    void end() {
        if (length_ >= shortest && plain_ >= least_plain) use_(text_);
        text_.clear();
        length_ = 0;
        plain_ = 0;
    }

private:
    const std::function<void(const std::string&)>& use_;
    std::string text_;
    std::size_t length_ = 0;
    std::size_t plain_ = 0;
};

// Actions and calls by their names: "RunApp", "RunApplication" in XML; "Shell(" of expressions.
bool names_a_start(std::string_view text) {
    return base::find_ignoring_case(text, "RunApp") != text.npos ||
           base::find_ignoring_case(text, "ShellExecute") != text.npos ||
           base::find_ignoring_case(text, "Shell(") != text.npos;
}

bool starts_something(std::string_view text) {
    return names_a_start(text) || base::ends_with_ignoring_case(base::trim(text), ".exe") ||
           base::find_ignoring_case(text, ".exe ") != text.npos;
}

// The text that is a command of a shell or script host, or the argument that is, of an action in XML: pieces
// behind a tag. Empty where none is. What only names a host is no command unless a macro says it.
std::string_view command_in(std::string_view text, bool in_macro) {
    for (std::string_view piece : base::split(text, '<')) {
        piece.remove_prefix(piece.find('>') == piece.npos ? 0 : piece.find('>') + 1);
        const std::string_view id = judge_document_link(piece);
        if (id == "office.link.program") return piece;
        if ((in_macro || id == "office.link.command") && dde_executes({}, piece)) return piece;
    }
    return {};
}

// "ODBC;DRIVER=SQL Server;SERVER=srv;UID=a;PWD=b": what says where.
std::string shown(const std::string& connect) {
    std::string out;
    for (const std::string_view pair : base::split(connect, ';')) {
        for (const std::string_view key :
             {"odbc", "driver=", "server=", "database=", "dsn=", "wss", "dbq="}) {
            if (!base::starts_with_ignoring_case(pair, key)) continue;
            out += fmt::format("{}{}", out.empty() ? "" : ";", pair);
            break;
        }
    }
    return out;
}

bool is_elsewhere(std::string_view place) {
    const TargetPlace found = place_of(place);
    return found == TargetPlace::corporate || found == TargetPlace::remote;
}

bool names_server(const AccessObject& object) {
    if (base::starts_with_ignoring_case(object.connect, "ODBC") || is_elsewhere(object.database)) return true;
    return std::ranges::any_of(base::split(object.connect, ';'), [](std::string_view pair) {
        const std::size_t equals = pair.find('=');
        return equals != pair.npos && is_elsewhere(pair.substr(equals + 1));
    });
}

bool names_foreign_place(const AccessObject& object) {
    return place_of(object.database) == TargetPlace::remote || names_foreign_share(object.connect);
}

}  // namespace

void access_strings(base::Bytes bytes, const std::function<void(const std::string&)>& use) {
    for (const std::size_t first : {0U, 1U}) {  // nothing says that they begin at an even place
        Run wide(use);
        for (std::size_t i = first; i + 1 < bytes.size(); i += 2) {
            const auto c =
                std::to_integer<std::uint32_t>(bytes[i]) | std::to_integer<std::uint32_t>(bytes[i + 1]) << 8;
            if (is_text(c)) {
                wide.add(c);
            } else {
                wide.end();
            }
        }
        wide.end();
    }
    Run narrow(use);
    for (const std::byte byte : bytes) {
        const auto c = std::to_integer<std::uint32_t>(byte);
        if (is_ascii_text(c)) {
            narrow.add(c);
        } else {
            narrow.end();
        }
    }
    narrow.end();
}

void judge_access_catalogue(const std::vector<AccessObject>& objects, model::PartId part,
                            Findings& findings) {
    std::string macros;
    std::string linked;
    std::string foreign;
    for (const AccessObject& object : objects) {
        if (object.is_macro()) {
            if (macros.size() < 100) macros += fmt::format("{}{}", macros.empty() ? "" : ", ", object.name);
            if (base::equals_ignoring_case(object.name, "AutoExec"))
                findings.add("office.access.startup", part, object.name);
        }
        if (object.type != linked_by_odbc && object.type != linked_table) continue;
        std::string* const where = names_foreign_place(object) ? &foreign
                                   : names_server(object)      ? &linked
                                                               : nullptr;
        if (where != nullptr && where->empty())
            *where = fmt::format("{}: {} {}", object.name, object.database, shown(object.connect));
    }
    if (!linked.empty()) findings.add("office.access.linked", part, linked);
    if (!foreign.empty()) findings.add("office.access.linked.foreign", part, foreign);
    if (!macros.empty()) findings.add("office.access.macro", part, macros);
}

void AccessMacros::look_at(std::string_view text, bool in_macro) {
    if (command_.empty()) command_ = command_in(text, in_macro);
    if (exec_.empty() && in_macro && starts_something(text)) exec_ = text;
    // The name of a property stands in a list of those that are set.
    opens_form_ = opens_form_ || text.find("StartUpForm") != text.npos;
}

void AccessMacros::look_at_row(const AccessMacroRow& row, std::string& xml) {
    using Action = AccessMacroRow::Action;
    constexpr std::string_view mark = "_AXL:";
    if (row.comment.starts_with(mark)) xml += std::string_view(row.comment).substr(mark.size());
    if (row.is(Action::run_app)) {
        if (exec_.empty()) exec_ = row.arguments[0];
        if (command_.empty()) command_ = command_in(row.arguments[0], true);
    }
    if (row.is(Action::run_sql)) look_at_query(row.arguments[0]);
    // Expressions call functions, wherever they stand.
    const auto look = [&](const std::string& text) {
        if (!names_a_start(text)) return;
        if (exec_.empty()) exec_ = text;
        for (const std::string_view literal : base::split(text, '"')) {
            if (command_.empty()) command_ = command_in(literal, true);
        }
    };
    look(row.condition);
    std::ranges::for_each(row.arguments, look);
}

void AccessMacros::look_at_xml(std::string_view xml) {
    constexpr std::string_view run = "\"RunApplication\"";
    const std::size_t at = base::find_ignoring_case(xml, run);
    if (at == xml.npos) return;
    if (exec_.empty()) exec_ = xml.substr(at);
    if (command_.empty()) command_ = command_in(xml.substr(at), true);
}

bool AccessMacros::look_at_macro(base::Bytes sheet, const AccessMacroText& text, Budget& budget) {
    std::string xml;
    const bool sound =
        read_access_macro(sheet, text, budget, [&](const AccessMacroRow& row) { look_at_row(row, xml); });
    look_at_xml(xml);
    return sound;
}

void AccessMacros::look_at_form(base::Bytes form, const AccessMacroText& text, Budget& budget) {
    std::string xml;
    read_embedded_macros(form, text, budget, [&](const AccessMacroRow& row) { look_at_row(row, xml); });
    look_at_xml(xml);
}

void AccessMacros::look_at_query(std::string_view expression) {
    if (query_.empty() && starts_a_program(expression)) query_ = expression;
}

void AccessMacros::look_at_hyperlink(std::string_view cell, model::PartId part, Findings& findings) const {
    const auto fields = base::split(cell, '#');
    const std::string_view address = fields.size() > 1 ? fields[1] : fields[0];
    const std::string_view id = judge_document_link(address);
    if (!id.empty()) findings.add(id, part, address);
}

void AccessMacros::report(model::PartId part, Findings& findings) const {
    if (!command_.empty()) findings.add("office.access.command", part, command_);
    if (!exec_.empty() || !command_.empty())
        findings.add("office.access.exec", part, exec_.empty() ? command_ : exec_);
    if (!query_.empty()) findings.add("office.access.query", part, query_);
    if (opens_form_) findings.add("office.access.startup", part, "StartUpForm");
}

}  // namespace sekisho::scanner::office
