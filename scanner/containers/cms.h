// CMS messages (RFC 5652, RFC 8551: smime.p7m), DER or BER, as PEM or bare base64 as well. Nothing in them is
// read: what stands in an envelope is `mime.encrypted.unopened`, what a signature wraps is
// `mime.signed.unread`. A detached signature (smime.p7s) and a list of certificates hold nothing to read.
//
// Known weaknesses: an opaque signature could be opened, since it is no lock.
#pragma once

#include <cstdint>

#include "scanner/format.h"

namespace sekisho::scanner::containers {

enum class CmsKind : std::uint8_t {
    none,      // not CMS
    detached,  // a signature or certificates, without the content
    opaque,    // readable content inside that is not read here
    locked,    // encrypted
};

// By the first few hundred bytes, whatever follows them. What is CMS and cannot be told apart is `opaque`.
CmsKind cms_kind(base::Bytes bytes);

extern const Format cms_format;

}  // namespace sekisho::scanner::containers
