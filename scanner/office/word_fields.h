// Field instructions of Word ([MS-OE376] 2.16.5 and its kin), whatever they stand in: RTF, .doc or OOXML.
//
// Known weaknesses: IF, formulas and mail merge are not worked out; a field within them counts by itself.
#pragma once

#include <cstddef>
#include <cstdint>
#include <map>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "scanner/findings.h"

namespace sekisho::scanner::office {

struct WordField {
    enum class Kind : std::uint8_t {
        other,
        dde,       // asks another program, when somebody updates it
        dde_auto,  // when the document is opened
        include_picture,
        include_text,
        link,  // an object that lies elsewhere
        hyperlink,
    };
    Kind kind = Kind::other;
    std::string target;  // address or path; of DDE the program that is asked, as it stands there
    bool executes =
        false;  // DDE: that program is a shell, a script host or any other that runs what it is told
    std::string instruction;  // blanks at the ends left out; at most 1 KB of it
};

// What a field would do. Linear. UTF-8.
WordField read_field(std::string_view instruction);

// Puts fields together from the pieces in which documents hold them: formatting parts an instruction into
// runs, and fields within it (QUOTE with character codes, REF to a SET) give their text to the one around.
// Bounded: 64 levels, 64 KB an instruction, 16 MB that fields give to others, 4,096 fields that are kept;
// linear.
class FieldReader {
public:
    void begin();     // 0x13, fldChar begin
    void separate();  // 0x14: what follows is the result
    // 0x15. Gives the field, until the next call; null where it is of kind `other`.
    const WordField* end();
    void text(std::string_view utf8);  // goes where the innermost field wants it; outside of fields nowhere

    std::size_t depth() const { return depth_; }
    // Whether the innermost field, or one around it, is at its instruction: then text is none that is shown.
    bool in_instruction() const { return instructions_ > 0; }
    void finish();  // those that are still open, as at the end of the document
    // All but those of kind `other` and links that mean no finding, in order of their ends.
    std::span<const WordField> fields() const { return fields_; }
    bool cut() const { return cut_; }  // a bound was met

private:
    struct Level {
        std::string instruction;
        std::string result;
        bool separated = false;
    };
    std::string value_of(const Level& level);
    void append(std::string& to, std::string_view text);

    std::vector<Level> levels_;
    std::size_t depth_ = 0;  // levels_.size() but where they are too many
    std::size_t instructions_ = 0;
    std::map<std::string, std::string, std::less<>> set_;  // by SET: name in lower case, text
    std::vector<WordField> fields_;
    WordField last_;
    std::size_t given_ = 0;  // bytes that fields gave to others
    bool cut_ = false;
};

// Whether a DDE conversation with `service` about `topic` starts a program that runs what it is told.
bool dde_executes(std::string_view service, std::string_view topic);

// office.dde, office.dde.exec, office.dde.autoexec, office.remote-content, office.remote-content.text,
// office.link.*.
void report_fields(std::span<const WordField> fields, model::PartId part, Findings& findings);

}  // namespace sekisho::scanner::office
