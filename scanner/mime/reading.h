// One reading of a message: its header and its leaves, as one kind of mail client would see them. Views
// alone; nothing is decoded here. The whole tree of multiparts is read in one pass with a stack of
// boundaries, so that nesting costs nothing extra.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "base/bytes.h"
#include "scanner/budget.h"
#include "scanner/mime/ambiguity.h"
#include "scanner/mime/content.h"
#include "scanner/mime/dashed_lines.h"
#include "scanner/mime/header.h"

namespace sekisho::scanner::mime {

enum class Role : std::uint8_t { body, preamble, epilogue };

// An entity without entities of its own. `raw` is still encoded.
struct Leaf {
    Content content;
    base::Bytes raw;
    Role role = Role::body;
    std::uint32_t nesting = 0;  // multiparts around it
};

struct Reading {
    HeaderBlock header;  // of the message itself; views into the input
    Content content;
    std::vector<Leaf> leaves;  // in order of appearance
    Ambiguities ambiguities;
    std::vector<std::string> boundaries;  // that were declared and used
    std::uint64_t dashed_lines = 0;       // that were looked at
    std::size_t shapes = 1;               // the most that one entity can be seen in (Content::shapes)
};

// How clients of one kind read. The first is as tolerant as most of them.
struct Style {
    std::string_view name = "first";
    std::size_t shape = 0;      // which of Content::shapes is taken
    bool ends_early = false;    // HeaderLimits::ends_early
    bool late_fields = false;   // Content-* fields behind the blank line belong to the header
    bool skips_junk = false;    // HeaderLimits::skips_junk
    bool strict_lines = false;  // LF alone, with or without one CR before it, ends a line; nothing stands
                                // behind a delimiter
};

struct ReadingOptions {
    HeaderLimits header;
    std::uint32_t max_nesting = 16;   // multiparts within multiparts; deeper ones stay leaves: `limit.depth`
    std::size_t max_leaves = 10'000;  // more: `limit.parts`
    bool all = true;                  // false: read_all() makes the first reading alone
    bool has_header = true;           // false: `input` is the body of a multipart whose header is lost
};

// Reads `input` as a message. Linear in its size times the number of nested multiparts that are open at once
// (at most max_nesting). Never fails; a broken structure becomes ambiguities and as many leaves as can be
// seen. Limits are noted in the budget. `dashed`: of the same input, shared by all readings.
Reading read_message(base::Bytes input, const Style& style, const ReadingOptions& options,
                     const DashedLines& dashed, Budget& budget);

}  // namespace sekisho::scanner::mime
