// What a script of a PDF (JavaScript for Acrobat API Reference) would do to the world outside of its form.
#pragma once

#include <string>
#include <string_view>

namespace sekisho::scanner::active {

// What was seen, each with the words around it as evidence; empty where not. Hostile text.
struct PdfScriptFacts {
    std::string opens_file;  // exportDataObject() with an nLaunch: saves an attached file and opens it
    std::string opens_link;  // launchURL(), getURL(), submitForm() to an address
    std::string share;       // the path of a share as it is meant, "\\host\a.pdf"
    std::string exploit;     // a function or filling that nothing but known exploits have
};

// `script`: as it stands, with the strings that folding gives behind it. Linear.
PdfScriptFacts read_pdf_script(std::string_view script);

}  // namespace sekisho::scanner::active
