// Whether a page saves a file by itself or waits until its reader asks for it. The scripts are cut into
// tokens (ECMA-262 section 12), functions are told apart, and it is followed which of them run when the page
// is shown and which when somebody clicks. Nothing is executed; linear but for a few passes over the scripts.
//
// Known weaknesses: whoever hides a call (computed names, eval) is taken to save by itself unless another
// call to save is plainly a click's; functions of one name are one function; generators, getters and what
// is called by an exception are not followed.
#pragma once

#include <cstdint>
#include <span>
#include <string_view>

namespace sekisho::scanner::active {

// A script of a page, or the code of a handler.
struct PageScript {
    std::string_view code;
    bool on_click = false;  // of onclick and the like, or of a "javascript:" link: runs when the reader acts
};

enum class Saving : std::uint8_t {
    never,      // no call is seen that hands a file to the browser
    on_click,   // each is a click's
    by_itself,  // one runs when the page is shown, or that cannot be told
};
// Charge the size of the scripts thrice before calling.
Saving saving_of(std::span<const PageScript> scripts);

// Names of handlers ("onclick", any case) that run when the reader acts, not when the page is shown.
bool waits_for_reader(std::string_view event);

}  // namespace sekisho::scanner::active
