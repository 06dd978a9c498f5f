// Archives that begin within other files: self-extracting programs, pictures with a ZIP behind them.
#pragma once

#include <span>

#include "scanner/format.h"

namespace sekisho::scanner::containers {

// ZIP, 7z, RAR, CAB, gzip, bzip2, xz, LHA, ACE, ARJ, tar, XAR, WIM and HTML Help.
std::span<const EmbeddedKind> embedded_kinds();

}  // namespace sekisho::scanner::containers
