#include "base/slab.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <cstdint>
#include <cstring>
#include <random>
#include <set>
#include <span>
#include <utility>
#include <vector>

namespace sekisho::base {
namespace {

// As many as it takes, for one byte more than a page as well.
TEST(HugePages, AreAlignedZeroedAndCounted) {
    const std::size_t before = huge_page_bytes();
    for (const auto& [bytes, wanted] : {std::pair{std::size_t{1}, huge_page},
                                        {huge_page, huge_page},
                                        {huge_page + 1, 2 * huge_page},
                                        {5 * huge_page, 5 * huge_page}}) {
        const HugePages pages = map_huge_pages(bytes);
        EXPECT_EQ(reinterpret_cast<std::uintptr_t>(pages.get()) % huge_page, 0u);
        const std::span all(pages.get(), wanted);
        EXPECT_EQ(std::ranges::count(all, std::byte{0}), static_cast<std::ptrdiff_t>(wanted));
        all.front() = all.back() = std::byte{1};
        EXPECT_EQ(huge_page_bytes(), before + wanted) << bytes;
    }
    EXPECT_EQ(huge_page_bytes(), before);
}

TEST(Slab, WhatIsGivenBackIsTakenAgain) {
    Slab slab(100);
    void* const first = slab.take();
    void* const second = slab.take();
    EXPECT_NE(first, second);
    slab.give(first);
    slab.give(second);
    EXPECT_EQ((std::set{slab.take(), slab.take()}), (std::set{first, second}));
}

// Whatever its size: nobody writes into the next one, and all are aligned.
TEST(Slab, ObjectsDoNotTouch) {
    for (const std::size_t size : {std::size_t{1}, std::size_t{16}, std::size_t{300}, std::size_t{5'001},
                                   std::size_t{699'056}, huge_page}) {
        const std::size_t before = huge_page_bytes();
        {
            Slab slab(size);
            const std::size_t many =
                std::max<std::size_t>(3, huge_page / size * 2 > 1'000 ? 1'000 : huge_page / size * 2);
            struct Object {
                void* at;
                std::uint8_t mark;
            };
            std::vector<Object> objects;
            std::mt19937 random(static_cast<unsigned>(size));
            for (std::size_t i = 0; i < 3 * many; ++i) {
                if (objects.size() == many || (!objects.empty() && random() % 3 == 0)) {
                    std::swap(objects[random() % objects.size()], objects.back());
                    slab.give(objects.back().at);
                    objects.pop_back();
                    continue;
                }
                const auto mark = static_cast<std::uint8_t>(i);
                objects.push_back({slab.take(), mark});
                EXPECT_EQ(reinterpret_cast<std::uintptr_t>(objects.back().at) % 64, 0u);
                std::memset(objects.back().at, mark, size);
            }
            for (const Object& object : objects) {
                const std::vector<std::uint8_t> wanted(size, object.mark);
                ASSERT_EQ(std::memcmp(object.at, wanted.data(), size), 0) << size;
            }
        }
        EXPECT_EQ(huge_page_bytes(), before) << size;
    }
}

}  // namespace
}  // namespace sekisho::base
