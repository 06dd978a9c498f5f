#include "outbound/activity.h"

#include <gtest/gtest.h>

#include "outbound/hash.h"

namespace sekisho::outbound {
namespace {

constexpr Moment start = 1'800'000'000;
constexpr std::uint64_t text = 0x0123'4567'89ab'cdefULL;
constexpr std::uint64_t band = std::uint64_t{0x7fff} << 1;

TEST(Contents, OneContentInSeveralMails) {
    Contents contents;
    EXPECT_EQ(contents.add(attachment_key(8), 40, start), 40u);
    EXPECT_EQ(contents.most(start), 0u) << "a circular";
    EXPECT_EQ(contents.add(attachment_key(8), 2, start + 5), 42u);
    contents.add(attachment_key(10), 7, start + 5);
    EXPECT_EQ(contents.most(start + 5), 42u);
    EXPECT_EQ(contents.most(start + 5 + hour), 0u);
    EXPECT_EQ(contents.add(attachment_key(8), 1, start + 5 + hour), 1u) << "it begins anew";
}

TEST(Contents, NearSameTextsAreOne) {
    Contents contents;
    contents.add(text_content_key(text), 10, start);
    contents.add(text_content_key(text ^ band), 10, start + 1);  // one band differs
    contents.add(text_content_key(text ^ (band | band << 15 | band << 30)), 10, start + 2);  // one is left
    EXPECT_EQ(contents.most(start + 2), 30u);
    contents.add(text_content_key(~text), 10, start + 3);
    EXPECT_EQ(contents.most(start + 3), 30u);
}

// Hashes of attachments share bits with anything.
TEST(Contents, AnAttachmentIsNoText) {
    EXPECT_FALSE(same_content(attachment_key(text), text_content_key(text)));
    EXPECT_FALSE(same_content(attachment_key(text), attachment_key(text ^ band)));
    EXPECT_TRUE(same_content(attachment_key(text), attachment_key(text | 1)));
}

// A mail is its text and a file or two: eight entries are the last few mails, and what is sent again and
// again is never among those that are forgotten.
TEST(Contents, WhatGoesOnIsNotForgotten) {
    Contents contents;
    for (Moment i = 0; i < 40; ++i) {
        contents.add(text_content_key(text ^ (i % 2 == 0 ? band : 0)), 1, start + 60 * i);
        for (std::uint64_t other = 0; other < 3; ++other)
            contents.add(attachment_key(hash_of(i, other)), 1, start + 60 * i + 1);
    }
    EXPECT_EQ(contents.most(start + 40 * 60), 40u);
}

}  // namespace
}  // namespace sekisho::outbound
