// What the bytes of a leaf look like, whatever is declared. All linear.
#pragma once

#include "base/bytes.h"
#include "scanner/mime/content.h"
#include "scanner/mime/decoders.h"
#include "scanner/output.h"

namespace sekisho::scanner::mime {

// Text that holds at least a few "=3D".
bool looks_like_quoted_printable(base::Bytes bytes);

// '=' with a blank behind it: quoted-printable in which blanks matter, in a text as well.
bool has_blanks_behind_marks(base::Bytes bytes);

// A mail that is in no encoding, as RFC 2046 section 5.2.1 wants it: clients that know so undo none.
bool is_plain_mail(base::Bytes bytes);

// A part of some kind of message/* that Python's email package takes for a mail with an encoding of its own.
bool reads_as_mail(const Content& content, base::Bytes bytes);

// PEM and OpenPGP (RFC 7468, RFC 9580 section 6) are base64 that says what it is.
bool is_armour(base::Bytes bytes);

// No control characters but white space and the escapes of ISO-2022.
bool is_textual(base::Bytes bytes);

// A CR with no LF behind it.
bool begins_with_bare_cr(base::Bytes bytes);

// Data that are no text in which each LF has its CR: as mail turned them, and as Unix clients turn them back.
bool has_crlf_for_lf(base::Bytes bytes);
Decoded write_with_lf(base::Bytes bytes, Output& output);

}  // namespace sekisho::scanner::mime
