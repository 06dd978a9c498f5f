// Programs and shortcuts: what a double click starts.
#pragma once

#include <span>

#include "scanner/format.h"

namespace sekisho::scanner::active {

// PE (with MZ alone where the rest is damaged), ELF, Mach-O, Java classes; LNK; Windows help (CHM).
std::span<const Format> executable_formats();

}  // namespace sekisho::scanner::active
