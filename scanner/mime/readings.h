// All readings of a message, merged: what several see is there once.
#pragma once

#include <string>
#include <vector>

#include "scanner/mime/reading.h"

namespace sekisho::scanner::mime {

struct MergedLeaf {
    Leaf leaf;                          // its encodings are those of all readings
    std::vector<std::string> readings;  // who sees it; empty where there is one reading alone
    bool ambiguous = false;             // some readings do not see it
    bool hidden = false;                // the first, ordinary reading sees nothing at its place
};

struct Readings {
    HeaderBlock header;
    Ambiguities ambiguities;
    std::vector<MergedLeaf> leaves;  // the first reading's in order, then the others'
    bool several = false;            // clients differ about the message
};

// An ordinary message is read once. Where something in it divides clients, it is read as the others would:
// see Style, and read_parts(). Linear; charged to the budget, as are the limits.
Readings read_all(base::Bytes input, const ReadingOptions& options, Budget& budget);

}  // namespace sekisho::scanner::mime
