#include "base/positioned_io.h"

#include <fcntl.h>
#include <gtest/gtest.h>

#include <array>

#include "base/fd.h"

namespace sekisho::base {
namespace {

TEST(PositionedIo, WhatIsWrittenIsRead) {
    const UniqueFd fd = make_memfd("test").value();
    ASSERT_TRUE(write_at(fd.get(), as_bytes("world"), 7));
    ASSERT_TRUE(write_at(fd.get(), as_bytes("hello, "), 0));
    EXPECT_EQ(as_text(FileMapping::map(fd.get()).value().bytes()), "hello, world");
    std::array<std::byte, 5> read{};
    ASSERT_TRUE(read_at(fd.get(), read, 7));
    EXPECT_EQ(as_text(read), "world");
}

TEST(PositionedIo, WhatCannotBe) {
    const UniqueFd fd = make_memfd("test").value();
    ASSERT_TRUE(write_at(fd.get(), as_bytes("hello"), 0));
    std::array<std::byte, 5> read{};
    EXPECT_EQ(read_at(fd.get(), read, 1).error().cause, Cause::truncated);
    EXPECT_EQ(read_at(-1, read, 0).error().cause, Cause::io);
    EXPECT_EQ(write_at(-1, read, 0).error().cause, Cause::io);
    const UniqueFd full(::open("/dev/full", O_WRONLY | O_CLOEXEC));
    EXPECT_EQ(write_at(full.get(), read, 0).error().cause, Cause::io);
}

}  // namespace
}  // namespace sekisho::base
