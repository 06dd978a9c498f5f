#include "base/domain.h"

#include <gtest/gtest.h>

namespace sekisho::base {
namespace {

struct Pair {
    const char* name;
    const char* a;
    const char* b;
    bool aligned;
};
class Alignment : public testing::TestWithParam<Pair> {};
TEST_P(Alignment, IsTheSameBothWays) {
    EXPECT_EQ(aligned(GetParam().a, GetParam().b), GetParam().aligned);
    EXPECT_EQ(aligned(GetParam().b, GetParam().a), GetParam().aligned);
}
INSTANTIATE_TEST_SUITE_P(Table, Alignment,
                         testing::Values(Pair{"equal", "example.com", "example.com", true},
                                         Pair{"below", "mail.example.com", "example.com", true},
                                         Pair{"far_below", "a.b.c.example.co.jp", "example.co.jp", true},
                                         Pair{"siblings", "a.example.com", "b.example.com", false},
                                         Pair{"strangers", "example.com", "example.net", false},
                                         Pair{"longer_word", "badexample.com", "example.com", false},
                                         Pair{"top_level", "example.com", "com", false},
                                         Pair{"registry", "example.co.jp", "co.jp", false},
                                         Pair{"registry_equal", "co.jp", "co.jp", true},
                                         Pair{"no_dot", "host.localhost", "localhost", false},
                                         Pair{"short_name", "mail.nec.jp", "nec.jp", true},
                                         Pair{"empty", "example.com", "", false}),
                         [](const auto& row) { return row.param.name; });

TEST(Organisation, IsTheDomainThatWasRegistered) {
    EXPECT_EQ(organisation_of("example.com"), "example.com");
    EXPECT_EQ(organisation_of("a.b.example.com"), "example.com");
    EXPECT_EQ(organisation_of("a.b.example.co.jp"), "example.co.jp");
    EXPECT_EQ(organisation_of("example.co.jp"), "example.co.jp");
    EXPECT_EQ(organisation_of("co.jp"), "co.jp");
    EXPECT_EQ(organisation_of("jp"), "jp");
    EXPECT_EQ(organisation_of(""), "");
    EXPECT_EQ(organisation_of("mail.nec.jp"), "nec.jp");
}

}  // namespace
}  // namespace sekisho::base
