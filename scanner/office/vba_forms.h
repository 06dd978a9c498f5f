// The forms of a VBA project: droppers keep their commands in captions, text boxes and tags, where no reader
// of sources sees them. Each form becomes lines that VBA could hold, `UserForm1.TextBox1.Text = "..."`.
//
// Controls within frames and pages are told as the form's own, which is how code names them. What is not
// understood gives the runs of text in its bytes, as `UserForm1.o = "..."`.
//
// Known weaknesses: ActiveX controls in the document itself (ObjectPool, Ctls) are no forms, and stay
// streams.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "scanner/budget.h"
#include "scanner/office/cfb.h"

namespace sekisho::scanner::office {

struct VbaForm {
    std::string name;   // of its storage, UTF-8, hostile
    std::string lines;  // empty where the form says nothing
    bool damaged = false;
};
constexpr std::size_t max_vba_forms = 256;

// All storages with a stream "f", "o" or "\x03VBFrame", those within them told with them. `charset`: of
// one-byte text in them.
std::vector<VbaForm> read_forms(Cfb& cfb, std::string_view charset, Budget& budget);

// The properties in a VBFrame stream: `Caption = "..."`, `Tag = "..."`.
void add_frame_lines(std::string& out, std::string_view form, std::string_view utf8);

}  // namespace sekisho::scanner::office
