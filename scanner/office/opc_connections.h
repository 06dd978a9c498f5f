// Data connections of a workbook, ECMA-376 part 1, 18.13: where a table is fetched from.
#pragma once

#include "scanner/findings.h"
#include "scanner/part.h"

namespace sekisho::scanner::office {

// office.connection.command: a command that starts a program; office.connection.foreign: a stranger's server
// that is asked in plain when the workbook is opened, or a stranger's file share; office.connection.refresh:
// another web server that is asked at opening.
void inspect_connections(const Part& part, Findings& findings);

}  // namespace sekisho::scanner::office
