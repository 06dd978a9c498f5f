// What office macros start, open and write: whether it is what ordinary ones do.
#pragma once

#include <cstdint>
#include <string_view>

#include "scanner/office/macro_statements.h"

namespace sekisho::scanner::office {

// Whether the argument of Shell, Run or Exec that `rest` begins with (lower case, the text behind the name)
// starts something that says nothing: a program of Office, Acrobat and such for a reader; a list of files
// (cmd /c dir); what lies on a server of the house, which has a name without a dot. Only where the program is
// a literal, and nothing of what it is given is a program or script itself.
bool is_harmless_launch(std::string_view rest);

// Whether the argument that `rest` begins with is made of constants alone, Chr() and StrReverse() of them
// too: what folding makes of it is what is started. False where it is too long to tell.
bool is_constant_launch(std::string_view rest);

// Like is_harmless_launch(), of ShellExecute as a function and as a method: a page of the web, which the
// browser shows.
bool is_page_shown(std::string_view rest);

// Folders that programs are not installed in, and that everybody may write to.
bool is_odd_place(std::string_view lower_path);
bool names_odd_place(MacroTokens tokens);  // Environ("TEMP") as well
// Whether the command line that `argument` makes is of a program that lies elsewhere, and is only given such
// a place; or of a table, a text or a picture that was put there to be shown.
bool is_installed_program(MacroTokens argument);

// What a macro's literal leads to, where it is an address or a path of another machine.
enum class Remote : std::uint8_t {
    no,       // here, in the house, or no address at all
    data,     // pages, tables, pictures
    unknown,  // the address does not tell, or it is a format of Office that may carry macros
    code,     // formats of Office that are there to carry them: add-ins, templates, .docm
    program,
};
struct RemoteTarget {
    Remote kind = Remote::no;
    bool share = false;  // a path of a file server, not of a web server
};
RemoteTarget remote_target(std::string_view path);

}  // namespace sekisho::scanner::office
