// What single tags, styles and scripts of a page give away.
#pragma once

#include <string>
#include <string_view>

namespace sekisho::scanner::active {

// A "type" of <script> that browsers run; others are data for scripts, or for machines that read mail.
bool is_code_type(std::string_view type);

// Elements that have no business in a picture.
bool is_foreign_element(std::string_view tag);

// The attributes of a tag style it so that nobody sees its content.
bool is_invisible(std::string_view attributes);

// Text that is worth hiding: a password, or what somebody, or some machine, is told to do. `utf8`.
bool speaks_in_secret(std::string_view utf8);

// Where the script goes at once: the target of location = "https://...", as it stands, or in base64. Empty
// where it does not.
std::string_view redirect_in(std::string_view script);

}  // namespace sekisho::scanner::active
