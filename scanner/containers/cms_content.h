// What a CMS message carries in the open: the eContent of SignedData, DigestedData and AuthenticatedData (RFC
// 5652 sections 5.1, 7 and 9.1), in DER or BER.
#pragma once

#include <functional>

#include "base/bytes.h"
#include "base/cursor.h"
#include "base/result.h"

namespace sekisho::scanner::containers {

// Where the eContent begins, at its tag. Cause::truncated where `der` ends before; Cause::malformed or
// unsupported where there is none, or what stands before it is no CMS.
base::Result<base::Cursor> find_cms_content(base::Bytes der);

// Gives the octets of the OCTET STRING at `content` to `sink`, piece by piece, each a view. Cause::truncated
// where they end too soon, what came before is given; Cause::malformed where it is no OCTET STRING;
// Cause::limit where the sink said false. Linear.
base::Result<void> read_octets(base::Cursor content, const std::function<bool(base::Bytes)>& sink);

}  // namespace sekisho::scanner::containers
