// What the parts of a package are declared to be (ECMA-376 part 2, section 7.2.3) against what they are.
#pragma once

#include <span>

#include "scanner/extraction.h"

namespace sekisho::scanner::office {

// `children`: of `part`, once it is open; one of them is "[Content_Types].xml", or nothing is done. Finding
// office.content-type on `part`: a macro project under another name than "*.bin", or a compound file, a
// program, an archive or RTF that is declared a picture, a sound, a film, a font or text. Linear; charged as
// steps.
void judge_content_types(const Part& part, std::span<const Part> children, Extraction& extraction);

}  // namespace sekisho::scanner::office
