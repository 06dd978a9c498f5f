// Long values of an Access database: memos, OLE objects, attachments and what Access itself keeps in streams.
// They stand in their row, in one row of a page of long values, or in a chain of such rows.
//
// No piece belongs to two values, so what comes out is never more than the file.
#pragma once

#include <cstdint>
#include <functional>
#include <string>
#include <vector>

#include "base/bytes.h"
#include "scanner/budget.h"
#include "scanner/extraction.h"
#include "scanner/office/access_pages.h"
#include "scanner/output.h"

namespace sekisho::scanner::office {

struct AccessValue {
    std::vector<base::Bytes> pieces;  // views of the file
    bool broken = false;              // it is shorter than it should be

    std::size_t size() const;
};

// Bytes of one value; `storage` keeps them alive where they had to be joined.
struct AccessBytes {
    base::Bytes bytes;
    StoragePtr storage;
};

class AccessValues {
public:
    // Both outlive it.
    AccessValues(const AccessPages& pages, Budget& budget)
        : pages_(pages), budget_(budget), seen_(std::size_t{pages.count()} << 8) {}

    // `cell`: a cell of a long value. Each piece is charged.
    AccessValue read(base::Bytes cell);
    // The bytes of a value in one run. Empty where the budget is spent.
    AccessBytes join(const AccessValue& value) const;

    // Hands over what stands in pages of long values and no call of read() has led to, in the order of the
    // file. Of a chain whose beginning is lost the pieces come one by one, each with the pointer that it
    // begins with. False: the budget is spent, or `take` says so.
    bool strays(const std::function<bool(base::Bytes)>& take) const;

private:
    base::Bytes piece(AccessPointer at, bool& broken);

    const AccessPages& pages_;
    Budget& budget_;
    std::vector<bool> seen_;  // by AccessPointer
};

// An attachment of an .accdb as the file that it is: its wrapper says whether it is packed, and its
// extension. As it stands where there is no such wrapper. False: the budget is spent.
bool add_access_attachment(Extraction& extraction, ChildSpec spec, const AccessBytes& value);

// What stands behind the header that Access puts before an OLE object; all of it where there is none.
base::Bytes inside_access_object(base::Bytes value);

}  // namespace sekisho::scanner::office
