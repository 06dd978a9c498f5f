#include "scanner/active/page_behind.h"

#include <gtest/gtest.h>

#include "scanner/testing.h"
#include "tests/fixtures/documents.h"

namespace sekisho::scanner::active {
namespace {

constexpr std::string_view page = "<script>x()</script>";

struct Behind {
    const char* name;
    std::string type;
    std::string file;
    std::string claimed;
    std::string bytes;
    bool found;
};
class PageBehind : public testing::TestWithParam<Behind> {};
TEST_P(PageBehind, IsLookedAtWhereItIsShown) {
    Part part = test_part(base::as_bytes(GetParam().bytes), GetParam().file);
    part.type = GetParam().type;
    part.claimed_type = GetParam().claimed;
    TestExtraction extraction({}, 1u << 20);
    open_page_behind(part, extraction);
    ASSERT_EQ(extraction.children.size(), GetParam().found ? 1u : 0u);
    if (!GetParam().found) return;
    EXPECT_EQ(extraction.children[0].text(), page);
    EXPECT_EQ(extraction.children[0].spec.type, "text/html");
}
const std::string zip = fixtures::stored_zip({{.name = "a.txt", .data = "a < b"}});
INSTANTIATE_TEST_SUITE_P(
    Cases, PageBehind,
    testing::Values(
        Behind{"by_name", "application/zip", "a.html", "application/octet-stream", zip + std::string(page),
               true},
        Behind{"by_name_as_windows_sees_it", "application/zip", "a.HTM. ", "", zip + std::string(page), true},
        Behind{"by_type", "application/rtf", "a", "text/html", "{\\rtf1 hello}" + std::string(page), true},
        Behind{"another_name", "application/zip", "a.zip", "application/zip", zip + std::string(page), false},
        Behind{"page_itself", "text/html", "a.html", "text/html", std::string(page), false},
        Behind{"mail", "message/rfc822", "a.html", "text/html", std::string(page), false},
        Behind{"no_page", "application/zip", "a.html", "text/html", zip, false},
        Behind{"cut_tag", "application/zip", "a.html", "text/html", zip + "<scr", false},
        Behind{"empty", "application/zip", "a.html", "text/html", "", false}),
    [](const auto& info) { return info.param.name; });

TEST(PageBehindLimits, WorkIsCharged) {
    const std::string bytes(20'000, '<');
    Part part = test_part(base::as_bytes(bytes), "a.html");
    part.type = "application/zip";
    model::ScanLimits limits;
    limits.max_steps = 10'000;
    TestExtraction extraction(limits, 1u << 20);
    open_page_behind(part, extraction);
    EXPECT_TRUE(extraction.children.empty());
    EXPECT_FALSE(extraction.budget().reached().empty());
}

}  // namespace
}  // namespace sekisho::scanner::active
