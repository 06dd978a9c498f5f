// What Content-Transfer-Encoding fields may stand for (RFC 2045 section 6).
#pragma once

#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "scanner/mime/ambiguity.h"
#include "scanner/mime/content.h"

namespace sekisho::scanner::mime {

struct DeclaredEncodings {
    std::string token;                // of the first field, lower case
    std::vector<Encoding> encodings;  // each once; the first as the RFC has it, `unknown` for no known token
};

// `raw`: the fields behind their colons, folds included. No field: the identity. `clean`: one of them has
// just the name Content-Transfer-Encoding; where none has, the identity is one of the encodings.
DeclaredEncodings declared_encodings(std::span<const std::string_view> raw, Ambiguities& ambiguities,
                                     bool clean = true);

}  // namespace sekisho::scanner::mime
