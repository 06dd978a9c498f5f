// The rows of this room for the one table in scanner/formats.cpp: what runs, and the everyday types beside
// it.
#pragma once

#include <span>

#include "scanner/format.h"

namespace sekisho::scanner::active {

std::span<const Format> formats();

// By kind; formats() is all of them, one after the other.
std::span<const Format> executable_formats();
std::span<const Format> script_formats();
// Shortcuts are in lnk_format.h and shortcut_files.h.
std::span<const Format> document_formats();  // XML, SVG
std::span<const Format> magic_formats();     // what a fixed run of bytes gives away: pictures, sound, ...

// Programs, shortcuts and PDF files behind something else.
std::span<const EmbeddedKind> embedded_kinds();

}  // namespace sekisho::scanner::active
