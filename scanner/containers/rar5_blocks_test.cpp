#include "scanner/containers/rar5_blocks.h"

#include <gtest/gtest.h>

#include <string>

namespace sekisho::scanner::containers {
namespace {

// Flags, checksum, size in so many bytes, then the block's own bytes.
std::string block(unsigned size, unsigned size_bytes, bool last) {
    const unsigned flags = 0x80 | (last ? 0x40u : 0u) | (size_bytes - 1) << 3;
    std::string out{static_cast<char>(flags)};
    unsigned sum = 0x5A ^ flags;
    for (unsigned i = 0; i < size_bytes; ++i)
        sum ^= size >> (8 * i) & 0xFF;
    out.push_back(static_cast<char>(sum));
    for (unsigned i = 0; i < size_bytes; ++i)
        out.push_back(static_cast<char>(size >> (8 * i)));
    return out + std::string(size, '\xEE');
}

std::optional<std::uint64_t> end_of(std::string_view bytes, std::size_t piece) {
    Rar5Blocks blocks;
    base::Bytes left = base::as_bytes(bytes);
    while (!left.empty()) {
        const base::Bytes next = base::head(left, piece);
        blocks.update(next);
        left = left.subspan(next.size());
    }
    return blocks.end();
}

struct Case {
    const char* name;
    std::string bytes;
    std::optional<std::uint64_t> end;
};

TEST(Rar5Blocks, EndWhereTheLastOneDoes) {
    const std::string padding(15, '\0');
    std::string bent = block(10, 1, true);
    bent[1] = static_cast<char>(bent[1] ^ 1);
    const Case cases[] = {
        {"nothing", "", std::nullopt},
        {"one", block(10, 1, true) + padding, 13},
        {"two bytes of size", block(300, 2, true) + padding, 304},
        {"three", block(70'000, 3, true) + padding, 70'005},
        {"several", block(10, 1, false) + block(0, 1, false) + block(300, 2, true) + padding, 13 + 3 + 304},
        {"the last is empty", block(5, 1, false) + block(0, 1, true) + padding, 8 + 3},
        {"no last one", block(10, 1, false), std::nullopt},
        {"four bytes of size", block(10, 4, true), std::nullopt},
        {"a checksum does not hold", bent, std::nullopt},
        {"cut within a header", block(10, 3, true).substr(0, 4), std::nullopt},
        // It says where it ends, though that is not there.
        {"cut within a block", block(10, 1, true).substr(0, 5), 13},
    };
    for (const Case& row : cases) {
        for (const std::size_t piece : {1u, 3u, 16u, 1'000'000u})
            EXPECT_EQ(end_of(row.bytes, piece), row.end) << row.name << " by " << piece;
    }
}

}  // namespace
}  // namespace sekisho::scanner::containers
