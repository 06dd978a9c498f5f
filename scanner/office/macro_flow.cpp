#include "scanner/office/macro_flow.h"

#include <algorithm>
#include <array>
#include <utility>

#include <fmt/format.h>

#include "base/text.h"

namespace sekisho::scanner::office {

namespace {

using Kind = MacroToken::Kind;

// clang-format off
constexpr std::array<std::string_view, 24> auto_names{
    "autoopen", "auto_open", "autoexec", "autonew", "autoclose", "auto_close", "autoexit",
    "document_open", "documentopen", "document_new", "document_close", "documentbeforeclose", "document_beforeclose",
    "workbook_open", "workbook_activate", "workbook_beforeclose", "workbook_close", "workbook_deactivate",
    "worksheet_calculate", "onload", "presentation_open", "auto_activate", "slideshowbegin", "workbook_windowactivate"};
// ActiveX controls that fire when they are drawn.
constexpr std::array<std::string_view, 8> auto_suffixes{
    "_layout", "_painted", "_painting", "_gotfocus", "_mousemove", "_contentcontrolonenter", "_resize",
    "_onconnecting"};
// Events that people cause; others follow from what a macro does.
constexpr std::array<std::string_view, 8> by_hand{
    "_click", "_dblclick", "_beforeprint", "_beforedoubleclick", "_beforerightclick", "_keydown", "_keypress", "_mousedown"};
// Members and functions that give what stands in the document, or what a server answered.
constexpr std::array<std::string_view, 31> stores{
    "range", "cells", "value", "value2", "formula", "variables", "builtindocumentproperties",
    "customdocumentproperties", "customxmlparts", "selectsinglenode", "selectnodes", "paragraphs", "content",
    "alternativetext", "caption", "controltiptext", "tag", "textframe", "textframe2", "comment", "comments",
    "notetext", "shapes", "tables", "bookmarks", "storyranges", "hyperlinks", "responsetext", "responsebody", "text",
    "words"};
// Functions whose value is made of their argument.
constexpr std::array<std::string_view, 26> transparent{
    "strreverse", "trim", "ltrim", "rtrim", "replace", "join", "split", "mid", "left", "right", "lcase", "ucase",
    "cstr", "strconv", "vba", "strings", "interaction", "conversion", "array", "not", "byval", "filter", "new",
    "format", "iif", "string"};
constexpr std::array<std::string_view, 4> characters{"chr", "chrw", "chrb", "xor"};
constexpr std::array<std::string_view, 4> evaluators{"addcode", "executestatement", "execscript",
                                                     "executeexcel4macro"};
constexpr std::array<std::string_view, 6> visibilities{"private", "public", "static", "friend", "dim", "global"};
constexpr std::array<std::string_view, 3> kinds{"sub", "function", "property"};
constexpr std::array<std::string_view, 4> hosts{"wscript", "wshshell", "scriptcontrol", "htmlfile"};
// clang-format on

bool is_one(std::string_view word, const auto& of) { return std::ranges::find(of, word) != of.end(); }

// "C:\Tools\", "notepad ", "a.exe": a text that says what is started, or where it lies. Pieces of words do
// not.
bool tells_a_program(std::string_view literal) {
    const std::string_view text =
        base::trim(literal, [](char c) { return c == '"' || c == '\'' || c == ' '; });
    if (text.size() < 4 || text.starts_with("c:\\windows")) return false;
    return text.find_first_of("\\/ .") != text.npos || literal.ends_with(' ');
}

bool is_member(MacroTokens tokens, std::size_t at) { return at > 0 && tokens[at - 1].is_symbol('.'); }

bool names_host(const MacroToken& token) {
    return token.kind != Kind::symbol && std::ranges::any_of(hosts, [&](std::string_view host) {
               return token.text.find(host) != token.text.npos;
           });
}

// Where the bracket at `at` is closed; tokens.size() where it is not.
std::size_t closing(MacroTokens tokens, std::size_t at) {
    int depth = 0;
    for (; at < tokens.size(); ++at) {
        if (tokens[at].is_symbol('(')) ++depth;
        if (tokens[at].is_symbol(')') && --depth == 0) return at;
    }
    return at;
}

// What a call at `at` may be given: so much of the statement is looked at.
MacroTokens behind(MacroTokens tokens, std::size_t at) {
    constexpr std::size_t most = 32;
    const MacroTokens rest = tokens.subspan(at + 1);
    return rest.first(std::min(most, rest.size()));
}

bool is_number(const MacroToken& token) {
    return token.kind == Kind::word && std::ranges::all_of(token.text, base::is_digit);
}

}  // namespace

bool is_auto_procedure(std::string_view lower_name) {
    return is_one(lower_name, auto_names) || std::ranges::any_of(auto_suffixes, [&](std::string_view suffix) {
               return lower_name.ends_with(suffix);
           });
}

void MacroFlow::add(std::string_view lower, std::string_view module) { survey(lower, module); }

// Where procedures begin and end, what they take, and what is declared outside of them.
void MacroFlow::survey(std::string_view lower, std::string_view module) {
    std::size_t body = nowhere;  // of the procedure that is open
    for (std::size_t at = 0; at < lower.size();) {
        const std::size_t begin = at;
        const MacroStatement statement = next_statement(lower, at);
        MacroTokens tokens = statement.tokens;
        script_hosts_ = script_hosts_ || std::ranges::any_of(tokens, names_host);
        bool declared = false;
        while (!tokens.empty() && is_one(tokens[0].text, visibilities)) {
            tokens = tokens.subspan(1);
            declared = true;
        }
        if (tokens.size() < 2) continue;
        if (body != nowhere && tokens[0].is_word("end") && is_one(tokens[1].text, kinds)) {
            procedures_.back().body = lower.substr(body, begin - body);
            body = nowhere;
        } else if (is_one(tokens[0].text, kinds)) {
            if (add_procedure(tokens, module)) body = at;
        } else if (body == nowhere && declared) {
            declare_shared(tokens);
        }
    }
    if (body != nowhere) procedures_.back().body = lower.substr(std::min(body, lower.size()));
}

// "sub a(byval b as string, c)": names of parameters are those before "as", "," and ")".
bool MacroFlow::add_procedure(MacroTokens tokens, std::string_view module) {
    constexpr std::size_t most = 20'000;
    const std::size_t at = tokens[0].is_word("property") ? 2 : 1;
    if (at >= tokens.size() || procedures_.size() >= most) return false;
    Procedure procedure{.name = tokens[at].text,
                        .module = module,
                        .body = {},
                        .parameters = {},
                        .hidden = {},
                        .told = {},
                        .calls = {},
                        .launch = {}};
    for (std::size_t i = at + 1; i + 1 < tokens.size(); ++i) {
        const bool ends =
            tokens[i + 1].is_symbol(',') || tokens[i + 1].is_symbol(')') || tokens[i + 1].is_word("as");
        if (ends && tokens[i].kind == Kind::word && !tokens[i - 1].is_word("as"))
            procedure.parameters.push_back(tokens[i].text);
    }
    by_name_.emplace(procedure.name, procedures_.size());
    procedures_.push_back(std::move(procedure));
    return true;
}

void MacroFlow::declare_shared(MacroTokens tokens) {
    for (std::size_t i = 0; i < tokens.size(); ++i) {
        if (tokens[i].kind == Kind::word && (i == 0 || tokens[i - 1].is_symbol(',')))
            shared_.insert(tokens[i].text);
    }
}

bool MacroFlow::is_hidden(const Procedure& procedure, std::string_view name) const {
    return procedure.hidden.contains(name) || shared_hidden_.contains(name);
}

MacroFlow::Head MacroFlow::head_of(const Procedure& procedure, MacroTokens expression,
                                   std::string_view own) const {
    for (std::size_t i = 0; i < expression.size(); ++i) {
        const MacroToken& token = expression[i];
        if (token.is_symbol('[')) return Head::hidden;  // [A1]
        if (token.kind == Kind::literal && tells_a_program(token.text)) return Head::told;
        if (token.kind != Kind::word || token.text == own || is_number(token)) continue;
        const bool called = i + 1 < expression.size() &&
                            (expression[i + 1].is_symbol('(') || expression[i + 1].is_symbol('$'));
        if (is_one(token.text, characters)) {
            // Chr(34) is a constant, which folding may have left.
            const bool constant = called && i + 3 < expression.size() && is_number(expression[i + 2]) &&
                                  expression[i + 3].is_symbol(')');
            if (!constant) return Head::hidden;
            continue;
        }
        if (is_hidden(procedure, token.text)) return Head::hidden;
        const bool member = is_member(expression, i);
        if (is_one(token.text, stores) && (member || called)) return Head::hidden;
        const std::size_t end = called ? closing(expression, i + 1) : i;
        const bool chain = end + 1 < expression.size() && expression[end + 1].is_symbol('.');
        if (chain)
            i = end;  // "sheets(1)" of "sheets(1).range("a1")"
        else if (!is_one(token.text, transparent) && (!called || !by_name_.contains(token.text)))
            return Head::told;  // a value like any other
    }
    return Head::none;
}

void MacroFlow::read_assignment(Procedure& procedure, MacroTokens tokens) {
    std::size_t at = 0;
    while (at < tokens.size() && (tokens[at].is_word("set") || tokens[at].is_word("let") ||
                                  tokens[at].is_word("then") || tokens[at].is_word("else")))
        ++at;
    // For Each x In Range("A1:A9")
    const bool each = tokens.size() > 4 && tokens[0].is_word("for") && tokens[1].is_word("each");
    if (each) at = 2;
    if (at >= tokens.size() || tokens[at].kind != Kind::word) return;
    const std::string_view name = tokens[at].text;
    std::size_t sign = at + 1;
    if (sign < tokens.size() && tokens[sign].is_symbol('(')) {
        while (sign < tokens.size() && !tokens[sign].is_symbol('='))
            ++sign;
    }
    const bool assigns =
        sign < tokens.size() && (tokens[sign].is_symbol('=') || (each && tokens[sign].is_word("in")));
    if (!assigns) return;
    const MacroTokens value = tokens.subspan(sign + 1);
    const bool grows =
        std::ranges::any_of(value, [&](const MacroToken& token) { return token.is_word(name); });
    const Head head = head_of(procedure, value, name);
    if (head == Head::told && !grows && !value.empty() && value[0].kind == Kind::literal)
        procedure.told.insert(name);
    if (head != Head::hidden || (grows && procedure.told.contains(name))) return;
    procedure.hidden.insert(name);
    if (name == procedure.name || shared_.contains(name)) shared_hidden_.insert(name);
}

// Names of procedures in a statement are calls, in texts too: Application.Run "Module1.zz".
void MacroFlow::read_calls(Procedure& procedure, MacroTokens tokens) {
    for (std::size_t i = 0; i < tokens.size(); ++i) {
        std::string_view name = tokens[i].text;
        if (tokens[i].kind == Kind::symbol) continue;
        if (tokens[i].kind == Kind::literal) name = name.substr(name.find_last_of(".!'") + 1);
        auto [from, to] = by_name_.equal_range(name);
        if (from == to) continue;
        const auto arguments = split_arguments(behind(tokens, i));
        const bool hidden = std::ranges::any_of(
            arguments, [&](MacroTokens argument) { return head_of(procedure, argument) == Head::hidden; });
        constexpr int most_namesakes = 8;
        for (int n = 0; from != to && n < most_namesakes; ++from, ++n) {
            Procedure& called = procedures_[from->second];
            procedure.calls.insert(from->second);
            // Once: a thousand parameters for each of a thousand calls would be a lot of work.
            if (hidden && !std::exchange(called.given_hidden, true))
                called.hidden.insert(called.parameters.begin(), called.parameters.end());
        }
    }
}

bool MacroFlow::is_launch(Procedure& procedure, MacroTokens tokens, std::size_t at) {
    const std::string_view word = tokens[at].text;
    const bool member = is_member(tokens, at);
    const std::string_view owner = member && at > 1 ? tokens[at - 2].text : std::string_view();
    std::size_t which = nowhere;
    if (word == "shell" && (!member || owner == "vba" || owner == "interaction")) which = 0;
    if (script_hosts_ && member && owner != "application" && (word == "run" || word == "exec")) which = 0;
    if (word.starts_with("shellexecute")) which = member ? 0 : 2;
    if (word == "createobject") which = 0;
    if (is_one(word, evaluators) && (script_hosts_ || word == "executeexcel4macro")) which = 0;
    if (which == nowhere) return false;
    const auto arguments = split_arguments(behind(tokens, at));
    return which < arguments.size() && head_of(procedure, arguments[which]) == Head::hidden;
}

void MacroFlow::read_statement(Procedure& procedure, const MacroStatement& statement) {
    const MacroTokens tokens = statement.tokens;
    // "If a Then b = c": what stands behind Then is a statement.
    std::size_t begin = 0;
    for (std::size_t i = 0; i < tokens.size(); ++i) {
        if (tokens[i].is_word("then") || tokens[i].is_word("else")) begin = i + 1;
        if (tokens[i].is_word("declare")) return;
        if (tokens[i].kind == Kind::word && procedure.launch.empty() && is_launch(procedure, tokens, i))
            procedure.launch = fmt::format("{}: {}", procedure.module, statement.shown());
    }
    read_assignment(procedure, tokens.subspan(begin));
    read_calls(procedure, tokens);
}

void MacroFlow::follow(Procedure& procedure) {
    for (std::size_t at = 0; at < procedure.body.size();) {
        const MacroStatement statement = next_statement(procedure.body, at);
        if (!statement.tokens.empty()) read_statement(procedure, statement);
    }
}

void MacroFlow::reach() {
    std::vector<std::size_t> waiting;
    for (std::size_t i = 0; i < procedures_.size(); ++i) {
        const std::string_view name = procedures_[i].name;
        const bool event =
            name.find('_') != name.npos &&
            std::ranges::none_of(by_hand, [&](std::string_view end) { return name.ends_with(end); });
        if (!is_auto_procedure(name) && !event) continue;
        procedures_[i].reached = true;
        waiting.push_back(i);
    }
    while (!waiting.empty()) {
        const std::size_t at = waiting.back();
        waiting.pop_back();
        for (const std::size_t called : procedures_[at].calls) {
            if (std::exchange(procedures_[called].reached, true)) continue;
            waiting.push_back(called);
        }
    }
}

std::string MacroFlow::hidden_launch() {
    for (int round = 0; round < rounds; ++round) {
        for (Procedure& procedure : procedures_)
            follow(procedure);
    }
    reach();
    for (const Procedure& procedure : procedures_) {
        if (procedure.reached && !procedure.launch.empty()) return procedure.launch;
    }
    return {};
}

}  // namespace sekisho::scanner::office
