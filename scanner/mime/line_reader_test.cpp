// A reader that has come to a line sees what one sees that begins there.
#include "scanner/mime/lines.h"

#include <gtest/gtest.h>

#include "scanner/mime/testing_decoders.h"

namespace sekisho::scanner::mime {
namespace {

TEST(LineReader, KnowsABareCrWhereverItBegins) {
    std::mt19937 random(7);  // NOLINT(*-msc51-cpp): the same every time
    for (int i = 0; i < 20'000; ++i) {
        const std::string text = random_of(random, "\r\r\r\nX::y\1 -", random() % 40);
        for (const bool strict : {false, true}) {
            LineReader reader(text, strict);
            std::size_t at = 0;
            while (!reader.at_end()) {
                LineReader fresh(text, strict);
                fresh.seek(at);
                ASSERT_EQ(reader.peek().text, fresh.peek().text) << testing::PrintToString(text) << at;
                ASSERT_EQ(reader.peek().next, fresh.peek().next) << testing::PrintToString(text) << at;
                ASSERT_GT(reader.peek().next, at);
                // Also into the middle of a line, as behind a delimiter.
                at = random() % 3 == 0 ? at + 1 : reader.peek().next;
                reader.seek(at);
            }
        }
    }
}

TEST(LineReader, LooksAtTheHeadOfTheNextLine) {
    std::mt19937 random(8);  // NOLINT(*-msc51-cpp): the same every time
    for (int i = 0; i < 20'000; ++i) {
        const std::string text = random_of(random, "\r\r\nX::y\1 -", random() % 40);
        for (LineReader reader(text); !reader.at_end(); reader.next()) {
            LineReader ahead = reader;
            ahead.next();
            ASSERT_EQ(reader.head_of_next(), ahead.peek().text) << testing::PrintToString(text);
        }
    }
    const std::string longer = "A: b\r\n" + std::string(5'000, 'x') + "\r\nC: d\r\n";
    const LineReader reader(longer);
    EXPECT_EQ(reader.head_of_next(), std::string(1'000, 'x'));
}

}  // namespace
}  // namespace sekisho::scanner::mime
