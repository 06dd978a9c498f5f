// The index of dashed lines answers as a look at each of them would.
#include "scanner/mime/dashed_lines.h"

#include <gtest/gtest.h>

#include "scanner/mime/boundaries.h"
#include "scanner/mime/lines.h"
#include "scanner/mime/testing_decoders.h"

namespace sekisho::scanner::mime {
namespace {

bool some_line_is(std::string_view text, std::string_view boundary) {
    for (Line line = find_dashed_line(text, 0); !line.text.empty();
         line = find_dashed_line(text, line.next)) {
        if (kind_of(line.text.substr(2), boundary) != DelimiterKind::none) return true;
    }
    return false;
}

TEST(DashedLines, AreUsedAsEachOfThemSays) {
    std::mt19937 random(9);  // NOLINT(*-msc51-cpp): the same every time
    int used = 0;
    for (int i = 0; i < 20'000; ++i) {
        const std::string text = random_of(random, "---\nab ;", random() % 60);
        const DashedLines dashed(text);
        for (int k = 0; k < 10; ++k) {
            const std::string boundary = random_of(random, "ab- ;", random() % 4);
            const bool want = some_line_is(text, boundary);
            ASSERT_EQ(dashed.use(boundary), want) << text << " and " << boundary;
            used += want ? 1 : 0;
        }
    }
    EXPECT_GT(used, 10'000);
}

}  // namespace
}  // namespace sekisho::scanner::mime
