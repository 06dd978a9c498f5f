// What the macros of one project would do, from their source alone.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "scanner/findings.h"
#include "scanner/office/macro_calls.h"
#include "scanner/recovered.h"

namespace sekisho::scanner::office {

// Facts of one project, gathered module by module; evidence is the first that was seen of each.
class MacroTraits {
public:
    enum class Trait : std::uint8_t {
        autoexec,
        exec,       // starts a program, in any way
        hard_exec,  // in a way that plain office macros do not: WMI, a shell or script host, a hidden window
        download,   // to a file
        web,        // asks a web server; many price lists do
        write,      // writes a file
        binary,     // holds or writes bytes that are no text: ADODB.Stream, Put, base64
        obfuscated,
    };
    static constexpr std::size_t trait_count = 8;

    // Linear in the source. `module` names the evidence. Gives what folding brings to light.
    Recovered read(std::string_view source, std::string_view module);
    bool has(Trait trait) const { return seen_[static_cast<std::size_t>(trait)]; }

    // office.vba.* on `part`. Above single facts stands office.vba.dropper: runs by itself, and fetches or
    // starts something in a way that ordinary macros do not.
    void report(model::PartId part, Findings& findings) const;

private:
    void note(Trait trait, std::string_view module, std::string_view evidence);

    bool fetches() const;
    void report_calls(model::PartId part, Findings& findings, const std::string& hidden) const;

    MacroCalls calls_;
    bool seen_[trait_count] = {};
    std::string evidence_[trait_count];
    std::uint64_t steps_left_ = 8U << 20;  // of all modules together, besides what each has for its size
    std::string incomplete_;               // the first module whose folding reached a limit
};

}  // namespace sekisho::scanner::office
