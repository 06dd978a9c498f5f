// Lures as operators write them: lures/*.toml in the directories of rules.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "model/finding.h"
#include "scanner/mail/lures.h"

namespace sekisho::sandbox {

// The rows of all files, in order of directory, then of name. A file that is no TOML or larger than 1 MB, and
// a row with a key that there is not, becomes a problem "file:line: reason" and is left out. Their texts go
// into table.version. Opens files: before the walls close.
std::vector<scanner::mail::LureRow> read_lures(const std::vector<std::string>& rules_dirs,
                                               model::RuleTable& table);

// The rows of one file.
std::vector<scanner::mail::LureRow> lures_in(std::string_view toml, const std::string& file,
                                             std::vector<std::string>& problems);

}  // namespace sekisho::sandbox
