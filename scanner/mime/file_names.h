// The name of an attachment, out of all the names that its fields give it.
#pragma once

#include <span>
#include <string>

#include "scanner/mime/ambiguity.h"
#include "scanner/mime/params.h"

namespace sekisho::scanner::mime {

// UTF-8; empty where there is none. The disposition's file name before the type's name (RFC 2183
// section 2.3), the first field before others of its kind; but where another name of the part ends in an
// extension that runs, that one: some client takes it. At most 64 KB. `types` and `dispositions`: the
// Content-Type and Content-Disposition fields.
std::string file_name(std::span<const StructuredValue> types, std::span<const StructuredValue> dispositions,
                      Ambiguities& ambiguities);

}  // namespace sekisho::scanner::mime
