#include "scanner/containers/cms.h"

#include <algorithm>
#include <array>
#include <optional>
#include <string>
#include <string_view>

#include "base/base64.h"
#include "base/cursor.h"
#include "base/text.h"
#include "scanner/containers/cms_content.h"
#include "scanner/containers/der.h"

namespace sekisho::scanner::containers {

namespace {

using namespace std::string_view_literals;
using base::Bytes;
using base::Cursor;
using base::Result;

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
    ContentType{"\x09\x10\x01\x09"sv, CmsKind::packed},  // compressedData, RFC 3274
    ContentType{"\x09\x10\x01\x17"sv, CmsKind::locked},  // authEnvelopedData, RFC 5083
};

// SignedData up to encapContentInfo, RFC 5652 section 5.1: is there an eContent?
Result<bool> holds_content(Cursor in) {
    (void)SEKISHO_TRY(der::enter(in, der::tag_content));
    (void)SEKISHO_TRY(der::enter(in, der::tag_sequence));
    (void)SEKISHO_TRY(der::take(in, der::tag_integer));
    (void)SEKISHO_TRY(der::take(in, der::tag_set));
    const der::Entered info = SEKISHO_TRY(der::enter(in, der::tag_sequence));
    const std::size_t begin = in.offset();
    (void)SEKISHO_TRY(der::take(in, der::tag_oid));
    if (!info.indefinite && in.offset() - begin >= info.length) return false;
    return SEKISHO_TRY(in.u8()) == der::tag_content;  // 00 00: an indefinite one ends here
}

CmsKind kind_of_der(Bytes bytes) {
    Cursor in(bytes);
    if (!der::enter(in, der::tag_sequence)) return CmsKind::none;
    const auto oid = der::take(in, der::tag_oid);
    if (!oid) return CmsKind::none;
    const std::string_view name = base::as_text(*oid);
    if (!name.starts_with(pkcs)) return CmsKind::none;
    const auto row = std::ranges::find(content_types, name.substr(pkcs.size()), &ContentType::arcs);
    if (row == content_types.end()) return CmsKind::none;
    if (row->arcs == content_types[0].arcs && !holds_content(in).value_or(true)) return CmsKind::detached;
    return row->kind;
}

constexpr std::size_t looked_at = 8u << 10;

// The letters of DER in base64, with or without the lines of PEM, or of its beginning.
std::string_view base64_of_der(std::string_view text) {
    constexpr std::array begins{"-----BEGIN PKCS7-----"sv, "-----BEGIN CMS-----"sv,
                                "-----BEGIN PKCS #7 SIGNED DATA-----"sv};
    text = base::trim(text);
    for (const std::string_view begin : begins) {
        if (text.starts_with(begin)) text.remove_prefix(begin.size());
    }
    text = base::trim(text);
    if (!text.starts_with("MI")) return {};  // 30 8x: a SEQUENCE
    return text.substr(0, text.find_first_of("-="));
}

// Empty where it is none.
std::string decoded(std::string_view text) {
    std::string packed;
    for (const char c : base64_of_der(text)) {
        if (!base::is_space(c)) packed += c;
    }
    if (packed.size() % 4 == 1) packed.pop_back();
    while (packed.size() % 4 != 0)
        packed += '=';
    return base::base64_decode(packed).value_or(std::string());
}
Confidence recognise_cms(Bytes head, std::string_view /*name*/) {
    return cms_kind(head) == CmsKind::none ? no_match : sure_match;
}

// "contract.pdf" of "contract.pdf.p7m".
std::string name_inside(std::string_view name) {
    constexpr std::size_t suffix = 4;
    for (const std::string_view end : {".p7m", ".p7s", ".p7z"}) {
        if (name.size() > suffix && base::equals_ignoring_case(name.substr(name.size() - suffix), end))
            return std::string(name.substr(0, name.size() - suffix));
    }
    return {};
}

void add_unread(const Part& part, Extraction& extraction) {
    extraction.findings().add("mime.signed.unread", part.id, "S/MIME");
}

// In one piece it is a view, as DER has it.
void open_content(const Part& part, Extraction& extraction) {
    const auto content = find_cms_content(part.bytes);
    if (!content) return add_unread(part, extraction);
    ChildSpec spec;
    spec.name = name_inside(part.name);
    spec.opened_by = "cms";
    Cursor look = *content;
    if (const auto whole = der::take(look, der::tag_octets)) {
        (void)extraction.add_child(std::move(spec), *whole);
        return;
    }
    Output output(extraction.budget());
    const auto read = read_octets(*content, [&](Bytes piece) { return output.write(piece); });
    if (!read) {
        if (read.error().cause != base::Cause::limit) add_unread(part, extraction);
        spec.flags.set(PartFlag::truncated);
    }
    if (read || output.size() > 0) (void)extraction.add_child(std::move(spec), std::move(output));
}

void open_cms(const Part& part, Extraction& extraction) {
    const CmsKind kind = cms_kind(part.bytes);
    if (kind == CmsKind::locked) extraction.findings().add("mime.encrypted.unopened", part.id, "S/MIME");
    if (kind == CmsKind::packed) add_unread(part, extraction);
    if (kind != CmsKind::opaque) return;
    if (kind_of_der(part.bytes) != CmsKind::none) return open_content(part, extraction);
    Output output(extraction.budget());
    if (!output.write(base::as_bytes(decoded(base::as_text(part.bytes))))) return;
    ChildSpec spec;
    spec.name = part.name;
    spec.opened_by = "cms";
    (void)extraction.add_child(std::move(spec), std::move(output));
}

}  // namespace

CmsKind cms_kind(Bytes bytes) {
    const CmsKind kind = kind_of_der(bytes);
    if (kind != CmsKind::none) return kind;
    const std::string head = decoded(base::as_text(base::head(bytes, looked_at)));
    return head.empty() ? CmsKind::none : kind_of_der(base::as_bytes(head));
}

const Format cms_format{
    .name = "cms",
    .type = "application/pkcs7-mime",
    .extensions = "p7m,p7s,p7c,p7b,p7z,spc",
    .recognise = recognise_cms,
    .open = open_cms,
};

}  // namespace sekisho::scanner::containers
