// File names as attackers write them: made readable, and judged.
#pragma once

#include <string>
#include <string_view>

#include "scanner/findings.h"
#include "scanner/part.h"

namespace sekisho::scanner {

constexpr std::size_t max_name_bytes = 1'000;  // of Part::name and Part::name_raw; the rest is cut

// Fills part.name (UTF-8; 8-bit names that are not are read in the charset they most plausibly have) and
// part.name_raw from the raw bytes.
void set_name(Part& part, std::string_view raw);

// The segment of Part::path for a child: "2:invoice.zip", short and without a slash; `label` replaces it.
std::string path_segment(std::size_t ordinal, std::string_view label, std::string_view name);

// type.double-extension, type.name-tricks: what the name alone gives away.
void judge_name(const Part& part, Findings& findings);

}  // namespace sekisho::scanner
