// A decode buffer in front of an Output, so that the decoders' inner loops write to the cache.
#pragma once

#include <array>
#include <cstddef>
#include <span>

#include "base/bytes.h"
#include "scanner/output.h"

namespace sekisho::scanner::mime {

// Not thread-safe. What is buffered reaches the Output with flush() only. A failed write is remembered: later
// ones are dropped, and ok() is false.
class Sink {
public:
    explicit Sink(Output& output) : output_(output) {}

    bool ok() const { return ok_; }

    void put(std::byte b) {
        if (used_ == buffer_.size()) flush();
        buffer_[used_++] = b;
    }
    void put(base::Bytes bytes) {
        while (!bytes.empty()) {
            if (used_ == buffer_.size()) flush();
            const base::Bytes piece = base::head(bytes, buffer_.size() - used_);
            copy(piece);
            bytes = bytes.subspan(piece.size());
        }
    }

    // At least `n` (at most 4,096) free bytes of the buffer to write into; then commit() what was written.
    std::span<std::byte> room(std::size_t n) {
        if (buffer_.size() - used_ < n) flush();
        return std::span(buffer_).subspan(used_);
    }
    void commit(std::size_t n) { used_ += n; }

    void flush() {
        if (ok_ && used_ > 0) ok_ = output_.write(std::span(buffer_).first(used_));
        used_ = 0;
    }

private:
    void copy(base::Bytes piece);

    Output& output_;
    std::array<std::byte, 32'768> buffer_;
    std::size_t used_ = 0;
    bool ok_ = true;
};

}  // namespace sekisho::scanner::mime
