// The names that VBA and VBScript know, and their words.
#pragma once

#include <cstdint>
#include <string_view>
#include <vector>

#include "scanner/fold/output.h"
#include "scanner/fold/token.h"

namespace sekisho::scanner::fold::vba {

// Numbers of names, in the order of known_names().
// clang-format off
enum Word : std::uint32_t {
    // functions that are folded
    w_chr, w_chrw, w_chrb, w_asc, w_ascw, w_strreverse, w_replace, w_split, w_join, w_mid, w_left, w_right,
    w_array, w_lcase, w_ucase, w_trim, w_ltrim, w_rtrim, w_space, w_string, w_cstr, w_hex, w_oct, w_len, w_val,
    w_cint, w_clng, w_cbyte, w_cvar, w_int, w_fix, w_abs, w_instr, w_ubound, w_lbound, w_strconv, w_midb, w_lenb,
    w_ascb, w_filter,
    last_function = w_filter,
    // constants
    w_vbcrlf, w_vbcr, w_vblf, w_vbtab, w_vbnewline, w_vbnullstring, w_vbnullchar, w_true, w_false, w_empty,
    last_constant = w_empty,
    // libraries that stand before a function's name
    w_vba, w_strings, w_conversion, w_math, w_interaction,
    // keywords
    w_if, w_then, w_else, w_elseif, w_end, w_select, w_case, w_for, w_each, w_to, w_step, w_in, w_next, w_do,
    w_loop, w_while, w_wend, w_until, w_sub, w_function, w_property, w_exit, w_const, w_dim, w_public, w_private,
    w_static, w_friend, w_global, w_set, w_let, w_redim, w_erase, w_call, w_as, w_new, w_not, w_and, w_or, w_xor,
    w_mod, w_eqv, w_imp, w_like, w_is, w_rem, w_option, w_attribute, w_get, w_declare, w_byref, w_byval,
    w_optional, w_preserve, w_with, w_type, w_enum, w_addressof, w_typeof, w_goto, w_on, w_default,
};
// clang-format on
constexpr bool is_keyword(std::uint32_t id) { return id >= w_if && id <= w_default; }
const std::vector<std::string_view>& known_names();

// Lines that go on on the next one are joined: what marks them is taken out of the text.
std::vector<Token> read_tokens(std::string_view source, Names& names, Output& output);

}  // namespace sekisho::scanner::fold::vba
