// What a PDF would do when it is opened or clicked on, and what it carries: ISO 32000-1, 12.6 (actions),
// 12.6.3 (triggers), 7.11.4 (embedded files), 12.7.8 (XFA), 12.5.6.5 (links).
//
// The document is walked from its catalogue through libqpdf, along whatever key, but for those under which no
// reader looks for actions (fonts, pictures, the structure of the text). Where qpdf had to repair anything,
// every object is looked at, whether the document uses it or not: readers differ about what that is. A file
// whose trailer is lost is read from the catalogue that stands in it.
//
// Known weaknesses: object streams are unpacked by qpdf, in memory (pdf_document.h); what earlier revisions
// held and the last one replaced is not seen; nor are streams whose data lie in other files.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <vector>

#include "base/bytes.h"
#include "base/result.h"
#include "scanner/budget.h"
#include "scanner/output.h"

namespace sekisho::scanner::active {

// One action that leads out of the document, but for scripts. Strings are UTF-8 as qpdf reads them; hostile.
struct PdfAction {
    enum class Kind : std::uint8_t {
        launch,       // 12.6.4.5: a program or a document
        go_to,        // 12.6.4.3, 12.6.4.4, 12.6.4.6: a document elsewhere
        submit_form,  // 12.7.5.2
        import_data,  // 12.7.5.4
        uri,          // 12.6.4.7
    };
    Kind kind = Kind::uri;
    std::string place;       // a path or an address; may be empty
    std::string parameters;  // of launch
    bool automatic = false;  // without a click: /OpenAction, or a trigger of the document or a page
};

struct PdfFile {
    std::string name;
    Output content;
    bool whole = false;      // decoded to its end
    std::size_t offset = 0;  // where it stands in the document as it is; 0 where it is packed
};

struct PdfContents {
    // In the order of the walk; max_pdf_actions of them, and as many addresses of the web that take a click.
    std::vector<PdfAction> actions;
    std::string automatic_scripts;  // of /OpenAction and triggers, each with a line end behind it
    std::string document_scripts;   // that run ahead of them; most of it defines functions
    std::string other_scripts;      // of buttons, fields and links
    std::string xfa;                // the XML of an XFA form, its packets one behind the other
    std::vector<PdfFile> files;     // max_files of them
    bool rich_media = false;        // Flash, or a player of its kind
    std::size_t pages = 0;
    std::size_t links = 0;       // link annotations that lead to a URI
    double largest_link = 0;     // share of its page, 0 to 1
    bool shows_picture = false;  // of the first pages, where there are few
    std::size_t text_bytes = 0;  // that they show; the same
    bool complete = true;        // false: a limit kept something out of here; the Budget says which
    std::string problem;         // what qpdf repaired first, in its words; empty where nothing
};

constexpr std::size_t max_pdf_actions = 4'096;
constexpr std::size_t max_pdf_files = 500;
constexpr std::size_t max_pdf_script_bytes = 8u << 20;  // and as many of actions

// malformed: no catalogue is found, with or without a trailer. `file` is borrowed for the call. More actions,
// files, script or filters than is kept is limit.embedded; but of the addresses that a long catalogue of
// goods links to, the first ones are enough. A spent Budget ends the walk; what was read is there.
base::Result<PdfContents> read_pdf_contents(base::Bytes file, Budget& budget);

}  // namespace sekisho::scanner::active
