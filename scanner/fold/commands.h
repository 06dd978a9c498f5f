// Command lines that stand in the strings of a script or macro, in a language of their own.
#pragma once

#include <optional>
#include <string_view>

#include "scanner/fold/fold.h"

namespace sekisho::scanner::fold {

// The language that `text`, a string of a program, would be run in if it is a command line: PowerShell by its
// program's name or by two of its marks, batch by cmd or by carets within words. nullopt for all other text.
// Looks at the first 64 KB. Linear.
std::optional<Language> language_of_command(std::string_view text);

}  // namespace sekisho::scanner::fold
