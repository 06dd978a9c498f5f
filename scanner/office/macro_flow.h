// Which procedures of a project run by themselves, and whether one of them starts what no line of the source
// says: what a cell, a property, a text of the document or a web page holds, or what is decoded character by
// character.
#pragma once

#include <cstddef>
#include <cstdint>
#include <map>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "scanner/office/macro_statements.h"

namespace sekisho::scanner::office {

// Names of procedures that run without a click on anything that the reader would know as a button.
bool is_auto_procedure(std::string_view lower_name);

class MacroFlow {
public:
    // One module, lower-cased and folded. The text outlives this.
    void add(std::string_view lower, std::string_view module);
    // Where it does, with the module's name; empty where none does. Linear in the sources, times `rounds`.
    std::string hidden_launch();

private:
    static constexpr int rounds = 3;  // of values from procedure to procedure
    static constexpr std::size_t nowhere = SIZE_MAX;

    struct Procedure {
        std::string_view name;
        std::string_view module;
        std::string_view body;
        std::vector<std::string_view> parameters;
        std::set<std::string_view> hidden;  // names whose values come from elsewhere
        std::set<std::string_view> told;    // names that hold a program which the source names
        std::set<std::size_t> calls;
        std::string launch;
        bool reached = false;
        bool given_hidden = false;  // its parameters are among the hidden names
    };

    void survey(std::string_view lower, std::string_view module);
    bool add_procedure(MacroTokens tokens, std::string_view module);
    void declare_shared(MacroTokens tokens);
    void follow(Procedure& procedure);
    void read_statement(Procedure& procedure, const MacroStatement& statement);
    void read_assignment(Procedure& procedure, MacroTokens tokens);
    void read_calls(Procedure& procedure, MacroTokens tokens);
    bool is_launch(Procedure& procedure, MacroTokens tokens, std::size_t at);
    // Whether what `expression` begins with is nothing that the source says. `own`: a name that is passed
    // over.
    enum class Head : std::uint8_t { none, told, hidden };
    Head head_of(const Procedure& procedure, MacroTokens expression, std::string_view own = {}) const;
    bool is_hidden(const Procedure& procedure, std::string_view name) const;
    void reach();

    std::vector<Procedure> procedures_;
    std::multimap<std::string_view, std::size_t> by_name_;
    std::set<std::string_view> shared_;         // names that are declared outside of procedures
    std::set<std::string_view> shared_hidden_;  // of them and of functions, those whose values are hidden
    bool script_hosts_ = false;                 // objects with Run, Exec or AddCode are there
};

}  // namespace sekisho::scanner::office
