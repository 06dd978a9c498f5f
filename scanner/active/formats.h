// What runs or shows itself: programs, shortcuts, scripts, pages, pictures. Recognised by content; of most,
// the type and the names that go with it are all that is said here.
#pragma once

#include <span>

#include "scanner/format.h"

namespace sekisho::scanner::active {

std::span<const Format> formats();

}  // namespace sekisho::scanner::active
