// OpenPGP (RFC 9580): messages, alone or within a text, in ASCII armour or binary. Nothing in them is read:
// an encrypted one is `mime.encrypted.unopened`, one that is merely signed or packed `mime.signed.unread`.
// Keys, detached signatures and texts signed in the clear are told, and are no finding.
#pragma once

#include <cstdint>
#include <string_view>

#include "scanner/format.h"

namespace sekisho::scanner::text {

enum class PgpKind : std::uint8_t {
    none,
    wrapped,  // signed or compressed: no lock, and not read all the same
    locked,
};

// The first armoured message whose armour begins a line, wherever it stands. Looks at 256 of them.
PgpKind find_pgp_message(std::string_view text);
// A binary message: two packets that belong together where it is encrypted; else the beginning of one, under
// the name of an OpenPGP file.
PgpKind binary_pgp_kind(base::Bytes bytes, std::string_view name);

// For the rows of text and HTML: a message that stands within what people wrote.
void inspect_for_pgp(const Part& part, Findings& findings);

extern const Format pgp_format;         // anything armoured, from its first line on
extern const Format pgp_binary_format;  // .gpg, .pgp

}  // namespace sekisho::scanner::text
