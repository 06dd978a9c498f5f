// What the macros of a project call with what, statement by statement: facts that words alone do not tell.
//
// Known weaknesses: values are followed by name, within a procedure and through arguments and functions, not
// by the order of statements; what stands in files and databases is not taken for hidden; a procedure that is
// called in no visible way counts as one that people start.
#pragma once

#include <array>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "scanner/office/macro_statements.h"

namespace sekisho::scanner::office {

class MacroCalls {
public:
    enum class Fact : std::uint8_t {
        loads,         // opens what lies on a stranger's server and may hold code
        persists,      // has a program started at logon, or loosens the guard of Office
        replicates,    // writes code into modules
        drops,         // writes a program or a script
        odd_launch,    // starts or loads what lies where everybody may write, or asks a shell by DDE
        foreign_code,  // starts a script or program that lies on a stranger's server
    };
    static constexpr std::size_t fact_count = 6;
    static constexpr std::size_t most_kept = 2u << 20;  // bytes of sources that values are followed in

    // One module, lower-cased and folded. Linear.
    void read(std::string_view lower, std::string_view module);
    // "Module1: shell x"; empty where it was not seen.
    std::string_view seen(Fact fact) const { return seen_[static_cast<std::size_t>(fact)]; }
    // Addresses of documents with macros, templates and add-ins on strangers' servers that are opened; the
    // first few.
    const std::vector<std::string>& loaded() const { return loaded_; }
    // Files are written that are tables, texts or pictures by their names, and no others; and none is
    // renamed.
    bool writes_data_only() const { return writes_data_ && !writes_other_; }

    // A procedure that runs by itself starts what it took from a cell, a property or a text of the document,
    // or decoded character by character: where it does so. Empty: none does. Linear in what is kept.
    std::string hidden_launch() const;
    bool full() const { return full_; }  // more than most_kept was to be followed

private:
    void note(Fact fact, std::string_view module, const MacroStatement& statement);

    std::array<std::string, fact_count> seen_;
    std::vector<std::string> loaded_;
    struct Module {
        std::string name;
        std::string text;
    };
    std::vector<Module> modules_;
    std::size_t kept_ = 0;
    bool full_ = false;
    bool writes_data_ = false;
    bool writes_other_ = false;
};

}  // namespace sekisho::scanner::office
