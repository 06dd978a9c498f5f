// A block of header fields (RFC 5322 section 2.2), read as it came: every field is kept, duplicates and
// malformed ones too, as views of the raw bytes. Which of two fields counts is for the reading to say.
#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>
#include <string>
#include <string_view>
#include <vector>

#include "base/bytes.h"
#include "scanner/mime/ambiguity.h"
#include "scanner/mime/lines.h"

namespace sekisho::scanner::mime {

// A view into the message. Costs nothing until value() is asked for.
struct HeaderField {
    std::string_view name;      // without blanks, NULs and an RFC 822 comment at its ends: "Content-Type"
    std::string_view raw_name;  // all up to the colon; with what stands in its place where there is none
    std::string_view raw;       // behind the colon up to the line end, folds included

    // Unfolded (line breaks before blanks removed) and without blanks at the ends. NUL bytes stay.
    std::string value() const;
};

struct HeaderLimits {
    std::size_t max_bytes = 10u << 20;  // of one block; more: `over_limit`
    std::size_t max_fields = 10'000;    // kept; more: `over_limit`
    // As clients that take a line of blanks for the blank line, and the first line that is no field for the
    // body. Otherwise the one is a fold, and the other is skipped where fields follow.
    bool ends_early = false;
    // As clients that skip whatever is no field, up to the blank line.
    bool skips_junk = false;
};

struct HeaderBlock {
    std::vector<HeaderField> fields;
    Ambiguities ambiguities;
    std::size_t body = 0;     // offset in the input of the first byte behind the blank line
    bool malformed = false;   // a line that is no field, a NUL, an odd name, or no blank line before the body
    bool over_limit = false;  // fields were left out; `body` is right all the same
    std::string_view odd;     // the first line that made it malformed

    // The first field of that name in any case; null where there is none.
    const HeaderField* find(std::string_view name) const;
    // Its value; empty where there is none.
    std::string value(std::string_view name) const;
};

// Reads fields from where `lines` stands up to a blank line, the end, a line that cannot be a header, or a
// line that `is_delimiter` knows (a MIME boundary; such a line is left to the body). `lines` then stands at
// the body. See LineReader for what ends a line. An mbox "From " line in front is skipped. Linear; never
// fails.
HeaderBlock parse_header(LineReader& lines, const HeaderLimits& limits = {},
                         const std::function<bool(std::string_view line)>& is_delimiter = nullptr);
HeaderBlock parse_header(base::Bytes input, const HeaderLimits& limits = {});

// Line breaks that are followed by a blank, removed; the others (there are none in a field) become a blank.
std::string unfold(std::string_view raw);

// True where `line` starts like "Name:" with a name of RFC 5322 characters.
bool starts_like_field(std::string_view line);

}  // namespace sekisho::scanner::mime
