// The command of a shortcut as a part of its own.
#pragma once

#include <string>
#include <string_view>

#include "scanner/extraction.h"

namespace sekisho::scanner::active {

// A child of plain text, named "<label>.txt", for rules, links and passwords. Nothing for an empty text, nor
// where there is no memory left.
void add_command_child(std::string text, std::string_view label, std::string_view opened_by,
                       Extraction& extraction);

}  // namespace sekisho::scanner::active
