// The ways in which clients differ about a message, by name: the classes of `mime.ambiguous.*`, and
// `mime.header.truncated`.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace sekisho::scanner::mime {

// In the order of the findings table. What each means stands there, and in docs/findings.md.
enum class Ambiguity : std::uint8_t {
    base64_garbage,
    base64_lines,
    base64_padding,
    base64_unpadded,
    boundary_blanks,
    boundary_characters,
    boundary_duplicate,
    boundary_empty,
    boundary_epilogue,
    boundary_foreign,
    boundary_indented,
    boundary_line_end,
    boundary_long,
    boundary_missing,
    boundary_preamble,
    boundary_prefix,
    boundary_quoting,
    boundary_rfc2231,
    boundary_shared,
    boundary_trailing,
    boundary_undeclared,
    boundary_unterminated,
    boundary_unused,
    encoding_absent,
    encoding_composite,
    encoding_line_ends,
    encoding_misspelt,
    encoding_quoted,
    encoding_several,
    encoding_unknown,
    header_8bit,
    header_case,
    header_comment,
    header_duplicate,
    header_encoded_word,
    header_folding,
    header_late,
    header_line_end,
    header_long,
    header_name,
    header_no_colon,
    header_nul,
    header_separator,
    header_space,
    header_values,
    name_8bit,
    name_bidi,
    name_blanks,
    name_conflict,
    name_encoded_word,
    name_extension_conflict,
    name_long,
    name_nul,
    name_percent,
    name_rfc2231,
    name_trailing,
    qp_blanks,
    qp_case,
    qp_end,
    qp_escape,
    text_binhex,
    text_uuencode,
    text_yenc,
    type_appledouble,
    type_charset,
    type_iso2022,
    type_message,
    type_multipart,
    type_quoted,
    type_text,
    type_utf16,
    type_utf7,
    header_truncated,
};

// "mime.ambiguous.header.nul"
std::string_view id_of(Ambiguity what);

// True where clients may see other parts, or other bytes of a part: further readings are worth their time.
bool divides_readings(Ambiguity what);

// What was met, each kind a few times with its place. Cheap while there is nothing.
class Ambiguities {
public:
    struct Entry {
        Ambiguity what;
        std::string where;  // a piece of the message, at most 100 bytes; untrusted
    };

    void add(Ambiguity what, std::string_view where = {});
    void add(const Ambiguities& others);
    bool has(Ambiguity what) const;
    bool divide_readings() const { return divide_; }
    const std::vector<Entry>& all() const { return all_; }

private:
    std::vector<Entry> all_;
    bool divide_ = false;
};

}  // namespace sekisho::scanner::mime
