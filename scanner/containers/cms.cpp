#include "scanner/containers/cms.h"

#include <algorithm>
#include <array>
#include <optional>
#include <string>
#include <string_view>

#include "base/base64.h"
#include "base/cursor.h"
#include "base/text.h"

namespace sekisho::scanner::containers {

namespace {

using namespace std::string_view_literals;
using base::Bytes;
using base::Cursor;
using base::Result;

constexpr std::uint8_t tag_integer = 0x02;
constexpr std::uint8_t tag_oid = 0x06;
constexpr std::uint8_t tag_sequence = 0x30;
constexpr std::uint8_t tag_set = 0x31;
constexpr std::uint8_t tag_content = 0xA0;  // [0], constructed

// The end of an element that is entered. An indefinite one (BER) ends with its container.
struct Entered {
    std::uint64_t length = 0;
    bool indefinite = false;
};

// Reads tag and length; the cursor stands at the content then.
Result<Entered> enter(Cursor& in, std::uint8_t tag) {
    Cursor look = in;
    if (SEKISHO_TRY(look.u8()) != tag) return base::fail(base::Cause::malformed);
    const std::uint8_t first = SEKISHO_TRY(look.u8());
    Entered out;
    if (first == 0x80) {
        out.indefinite = true;
    } else if (first < 0x80) {
        out.length = first;
    } else {
        const unsigned bytes = first & 0x7Fu;
        if (bytes > 8) return base::fail(base::Cause::malformed);
        for (unsigned i = 0; i < bytes; ++i)
            out.length = out.length << 8 | SEKISHO_TRY(look.u8());
    }
    in = look;
    return out;
}

// An element of definite length: its content, and the cursor behind it.
Result<Bytes> take(Cursor& in, std::uint8_t tag) {
    const Entered element = SEKISHO_TRY(enter(in, tag));
    if (element.indefinite) return base::fail(base::Cause::unsupported);
    return in.take(element.length);
}

// The arcs behind 1.2.840.113549.1: 7.x are PKCS#7's types, 9.16.1.x those of CMS alone.
struct ContentType {
    std::string_view arcs;
    CmsKind kind;
};
constexpr std::string_view pkcs("\x2A\x86\x48\x86\xF7\x0D\x01"sv);
constexpr std::array content_types{
    ContentType{"\x07\x02"sv, CmsKind::opaque},          // signedData, if the content is there
    ContentType{"\x07\x03"sv, CmsKind::locked},          // envelopedData
    ContentType{"\x07\x04"sv, CmsKind::locked},          // signedAndEnvelopedData
    ContentType{"\x07\x05"sv, CmsKind::opaque},          // digestedData
    ContentType{"\x07\x06"sv, CmsKind::locked},          // encryptedData
    ContentType{"\x09\x10\x01\x02"sv, CmsKind::opaque},  // authenticatedData
    ContentType{"\x09\x10\x01\x09"sv, CmsKind::opaque},  // compressedData, RFC 3274
    ContentType{"\x09\x10\x01\x17"sv, CmsKind::locked},  // authEnvelopedData, RFC 5083
};

// SignedData up to encapContentInfo, RFC 5652 section 5.1: is there an eContent?
Result<bool> holds_content(Cursor in) {
    (void)SEKISHO_TRY(enter(in, tag_content));
    (void)SEKISHO_TRY(enter(in, tag_sequence));
    (void)SEKISHO_TRY(take(in, tag_integer));
    (void)SEKISHO_TRY(take(in, tag_set));
    const Entered info = SEKISHO_TRY(enter(in, tag_sequence));
    const std::size_t begin = in.offset();
    (void)SEKISHO_TRY(take(in, tag_oid));
    if (!info.indefinite && in.offset() - begin >= info.length) return false;
    return SEKISHO_TRY(in.u8()) == tag_content;  // 00 00: an indefinite one ends here
}

CmsKind kind_of_der(Bytes bytes) {
    Cursor in(bytes);
    if (!enter(in, tag_sequence)) return CmsKind::none;
    const auto oid = take(in, tag_oid);
    if (!oid) return CmsKind::none;
    const std::string_view name = base::as_text(*oid);
    if (!name.starts_with(pkcs)) return CmsKind::none;
    const auto row = std::ranges::find(content_types, name.substr(pkcs.size()), &ContentType::arcs);
    if (row == content_types.end()) return CmsKind::none;
    if (row->arcs == content_types[0].arcs && !holds_content(in).value_or(true)) return CmsKind::detached;
    return row->kind;
}

constexpr std::size_t looked_at = 8u << 10;

// The beginning of DER in base64; empty where it is none.
std::string decoded_head(std::string_view text) {
    constexpr std::array begins{"-----BEGIN PKCS7-----"sv, "-----BEGIN CMS-----"sv,
                                "-----BEGIN PKCS #7 SIGNED DATA-----"sv};
    text = base::trim(text.substr(0, looked_at));
    for (const std::string_view begin : begins) {
        if (text.starts_with(begin)) text.remove_prefix(begin.size());
    }
    text = base::trim(text);
    if (!text.starts_with("MI")) return {};  // 30 8x: a SEQUENCE
    std::string packed;
    for (const char c : text) {
        if (c == '-' || c == '=') break;
        if (!base::is_space(c)) packed += c;
    }
    packed.resize(packed.size() - packed.size() % 4);
    return base::base64_decode(packed).value_or(std::string());
}

Confidence recognise_cms(Bytes head, std::string_view /*name*/) {
    return cms_kind(head) == CmsKind::none ? no_match : sure_match;
}

void open_cms(const Part& part, Extraction& extraction) {
    const CmsKind kind = cms_kind(part.bytes);
    if (kind == CmsKind::locked) {
        extraction.findings().add("mime.encrypted.unopened", part.id, "S/MIME");
    } else if (kind == CmsKind::opaque) {
        extraction.findings().add("mime.signed.unread", part.id, "S/MIME");
    }
}

}  // namespace

CmsKind cms_kind(Bytes bytes) {
    const CmsKind kind = kind_of_der(bytes);
    if (kind != CmsKind::none) return kind;
    const std::string decoded = decoded_head(base::as_text(bytes));
    return decoded.empty() ? CmsKind::none : kind_of_der(base::as_bytes(decoded));
}

const Format cms_format{
    .name = "cms",
    .type = "application/pkcs7-mime",
    .extensions = "p7m,p7s,p7c,p7b,p7z,spc",
    .recognise = recognise_cms,
    .open = open_cms,
    .risky = false,
};

}  // namespace sekisho::scanner::containers
