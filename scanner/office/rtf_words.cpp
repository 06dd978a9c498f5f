#include "scanner/office/rtf_words.h"

#include <array>
#include <cstddef>

#include "base/text.h"

namespace sekisho::scanner::office {

namespace {

using enum RtfAct;  // the table reads better with bare names

// clang-format off
constexpr std::array rows{  // NOLINT: a table holds nothing else
    RtfWord{"ansicpg", code_page},
    RtfWord{"bullet", write, "\xE2\x80\xA2"},
    RtfWord{"cell", write, "\t"},
    RtfWord{"column", write, "\n"},
    RtfWord{"emdash", write, "\xE2\x80\x94"},
    RtfWord{"emspace", write, " "},
    RtfWord{"endash", write, "\xE2\x80\x93"},
    RtfWord{"enspace", write, " "},
    RtfWord{"f", font},
    RtfWord{"fcharset", font_charset},
    RtfWord{"field", field},
    RtfWord{"fldinst", field_instruction},
    RtfWord{"fldrslt", field_result},
    RtfWord{"fonttbl", fonts},
    RtfWord{"fromhtml", from_html},
    RtfWord{"htmlrtf", only_rtf},
    RtfWord{"htmltag", show},
    RtfWord{"ldblquote", write, "\xE2\x80\x9C"},
    RtfWord{"line", write, "\n"},
    RtfWord{"lquote", write, "\xE2\x80\x98"},
    RtfWord{"nestcell", write, "\t"},
    RtfWord{"nestrow", write, "\n"},
    RtfWord{"objclass", object_class},
    RtfWord{"objdata", object_data},
    RtfWord{"object", object},
    RtfWord{"objupdate", object_update},
    RtfWord{"page", write, "\n"},
    RtfWord{"par", write, "\n"},
    RtfWord{"plain", plain},
    RtfWord{"qmspace", write, " "},
    RtfWord{"rdblquote", write, "\xE2\x80\x9D"},
    RtfWord{"row", write, "\n"},
    RtfWord{"rquote", write, "\xE2\x80\x99"},
    RtfWord{"sect", write, "\n"},
    RtfWord{"shptxt", show},
    RtfWord{"tab", write, "\t"},
    RtfWord{"template", template_path},
    RtfWord{"u", unicode},
    RtfWord{"uc", fallbacks},
    RtfWord{"ud", ud},
    RtfWord{"upr", upr},
    // Destinations that nobody reads; those behind "\*" are hidden without a row.
    RtfWord{"author", hide}, RtfWord{"background", hide}, RtfWord{"bkmkend", hide}, RtfWord{"bkmkstart", hide},
    RtfWord{"blipuid", hide}, RtfWord{"buptim", hide}, RtfWord{"category", hide}, RtfWord{"colortbl", hide},
    RtfWord{"comment", hide}, RtfWord{"company", hide}, RtfWord{"creatim", hide}, RtfWord{"datafield", hide},
    RtfWord{"doccomm", hide}, RtfWord{"docvar", hide}, RtfWord{"falt", hide}, RtfWord{"filetbl", hide},
    RtfWord{"fontemb", hide}, RtfWord{"fontfile", hide}, RtfWord{"generator", hide}, RtfWord{"hlinkbase", hide},
    RtfWord{"info", hide}, RtfWord{"keywords", hide}, RtfWord{"listtable", hide}, RtfWord{"manager", hide},
    RtfWord{"nonshppict", hide}, RtfWord{"objalias", hide}, RtfWord{"objname", hide}, RtfWord{"objsect", hide},
    RtfWord{"objtime", hide}, RtfWord{"operator", hide}, RtfWord{"panose", hide}, RtfWord{"pict", hide},
    RtfWord{"picprop", hide}, RtfWord{"printim", hide}, RtfWord{"private", hide}, RtfWord{"revtbl", hide},
    RtfWord{"revtim", hide}, RtfWord{"rxe", hide}, RtfWord{"sn", hide}, RtfWord{"stylesheet", hide},
    RtfWord{"subject", hide}, RtfWord{"sv", hide}, RtfWord{"tc", hide}, RtfWord{"title", hide},
    RtfWord{"txe", hide}, RtfWord{"xe", hide},
};
// clang-format on

// Open addressing; a quarter full.
constexpr std::size_t slots = 512;
constexpr std::array<std::uint8_t, slots> index = [] {
    static_assert(rows.size() * 4 <= slots && rows.size() < 255);
    std::array<std::uint8_t, slots> out{};
    for (std::size_t i = 0; i < rows.size(); ++i) {
        std::size_t slot = rtf_word_hash(rows[i].name) % slots;
        while (out[slot] != 0)
            slot = (slot + 1) % slots;
        out[slot] = static_cast<std::uint8_t>(i + 1);
    }
    return out;
}();

}  // namespace

const RtfWord* find_rtf_word(const RtfToken& token) {
    for (std::size_t slot = token.hash % slots; index[slot] != 0; slot = (slot + 1) % slots) {
        const RtfWord& row = rows[index[slot] - 1U];
        if (row.name.size() == token.text.size() && base::equals_ignoring_case(row.name, token.text))
            return &row;
    }
    return nullptr;
}

bool is_rtf_destination(RtfAct act) {
    switch (act) {
        case hide:
        case show:
        case fonts:
        case object:
        case object_class:
        case object_data:
        case field:
        case field_instruction:
        case field_result:
        case template_path:
        case upr:
        case ud:
            return true;
        case write:
        case unicode:
        case fallbacks:
        case code_page:
        case font:
        case font_charset:
        case from_html:
        case only_rtf:
        case plain:
        case object_update:
            return false;
    }
    return false;
}

}  // namespace sekisho::scanner::office
