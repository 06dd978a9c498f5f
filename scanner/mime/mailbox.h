// Files that hold mails: mbox (RFC 4155), and Apple Mail's .emlx. Each mail is a part of its own.
//
// A mail begins where a line starts with "From " and a header field follows it, with or without a blank line
// before it: mail programs differ there, and words of a text are followed by no field.
//
// Known weaknesses: ">From " within a mail stays as it stands, and Content-Length fields are not looked at,
// so a mail whose body holds another's first lines unquoted is cut there.
#pragma once

#include <string_view>

#include "base/bytes.h"
#include "scanner/format.h"

namespace sekisho::scanner::mime {

// A file of one mail is a message, which may begin with such a line too: it is no mbox unless it is named so.
extern const Format mbox_format;

// A line with the size of the mail, the mail, and a property list. A size that is too large, and one that
// leaves more than such a list behind the mail, are `archive.damaged`.
extern const Format emlx_format;

// A mail behind a byte order mark or blank lines, in a file that is not named as a mail: its name alone would
// say that what stands first is its header.
extern const Format loose_mail_format;

// The next mail at or behind `from`, where a line begins, without its "From " line and the line break before
// the next one. `next` is where to go on. False: there is none.
struct MailInBox {
    std::string_view text;
    std::size_t next = 0;
};
bool find_mail(std::string_view box, std::size_t from, MailInBox& mail);

}  // namespace sekisho::scanner::mime
