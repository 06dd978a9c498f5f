// HTML Help files (ITSF) through libmspack, reading from memory: the one file that includes <mspack.h> is
// chm_reader.cpp. The library is given functions of ours for files and memory, and opens nothing by itself.
#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "base/bytes.h"
#include "base/result.h"
#include "scanner/budget.h"

namespace sekisho::scanner::containers {

struct ChmEntry {
    std::string name;          // as it stands, UTF-8 as a rule: "/sub/page.html"
    bool packed = false;       // in the compressed section; else in the file itself
    std::uint64_t offset = 0;  // in its section's plain bytes, or in the file
    std::uint64_t size = 0;
};

// Not thread-safe. Memory that the library takes counts in the Budget, and so does what it reads, as steps.
class ChmReader {
public:
    // `bytes` and `budget` outlive it. malformed, truncated; limit where the Budget is spent.
    static base::Result<ChmReader> open(base::Bytes bytes, Budget& budget);
    ~ChmReader();
    ChmReader(ChmReader&&) noexcept;
    ChmReader& operator=(ChmReader&&) noexcept;

    // In the order of the directory, the library's own bookkeeping ("::DataSpace") left out.
    std::vector<ChmEntry> entries() const;
    // Whether something is wrong with the directory, so that entries() may lack files that others show: the
    // library complained, or its pages hold more or less than they say.
    bool is_damaged() const;
    // `size` plain bytes of the compressed section from `from` on, in order; what comes before an error goes
    // to `sink` as well. False from `sink`, or a Budget that is spent: limit. The library unpacks, unseen,
    // from the last point before `from` at which the compression begins anew (64 KB back, as a rule).
    base::Result<void> unpack(std::uint64_t from, std::uint64_t size,
                              const std::function<bool(base::Bytes)>& sink);
    // The packed bytes of the section; those that unpack() read, where `read` says so. A view into the file.
    base::Bytes section(bool read) const;

private:
    struct Impl;
    explicit ChmReader(std::unique_ptr<Impl> impl);
    std::unique_ptr<Impl> impl_;
};

}  // namespace sekisho::scanner::containers
