// What an OLE object would do once it is activated, whatever document it lies in: equations that overflow,
// links that leave the machine, packages that hold a program.
//
// Known weaknesses: monikers are found by their class ids wherever they stand, not by walking their nesting;
// anti-monikers and items are left out.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/bytes.h"
#include "scanner/budget.h"
#include "scanner/findings.h"
#include "scanner/office/cfb.h"
#include "scanner/office/ole_objects.h"

namespace sekisho::scanner::office {

// Targets of URL, file and script monikers in an OLEStream, [MS-OLEDS] 2.3.3, or any other bytes; at most 64.
// A script's begin with "script:". Linear.
std::vector<std::string> find_moniker_targets(base::Bytes bytes);

struct OleContent {
    bool equation = false;
    std::string exploit;  // what is wrong with the equation; empty where nothing is
    std::vector<std::string> links;
    std::string package;  // the name under which it holds a program, script or shortcut; else empty
};

// Of a compound file: by the class ids of its storages and the names of its streams, in either case.
// `class_name`: of the OLE 1 object around it; empty where there is none. Streams are charged to `budget`.
OleContent look_at_ole(Cfb& cfb, std::string_view class_name, Budget& budget);

// Of native data that are no compound file.
OleContent look_at_native(base::Bytes data, std::string_view class_name);

// A file name of the package, and what it holds, is something that runs.
bool is_dangerous_package(const OlePackage& package);

// office.equation.exploit, office.ole-link, office.ole-link.file.
void report_ole_content(const OleContent& content, model::PartId part, Findings& findings);

}  // namespace sekisho::scanner::office
