// Answers about names in outbound mail as text. Names are whatever the senders of mail wrote: they are
// escaped.
#pragma once

#include <string>

#include "base/json.h"

namespace sekisho::cli {

std::string print_names(const base::Json& answer);  // of names.list
std::string print_name(const base::Json& answer);   // of names.show: by window

}  // namespace sekisho::cli
