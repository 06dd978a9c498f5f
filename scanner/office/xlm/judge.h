// What the macros of a workbook come to: text for the rules, and office.xlm.* findings.
#pragma once

#include "scanner/extraction.h"
#include "scanner/office/xlm/book.h"

namespace sekisho::scanner::office::xlm {

// Adds each macro sheet as a text child, one line a cell, and what its commands come to as another; reports
// on `part`. Nothing where the book has no macro sheet and no link that runs a program.
void judge_book(Book& book, const Part& part, Extraction& extraction);

// "cmd|/c calc": the program that a DDE link asks for is one that runs what it is told.
bool is_running_dde(std::string_view target);

}  // namespace sekisho::scanner::office::xlm
