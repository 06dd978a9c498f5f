// Turns the leaves of a message's readings into children, decoded.
#pragma once

#include <vector>

#include "scanner/extraction.h"
#include "scanner/mime/readings.h"

namespace sekisho::scanner::mime {

// Adds one child for each leaf and way of decoding it, and what stands encoded within texts; where clients
// differ about the message, encoded data wherever it stands as well. Reports all ambiguities on `part`. Stops
// where the budget is spent.
void open_leaves(const Part& part, Extraction& extraction, Readings readings);

}  // namespace sekisho::scanner::mime
