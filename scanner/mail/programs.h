// What the way in which a program travels gives away: alone in an archive, under a document's name, in a kind
// of archive that no office packs programs into. Agent Tesla, Formbook, Remcos and their like come so, and
// there is hardly more to see of them without running them (reference, section 3.19).
//
// Known weaknesses: self-decrypting files of offices ("見積書.exe") are named as documents are, too; those
// that are signed are told by exe.unsigned, which the combinations ask for.
#pragma once

#include <span>
#include <string_view>

#include "model/scan_report.h"
#include "scanner/findings.h"

namespace sekisho::scanner::mail {

// `name`: of a file, UTF-8. A word of business papers in any of a few languages, or little but digits; and no
// word that programs are called by ("setup", "tool", "x64", a version).
bool is_document_name(std::string_view name);

// mail.program.alone, mail.program.document-name, mail.program.rare-archive on the first 50 programs of any
// depth. They score nothing; model/combinations.cpp says what they mean together. Linear in the parts.
void judge_programs(std::span<const model::PartSummary> parts, Findings& findings);

}  // namespace sekisho::scanner::mail
