// Tables of an Access database: their columns, the pages that they own, and the cells of a row.
//
// Offsets as in mdbtools' HACKING.md, "TDEF (Table Definition) Pages" and "Data Pages".
//
// Known weaknesses: columns of numbers are given as they stand; calculated columns keep the header that
// stands before their value.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/bytes.h"
#include "scanner/budget.h"
#include "scanner/office/access_pages.h"

namespace sekisho::scanner::office {

struct AccessColumn {
    enum class Type : std::uint8_t {
        yes_no = 1,
        int16 = 3,
        int32 = 4,
        binary = 9,
        text = 10,
        ole = 11,
        memo = 12
    };

    std::string name;  // UTF-8, hostile
    Type type{};       // of others as well, by their number
    std::uint16_t number = 0;
    std::uint16_t variable = 0;      // index into a row's offsets of variable columns
    std::uint16_t fixed_offset = 0;  // behind the row's count of columns
    std::uint16_t length = 0;        // of a fixed one
    bool fixed = false;
    bool hyperlink = false;  // "Title#address#place#"

    bool is_text() const { return type == Type::text || type == Type::memo; }
    bool is_long_value() const { return type == Type::ole || type == Type::memo; }
};

struct AccessTable {
    std::uint32_t page = 0;
    std::vector<AccessColumn> columns;  // by their number, which each has for itself
    bool damaged = false;               // not all of its columns could be read
    AccessPointer owned = 0;            // the map of its pages
};

// nullopt: no table is defined at `page`. Each page of the definition is charged.
std::optional<AccessTable> read_access_table(const AccessPages& pages, std::uint32_t page, Budget& budget);

// Whether `page` is one of the table's own pages; others look like it, but were let go. True where the map
// cannot be read.
bool owns_page(const AccessPages& pages, const AccessTable& table, std::uint32_t page);

// Whether pages of it lie beyond the end of the file. Each page of the map is charged.
bool owns_missing_pages(const AccessPages& pages, const AccessTable& table, Budget& budget);

struct AccessCell {
    const AccessColumn* column = nullptr;
    base::Bytes bytes;  // of a long value: its header, AccessValues::read()

    std::uint32_t number() const { return access_number(bytes, 0, bytes.size() < 4 ? bytes.size() : 4); }
};

// The cells of a row that are not null, into `out`. False: the row does not hold what its counts say; what
// could be read is in `out`. Linear in the row.
bool read_access_row(const AccessPages& pages, const AccessTable& table, base::Bytes row,
                     std::vector<AccessCell>& out);

// A text cell as UTF-8: a code page in Jet 3, UTF-16LE later, or what "Unicode compression" leaves of it.
std::string access_text(const AccessPages& pages, base::Bytes bytes);

}  // namespace sekisho::scanner::office
