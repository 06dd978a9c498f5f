// HTML and SVG: what a page would do once it is opened. Scripts are read, never run.
#pragma once

#include "scanner/format.h"

namespace sekisho::scanner::active {

// Findings of pages: html.script, html.redirect, html.refresh, html.hidden-text, html.conditional-comment,
// and those of html_login.h and html_payloads.h, whose children it adds. Linear, charged as steps. A page
// that is an attachment is judged more strictly than the body of a mail: newsletters have forms.
void open_html(const Part& part, Extraction& extraction);

// Of SVG: svg.script in place of html.script; the rest is the same.
void open_svg(const Part& part, Extraction& extraction);

// Weak: any format that knows its bytes better wins.
extern const Format html_format;

}  // namespace sekisho::scanner::active
