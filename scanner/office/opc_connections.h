// Data connections of a workbook, ECMA-376 part 1, 18.13: where a table is fetched from.
#pragma once

#include <string_view>

#include "scanner/findings.h"
#include "scanner/part.h"

namespace sekisho::scanner::office {

// office.connection.command: a command that starts a program; office.connection.foreign: a stranger's server
// that is asked in plain when the workbook is opened, or a stranger's file share; office.connection.refresh:
// another web server that is asked at opening.
void inspect_connections(const Part& part, Findings& findings);

// Whether a command of a query, or a connection, holds what starts a program: functions of Jet and procedures
// of SQL Server that run what they are given.
bool starts_a_program(std::string_view command);
// "Driver={...};DBQ=\\192.0.2.7\s\a.mdb": a share that is none of the house. Servers by name are of the
// house.
bool names_foreign_share(std::string_view connection);

}  // namespace sekisho::scanner::office
