#include "base/json.h"

#include <gtest/gtest.h>

namespace sekisho::base {
namespace {

TEST(Json, ComesBackAsItWent) {
    const Json value(
        JsonObject{{"a", JsonArray{1, 2.5, "x", nullptr, true}}, {"z", JsonObject{}}, {"b", "\xE3\x81\x82"}});
    const std::string text = dump_json(value);
    EXPECT_EQ(text, "{\"a\":[1,2.5,\"x\",null,true],\"z\":{},\"b\":\"\xE3\x81\x82\"}");
    EXPECT_EQ(parse_json(text).value(), value);
}

TEST(Json, IllFormedTextIsReplacedNotThrown) { EXPECT_EQ(dump_json(Json("\xFF")), "\"\xEF\xBF\xBD\""); }

struct Bad {
    const char* name;
    std::string text;
    Cause cause;
};
class BadJson : public testing::TestWithParam<Bad> {};
TEST_P(BadJson, IsRefused) {
    const auto result = parse_json(GetParam().text, {.max_bytes = 100, .max_depth = 4});
    ASSERT_FALSE(result);
    EXPECT_EQ(result.error().cause, GetParam().cause);
}
INSTANTIATE_TEST_SUITE_P(Table, BadJson,
                         testing::Values(Bad{"empty", "", Cause::malformed},
                                         Bad{"cut", "{\"a\":", Cause::malformed},
                                         Bad{"trailing", "1 2", Cause::malformed},
                                         Bad{"doubled", "{\"a\":1,\"a\":2}", Cause::malformed},
                                         Bad{"deep", "[[[[[1]]]]]", Cause::limit},
                                         Bad{"long", std::string(101, ' '), Cause::limit},
                                         Bad{"huge_number", "18446744073709551615", Cause::malformed},
                                         Bad{"bad_utf8", "\"\xFF\"", Cause::malformed}),
                         [](const auto& info) { return info.param.name; });

TEST(Json, DeepNestingNeedsNoStack) { EXPECT_FALSE(parse_json(std::string(4u << 20, '['))); }

TEST(Json, LookUpsFallBack) {
    const Json value = parse_json("{\"i\":3,\"d\":1.5,\"s\":\"t\",\"b\":true}").value();
    EXPECT_EQ(value.int_or("i"), 3);
    EXPECT_EQ(value.int_or("d", 7), 7);
    EXPECT_DOUBLE_EQ(value.number_or("i"), 3.0);
    EXPECT_DOUBLE_EQ(value.number_or("d"), 1.5);
    EXPECT_EQ(value.string_or("i", "x"), "x");
    EXPECT_TRUE(value.bool_or("b"));
    EXPECT_EQ(value.find("none"), nullptr);
}

}  // namespace
}  // namespace sekisho::base
