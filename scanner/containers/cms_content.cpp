#include "scanner/containers/cms_content.h"

#include <cstddef>

#include "scanner/containers/der.h"

namespace sekisho::scanner::containers {

namespace {

using base::Bytes;
using base::Cause;
using base::Cursor;
using base::Result;
using Sink = std::function<bool(Bytes)>;

constexpr int most_fields = 8;  // between the version and the EncapsulatedContentInfo

// EncapsulatedContentInfo with content: SEQUENCE { OID, [0] ... }. Gives the cursor behind the [0]'s length.
Result<Cursor> enter_encapsulated(Cursor in) {
    (void)SEKISHO_TRY(der::enter(in, der::tag_sequence));
    (void)SEKISHO_TRY(der::take(in, der::tag_oid));
    (void)SEKISHO_TRY(der::enter(in, der::tag_content));
    return in;
}

// What is there of an element that is cut.
Result<void> give(Cursor& in, const der::Entered& element, const Sink& sink) {
    if (element.indefinite) return base::fail(Cause::malformed);
    const bool cut = element.length > in.left();
    const Bytes piece = SEKISHO_TRY(in.take(cut ? in.left() : element.length));
    if (!sink(piece)) return base::fail(Cause::limit);
    if (cut) return base::fail(Cause::truncated);
    return {};
}

}  // namespace

Result<Cursor> find_cms_content(Bytes bytes) {
    Cursor in(bytes);
    (void)SEKISHO_TRY(der::enter(in, der::tag_sequence));
    (void)SEKISHO_TRY(der::take(in, der::tag_oid));
    (void)SEKISHO_TRY(der::enter(in, der::tag_content));
    (void)SEKISHO_TRY(der::enter(in, der::tag_sequence));
    (void)SEKISHO_TRY(der::take(in, der::tag_integer));
    for (int i = 0; i < most_fields; ++i) {
        if (auto content = enter_encapsulated(in)) return content;
        SEKISHO_TRY(der::skip(in));
    }
    return base::fail(Cause::malformed);
}

// Pieces within pieces: only how many of them end by a mark has to be known.
Result<void> read_octets(Cursor in, const Sink& sink) {
    Cursor plain = in;
    if (const auto whole = der::enter(plain, der::tag_octets)) return give(plain, *whole, sink);
    const der::Entered outer = SEKISHO_TRY(der::enter(in, der::tag_octets_in_pieces));
    bool cut = false;
    if (!outer.indefinite) {
        cut = outer.length > in.left();
        in = Cursor(SEKISHO_TRY(in.take(cut ? in.left() : outer.length)));
    }
    std::size_t open = outer.indefinite ? 1 : 0;
    while (open > 0 || !in.at_end()) {
        const std::uint8_t tag = SEKISHO_TRY(in.u8());
        const der::Entered element = SEKISHO_TRY(der::enter_content(in));
        if (tag == der::tag_octets) {
            SEKISHO_TRY(give(in, element, sink));
        } else if (tag == der::tag_octets_in_pieces) {
            open += element.indefinite ? 1 : 0;
        } else if (tag == 0 && element.length == 0 && !element.indefinite && open > 0) {
            if (--open == 0 && outer.indefinite) return {};
        } else {
            return base::fail(Cause::malformed);
        }
    }
    if (cut) return base::fail(Cause::truncated);
    return {};
}

}  // namespace sekisho::scanner::containers
