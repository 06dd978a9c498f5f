// Scripts that Windows runs on a double click, told by content, also where the name lies.
#pragma once

#include <span>

#include "scanner/format.h"

namespace sekisho::scanner::active {

// JScript, VBScript and their encoded forms, WSF, HTA, batch, PowerShell, registry files, SVG and XML (types
// only).
std::span<const Format> script_formats();

}  // namespace sekisho::scanner::active
