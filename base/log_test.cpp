#include "base/log.h"

#include <gtest/gtest.h>

namespace sekisho::base {
namespace {

std::string logged(bool json, std::string_view line) {
    testing::internal::CaptureStderr();
    open_log(LogTarget::standard_error, LogLevel::info, "test", json);
    log(LogLevel::debug, "not asked for");
    log(LogLevel::warning, line);
    const std::string out = testing::internal::GetCapturedStderr();
    open_log(LogTarget::standard_error, LogLevel::info, "test");
    return out;
}

TEST(Log, StampsLinesForATerminal) {
    const std::string out = logged(false, "store lost=x");
    EXPECT_TRUE(out.ends_with(" warning: store lost=x\n")) << out;
}

TEST(Log, MakesEveryLineAnObjectWhereJsonIsAskedFor) {
    EXPECT_EQ(logged(true, R"({"queue_id":"4XQ1"})"), "{\"queue_id\":\"4XQ1\"}\n");
    EXPECT_EQ(logged(true, "store lost=\"a b\""),
              "{\"level\":\"warning\",\"text\":\"store lost=\\\"a b\\\"\"}\n");
}

}  // namespace
}  // namespace sekisho::base
