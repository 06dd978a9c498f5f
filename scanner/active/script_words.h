// The words that script_traits.h judges by, and the ways in which scripts hide theirs.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <string_view>

namespace sekisho::scanner::active {

// What a word says. Some count only together with others of the same script.
enum class Hint : std::uint8_t {
    shell_object,  // WScript.Shell
    run_method,    // .Run, .Exec
    process,       // Win32_Process
    create,        // .Create
    exec,          // starts something in any case
    starter,       // a program that droppers start through
    download,
    line_fetch,  // curl, wget: with an address behind it
    write,
    shown_code,  // Execute, eval, Invoke-Expression: runs text
    runs_text,   // those of them that nobody uses for anything else
    hiding,      // a function that scripts put words together with
};
constexpr std::size_t hint_count = static_cast<std::size_t>(Hint::hiding) + 1;

// The first place of each hint in `lower`, a script in lower case; npos where there is none. Linear.
struct HintPlaces {
    std::array<std::size_t, hint_count> at{};
    bool has(Hint hint) const { return at.at(static_cast<std::size_t>(hint)) != std::string_view::npos; }
};
HintPlaces find_hints(std::string_view lower);

// Why `lower` looks as if it hid its words; empty where it does not. Linear.
std::string_view why_hidden(std::string_view lower, const HintPlaces& hints);

}  // namespace sekisho::scanner::active
