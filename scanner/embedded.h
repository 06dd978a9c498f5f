// Files that begin within a part, behind something else: what a self-extracting program carries, what hangs
// behind a picture, the other half of a polyglot.
//
// One pass over the part looks for the signatures of Rooms::embedded, and a header must make sense before it
// counts. What stands within a file found here is left to that file's own opener and search.
//
// Known weaknesses: only beginnings are found, so no file whose first bytes a reader does without (a ZIP
// whose first local header is broken, an ISO image behind something). Text kinds have no row: a script behind
// a picture is for the rules. A file in a stored block of a deflate stream is found, and is broken by the
// header of the next block.
#pragma once

#include <cstddef>
#include <span>
#include <string_view>
#include <vector>

#include "base/bytes.h"
#include "scanner/budget.h"
#include "scanner/extraction.h"
#include "scanner/format.h"
#include "scanner/padding.h"
#include "scanner/part.h"

namespace sekisho::scanner {

// Stretches of a part in which nothing is looked for.
class Covered {
public:
    explicit Covered(base::Bytes part) : part_(part) {}
    void add(base::Bytes bytes);  // those that are no view into the part are passed over
    bool holds(std::size_t offset);

private:
    struct Stretch {
        std::size_t begin;
        std::size_t end;
    };
    void merge();

    base::Bytes part_;
    std::vector<Stretch> stretches_;  // sorted and apart from each other once merged_
    bool merged_ = true;
};

struct EmbeddedFile {
    std::string_view type;  // of its EmbeddedKind
    std::size_t offset = 0;
    std::size_t size = 0;
};

// The files that begin behind the first byte of `part`, in order, none within another, and `most` of them at
// most. A kind that the part itself begins with is not looked for. Linear in the part and charged to
// `budget`; the middle of a padding is not read.
std::vector<EmbeddedFile> find_embedded(base::Bytes part, std::span<const Padding> paddings,
                                        std::span<const EmbeddedKind> kinds, Covered& covered, Budget& budget,
                                        std::size_t most);

// Whether a part is searched, and what a file in it means. `format`: null where no room knows it.
Holds holds_of(const Part& part, const Format* format);

// Adds them as children that are views, opened_by "embedded" and named by their offset ("+0x1234"), once the
// part's own format has been opened. limit.embedded where there are more than 32.
void open_embedded(const Part& part, Holds holds, std::span<const EmbeddedKind> kinds, Covered& covered,
                   Extraction& extraction);

}  // namespace sekisho::scanner
