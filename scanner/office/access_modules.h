// VBA modules that stand by themselves in bytes of no known layout, found by the signature of their packed
// source: those of Access 97, one to a row, and whatever a broken database still holds.
#pragma once

#include <cstddef>

#include "base/bytes.h"
#include "scanner/extraction.h"
#include "scanner/office/macro_findings.h"
#include "scanner/part.h"

namespace sekisho::scanner::office {

// Of one database; `part` and `extraction` outlive it.
class CarvedModules {
public:
    CarvedModules(const Part& part, Extraction& extraction) : part_(part), extraction_(extraction) {}

    // Adds each source as a child "vba:carved-1". At most 512 of one database. Linear in `bytes` and in what
    // comes out, and charged. False: the budget is spent.
    bool look_at(base::Bytes bytes);
    bool found() const { return modules_ > 0; }
    // office.macro, office.vba.*.
    void report() const;

private:
    bool add(base::Bytes container);

    const Part& part_;
    Extraction& extraction_;
    MacroTraits traits_;
    std::size_t modules_ = 0;
    std::size_t with_code_ = 0;
};

}  // namespace sekisho::scanner::office
