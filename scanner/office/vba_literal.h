// Text from forms, properties and p-code as lines that VBA could hold: `Form.Box.Text = "..."`.
//
// So the look for keywords, the folder of strings and the rules read them like source.
#pragma once

#include <string>
#include <string_view>

namespace sekisho::scanner::office {

// `utf8` between quotes: quotes doubled, line ends as `" & vbCrLf & "`, other control characters as blanks.
std::string vba_literal(std::string_view utf8);

// Appends `target = "value"` and a line end. Nothing for an empty value, nor where `out` is over
// `max_text_lines`.
constexpr std::size_t max_text_lines = 4u << 20;
void add_assignment(std::string& out, std::string_view target, std::string_view utf8);

}  // namespace sekisho::scanner::office
