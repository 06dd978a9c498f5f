// What a command prints that lists rows of the daemon's answer.
#pragma once

#include <string>

#include "base/json.h"
#include "cli/options.h"

namespace sekisho::cli {

// The answer as `view` writes it or, with --json, a row a line; on standard error how many more there are
// ("known" of the answer). Gives the exit code.
int print_listing(const Options& options, const base::Json& answer, std::string (*view)(const base::Json&));

}  // namespace sekisho::cli
