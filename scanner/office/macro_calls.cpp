#include "scanner/office/macro_calls.h"

#include <algorithm>
#include <set>

#include <fmt/format.h>

#include "base/text.h"
#include "scanner/extensions.h"
#include "scanner/office/macro_flow.h"
#include "scanner/office/macro_launch.h"
#include "scanner/office/word_fields.h"

namespace sekisho::scanner::office {

namespace {

using Fact = MacroCalls::Fact;
using Kind = MacroToken::Kind;

bool is_one(std::string_view word, const auto& of) { return std::ranges::find(of, word) != of.end(); }

constexpr std::array<std::string_view, 10> opened_from{
    "workbooks", "documents", "presentations", "addins",   "addins2",
    "addin",     "templates", "comaddins",     "projects", "subdocuments"};
constexpr std::array<std::string_view, 6> registry_writers{"regwrite",       "privateprofilestring",
                                                           "setstringvalue", "setexpandedstringvalue",
                                                           "setdwordvalue",  "regsetvalueexa"};
constexpr std::array<std::string_view, 4> code_writers{"addfromstring", "insertlines", "addfromfile",
                                                       "replaceline"};
constexpr std::array<std::string_view, 5> renamers{"filecopy", "movefile", "copyfile", "movefileex",
                                                   "loadlibrarya"};
constexpr std::array<std::string_view, 5> library_loaders{"loadlibrary", "loadlibrarya", "loadlibraryw",
                                                          "loadlibraryexa", "registerxll"};
constexpr std::array<std::string_view, 12> data_extensions{"csv", "txt", "xml", "json", "htm",  "html",
                                                           "pdf", "png", "jpg", "xlsx", "docx", "pptx"};

std::string extension_of_literal(std::string_view literal) {
    return base::extension_of(base::trim(literal, [](char c) { return c == '"' || base::is_space(c); }));
}

bool is_program_name(std::string_view literal) {
    const std::string extension = extension_of_literal(literal);
    // Batch files are what offices write themselves; a launch beside it counts anyway.
    const bool batch = (extension == "bat" || extension == "cmd") && !is_odd_place(literal);
    const NameRisk risk = risk_of_extension(extension);
    return !batch && (risk == NameRisk::script || risk == NameRisk::executable);
}

// What started programs at logon since Windows 95, and what Office asks before macros may do harm.
bool is_guarded_key(std::string_view literal) {
    for (const std::string_view key :
         {"\\currentversion\\run", "\\currentversion\\winlogon", "\\security\\accessvbom",
          "\\security\\vbawarnings", "\\security\\protectedview", "accessvbom", "vbawarnings"}) {
        if (literal.find(key) != literal.npos) return true;
    }
    return false;
}

// One module, statement by statement.
class Reader {
public:
    explicit Reader(std::string_view lower) : lower_(lower) {}

    template <class Note>
    void run(Note note) {
        for (std::size_t at = 0; at < lower_.size();) {
            statement_ = next_statement(lower_, at);
            if (statement_.tokens.empty()) continue;
            declares_ = is_declaration();
            remember();
            for (std::size_t i = 0; i < statement_.tokens.size(); ++i) {
                if (statement_.tokens[i].kind == Kind::word) look_at_word(i, note);
                if (statement_.tokens[i].kind == Kind::literal) look_at_literal(i, note);
            }
            if (transforms_ && !style_.text.empty()) note(Fact::foreign_code, style_);
        }
    }
    bool writes_data = false;
    bool writes_other = false;
    std::vector<std::string> loaded;

private:
    static constexpr std::size_t most_loaded = 8;

    MacroTokens tokens() const { return statement_.tokens; }
    // What the call at `i` may be given: no more of a long statement, which may hold as many calls.
    MacroTokens behind(std::size_t i) const {
        constexpr std::size_t most = 32;
        return tokens().subspan(i + 1, std::min(most, tokens().size() - i - 1));
    }
    bool is_member(std::size_t i) const { return i > 0 && tokens()[i - 1].is_symbol('.'); }
    // "documents" of "documents.open", "a" of "a(1).open".
    std::string_view owner(std::size_t i) const {
        return i > 1 && is_member(i) && tokens()[i - 2].kind == Kind::word ? tokens()[i - 2].text
                                                                           : std::string_view();
    }
    bool is_declaration() const {
        const auto declare = [](const MacroToken& token) { return token.is_word("declare"); };
        const MacroTokens head = tokens().first(std::min<std::size_t>(tokens().size(), 3));
        return std::ranges::any_of(head, declare);
    }

    // Names that hold the path of a program, or of a place where anybody may write.
    void remember() {
        constexpr std::size_t most_names = 4'096;
        if (tokens().size() < 3 || tokens()[0].kind != Kind::word || !tokens()[1].is_symbol('=')) return;
        if (odd_.size() + programs_.size() + keys_.size() >= most_names) return;
        const std::string name(tokens()[0].text);
        if (names_odd_place(tokens())) odd_.insert(name);
        if (names_program(behind(1))) programs_.insert(name);
        if (names_guarded_key(behind(1))) keys_.insert(name);
    }
    bool names_program(MacroTokens argument) const {
        return std::ranges::any_of(argument, [&](const MacroToken& token) {
            return (token.kind == Kind::literal && is_program_name(token.text)) ||
                   (token.kind == Kind::word && programs_.contains(std::string(token.text)));
        });
    }
    bool names_guarded_key(MacroTokens argument) const {
        return std::ranges::any_of(argument, [&](const MacroToken& token) {
            return (token.kind == Kind::literal && is_guarded_key(token.text)) ||
                   (token.kind == Kind::word && keys_.contains(std::string(token.text)));
        });
    }
    bool is_odd(MacroTokens argument) const {
        return names_odd_place(argument) || std::ranges::any_of(argument, [&](const MacroToken& token) {
                   return token.kind == Kind::word && odd_.contains(std::string(token.text));
               });
    }

    template <class Note>
    void look_at_word(std::size_t i, Note& note) {
        const std::string_view word = tokens()[i].text;
        const MacroTokens rest = behind(i);
        // "x = System.PrivateProfileString(...)" reads.
        const bool reads = i > 1 && tokens()[1].is_symbol('=');
        if (is_one(word, registry_writers) && !reads && names_guarded_key(rest))
            note(Fact::persists, statement_);
        code_module_ = code_module_ || word == "codemodule" || word == "vbproject" || word == "vbcomponents";
        if (code_module_ && is_member(i) && is_one(word, code_writers)) note(Fact::replicates, statement_);
        transforms_ = transforms_ || word == "transformnode" || word == "transformnodetoobject";
        // "Name x As y", and its kin: what was written may be anything.
        const bool renames = i == 0 && word == "name" && !rest.empty() && !rest[0].is_symbol('=');
        writes_other = writes_other || renames || is_one(word, renamers);
        if (declares_) return;
        look_at_launch(i, word, rest, note);
        look_at_write(i, word, rest, note);
    }

    template <class Note>
    void look_at_launch(std::size_t i, std::string_view word, MacroTokens rest, Note& note) {
        const bool shell =
            word == "shell" && (!is_member(i) || owner(i) == "vba" || owner(i) == "interaction");
        const bool method = is_member(i) && owner(i) != "application" && (word == "run" || word == "exec");
        const bool loader = is_one(word, library_loaders);
        const bool launches = shell || method || loader || word.starts_with("shellexecute");
        if (launches && is_odd(rest) && !is_installed_program(split_arguments(rest)[0]))
            note(Fact::odd_launch, statement_);
        shell_application_ = shell_application_ || owner(i) == "shell";
        if (word == "ddeinitiate") {
            const auto arguments = split_arguments(rest);
            const auto literal = [&](std::size_t n) {
                const bool known =
                    n < arguments.size() && !arguments[n].empty() && arguments[n][0].kind == Kind::literal;
                return known ? text_of_literal(arguments[n][0].text) : std::string();
            };
            if (dde_executes(literal(0), literal(1))) note(Fact::odd_launch, statement_);
        }
    }

    template <class Note>
    void look_at_write(std::size_t i, std::string_view word, MacroTokens rest, Note& note) {
        // "Open path For Output As #1"
        const bool opens =
            i == 0 && word == "open" && std::ranges::any_of(rest, [](const MacroToken& token) {
                return token.is_word("output") || token.is_word("append") || token.is_word("binary");
            });
        const bool writes = opens || word == "savetofile" || word == "createtextfile";
        if (!writes) return;
        if (names_program(rest)) note(Fact::drops, statement_);
        std::string_view last;
        for (const MacroToken& token : rest) {
            if (token.kind == Kind::literal) last = token.text;
        }
        (is_one(std::string_view(extension_of_literal(last)), data_extensions) ? writes_data : writes_other) =
            true;
    }

    template <class Note>
    void look_at_literal(std::size_t i, Note& note) {
        const std::string_view text = tokens()[i].text;
        shell_application_ = shell_application_ || text == "shell.application";
        // Declare ... Lib "C:\Users\Public\a.dll"
        if (declares_) {
            if (i > 0 && tokens()[i - 1].is_word("lib") && is_odd_place(text))
                note(Fact::odd_launch, statement_);
            return;
        }
        const bool folder =
            shell_application_ && tokens()[verb_before(i)].is_word("open") && is_program_name(text);
        if (folder) note(Fact::odd_launch, statement_);
        const RemoteTarget target = remote_target(text);
        if (target.kind != Remote::no) look_at_address(i, target, note);
    }

    // The word whose first argument the literal at `i` is, or to which it is assigned; `i` where there is
    // none.
    std::size_t verb_before(std::size_t i) const {
        constexpr std::array<std::string_view, 5> named{"filename", "template", "name", "newtemplate",
                                                        "path"};
        for (std::size_t at = i; at-- > 0;) {
            const MacroToken& token = tokens()[at];
            if (token.is_symbol('(') || token.is_symbol('=') || token.is_symbol(':')) continue;
            if (token.kind != Kind::word) return i;
            if (is_one(token.text, named) && at + 1 < i && tokens()[at + 1].is_symbol(':')) continue;
            return at;
        }
        return i;
    }

    template <class Note>
    void look_at_address(std::size_t i, RemoteTarget target, Note& note) {
        const std::size_t verb = verb_before(i);
        if (verb == i) return;
        const std::string_view word = tokens()[verb].text;
        const bool opens =
            (word == "open" || word == "add" || word == "opennodisplay") && is_one(owner(verb), opened_from);
        if (word == "attachedtemplate" || is_one(word, library_loaders) ||
            (opens && (target.kind == Remote::code || target.kind == Remote::program))) {
            if (loaded.size() < most_loaded) loaded.emplace_back(tokens()[i].text);
        } else if (opens) {
            if (target.kind != Remote::data) note(Fact::loads, statement_);
        } else if (word == "followhyperlink" || word == "navigate" || word == "navigate2") {
            if (target.share && target.kind == Remote::program) note(Fact::foreign_code, statement_);
            if (target.kind == Remote::program) note(Fact::loads, statement_);
        } else if (word == "getobject" && target.share) {
            note(Fact::foreign_code, statement_);
        } else if (word == "load" && style_.text.empty() && target.kind != Remote::data) {
            style_ = statement_;
        }
    }

    std::string_view lower_;
    MacroStatement statement_;
    MacroStatement style_;  // loads a style sheet from elsewhere, maybe
    bool declares_ = false;
    bool code_module_ = false;
    bool transforms_ = false;
    bool shell_application_ = false;
    std::set<std::string> odd_;
    std::set<std::string> programs_;
    std::set<std::string> keys_;
};

}  // namespace

void MacroCalls::note(Fact fact, std::string_view module, const MacroStatement& statement) {
    std::string& evidence = seen_.at(static_cast<std::size_t>(fact));
    if (evidence.empty()) evidence = fmt::format("{}: {}", module, statement.shown());
}

void MacroCalls::read(std::string_view lower, std::string_view module) {
    Reader reader(lower);
    reader.run([&](Fact fact, const MacroStatement& statement) { note(fact, module, statement); });
    loaded_.insert(loaded_.end(), reader.loaded.begin(), reader.loaded.end());
    writes_data_ = writes_data_ || reader.writes_data;
    writes_other_ = writes_other_ || reader.writes_other;
    if (lower.size() > most_kept - kept_) {
        full_ = true;
        return;
    }
    kept_ += lower.size();
    modules_.push_back({std::string(module), std::string(lower)});
}

std::string MacroCalls::hidden_launch() const {
    MacroFlow flow;
    for (const Module& module : modules_)
        flow.add(module.text, module.name);
    return flow.hidden_launch();
}

}  // namespace sekisho::scanner::office
