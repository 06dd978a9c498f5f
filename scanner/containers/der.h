// Elements of ASN.1's encodings (X.690): DER, and as much of BER as CMS uses.
#pragma once

#include <cstdint>

#include "base/bytes.h"
#include "base/cursor.h"
#include "base/result.h"

namespace sekisho::scanner::containers::der {

inline constexpr std::uint8_t tag_integer = 0x02;
inline constexpr std::uint8_t tag_octets = 0x04;
inline constexpr std::uint8_t tag_oid = 0x06;
inline constexpr std::uint8_t tag_octets_in_pieces = 0x24;  // BER: constructed
inline constexpr std::uint8_t tag_sequence = 0x30;
inline constexpr std::uint8_t tag_set = 0x31;
inline constexpr std::uint8_t tag_content = 0xA0;  // [0], constructed

// The end of an element that is entered. An indefinite one (BER) ends with its container.
struct Entered {
    std::uint64_t length = 0;
    bool indefinite = false;
};

// Reads a length; the cursor stands at the content then.
inline base::Result<Entered> enter_content(base::Cursor& in) {
    const std::uint8_t first = SEKISHO_TRY(in.u8());
    Entered out;
    if (first == 0x80) {
        out.indefinite = true;
    } else if (first < 0x80) {
        out.length = first;
    } else {
        const unsigned bytes = first & 0x7Fu;
        if (bytes > 8) return base::fail(base::Cause::malformed);
        for (unsigned i = 0; i < bytes; ++i)
            out.length = out.length << 8 | SEKISHO_TRY(in.u8());
    }
    return out;
}

// Reads tag and length. Where the tag is another the cursor stays where it is.
inline base::Result<Entered> enter(base::Cursor& in, std::uint8_t tag) {
    base::Cursor look = in;
    if (SEKISHO_TRY(look.u8()) != tag) return base::fail(base::Cause::malformed);
    const Entered out = SEKISHO_TRY(enter_content(look));
    in = look;
    return out;
}

// An element of definite length: its content, and the cursor behind it.
inline base::Result<base::Bytes> take(base::Cursor& in, std::uint8_t tag) {
    const Entered element = SEKISHO_TRY(enter(in, tag));
    if (element.indefinite) return base::fail(base::Cause::unsupported);
    return in.take(element.length);
}

// Any element of definite length.
inline base::Result<void> skip(base::Cursor& in) {
    (void)SEKISHO_TRY(in.u8());
    const Entered element = SEKISHO_TRY(enter_content(in));
    if (element.indefinite) return base::fail(base::Cause::unsupported);
    return in.skip(element.length);
}

}  // namespace sekisho::scanner::containers::der
