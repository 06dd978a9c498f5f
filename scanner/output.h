// Where a decoder writes: an anonymous mapping that grows, in which runs of zero pages cost no memory.
#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>

#include "base/bytes.h"
#include "scanner/budget.h"

namespace sekisho::scanner {

// Decoded bytes that a Part (and the views of its children) keep alive. Gives its memory back to the Budget
// when the last owner lets go; the Budget outlives all storages of a scan.
class Storage {
public:
    virtual ~Storage() = default;
    virtual base::Bytes bytes() const = 0;
};
using StoragePtr = std::shared_ptr<const Storage>;

// Append-only. Every byte is charged to the Budget before it is taken; a page of zeros is charged but not
// touched, unless an earlier output left something in it.
class Output {
public:
    explicit Output(Budget& budget);
    ~Output();
    Output(Output&&) noexcept;
    Output& operator=(Output&&) noexcept;
    Output(const Output&) = delete;
    Output& operator=(const Output&) = delete;

    // False: the budget is spent. What was written until then stays; truncated() is true from then on.
    [[nodiscard]] bool write(base::Bytes bytes);
    std::uint64_t size() const;
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
