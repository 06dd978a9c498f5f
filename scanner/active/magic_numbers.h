// Formats that a fixed run of bytes at the start gives away: one table.
#pragma once

#include <span>

#include "scanner/format.h"

namespace sekisho::scanner::active {

// Pictures, PDF, RTF, OneNote, sound and the like. None is opened or inspected in this room.
std::span<const Format> magic_formats();

}  // namespace sekisho::scanner::active
