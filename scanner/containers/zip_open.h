// Opens one ZIP archive: what zip_format and its kin share.
#pragma once

#include <cstddef>

#include "scanner/extraction.h"
#include "scanner/part.h"

namespace sekisho::scanner::containers {

constexpr std::size_t max_zip_members = 20'000;  // of one archive; more: limit.parts

void open_zip(const Part& part, Extraction& extraction);

}  // namespace sekisho::scanner::containers
