// The names that JScript and JavaScript know, and their words.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "scanner/fold/token.h"

namespace sekisho::scanner::fold::js {

// Numbers of names, in the order of known_names().
// clang-format off
enum Word : std::uint32_t {
    // functions and objects
    w_unescape, w_decode_uri_component, w_decode_uri, w_atob, w_parse_int, w_string, w_array, w_number,
    w_from_char_code,
    last_function = w_from_char_code,
    // methods
    w_join, w_split, w_reverse, w_replace, w_replace_all, w_substr, w_substring, w_slice, w_char_at, w_char_code_at,
    w_concat, w_to_string, w_to_lower, w_to_upper, w_trim, w_length, w_index_of, w_apply, w_call,
    // methods that change their array
    w_push, w_pop, w_shift, w_unshift, w_splice, w_sort, w_fill,
    // keywords
    w_var, w_let, w_const, w_function, w_if, w_else, w_for, w_while, w_do, w_return, w_switch, w_case, w_default,
    w_break, w_continue, w_try, w_catch, w_finally, w_throw, w_new, w_typeof, w_void, w_delete, w_in, w_of,
    w_instanceof, w_true, w_false, w_null, w_undefined,
};
// clang-format on
constexpr bool is_keyword(std::uint32_t id) { return id >= w_var && id <= w_undefined; }
const std::vector<std::string_view>& known_names();

std::vector<Token> read_tokens(std::string_view source, Names& names);

// What stands between the quotes, ECMA-262 12.9.4, with Annex B's octal escapes.
std::string unescaped(std::string_view inner);

}  // namespace sekisho::scanner::fold::js
