// A salt: a word that a script strews into its strings and takes out at run time.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>

namespace sekisho::scanner::fold {

// Takes `salt` out of `text` where it stands four times or more, as a salt does and a separator that merely
// occurs does not. How many places those were.
std::size_t take_out_salt(std::string& text, std::string_view salt);

}  // namespace sekisho::scanner::fold
