// The names that PowerShell knows, and its words.
#pragma once

#include <cstdint>
#include <deque>
#include <string>
#include <string_view>
#include <vector>

#include "scanner/fold/output.h"
#include "scanner/fold/token.h"

namespace sekisho::scanner::fold::ps {

// Numbers of names, in the order of known_names().
// clang-format off
enum Word : std::uint32_t {
    // types
    w_char, w_int, w_byte, w_string, w_convert, w_array, w_int16, w_int32, w_uint16, w_uint32, w_int64,
    // members
    w_from_base64, w_get_string, w_unicode, w_utf8, w_ascii, w_default, w_join, w_split, w_replace, w_to_string,
    w_substring, w_to_lower, w_to_upper, w_trim, w_to_char_array, w_reverse, w_length, w_count, w_insert, w_remove,
    w_concat, w_to_int16, w_to_int32, w_to_byte, w_to_char, w_invariant_lower, w_invariant_upper,
    // commands
    w_foreach_object,
    // keywords
    w_if, w_elseif, w_else, w_for, w_foreach, w_while, w_do, w_until, w_switch, w_function, w_filter, w_try, w_catch,
    w_finally, w_return, w_param, w_in, w_begin, w_process, w_end, w_break, w_continue, w_exit, w_throw,
    // variables that are known
    w_item, w_comspec, w_pshome, w_shell_id, w_verbose, w_public, w_windir, w_system_root, w_true, w_false, w_null,
};
// clang-format on
const std::vector<std::string_view>& known_names();
// What a variable of the system holds everywhere; empty where that differs.
std::string_view known_variable(std::uint32_t id);

// Backticks within words are taken out of the text. `cleaned` owns the names that had some.
std::vector<Token> read_tokens(std::string_view source, Names& names, std::deque<std::string>& cleaned,
                               Output& output);

}  // namespace sekisho::scanner::fold::ps
