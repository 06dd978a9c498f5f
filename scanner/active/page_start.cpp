#include "scanner/active/page_start.h"

#include <algorithm>
#include <array>
#include <cstddef>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include "base/text.h"
#include "scanner/active/script_tokens.h"

namespace sekisho::scanner::active {

namespace {

using Owner = std::size_t;           // whose code runs: one of these two, or a function by its name
constexpr Owner shown = 0;           // runs when the page is shown
constexpr Owner clicked = 1;         // runs when the reader acts
constexpr Owner first_function = 2;  // then come the functions
constexpr std::size_t most_functions = 65'536;
constexpr std::size_t deepest = 1'024;  // brackets in brackets

bool is_one_of(const ScriptToken& token, std::span<const std::string_view> names) {
    return token.kind == ScriptToken::Kind::name && std::ranges::find(names, token.text) != names.end();
}

// Whatever is clicked in a page is clicked in these as well, by a reader who wanted something else.
bool is_whole_page(const ScriptToken& token) {
    constexpr std::array<std::string_view, 5> objects{"document", "window", "body", "documentElement",
                                                      "self"};
    return is_one_of(token, objects);
}

bool is_upper(char c) { return c >= 'A' && c <= 'Z'; }

// A handler as the browser calls it: "onclick". "onClick" is a name like any other.
bool is_handler(const ScriptToken& token) {
    return token.kind == ScriptToken::Kind::name && waits_for_reader(token.text) &&
           std::ranges::none_of(token.text, is_upper);
}

// The rest of a letter in a name, "cl\u0069ck", behind its backslash.
bool is_escaped_letter(const ScriptToken& token) {
    return token.is("u") ||
           (token.text.size() > 4 && token.text[0] == 'u' &&
            std::ranges::all_of(token.text.substr(1, 4), [](char c) { return base::hex_value(c) >= 0; }));
}

// For innerHTML and document.write(): "<img src=x onerror='b.click()'>".
bool is_markup_that_runs(std::string_view text) {
    constexpr std::array<std::string_view, 6> starts{"<script", "onerror",  "onload",
                                                     "onfocus", "ontoggle", "onanimation"};
    return text.find('<') != text.npos && std::ranges::any_of(starts, [&](std::string_view start) {
               return base::find_ignoring_case(text, start) != text.npos;
           });
}

// True where what stands behind `at` tokens of the past is called when the reader clicks: b.onclick = ...,
// b.addEventListener("click", ...), $(b).click(...).
bool is_of_click(const ScriptHistory& past, std::size_t at) {
    const ScriptToken& last = past.back(at);
    if (last.is('=')) {
        const bool handler = past.back(at + 1).kind == ScriptToken::Kind::name &&
                             waits_for_reader(past.back(at + 1).text) && past.back(at + 2).is('.');
        // "f = b.onclick = ...": it has another name, under which it may be called.
        return handler && !is_whole_page(past.back(at + 3)) && !past.back(at + 4).is('=');
    }
    // e("button", {onClick: save}): as React has it.
    if (last.is(':'))
        return past.back(at + 1).kind == ScriptToken::Kind::name && waits_for_reader(past.back(at + 1).text);
    if (last.is(',')) {
        const ScriptToken& event = past.back(at + 1);
        constexpr std::array<std::string_view, 3> adders{"addEventListener", "attachEvent", "on"};
        return event.kind == ScriptToken::Kind::string && past.back(at + 2).is('(') &&
               is_one_of(past.back(at + 3), adders) && !is_whole_page(past.back(at + 5)) &&
               (waits_for_reader(event.text) || waits_for_reader("on" + std::string(event.text)));
    }
    return last.is('(') && past.back(at + 1).is("click") && past.back(at + 2).is('.');
}

// What is known of the functions of a page.
struct Functions {
    std::map<std::string_view, Owner> by_name;
    std::set<std::pair<Owner, Owner>> calls;  // who, whom
    std::set<Owner> savers;                   // who saves a file
    std::set<Owner> weak_savers;              // who loads something, which may be how a file is saved
    std::set<Owner> starters;                 // who does what only a reader would, with what waits for one
    std::set<Owner> unnamed;                  // who calls what has no name: a[b]()
    std::size_t tokens = 0;
    bool hides = false;  // something is called by a name that is put together, or is not understood
    void call(Owner who, Owner whom) {
        constexpr std::size_t most = 1u << 20;
        if (calls.size() >= most) hides = true;
        if (!hides) calls.emplace(who, whom);
    }
    Owner of(std::string_view name) {
        if (by_name.size() >= most_functions) hides = true;
        if (hides) return shown;
        return by_name.try_emplace(name, first_function + by_name.size()).first->second;
    }
};

// One script, token by token. Names of functions are collected the first time, calls the second time.
class Walk {
public:
    Walk(const PageScript& script, Functions& functions, bool calls)
        : tokens_(script.code),
          functions_(functions),
          owner_(script.on_click ? clicked : shown),
          calls_(calls) {}

    void read() {
        for (ScriptToken token = tokens_.next(); token.kind != ScriptToken::Kind::end;
             token = tokens_.next()) {
            functions_.hides = functions_.hides || tokens_.lost();
            if (functions_.hides) return;
            if (arrow_) begin_arrow(token);
            ++functions_.tokens;
            take(token);
            past_.push(token);
        }
        take_mention({});
    }

private:
    struct Open {
        char bracket = 0;  // '=' for the expression that an arrow function consists of
        Owner before = shown;
        ScriptHistory past;
    };

    void take(const ScriptToken& token) {
        take_mention(token);
        note_saving(token);
        if (token.kind == ScriptToken::Kind::string) return take_string(token);
        if (token.kind == ScriptToken::Kind::name) return take_name(token);
        switch (token.text.front()) {
            case '(':
            case '[':
                return open(token.text.front(), owner_);
            case '{':
                return open_brace();
            case ')':
                return close('(');
            case ']':
                return close('[');
            case '}':
                return close('{');
            case ',':
            case ';':
                return end_expressions();
            case '>':
                if (past_.back(0).is('=') && past_.back(0).begin + 1 == token.begin) take_arrow();
                return;
            default:
                return;
        }
    }

    void take_name(const ScriptToken& token) {
        if (token.text.starts_with("_0x")) functions_.hides = true;  // as obfuscators name everything
        if (past_.back(0).is('\\') && is_escaped_letter(token)) functions_.hides = true;
        if (token.is("function")) {
            body_ = owner_behind(past_, 0);
            awaits_name_ = true;
        } else if (awaits_name_) {
            body_ = functions_.of(token.text);
            awaits_name_ = false;
        }
    }

    // Code in a string: setTimeout("save()", 9).
    void take_string(const ScriptToken& token) {
        constexpr std::array<std::string_view, 2> clicks{".click(", ".onclick("};
        constexpr std::array<std::string_view, 2> senders{"trigger", "triggerHandler"};
        constexpr std::array<std::string_view, 2> timers{"setTimeout", "setInterval"};
        const bool argument = past_.back(0).is('(');
        const bool sends = token.text == "click" && argument && is_one_of(past_.back(1), senders);
        const bool runs = (argument && is_one_of(past_.back(1), timers)) ||
                          token.text.find("${") != token.text.npos ||  // what a template holds
                          is_markup_that_runs(token.text);
        if (sends || (runs && std::ranges::any_of(clicks, [&](std::string_view click) {
                          return token.text.find(click) != token.text.npos;
                      })))
            functions_.starters.insert(owner_);
        constexpr std::size_t longest = 100;
        const std::size_t bracket = token.text.substr(0, longest).find('(');
        if (!calls_ || bracket == token.text.npos) return;
        const auto found = functions_.by_name.find(base::trim(token.text.substr(0, bracket)));
        if (found == functions_.by_name.end()) return;
        const bool on_click = past_.back(0).is(',') && past_.back(1).kind == ScriptToken::Kind::string &&
                              waits_for_reader(past_.back(1).text);
        functions_.call(on_click ? clicked : owner_, found->second);
    }

    // The name before `token`, where it is a function's and neither defined nor set there.
    void take_mention(const ScriptToken& token) {
        const ScriptToken& name = past_.back(0);
        if (!calls_ || name.kind != ScriptToken::Kind::name) return;
        const bool is_key = token.is(':') && (past_.back(1).is('{') || past_.back(1).is(','));
        if (is_key || token.is('=') || past_.back(1).is("function")) return;
        const auto found = functions_.by_name.find(name.text);
        if (found == functions_.by_name.end()) return;
        functions_.call(is_of_click(past_, 1) ? clicked : owner_, found->second);
    }

    void note_saving(const ScriptToken& token) {
        const ScriptToken& last = past_.back(0);
        if (past_.back(1).is('.') && (token.is('.') || token.is('?') || token.is(',') || token.is('('))) {
            // b.click.call(b), b.click?.(), setTimeout(b.onclick, 9), b.onclick()
            const bool handler = token.is('(') && waits_for_reader(last.text);  // props.onClick()
            if (is_handler(last) || handler || (last.is("click") && !token.is('(')))
                functions_.starters.insert(owner_);
        }
        if (token.is(')')) {
            if (last.is('(') && past_.back(1).is("click") && past_.back(2).is('.'))
                functions_.savers.insert(owner_);
            return;
        }
        if (token.is('(')) {
            constexpr std::array<std::string_view, 4> savers{"dispatchEvent", "msSaveBlob",
                                                             "msSaveOrOpenBlob", "saveAs"};
            constexpr std::array<std::string_view, 2> movers{"assign", "replace"};
            constexpr std::array<std::string_view, 2> runners{"eval", "Function"};
            if (is_one_of(last, runners)) functions_.hides = true;
            const bool by_name = last.is(']') && past_.back(1).kind == ScriptToken::Kind::string &&
                                 past_.back(1).text == "click";
            const bool moves =
                is_one_of(last, movers) && past_.back(1).is('.') && past_.back(2).is("location");
            const bool opens = last.is("open") && past_.back(1).is('.') && past_.back(2).is("window");
            if (by_name || moves || opens || (is_one_of(last, savers) && !past_.back(1).is("function")))
                functions_.savers.insert(owner_);
            if (last.is("requestSubmit")) functions_.starters.insert(owner_);
            if (last.is(']')) functions_.unnamed.insert(owner_);
            if (last.is("submit") || last.is(']')) functions_.weak_savers.insert(owner_);
            return;
        }
        if (!last.is('=') || token.is('=') || token.is('>')) return;
        const ScriptToken& target = past_.back(1);
        constexpr std::array<std::string_view, 3> loaders{"src", "srcdoc", "data"};
        if ((target.is("location") && !declares_local()) ||
            (target.is("href") && past_.back(3).is("location"))) {
            functions_.savers.insert(owner_);
        } else if (is_one_of(target, loaders) && past_.back(2).is('.')) {
            functions_.weak_savers.insert(owner_);
        }
    }

    // "var location = window.location" within a function, as jQuery has it: a name, and no way to go.
    bool declares_local() const {
        const ScriptToken& word = past_.back(2);
        if (word.is("let") || word.is("const")) return true;
        if (!word.is("var")) return false;
        // Statements within the brackets of a call are those of a function: not so in "for(var ...".
        const auto call = std::ranges::find(open_, '(', &Open::bracket);
        return std::find_if(call, open_.end(), [](const Open& open) { return open.bracket == '{'; }) !=
               open_.end();
    }

    // Whose code the function is that begins behind `at` tokens of the past.
    Owner owner_behind(const ScriptHistory& past, std::size_t at) {
        if (past.back(at).is("async")) ++at;
        if (is_of_click(past, at)) return clicked;
        const ScriptToken& name = past.back(at + 1);
        const bool named = past.back(at).is('=') || past.back(at).is(':');
        if (!named || name.kind == ScriptToken::Kind::mark || name.text.empty()) return owner_;
        // Another event's handler is called by the browser, not by its name: "onload", but not "onDownload".
        const bool handler = name.text.starts_with("on") && (name.text.size() < 3 || !is_upper(name.text[2]));
        return handler ? owner_ : functions_.of(name.text);
    }

    void take_arrow() { arrow_ = past_.back(1).is(')') ? owner_behind(closed_, 0) : owner_behind(past_, 2); }
    void begin_arrow(const ScriptToken& token) {
        const Owner owner = *arrow_;
        arrow_.reset();
        if (token.is('{')) {
            body_ = owner;
            body_is_arrow_ = true;
        } else {
            open('=', owner);
        }
    }

    void open(char bracket, Owner owner) {
        if (open_.size() >= deepest) {
            functions_.hides = true;
            return;
        }
        if (bracket == '(') awaits_name_ = false;
        open_.push_back({bracket, owner_, past_});
        owner_ = owner;
    }

    void open_brace() {
        const bool behind_bracket = past_.back(0).is(')');
        Owner owner = owner_;
        if (body_ && (behind_bracket || body_is_arrow_)) {
            owner = *body_;
            body_.reset();
            body_is_arrow_ = false;
        } else if (behind_bracket) {
            constexpr std::array<std::string_view, 6> others{"if", "for", "while", "switch", "catch", "with"};
            const ScriptToken& name = closed_.back(0);
            // A method: its name stands before its parameters.
            if (name.kind == ScriptToken::Kind::name && !is_one_of(name, others))
                owner = functions_.of(name.text);
        }
        open('{', owner);
    }

    void end_expressions() {
        while (!open_.empty() && open_.back().bracket == '=')
            pop();
    }
    void close(char bracket) {
        end_expressions();
        // Brackets that do not fit: a string or an expression was not read as the browser does.
        if (open_.empty() || open_.back().bracket != bracket) {
            functions_.hides = true;
            return;
        }
        pop();
    }
    void pop() {
        owner_ = open_.back().before;
        closed_ = open_.back().past;
        open_.pop_back();
    }

    ScriptTokens tokens_;
    Functions& functions_;
    Owner owner_;
    bool calls_;
    ScriptHistory past_;
    ScriptHistory closed_;  // what stood before the bracket that was closed last
    std::vector<Open> open_;
    std::optional<Owner> body_;  // of the function whose '{' is waited for
    bool body_is_arrow_ = false;
    bool awaits_name_ = false;
    std::optional<Owner> arrow_;  // of the arrow function whose first token is waited for
};

std::set<Owner> reached_from(Owner start, const std::set<std::pair<Owner, Owner>>& calls) {
    std::set<Owner> reached{start};
    std::vector<Owner> waiting{start};
    while (!waiting.empty()) {
        const Owner who = waiting.back();
        waiting.pop_back();
        for (auto call = calls.lower_bound({who, 0}); call != calls.end() && call->first == who; ++call) {
            if (reached.insert(call->second).second) waiting.push_back(call->second);
        }
    }
    return reached;
}

}  // namespace

Saving saving_of(std::span<const PageScript> scripts) {
    Functions functions;
    for (const bool calls : {false, true}) {
        for (const PageScript& script : scripts)
            Walk(script, functions, calls).read();
    }
    if (functions.hides) return Saving::by_itself;
    const std::set<Owner> at_once = reached_from(shown, functions.calls);
    const std::set<Owner> on_click = reached_from(clicked, functions.calls);
    const std::set<Owner>& savers = functions.savers.empty() ? functions.weak_savers : functions.savers;
    if (savers.empty()) return Saving::never;
    const auto waits = [&](Owner saver) { return on_click.contains(saver) && !at_once.contains(saver); };
    const auto at_start = [&](Owner owner) { return at_once.contains(owner); };
    if (std::ranges::any_of(functions.starters, at_start)) return Saving::by_itself;
    // Libraries call what has no name all the time; a page of a few lines has its reasons.
    constexpr std::size_t few = 1'000;  // tokens, read twice
    if (functions.tokens < few && std::ranges::any_of(functions.unnamed, at_start)) return Saving::by_itself;
    return std::ranges::all_of(savers, waits) ? Saving::on_click : Saving::by_itself;
}

bool waits_for_reader(std::string_view event) {
    constexpr std::array<std::string_view, 11> events{"onclick",    "onsubmit",   "ondblclick", "onmousedown",
                                                      "onmouseup",  "ontouchend", "onkeydown",  "onkeyup",
                                                      "onkeypress", "onchange",   "onpointerup"};
    return std::ranges::any_of(
        events, [&](std::string_view name) { return base::equals_ignoring_case(event, name); });
}

}  // namespace sekisho::scanner::active
