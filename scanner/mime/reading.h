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
#include "scanner/mime/content.h"
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

// What a reading has to say beside its leaves: an id of the findings table and the evidence.
struct Note {
    std::string_view id;
    std::string evidence;
};

struct Reading {
    HeaderBlock header;  // of the message itself; views into the input
    Content content;
    std::vector<Leaf> leaves;  // in order of appearance
    std::vector<Note> notes;
};

struct ReadingOptions {
    HeaderLimits header;
    std::uint32_t max_nesting = 16;   // multiparts within multiparts; deeper ones stay leaves: `limit.depth`
    std::size_t max_leaves = 10'000;  // more: `limit.parts`
    bool has_header = true;           // false: `input` is the body of a multipart whose header is lost
};

// Reads `input` as a message. Linear in its size times the number of nested multiparts that are open at once
// (at most max_nesting). Never fails; a broken structure becomes notes and as many leaves as can be seen.
// Limits are noted in the budget.
Reading read_message(base::Bytes input, const ReadingOptions& options, Budget& budget);

}  // namespace sekisho::scanner::mime
