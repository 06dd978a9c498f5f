// Where the text of an RTF goes, put together from bytes of several code pages and from Unicode.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "scanner/office/word_fields.h"
#include "scanner/output.h"

namespace sekisho::scanner::office {

// What a group is for.
enum class RtfTarget : std::uint8_t {
    shown,
    hidden,
    fonts,
    instruction,  // of a field
    object_class,
    object_data,
    path,  // of a template
};

// Text is gathered until it is of another kind, and then written as UTF-8: `shown` to the output,
// `instruction` to the field, class and path to the strings here. Line ends and zeros are no text.
class RtfText {
public:
    RtfText(Output& output, FieldReader& fields) : output_(output), fields_(fields) {}

    void put(RtfTarget target, std::uint16_t code_page,
             std::string_view bytes);                     // code page 0: the document's
    void put_unit(RtfTarget target, std::uint16_t unit);  // UTF-16
    void put_utf8(RtfTarget target, std::string_view text);
    void set_code_page(std::uint32_t code_page);  // of the document
    void flush();                                 // before the target itself changes

    std::string class_name;  // at most 256 bytes
    std::string path;        // at most 4 KB

private:
    void expect(RtfTarget target, std::uint16_t code_page, bool wide);
    void deliver(RtfTarget target, std::string_view utf8);

    Output& output_;
    FieldReader& fields_;
    std::string charset_ = "windows-1252";
    std::string pending_;  // all of one kind
    RtfTarget pending_target_ = RtfTarget::shown;
    std::uint16_t pending_code_page_ = 0;
    bool pending_wide_ = false;
    bool room_ = true;
};

}  // namespace sekisho::scanner::office
