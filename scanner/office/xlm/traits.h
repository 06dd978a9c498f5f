// Facts about the macros of one workbook, from the formulas as they stand and from what following them gave.
#pragma once

#include <array>
#include <cstdint>
#include <string>
#include <string_view>

#include "scanner/findings.h"
#include "scanner/office/xlm/book.h"
#include "scanner/office/xlm/machine.h"

namespace sekisho::scanner::office::xlm {

class Traits {
public:
    enum class Trait : std::uint8_t {
        macro,
        hidden,
        autoexec,
        exec,
        hard_exec,  // in a way that plain macros do not: a shell, a script host, what was put there or
                    // fetched
        library,    // calls a library that may be its own add-in
        download,
        write,
        obfuscated,
        fragments,  // texts of the book that only such calls need
        dde,
    };
    static constexpr std::size_t trait_count = 11;

    // One formula of a macro sheet, as a tree and as text.
    void read_formula(const Formula& formula, std::string_view text, std::string_view place);
    void read_trace(const Trace& trace, const Book& book);
    // Constants of all sheets: pieces of commands that no formula could be followed to.
    void read_constant(std::string_view text, std::string_view place);
    void note(Trait trait, std::string_view evidence);
    bool has(Trait trait) const { return seen_[static_cast<std::size_t>(trait)]; }

    // office.xlm.* on `part`. Above single facts stands office.xlm.dropper.
    void report(model::PartId part, Findings& findings) const;

private:
    void read_command(const Command& command, std::string_view place);
    void read_library_call(const Command& command, std::string_view place, std::string_view shown);

    bool seen_[trait_count] = {};
    std::string evidence_[trait_count];
    std::string all_formulas_;  // lower case, of what stood in the file
    bool calls_out_ = false;    // EXEC, CALL or REGISTER among the formulas
    bool writes_formulas_ = false;
    std::string undecoded_;  // code that a macro writes for itself and that could not be read
};

// "EXEC("cmd /c dir")".
std::string command_text(const Command& command);

}  // namespace sekisho::scanner::office::xlm
