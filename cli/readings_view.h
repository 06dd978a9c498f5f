// `sekisho mime`: how the clients of a mail differ about it, for people.
#pragma once

#include <string>

#include "model/scan_report.h"

namespace sekisho::cli {

// For each message within the report a table: its parts, one column for each reading that was made, and a
// mark where that reading sees the part; below it what the readings differ about, with the place. A message
// that every client reads alike says so. Pure; every name is escaped.
std::string print_readings(const model::ScanReport& report);

}  // namespace sekisho::cli
