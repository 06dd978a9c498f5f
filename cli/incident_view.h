// What an account or a host sent since it got out of line, for people and for spreadsheets. Strings are
// escaped by the daemon, and once more here.
#pragma once

#include <string>
#include <string_view>

#include "base/json.h"

namespace sekisho::cli {

// `head`: the result of accounts.incident; `lines`: its data, one JSON object a message. Lines that are none
// are left out.
std::string print_incident(const base::Json& head, std::string_view lines);

// RFC 4180 with a header line, UTF-8 with a byte order mark, without which Excel takes it for the code page
// of the machine. A row for each message and recipient. No cell is taken for a formula: what begins with one
// of = + - @, a blank or a control character gets an apostrophe before it (OWASP, "CSV Injection").
std::string incident_csv(std::string_view lines);

}  // namespace sekisho::cli
