// What people read: a report as a tree of parts. Pure; every name is escaped.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "model/scan_report.h"

namespace sekisho::cli {

// Several lines, each with its end: a headline with the verdict, then one line per part with type, size, how
// it was opened and its flags, and below it one line per finding.
std::string print_tree(const model::ScanReport& report);

std::string print_size(std::uint64_t bytes);  // "12 B", "3.4 KiB", "600.0 MiB"

// Columns of equal width, two blanks between them; `right`: which columns are set flush right.
std::string print_table(const std::vector<std::vector<std::string>>& rows, const std::vector<bool>& right);

}  // namespace sekisho::cli
