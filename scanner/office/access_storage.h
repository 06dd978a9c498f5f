// What Access keeps of its own in a database: VBA, macros, forms and reports, as storages and streams in the
// rows of MSysAccessStorage (Access 2002 and later), or as one compound file in pieces in the rows of
// MSysAccessObjects (Access 2000).
//
// The storages around a VBA project become a compound file again, so that all that is known of VBA is
// applied to it.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "scanner/budget.h"
#include "scanner/office/access_values.h"
#include "scanner/output.h"

namespace sekisho::scanner::office {

class AccessStorage {
public:
    static constexpr std::size_t none = SIZE_MAX;

    struct Item {
        std::uint32_t id = 0;
        std::uint32_t parent = 0;
        std::string name;  // UTF-8, hostile
        AccessBytes value;
        bool stream = false;
        bool taken = false;  // it stands in one of the projects
        bool macro = false;  // somewhere below the storage "Scripts"
        std::size_t above = none;
    };

    void add(Item item) { items_.push_back(std::move(item)); }
    bool empty() const { return items_.empty(); }

    // Finds out what hangs where. Once all are added; items whose parents are lost or loop hang nowhere.
    void link();
    // The storages that hold a VBA project: next to their streams hangs a storage with a stream "dir" or
    // "_VBA_PROJECT".
    std::vector<std::size_t> projects() const;
    // Writes one of them as a compound file, and marks what stands in it. Linear. False: as write_compound().
    bool write(std::size_t project, Output& output);

    const std::vector<Item>& items() const { return items_; }

private:
    std::vector<Item> items_;
    std::vector<std::vector<std::size_t>> below_;
};

}  // namespace sekisho::scanner::office
