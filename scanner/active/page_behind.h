// Pages behind another format's mark. A browser goes by the name, a mail program by the declared type, and
// both show what stands before the first tag as text; whoever goes by the first bytes sees an archive or a
// document and no page. Both readings are looked at.
#pragma once

#include "scanner/extraction.h"
#include "scanner/part.h"

namespace sekisho::scanner::active {

// A child "page", opened_by "embedded", where `part` is opened as something else and its name or declared
// type is a page's: from the first tag on. Nothing where there is no tag that begins a page or a script.
void open_page_behind(const Part& part, Extraction& extraction);

}  // namespace sekisho::scanner::active
