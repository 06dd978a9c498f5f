// sekishod's command line.
#pragma once

#include <string>

#include "base/result.h"

namespace sekisho::daemon {

struct Options {
    std::string config_file;
    bool gate = false;  // started by the supervisor, with the channel at descriptor 3
    bool help = false;
    bool version = false;
};

// Cause::invalid with one line that says what was wrong.
base::Result<Options> parse_options(int argc, char** argv);

std::string usage();

}  // namespace sekisho::daemon
