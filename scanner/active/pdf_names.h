// Names and marks in the bytes of a PDF, before anything is parsed: whether there is something to read, and
// what is spelled so that searches for it fail.
#pragma once

#include <cstddef>
#include <span>
#include <string>
#include <string_view>

#include "base/bytes.h"

namespace sekisho::scanner::active {

// A name as it is meant: "#xx" stands for a byte (ISO 32000-1, 7.3.5).
std::string plain_pdf_name(std::string_view raw);

// False: nothing in the bytes names an action, a script, an attached file, a link, a form or an object
// stream, in whatever spelling, and no mail stands in them. So it is with what scanners and printer drivers
// write; there is nothing to be read. Linear.
bool may_act(base::Bytes pdf);

// A name, as it stands, that spells with "#xx" what names an action and needs none: "/J#61vaScript". Empty
// where there is none. Linear. Not looked for in packed streams.
std::string_view find_disguised_name(base::Bytes pdf);

// Where the header of a mail with parts begins that Word would read as a web archive; npos where none does.
// `files`: pieces of `pdf`, in the order in which they begin, that are parts of their own: a mail that is
// attached as it is hides nothing. Linear.
std::size_t find_mail(base::Bytes pdf, std::span<const base::Bytes> files = {});

}  // namespace sekisho::scanner::active
