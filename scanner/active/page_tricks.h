// How the scripts of a page undo what they did to a literal before it became a file, as far as that is said
// by literals: junk that is taken out, characters that are skipped, shifted or left out in turn, keys.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

namespace sekisho::scanner::active {

struct PageTricks {
    std::vector<std::string> junk;     // replace(/@#/g, ""), replaceAll("@#", ""), split("@#").join("")
    std::vector<std::size_t> skipped;  // characters at the beginning: slice(5), substring(5), substr(5)
    std::vector<int> shifts;           // added to each character: charCodeAt(0) - 1
    bool in_turn = false;              // every second character is left out
    std::vector<std::string> keys;     // strings and short lists of numbers beside a '^'

    static constexpr std::size_t most = 4;  // of each list; 16 keys
    // Adds what `script` says. Linear.
    void add(std::string_view script);
    // `text` under each of them in turn, the likeliest first; those that change nothing are left out.
    std::vector<std::string> undo(std::string_view text) const;
};

}  // namespace sekisho::scanner::active
