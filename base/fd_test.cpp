#include "base/fd.h"

#include <fcntl.h>
#include <gtest/gtest.h>
#include <unistd.h>

#include "base/log.h"

namespace sekisho::base {
namespace {

TEST(UniqueFd, ClosesOnceAndMoves) {
    int raw = -1;
    {
        UniqueFd a = make_memfd("test").value();
        raw = a.get();
        UniqueFd b(std::move(a));
        EXPECT_FALSE(a);  // NOLINT(bugprone-use-after-move): what is left behind is the point
        EXPECT_EQ(b.get(), raw);
    }
    EXPECT_EQ(::fcntl(raw, F_GETFD), -1);
}

TEST(FileMapping, ShowsTheWholeFile) {
    const UniqueFd fd = make_memfd("test").value();
    EXPECT_TRUE(FileMapping::map(fd.get()).value().bytes().empty());
    ASSERT_TRUE(write_all(fd.get(), as_bytes("hello")));
    EXPECT_EQ(as_text(FileMapping::map(fd.get()).value().bytes()), "hello");
    EXPECT_FALSE(FileMapping::map(-1));
}

TEST(ReadFile, IsBounded) {
    EXPECT_EQ(read_file("/no/such/file", 10).error().cause, Cause::io);
    EXPECT_EQ(read_file("/proc/self/status", 10).error().cause, Cause::limit);
    EXPECT_FALSE(read_file("/proc/self/status", 1u << 20).value().empty());
}

TEST(LogLine, QuotesAndEscapes) {
    LogLine line("4abc");
    line.add("from", "a b").add("n", 3).add("evil", "x\nkey=1").add("none", "");
    EXPECT_EQ(line.text(), "4abc from=\"a b\" n=3 evil=\"x\\x0Akey=1\" none=\"\"");
}

}  // namespace
}  // namespace sekisho::base
