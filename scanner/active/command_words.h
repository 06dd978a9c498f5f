// What a command line would start: programs that run whatever their arguments say, and words that fetch or
// unpack something for them.
#pragma once

#include <string>
#include <string_view>

namespace sekisho::scanner::active {

// `command` in lower case, without what cmd and PowerShell leave out of words: carets, back-ticks, and quotes
// within a word ("c^md", "p`ower", w"scr"ipt). Linear.
std::string plain_command(std::string_view command);

// The interpreter, or other program that starts others, which `target` (a path) names; empty where none.
// Views are of a table.
std::string_view starter_of_target(std::string_view target);
// The first one in the arguments of another program; `plain`: from plain_command(). Names that are also plain
// words count with their extension or a switch behind them alone.
std::string_view starter_in(std::string_view plain);

// The word by which `plain` fetches something from the network, decodes something that it carries, or reads
// it from a file of its own: "findstr ... .lnk", "frombase64string", a URL. Empty where none does.
// `own_name`: of the file that holds the command; may be empty. Only for commands that start an interpreter:
// a browser's shortcut has a URL as well.
std::string_view fetch_in(std::string_view plain, std::string_view own_name);

// A switch -EncodedCommand, under any of its short names, with base64 behind it. `plain`: lower case.
bool has_encoded_command(std::string_view plain);

// A run of characters that draw nothing, long enough to push what follows out of a dialog box.
bool has_long_gap(std::string_view command);

}  // namespace sekisho::scanner::active
