// What a Format may do while it opens a part: add children, report, and spend.
#pragma once

#include <string>
#include <string_view>

#include "base/bytes.h"
#include "model/scan_report.h"
#include "scanner/budget.h"
#include "scanner/findings.h"
#include "scanner/output.h"
#include "scanner/part.h"
#include "scanner/passwords.h"

namespace sekisho::scanner {

// Everything about a child but its bytes.
struct ChildSpec {
    std::string label;  // of the path segment where it is not "<ordinal>:<name>": "vba:ThisDocument"
    std::string name;   // raw bytes as found; core repairs it to UTF-8 and keeps name_raw
    std::string claimed_type;
    std::string type;  // where the bytes need not tell; else they are identified
    std::string charset;
    std::string opened_by;  // "zip", "vba", "ole-stream", ...
    std::string unlocked_by;
    std::string password;  // that opened it, as bytes; blotted out of the report's subject, and kept nowhere
    std::vector<std::string> readings;
    PartFlags flags;
};

// One per part that is being opened. Not thread-safe. References stay valid for the whole of open().
class Extraction {
public:
    virtual ~Extraction() = default;

    virtual Budget& budget() = 0;
    virtual Findings& findings() = 0;  // for findings on `part` itself
    virtual const Passwords& passwords() const = 0;
    virtual Passwords& harvest() = 0;            // text rooms add candidates
    virtual model::MessageFacts& message() = 0;  // the outermost message fills it
    virtual bool is_outermost_message() const = 0;

    // Adds a child that is a view into the parent's bytes (or into bytes that `storage` keeps alive).
    // False: the budget is spent and the finding is made; stop opening. Children are scanned after open()
    // returns.
    virtual bool add_child(ChildSpec spec, base::Bytes bytes, StoragePtr storage = nullptr) = 0;

    // A child that is decoded: write into the Output, then hand it over. A truncated Output flags the child.
    virtual Output new_output() = 0;
    virtual bool add_child(ChildSpec spec, Output output) = 0;

    // Lists a member that is not decoded (locked, refused): it appears in the report with its name and no
    // bytes.
    virtual bool add_skipped(ChildSpec spec) = 0;

    // `bytes`, a view into the part, are accounted for: nothing is looked for within them (embedded.h).
    // So are those of children that are views.
    virtual void covers(base::Bytes bytes) = 0;
};

}  // namespace sekisho::scanner
