// Where a decoder writes: an anonymous mapping that grows, in which runs of zero pages cost no memory.
#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <span>

#include "base/bytes.h"
#include "scanner/budget.h"
#include "scanner/padding.h"

namespace sekisho::scanner {

// Decoded bytes that a Part (and the views of its children) keep alive. Gives its memory back to the Budget
// when the last owner lets go; the Budget outlives all storages of a scan.
class Storage {
public:
    virtual ~Storage() = default;
    virtual base::Bytes bytes() const = 0;
    // Long stretches of bytes() that repeat themselves, in order. What reads bytes one by one may skip them.
    virtual std::span<const Padding> paddings() const { return {}; }
};
using StoragePtr = std::shared_ptr<const Storage>;

// Append-only. Every byte is charged to the Budget before it is taken; a page of zeros is charged but not
// touched, unless an earlier output left something in it, and of padding with a period of at most 4 KB
// (padding.h) one window takes memory, however long it goes on.
//
// What is longer than max_part_bytes keeps its head and its last megabyte, one behind the other; that is
// limit.part-bytes.
class Output {
public:
    explicit Output(Budget& budget);
    ~Output();
    Output(Output&&) noexcept;
    Output& operator=(Output&&) noexcept;
    Output(const Output&) = delete;
    Output& operator=(const Output&) = delete;

    // False: the budget is spent. What was written until then stays; truncated() is true from then on. It is
    // as well where bytes were left out before the tail, but those that follow are still taken.
    [[nodiscard]] bool write(base::Bytes bytes);
    std::uint64_t size() const;  // of what is kept
    bool truncated() const;
    base::Bytes view() const;  // valid until the next write

    StoragePtr finish() &&;  // read-only from here on

private:
    struct Impl;
    std::unique_ptr<Impl> impl_;
};

// A small string that becomes a part's bytes. Charged like any other; null where the budget is spent.
StoragePtr store_text(std::string text, Budget& budget);

}  // namespace sekisho::scanner
