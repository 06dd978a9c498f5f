// The reading that believes no boundary: parts begin wherever part headers stand.
#pragma once

#include "scanner/mime/reading.h"

namespace sekisho::scanner::mime {

// A part begins at a line of dashes with Content-* fields behind it, or at such fields behind a blank line;
// it ends at the next of these, or at a line of dashes that has begun a part elsewhere. Whatever declared the
// boundary, and however oddly, such parts are seen. `boundaries`: those that the first reading knows. Parts
// within parts are seen as one flat list; multiparts are none themselves. Linear. Limits as read_message().
Reading read_parts(base::Bytes input, const std::vector<std::string>& boundaries,
                   const ReadingOptions& options, const DashedLines& dashed, Budget& budget);

}  // namespace sekisho::scanner::mime
