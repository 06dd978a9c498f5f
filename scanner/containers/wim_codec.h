// The compression of WIM chunks, through wimlib: the one file that includes <wimlib.h> is wim_codec.cpp.
// wimlib is asked to decompress from memory to memory and for nothing else: no file, no thread.
#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <span>

#include "base/bytes.h"

namespace sekisho::scanner::containers {

// As solid resources number them.
enum class WimMethod : std::uint8_t { none, xpress, lzx, lzms };

// Chunks of up to `chunk` bytes, each by itself. Not thread-safe.
class WimDecoder {
public:
    // Empty for `none`, and where the method has no chunks of that size.
    static std::optional<WimDecoder> create(WimMethod method, std::size_t chunk);
    ~WimDecoder();
    WimDecoder(WimDecoder&&) noexcept;
    WimDecoder& operator=(WimDecoder&&) noexcept;

    // Fills `out`. False: the chunk is broken, or holds another number of bytes.
    bool decode(base::Bytes packed, std::span<std::byte> out);

private:
    struct Impl;
    explicit WimDecoder(std::unique_ptr<Impl> impl);
    std::unique_ptr<Impl> impl_;
};

}  // namespace sekisho::scanner::containers
