// What a script would do, from its words alone: VBScript, JScript, PowerShell and batch files share one
// table.
//
// Known weaknesses: words within comments and strings count as much as others; what is put together at run
// time is seen where a folder has joined it before. Words that stand on the seam of two pieces are missed.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

#include "base/bytes.h"
#include "scanner/findings.h"

namespace sekisho::scanner::active {

// Facts of one script, gathered piece by piece; evidence is the first that was seen of each.
class ScriptTraits {
public:
    enum class Trait : std::uint8_t {
        exec,        // starts a program or code that it made
        download,    // asks a server and takes what it gives
        write,       // writes a file
        obfuscated,  // hides its words
    };
    static constexpr std::size_t trait_count = 4;

    // The next piece of the script, as it stands: UTF-16 by its byte order mark or its zeros, else any
    // charset that holds ASCII. Linear, about 20 steps a byte's worth of work for each; charge before.
    void read(base::Bytes piece);
    void read_text(std::string_view utf8);

    bool has(Trait trait) const { return seen_.at(static_cast<std::size_t>(trait)); }
    bool any() const { return has(Trait::exec) || has(Trait::download); }
    // script.exec, script.download, script.write, script.obfuscated on `part`.
    void report(model::PartId part, Findings& findings) const;

private:
    void note(Trait trait, std::string_view evidence);

    std::uint32_t hints_ = 0;  // of all pieces: some count only together
    std::array<bool, trait_count> seen_{};
    std::array<std::string, trait_count> evidence_;
};

}  // namespace sekisho::scanner::active
