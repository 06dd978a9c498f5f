// The rows of this room for the one table in scanner/formats.cpp.
#pragma once

#include <span>

#include "scanner/format.h"

namespace sekisho::scanner::office {

std::span<const Format> formats();

// Compound files and OneNote sections behind something else.
std::span<const EmbeddedKind> embedded_kinds();

}  // namespace sekisho::scanner::office
