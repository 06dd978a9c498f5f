#include "store/record_queue.h"

#include <gmock/gmock.h>

#include <random>

namespace sekisho::store {
namespace {

using ::testing::ElementsAre;
using ::testing::ElementsAreArray;

std::vector<std::string> all(const RecordQueue& queue) {
    std::vector<std::string> out;
    EXPECT_TRUE(queue.each([&](base::Bytes record) {
        out.emplace_back(base::as_text(record));
        return true;
    }));
    EXPECT_EQ(out.size(), queue.size());
    return out;
}

TEST(RecordQueue, RecordsComeInTheirOrder) {
    RecordQueue queue;
    EXPECT_TRUE(all(queue).empty());
    for (const std::string& record : {std::string("one"), std::string(), std::string("th\0ree", 6)})
        queue.push(record);
    EXPECT_THAT(all(queue), ElementsAre("one", "", std::string("th\0ree", 6)));
    queue.pop_front();
    EXPECT_THAT(all(queue), ElementsAre("", std::string("th\0ree", 6)));
    std::size_t seen = 0;
    EXPECT_FALSE(queue.each([&](base::Bytes) { return ++seen < 1; }));
    EXPECT_EQ(seen, 1u);
}

// Against a deque, with records that are longer than a piece, and what could not be written put back.
TEST(RecordQueue, IsAQueue) {
    std::mt19937 random(1);
    RecordQueue queue;
    std::deque<std::string> wanted;
    for (int i = 0; i < 3'000; ++i) {
        const auto dice = random() % 100;
        if (dice < 2) {
            RecordQueue taken = std::exchange(queue, {});
            EXPECT_EQ(queue.size(), 0u);
            for (int later = 0; later < static_cast<int>(dice); ++later) {
                queue.push("later");
                wanted.push_back("later");
            }
            queue.push_front(std::move(taken));
        } else if (dice < 40 && !wanted.empty()) {
            queue.pop_front();
            wanted.pop_front();
        } else {
            const std::string record(dice == 99 ? 70'000 : random() % 2'000, static_cast<char>(i));
            queue.push(record);
            wanted.push_back(record);
        }
        ASSERT_EQ(queue.size(), wanted.size());
        if (i % 100 == 0) {
            ASSERT_THAT(all(queue), ElementsAreArray(wanted));
        }
    }
    while (!wanted.empty()) {
        queue.pop_front();
        wanted.pop_front();
    }
    EXPECT_TRUE(all(queue).empty());
}

}  // namespace
}  // namespace sekisho::store
