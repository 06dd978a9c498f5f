// Whether what was found says that the bytes are somebody's who means harm, and not merely how a mail is
// written.
#pragma once

#include <span>

#include "model/finding.h"

namespace sekisho::model {

// False where each finding is in the table and is weak or weighs nothing: a name in the sender's field, words
// of an invoice, a PDF with a file. The scores are the table's, whatever the operator made of them. Half of
// all honest mail has such findings.
bool tells_of_danger(std::span<const Finding> findings);

}  // namespace sekisho::model
