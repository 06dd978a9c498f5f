// CMS messages (RFC 5652, RFC 8551: smime.p7m; invoice.xml.p7m), DER or BER, as PEM or bare base64 as well.
// What a signature wraps comes out; the signature is not verified. What stands in an envelope is
// `mime.encrypted.unopened`, what is there and cannot be read `mime.signed.unread`. A detached signature
// (smime.p7s) and a list of certificates hold nothing to read.
//
// Known weaknesses: compressedData (RFC 3274), which nobody writes, is not unpacked.
#pragma once

#include <cstdint>

#include "scanner/format.h"

namespace sekisho::scanner::containers {

enum class CmsKind : std::uint8_t {
    none,      // not CMS
    detached,  // a signature or certificates, without the content
    opaque,    // content inside that is in the open
    packed,    // content inside, compressed
    locked,    // encrypted
};

// By the first few KB, whatever follows them. What is CMS and cannot be told apart is `opaque`.
CmsKind cms_kind(base::Bytes bytes);

extern const Format cms_format;

}  // namespace sekisho::scanner::containers
