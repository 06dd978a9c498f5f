// The texts of a database as one part, so that links, lures and rules are looked for in them: a line for each
// row, its cells apart by tabs.
#pragma once

#include <string>
#include <string_view>

#include "scanner/extraction.h"
#include "scanner/output.h"

namespace sekisho::scanner::office {

// Resource; `extraction` outlives it. Everything is charged by its Output.
class AccessTexts {
public:
    explicit AccessTexts(Extraction& extraction)
        : extraction_(extraction), output_(extraction.new_output()) {}

    // False: the budget is spent.
    bool write(std::string_view utf8);
    void end_row();
    // Adds the part, once. False as above.
    bool finish();

private:
    bool flush();

    Extraction& extraction_;
    Output output_;
    std::string text_;  // what waits to be written
};

}  // namespace sekisho::scanner::office
