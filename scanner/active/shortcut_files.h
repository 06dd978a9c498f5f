// Files that Windows follows like a shortcut, each recognised by its content and its name, and judged by the
// place or the command in it. One row per kind in shortcut_files.cpp.
#pragma once

#include <span>

#include "scanner/format.h"

namespace sekisho::scanner::active {

// url, windows-link-file, web-query, rdp, deployment. Children: `target`, the addresses and commands in it as
// text.
std::span<const Format> shortcut_formats();

}  // namespace sekisho::scanner::active
