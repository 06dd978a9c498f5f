// The text of Word 6 to 2003 documents, [MS-DOC]: by the piece table (2.4.1, 2.9.38), with its fields and the
// template that it is attached to.
//
// Known weaknesses: what tracked changes deleted is text like any other; a document of Word 6 or 95 is read
// as one run of text, by the code page of its language.
#pragma once

#include <string>
#include <vector>

#include "base/bytes.h"
#include "scanner/budget.h"
#include "scanner/extraction.h"
#include "scanner/office/cfb.h"
#include "scanner/office/word_fields.h"
#include "scanner/output.h"
#include "scanner/part.h"

namespace sekisho::scanner::office {

struct WordText {
    std::vector<WordField> fields;
    std::string template_path;  // of SttbfAssoc, 2.9.262; empty where it is Normal
    bool damaged = false;       // no piece table, or one that leads beyond the stream
    bool limited = false;       // more fields than are kept
};

// `document`, `table`: the streams WordDocument and 0Table or 1Table, plain. `text` takes what people see, as
// UTF-8, notes, headers and comments behind it; behind a link stands its address, in angle brackets. Linear:
// pieces that overlap end once they have given twice the size of the stream.
WordText read_word_text(base::Bytes document, base::Bytes table, Output& text, Budget& budget);

// Which of the two table streams goes with `document`: "1Table" or "0Table".
std::string_view table_stream_of(base::Bytes document);

// A text child (opened_by "doc-text") and findings for each document in `cfb`, at most 16. False: the budget
// is spent.
bool open_word_texts(const Part& part, Cfb& cfb, Extraction& extraction);

}  // namespace sekisho::scanner::office
