// What is found in a script by words alone.
#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace sekisho::scanner::active {

// What the scripts of a page can do, by the names that they use.
struct ScriptWords {
    bool builds = false;   // hands a file to the browser: createObjectURL, msSaveBlob, a download attribute
    bool decodes = false;  // turns characters into bytes: atob, charCodeAt, Uint8Array
    bool writes = false;   // writes a page, or runs text: document.write, eval, unescape
    bool any() const { return builds || decodes || writes; }
};
ScriptWords words_of(std::string_view script);

// The constants of one byte behind a '^', as in charCodeAt(i) ^ 42; at most four.
std::vector<std::uint8_t> xor_keys_in(std::string_view script);

// The name under which a script saves its file.
struct NamedFile {
    std::string name;    // empty where there is none
    bool given = false;  // said so, or in a script of little code; else some string that looks like a name
};
// What is given (a.download = "..."), or else the first string that looks like the name of an archive,
// program, script, page or document.
NamedFile file_name_in(std::string_view script);

// `extension`: lower case, without the dot.
bool is_archive_extension(std::string_view extension);

bool holds_any(std::string_view text, std::span<const std::string_view> words);

// Text that some browser would run as a script, by a few words.
bool is_script(std::string_view text);
// Markup that does more than show something: scripts, handlers, frames, forms.
bool is_active_markup(std::string_view head);
// A page, as opposed to a piece of markup that a page is put together of.
bool is_page(std::string_view head);

}  // namespace sekisho::scanner::active
