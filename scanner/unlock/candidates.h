// Password candidates: what people write next to a locked attachment, in twelve languages and some more.
//
// A hand-written scanner, no regular expressions: every text is walked a fixed number of times, each keyword
// looks at a bounded stretch behind it, so the time is linear in the text. Of a text longer than 1.25 MB the
// first megabyte and the last quarter are read: a mail that a person reads says its password there.
#pragma once

#include <span>
#include <string_view>

#include "scanner/format.h"
#include "scanner/passwords.h"

namespace sekisho::scanner::unlock {

// A text as a person reads it, in UTF-8 (ill-formed sequences are skipped over). Adds, in this order,
//   keyword       what stands behind a word for "password": after : = は is, in quotes, on the next lines;
//                 also what looks like a password before it on the same line, and what a rule gives ("today's
//                 date in 8 digits"); none where the sentence says that the password comes another way
//   quoted_token  what stands alone in quotes or brackets, or alone on its line
//   token         what looks like a password anywhere: digits, digits mixed with letters
// each in its NFKC form and, where the text has it in another (full-width), as it stands. Zero-width
// characters are dropped first.
// `place`: how a report calls the text, "mail text"; the keyword's line is put behind it.
void harvest_text(std::string_view utf8, std::string_view place, Passwords& out);

// The keywords' alone, of all texts of one mail where one of them has a word of attachments, archives or
// their opening, in any of the languages: only such a mail's passwords are kept for other mails.
void harvest_for_others(std::span<const NamedText> texts, Passwords& out);

// A subject line: keywords as above, then each of its tokens as `subject`.
void harvest_subject(std::string_view utf8, Passwords& out);

// The sender's domain, alone and with the day of Passwords::date(), and the day alone: what senders use who
// tell their partners once how they do it. At most 16.
void harvest_sender(std::string_view from, Passwords& out);

// The name of an attachment: keywords, its stem, the pieces of the stem, its runs of digits.
void harvest_file_name(std::string_view utf8, Passwords& out);

}  // namespace sekisho::scanner::unlock
