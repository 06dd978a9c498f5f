// Answers about accounts and hosts as text. Strings in them are escaped by the daemon, and once more here.
#pragma once

#include <string>

#include "base/json.h"

namespace sekisho::cli {

std::string print_senders(const base::Json& answer);  // of accounts.list and hosts.list
std::string print_sender(const base::Json& answer);   // of accounts.show and hosts.show

// Eight heights of bars, one for each number; blanks where there is nothing at all.
std::string sparkline(const base::Json& numbers);

}  // namespace sekisho::cli
