// What the texts of a mail say for the locks of other mails.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

#include "model/scan_report.h"
#include "model/scan_request.h"
#include "scanner/format.h"
#include "scanner/part.h"

namespace sekisho::scanner {

// How a report calls the text of that number, counted from 0: "mail text", "text 2".
std::string name_of_text(std::size_t number);

// The passwords that the first texts and the subject of a mail name, best first, at most 20; none where
// nothing in them speaks of files. Texts of over a megabyte are left out: people wrote the others.
std::vector<model::MailedPassword> passwords_for_others(const std::vector<Part>& texts,
                                                        const model::MessageFacts& mail,
                                                        const Harvesters& rows);

}  // namespace sekisho::scanner
