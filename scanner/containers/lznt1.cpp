#include "scanner/containers/lznt1.h"

#include <algorithm>

#include "base/cursor.h"

namespace sekisho::scanner::containers {

namespace {

using base::Bytes;
using base::Cause;
using base::Cursor;
using base::Result;

constexpr std::size_t chunk_bytes = 4'096;

// A word is split between length and distance by how much of the chunk stands already.
unsigned length_bits(std::size_t position) {
    unsigned bits = 12;
    for (std::size_t i = position - 1; i >= 16; i >>= 1)
        --bits;
    return bits;
}

Result<void> unpack_chunk(Cursor in, std::size_t most, std::vector<std::byte>& out) {
    const std::size_t begin = out.size();
    const std::size_t end = begin + std::min(chunk_bytes, most);
    while (!in.at_end() && out.size() < end) {
        const unsigned flags = SEKISHO_TRY(in.u8());
        for (unsigned bit = 0; bit < 8 && !in.at_end() && out.size() < end; ++bit) {
            if ((flags >> bit & 1u) == 0) {
                out.push_back(static_cast<std::byte>(SEKISHO_TRY(in.u8())));
                continue;
            }
            const std::size_t position = out.size() - begin;
            const unsigned word = SEKISHO_TRY(in.u16_le());
            if (position == 0) return base::fail(Cause::malformed);
            const unsigned bits = length_bits(position);
            const std::size_t distance = (word >> bits) + 1;
            if (distance > position) return base::fail(Cause::malformed);
            const std::size_t length =
                std::min<std::size_t>((word & ((1u << bits) - 1)) + 3, end - out.size());
            for (std::size_t i = 0; i < length; ++i)
                out.push_back(out[out.size() - distance]);
        }
    }
    return {};
}

Result<void> unpack(Cursor in, std::size_t most, std::vector<std::byte>& out) {
    const std::size_t begin = out.size();
    while (in.left() >= 2 && out.size() - begin < most) {
        const unsigned header = SEKISHO_TRY(in.u16_le());
        if (header == 0) return {};
        // Each chunk stands for 4,096 bytes, whatever it unfolds to.
        const std::size_t filled = out.size() - begin;
        out.resize(begin + std::min(most, (filled + chunk_bytes - 1) / chunk_bytes * chunk_bytes));
        const std::size_t room = most - (out.size() - begin);
        const Bytes data = SEKISHO_TRY(in.take((header & 0x0FFFu) + 1));
        if ((header & 0x8000u) != 0) {
            SEKISHO_TRY(unpack_chunk(Cursor(data), room, out));
        } else {
            const Bytes kept = base::head(data, room);
            out.insert(out.end(), kept.begin(), kept.end());
        }
    }
    return {};
}

}  // namespace

bool unpack_lznt1(Bytes packed, std::size_t most, std::vector<std::byte>& out) {
    return unpack(Cursor(packed), most, out).has_value();
}

}  // namespace sekisho::scanner::containers
