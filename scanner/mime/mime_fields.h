// The fields of a header that shape an entity, doubled and misspelt ones included.
#pragma once

#include <string_view>
#include <vector>

#include "scanner/mime/ambiguity.h"
#include "scanner/mime/header.h"

namespace sekisho::scanner::mime {

// Raw values (behind the colon, folds included), in order of appearance; those whose name is spelt right
// before those that only some clients take for it. Views into the message.
struct MimeFields {
    std::vector<std::string_view> types;         // Content-Type
    std::vector<std::string_view> encodings;     // Content-Transfer-Encoding
    std::vector<std::string_view> dispositions;  // Content-Disposition
    // A field of just this name is among them: where there is none, some clients see no such field.
    bool clean_type = false;
    bool clean_encoding = false;
};

// True where some client may take a field of that name for one of these: "Content -Type", "Content_Type".
bool resembles_mime_field(std::string_view raw_name);

MimeFields mime_fields(const HeaderBlock& header, Ambiguities& ambiguities);

}  // namespace sekisho::scanner::mime
