// The rows of this room for the one table in scanner/formats.cpp.
#pragma once

#include <span>

#include "scanner/format.h"

namespace sekisho::scanner::office {

std::span<const Format> formats();

}  // namespace sekisho::scanner::office
