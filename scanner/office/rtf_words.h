// The control words of RTF 1.9.1 that matter here, and what they do. One row per word.
#pragma once

#include <cstdint>
#include <string_view>

#include "scanner/office/rtf_lexer.h"

namespace sekisho::scanner::office {

enum class RtfAct : std::uint8_t {
    write,      // stands for the row's text
    hide,       // a destination that people do not read
    show,       // one that they do, though readers that do not know it leave it out
    unicode,    // a UTF-16 unit, and behind it letters for readers that know none
    fallbacks,  // how many these are
    code_page,
    font,
    font_charset,
    fonts,
    from_html,  // [MS-OXRTFEX]
    only_rtf,   // what follows stands for an HTML tag, until "\htmlrtf0"
    plain,      // formatting as at the beginning
    upr,        // a group in ANSI, and the same in Unicode
    ud,         // that one
    object,
    object_class,
    object_data,
    object_update,
    field,
    field_instruction,
    field_result,
    template_path,
};

struct RtfWord {
    std::string_view name;
    RtfAct act;
    std::string_view text = {};
};

// Null where no row has the name of `token`, in either case: what some reader takes in capitals counts.
const RtfWord* find_rtf_word(const RtfToken& token);

// Whether the word begins a destination: what may stand behind "\*".
bool is_rtf_destination(RtfAct act);

}  // namespace sekisho::scanner::office
