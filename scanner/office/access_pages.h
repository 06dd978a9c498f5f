// Pages and rows of an Access database: Jet 3 (Access 97), Jet 4 (2000 to 2003) and ACE (2007 and later).
//
// Microsoft has not published the format. Offsets and names are those of mdbtools (HACKING.md) and Jackcess
// (JetFormat). Page 0 says what the file is; each other page begins with a byte that says what it holds.
// Rows of a data page are stored from its end towards its table of offsets, each up to where the one before
// it begins, so rows of one page never overlap here.
#pragma once

#include <cstdint>
#include <functional>
#include <span>
#include <string>

#include "base/bytes.h"
#include "base/result.h"
#include "scanner/budget.h"
#include "scanner/output.h"

namespace sekisho::scanner::office {

// The little-endian number of `size` bytes at `offset`; 0 where it does not lie within `bytes`.
std::uint32_t access_number(base::Bytes bytes, std::size_t offset, std::size_t size);

// Where a row lies: page in the upper 24 bits, number of the row in the lower 8.
using AccessPointer = std::uint32_t;

struct AccessRow {
    base::Bytes bytes;
    bool deleted = false;  // nobody sees it any more, or it is reached through a pointer alone
    bool moved = false;    // the first four bytes are an AccessPointer to where it lies now
};

// A value: a view of the file, which the caller keeps alive.
class AccessPages {
public:
    enum class Kind : std::uint8_t {
        header = 0,
        data = 1,
        table = 2,
        index = 3,
        leaf = 4,
        usage = 5,
        other = 0xFF
    };

    static bool has_magic(base::Bytes bytes);
    // truncated: not even two pages; unsupported: an engine that is not known.
    static base::Result<AccessPages> open(base::Bytes file);

    bool jet3() const { return jet3_; }
    bool ace() const { return ace_; }
    std::size_t page_size() const { return page_size_; }
    std::uint32_t count() const { return count_; }  // whole pages
    std::string charset() const;                    // of the texts of Jet 3

    // What the pages are encoded with; 0: they are plain.
    std::uint32_t key() const { return key_; }
    // ACE: the EncryptionInfo of pages that are encrypted with a password, [MS-OFFCRYPTO] 2.3. Empty where
    // they are not.
    base::Bytes encryption_info() const;
    // How one page is decoded. `number`: what it is known by, which is not its place in the file alone;
    // `out`: as long as `in`. False: it cannot be.
    using DecodePage = std::function<bool(std::uint32_t number, base::Bytes in, std::span<std::byte> out)>;
    // The whole file in plain, so that what comes out opens as a database. False: the budget is spent.
    bool decode(const DecodePage& page, Budget& budget, Output& output) const;
    // Whether that fits: the catalogue, page 2, would come out as what it is.
    bool decodes(const DecodePage& page) const;

    base::Bytes page(std::uint32_t number) const;  // empty where there is none
    Kind kind(std::uint32_t number) const;
    bool holds_values(std::uint32_t number) const;    // a data page of long values ("LVAL")
    std::uint32_t owner(std::uint32_t number) const;  // of a data page: the page of its table
    std::uint32_t rows(std::uint32_t number) const;   // no more than its table of offsets has room for
    // truncated, malformed: no such row, or its place makes no sense.
    base::Result<AccessRow> row(std::uint32_t number, std::uint32_t index) const;
    base::Result<AccessRow> row(AccessPointer at) const { return row(at >> 8, at & 0xFFU); }

private:
    explicit AccessPages(base::Bytes file) : file_(file) {}
    std::size_t count_offset() const { return jet3_ ? 8 : 12; }

    base::Bytes file_;
    bool jet3_ = false;
    bool ace_ = false;
    std::size_t page_size_ = 4'096;
    std::uint32_t count_ = 0;
    std::uint32_t key_ = 0;
    std::uint32_t code_page_ = 0;
};

}  // namespace sekisho::scanner::office
