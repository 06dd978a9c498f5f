// Types that do not say what a part is, and texts that are another text to some clients.
#pragma once

#include <string>

#include "base/bytes.h"
#include "scanner/mime/ambiguity.h"
#include "scanner/mime/content.h"

namespace sekisho::scanner::mime {

// `bytes`: the part, decoded. Looks at its first 64 KB. Answers the name of the charset in which the text
// says something else than its bytes do (UTF-7, UTF-16, ISO-2022 around ASCII); empty where there is none.
std::string judge_type(const Content& content, base::Bytes bytes, Ambiguities& ambiguities);

}  // namespace sekisho::scanner::mime
