#include "scanner/containers/stream_end.h"

#include <gtest/gtest.h>

#include <string>

#include "scanner/containers/test_tools.h"

namespace sekisho::scanner::containers {
namespace {

struct Stream {
    ArchiveKind kind;
    const char* command;  // from the file `a` to the file `x`
};
constexpr Stream streams[] = {
    {ArchiveKind::zstd, "zstd -qc a >x"},
    {ArchiveKind::zstd, "zstd -qc --no-check <a >x"},
    {ArchiveKind::lz4, "lz4 -qc a >x"},
    {ArchiveKind::lz4, "lz4 -qc -BX --no-frame-crc a >x"},
    {ArchiveKind::lz4, "lz4 -qc --content-size a >x"},
};

std::string made(const Stream& stream) {
    const Scratch scratch;
    scratch.write("a", sample_text(3'000) + std::string(200'000, '\0'));
    scratch.run(stream.command);
    return scratch.read("x");
}

TEST(StreamEnd, IsWhereTheLastWholeStreamEnds) {
    for (const Stream& stream : streams) {
        const std::string one = made(stream);
        const auto end_in = [&](const std::string& file) {
            return end_of_streams(base::as_bytes(file), stream.kind);
        };
        EXPECT_EQ(end_in(one), one.size()) << stream.command;
        EXPECT_EQ(end_in(one + one), 2 * one.size()) << stream.command;
        EXPECT_EQ(end_in(one + "behind it"), one.size()) << stream.command;
        EXPECT_EQ(end_in(one + one + std::string(5'000, '\0')), 2 * one.size()) << stream.command;
        EXPECT_EQ(end_of_streams(base::as_bytes(one + "behind it"), ArchiveKind::gzip), one.size() + 9);
    }
}

// What is cut is never taken for what is behind: the whole is handed to the reader, which tells.
TEST(StreamEnd, CutStreamsBelongToTheFile) {
    for (const Stream& stream : streams) {
        const std::string one = made(stream);
        for (std::size_t size = 0; size < one.size(); size += 3) {
            EXPECT_EQ(end_of_streams(base::as_bytes(one.substr(0, size)), stream.kind), size)
                << stream.command;
            const std::string two = one + one.substr(0, size);
            if (size < 6) continue;  // no more than the beginning of a mark
            EXPECT_EQ(end_of_streams(base::as_bytes(two), stream.kind), two.size()) << stream.command << size;
        }
    }
}

TEST(StreamEnd, AnyBytes) {
    for (const ArchiveKind kind : {ArchiveKind::zstd, ArchiveKind::lz4}) {
        for (const std::string& bytes :
             {std::string(), std::string("YZ"), std::string(100'000, 'Y') + "YZYZYZ"})
            EXPECT_EQ(end_of_streams(base::as_bytes(bytes), kind), bytes.size());
    }
}

}  // namespace
}  // namespace sekisho::scanner::containers
