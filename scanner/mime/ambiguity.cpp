#include "scanner/mime/ambiguity.h"

#include <algorithm>
#include <array>

namespace sekisho::scanner::mime {

namespace {

struct Row {
    Ambiguity what;
    std::string_view id;
    bool divides;
};

using enum Ambiguity;
constexpr std::array rows{
    Row{base64_garbage, "mime.ambiguous.base64.garbage", false},
    Row{base64_lines, "mime.ambiguous.base64.lines", false},
    Row{base64_padding, "mime.ambiguous.base64.padding", false},
    Row{base64_unpadded, "mime.ambiguous.base64.unpadded", false},
    Row{boundary_blanks, "mime.ambiguous.boundary.blanks", false},
    Row{boundary_characters, "mime.ambiguous.boundary.characters", true},
    Row{boundary_duplicate, "mime.ambiguous.boundary.duplicate", true},
    Row{boundary_empty, "mime.ambiguous.boundary.empty", true},
    Row{boundary_epilogue, "mime.ambiguous.boundary.epilogue", true},
    Row{boundary_foreign, "mime.ambiguous.boundary.foreign", true},
    Row{boundary_indented, "mime.ambiguous.boundary.indented", true},
    Row{boundary_line_end, "mime.ambiguous.boundary.line-end", true},
    Row{boundary_long, "mime.ambiguous.boundary.long", false},
    Row{boundary_missing, "mime.ambiguous.boundary.missing", true},
    Row{boundary_preamble, "mime.ambiguous.boundary.preamble", true},
    Row{boundary_prefix, "mime.ambiguous.boundary.prefix", true},
    Row{boundary_quoting, "mime.ambiguous.boundary.quoting", true},
    Row{boundary_rfc2231, "mime.ambiguous.boundary.rfc2231", true},
    Row{boundary_shared, "mime.ambiguous.boundary.shared", true},
    Row{boundary_trailing, "mime.ambiguous.boundary.trailing", true},
    Row{boundary_undeclared, "mime.ambiguous.boundary.undeclared", true},
    Row{boundary_unterminated, "mime.ambiguous.boundary.unterminated", false},
    Row{boundary_unused, "mime.ambiguous.boundary.unused", true},
    Row{encoding_absent, "mime.ambiguous.encoding.absent", false},
    Row{encoding_composite, "mime.ambiguous.encoding.composite", true},
    Row{encoding_line_ends, "mime.ambiguous.encoding.line-ends", false},
    Row{encoding_misspelt, "mime.ambiguous.encoding.misspelt", true},
    Row{encoding_quoted, "mime.ambiguous.encoding.quoted", true},
    Row{encoding_several, "mime.ambiguous.encoding.several", true},
    Row{encoding_unknown, "mime.ambiguous.encoding.unknown", true},
    Row{header_8bit, "mime.ambiguous.header.8bit", true},
    Row{header_case, "mime.ambiguous.header.case", false},
    Row{header_comment, "mime.ambiguous.header.comment", true},
    Row{header_duplicate, "mime.ambiguous.header.duplicate", true},
    Row{header_encoded_word, "mime.ambiguous.header.encoded-word", true},
    Row{header_folding, "mime.ambiguous.header.folding", true},
    Row{header_late, "mime.ambiguous.header.late", true},
    Row{header_line_end, "mime.ambiguous.header.line-end", true},
    Row{header_long, "mime.ambiguous.header.long", false},
    Row{header_name, "mime.ambiguous.header.name", true},
    Row{header_no_colon, "mime.ambiguous.header.no-colon", true},
    Row{header_nul, "mime.ambiguous.header.nul", true},
    Row{header_separator, "mime.ambiguous.header.separator", true},
    Row{header_space, "mime.ambiguous.header.space", true},
    Row{header_values, "mime.ambiguous.header.values", true},
    Row{name_8bit, "mime.ambiguous.name.8bit", false},
    Row{name_bidi, "mime.ambiguous.name.bidi", false},
    Row{name_blanks, "mime.ambiguous.name.blanks", false},
    Row{name_conflict, "mime.ambiguous.name.conflict", false},
    Row{name_encoded_word, "mime.ambiguous.name.encoded-word", false},
    Row{name_extension_conflict, "mime.ambiguous.name.extension-conflict", false},
    Row{name_long, "mime.ambiguous.name.long", false},
    Row{name_nul, "mime.ambiguous.name.nul", false},
    Row{name_percent, "mime.ambiguous.name.percent", false},
    Row{name_rfc2231, "mime.ambiguous.name.rfc2231", false},
    Row{name_trailing, "mime.ambiguous.name.trailing", false},
    Row{qp_blanks, "mime.ambiguous.qp.blanks", false},
    Row{qp_case, "mime.ambiguous.qp.case", false},
    Row{qp_end, "mime.ambiguous.qp.end", false},
    Row{qp_escape, "mime.ambiguous.qp.escape", false},
    Row{text_binhex, "mime.ambiguous.text.binhex", false},
    Row{text_uuencode, "mime.ambiguous.text.uuencode", false},
    Row{text_yenc, "mime.ambiguous.text.yenc", false},
    Row{type_appledouble, "mime.ambiguous.type.appledouble", false},
    Row{type_charset, "mime.ambiguous.type.charset", false},
    Row{type_iso2022, "mime.ambiguous.type.iso2022", false},
    Row{type_message, "mime.ambiguous.type.message", false},
    Row{type_multipart, "mime.ambiguous.type.multipart", false},
    Row{type_quoted, "mime.ambiguous.type.quoted", true},
    Row{type_text, "mime.ambiguous.type.text", false},
    Row{type_utf16, "mime.ambiguous.type.utf16", false},
    Row{type_utf7, "mime.ambiguous.type.utf7", false},
    Row{header_truncated, "mime.header.truncated", false},
};
static_assert(std::ranges::is_sorted(rows, {}, &Row::id));

const Row& row_of(Ambiguity what) { return rows.at(static_cast<std::size_t>(what)); }

// Ten thousand broken parts say no more than three.
constexpr std::ptrdiff_t max_of_a_kind = 3;
constexpr std::size_t max_where = 100;

}  // namespace

std::string_view id_of(Ambiguity what) { return row_of(what).id; }
bool divides_readings(Ambiguity what) { return row_of(what).divides; }

void Ambiguities::add(Ambiguity what, std::string_view where) {
    divide_ = divide_ || divides_readings(what);
    if (std::ranges::count(all_, what, &Entry::what) >= max_of_a_kind) return;
    all_.push_back({.what = what, .where = std::string(where.substr(0, max_where))});
}

void Ambiguities::add(const Ambiguities& others) {
    for (const Entry& entry : others.all_)
        add(entry.what, entry.where);
}

bool Ambiguities::has(Ambiguity what) const {
    return std::ranges::find(all_, what, &Entry::what) != all_.end();
}

}  // namespace sekisho::scanner::mime
