#include "scanner/recovered.h"

#include <gtest/gtest.h>

#include "scanner/testing.h"

namespace sekisho::scanner {
namespace {

TEST(Recovered, IsPlainTextUnderItsName) {
    TestExtraction extraction;
    EXPECT_TRUE(add_recovered(extraction, "Module1", "powershell -e AAAA"));
    EXPECT_TRUE(add_recovered(extraction, "Module2", ""));
    ASSERT_EQ(extraction.children.size(), 1u);
    const TestChild& child = extraction.children[0];
    EXPECT_EQ(child.text(), "powershell -e AAAA");
    EXPECT_EQ(child.spec.label, "folded:Module1");
    EXPECT_EQ(child.spec.type, "text/plain");
    Part part = test_part(child.bytes);
    EXPECT_FALSE(is_recovered(part));
    part.opened_by = child.spec.opened_by;
    EXPECT_TRUE(is_recovered(part));
}

TEST(Recovered, FilesAreToldByTheirBytes) {
    TestExtraction extraction;
    const Part part = test_part({});
    EXPECT_TRUE(add_recovered(extraction, part, "Module1", {.text = "x", .files = {"MZ one", "PK two"}}));
    ASSERT_EQ(extraction.children.size(), 3u);
    EXPECT_EQ(extraction.children[1].spec.label, "decoded:Module1");
    EXPECT_EQ(extraction.children[1].spec.type, "") << "to be identified";
    EXPECT_EQ(extraction.children[2].text(), "PK two");
    EXPECT_TRUE(extraction.findings().has("fold.payload"));

    TestExtraction spent({.max_steps = 10});
    EXPECT_FALSE(add_recovered(spent, part, "Module1", {.text = "x", .files = {}, .steps = 1'000'000'000}));
    EXPECT_TRUE(spent.children.empty());

    TestExtraction texts;
    EXPECT_TRUE(add_recovered(texts, part, "Module1", {.text = "x", .files = {}}));
    EXPECT_FALSE(texts.findings().has("fold.payload"));
}

TEST(Recovered, NothingIsAddedBeyondTheBudget) {
    TestExtraction parts({.max_parts = 1});
    EXPECT_TRUE(add_recovered(parts, "a", "text"));
    EXPECT_FALSE(add_recovered(parts, "b", "text"));
    TestExtraction bytes({.max_bytes_out = 3});
    EXPECT_FALSE(add_recovered(bytes, "a", "text"));
    EXPECT_TRUE(bytes.children.empty());
}

}  // namespace
}  // namespace sekisho::scanner
