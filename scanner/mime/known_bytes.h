// What has been decoded of a message so far, for the question whether another decoding gives anything new.
#pragma once

#include <set>
#include <string_view>
#include <utility>
#include <vector>

#include "base/bytes.h"
#include "scanner/output.h"

namespace sekisho::scanner::mime {

// Sorted, so that ten thousand parts are not each compared with all others: a question costs the length of
// the bytes, times the logarithm of how many there are.
class KnownBytes {
public:
    void add(StoragePtr storage) {
        sorted_.insert(base::as_text(storage->bytes()));
        storages_.push_back(std::move(storage));
    }

    std::size_t size() const { return storages_.size(); }

    // The latest. There is one.
    base::Bytes last() const { return storages_.back()->bytes(); }

    bool has(base::Bytes bytes) const { return sorted_.contains(base::as_text(bytes)); }

    // True where something known begins as `bytes` do: the same with another end.
    bool has_start_of(base::Bytes bytes) const {
        constexpr std::size_t compared = 256;
        const std::string_view start = base::as_text(base::head(bytes, compared));
        const auto row = sorted_.lower_bound(start);
        return row != sorted_.end() && row->starts_with(start);
    }

private:
    std::vector<StoragePtr> storages_;  // what the views see
    std::set<std::string_view> sorted_;
};

}  // namespace sekisho::scanner::mime
