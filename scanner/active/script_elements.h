// <script> elements of text that hosts search for them: HTA, WSF, WSC, SCT. Whatever stands before the first
// tag does not matter to mshta or wscript, so no well-formed document is asked for.
#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>

namespace sekisho::scanner::active {

struct ScriptElement {
    std::string_view body;  // without CDATA marks and comments around it
    std::string language;   // lower case: of language=, else of type=; may be empty
    std::string source;     // src=, as it stands; may be empty
    std::size_t end = 0;    // offset behind the element
};
// The next element at or after `from`. An element without an end goes to the end of the text. Linear over all
// calls.
std::optional<ScriptElement> find_script_element(std::string_view text, std::size_t from);

// The value of `name` (lower case) among the attributes in `tag`, with or without quotes; empty where it has
// none.
std::string_view attribute_in(std::string_view tag, std::string_view name);

// The extension that goes with a script's language, "vbs", "js", "vbe", "jse"; empty for others.
std::string_view extension_of_language(std::string_view language);

}  // namespace sekisho::scanner::active
