#include "base/cursor.h"

#include <gtest/gtest.h>

#include <string>

namespace sekisho::base {
namespace {

TEST(Cursor, ReadsBothByteOrders) {
    const std::string data("\x01\x02\x03\x04\x05\x06\x07\x08", 8);
    Cursor a(as_bytes(data));
    EXPECT_EQ(a.u8().value(), 0x01);
    EXPECT_EQ(a.u16_le().value(), 0x0302);
    EXPECT_EQ(a.u32_be().value(), 0x04050607U);
    EXPECT_EQ(a.left(), 1U);
    Cursor b(as_bytes(data));
    EXPECT_EQ(b.u64_le().value(), 0x0807060504030201U);
    EXPECT_TRUE(b.at_end());
}

TEST(Cursor, FailedReadMovesNothing) {
    Cursor cursor(as_bytes("abc"));
    EXPECT_EQ(cursor.u32_le().error().cause, Cause::truncated);
    EXPECT_FALSE(cursor.take(UINT64_MAX));
    EXPECT_FALSE(cursor.skip(UINT64_MAX));
    EXPECT_FALSE(cursor.seek(4));
    EXPECT_EQ(cursor.offset(), 0U);
    EXPECT_TRUE(cursor.seek(3));
    EXPECT_TRUE(cursor.take(0));
}

TEST(Cursor, SubIsBoundedByItsRecord) {
    Cursor cursor(as_bytes("abcdef"));
    Cursor record = cursor.sub(2).value();
    EXPECT_FALSE(record.u32_le());
    EXPECT_EQ(as_text(record.rest()), "ab");
    EXPECT_EQ(as_text(cursor.rest()), "cdef");
}

TEST(InRange, NeverWraps) {
    static_assert(in_range(0, 0, 0));
    static_assert(in_range(8, 8, 16));
    static_assert(!in_range(8, 9, 16));
    static_assert(!in_range(8, UINT64_MAX, 16));
    static_assert(!in_range(UINT64_MAX, 8, 16));
}

}  // namespace
}  // namespace sekisho::base
