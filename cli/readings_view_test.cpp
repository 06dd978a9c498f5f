#include "cli/readings_view.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace sekisho::cli {
namespace {

using ::testing::HasSubstr;
using ::testing::Not;

model::PartSummary part(model::PartId id, std::optional<model::PartId> parent, std::string path,
                        std::string type, std::vector<std::string> readings = {},
                        std::vector<std::string> flags = {}) {
    model::PartSummary out;
    out.id = id;
    out.parent = parent;
    out.path = std::move(path);
    out.type = std::move(type);
    out.size = 20;
    out.opened_by = "mime";
    out.readings = std::move(readings);
    out.flags = std::move(flags);
    return out;
}

TEST(ReadingsView, OrdinaryMailIsReadAlike) {
    model::ScanReport report;
    report.file = "a.eml";
    report.parts = {part(0, {}, "message", "message/rfc822"), part(1, 0, "message/1", "text/plain")};
    EXPECT_EQ(print_readings(report),
              "a.eml\n\n"
              "message: every client sees the same parts\n"
              "  part  type        size\n"
              "  1     text/plain  20 B\n");
}

TEST(ReadingsView, SetsReadingsSideBySide) {
    model::ScanReport report;
    report.file = "a.eml";
    report.parts = {part(0, {}, "message", "message/rfc822"),
                    part(1, 0, "message/1", "text/plain", {"first", "second"}),
                    part(2, 0, "message/2:x.zip", "application/zip", {"second"}, {"ambiguous", "hidden"}),
                    part(3, 0, "message/3", "application/zip", {"encoding base64"}, {"ambiguous", "hidden"})};
    report.findings.push_back(
        {.finding = {.id = "mime.ambiguous.boundary.duplicate", .part = 0, .evidence = "foo, faa"},
         .score = 1.5,
         .title = "Two boundaries"});
    report.findings.push_back(
        {.finding = {.id = "file.script", .part = 0, .evidence = ""}, .score = 5, .title = "x"});
    const std::string text = print_readings(report);
    EXPECT_THAT(text, HasSubstr("message: read in 2 ways\n"));
    EXPECT_THAT(text, HasSubstr("  part     type             size  first  second\n"));
    EXPECT_THAT(text, HasSubstr("  1        text/plain       20 B  x      x\n"));
    EXPECT_THAT(text, HasSubstr("  2:x.zip  application/zip  20 B  -      x       hidden\n"));
    EXPECT_THAT(text,
                HasSubstr("  3        application/zip  20 B  -      -       encoding base64 (hidden)\n"));
    EXPECT_THAT(text, HasSubstr("    mime.ambiguous.boundary.duplicate  Two boundaries: foo, faa\n"));
    EXPECT_THAT(text, Not(HasSubstr("file.script")));
}

TEST(ReadingsView, NamesAreEscaped) {
    model::ScanReport report;
    report.file = "a\x1b[2J.eml";
    report.parts = {part(0, {}, "message", "message/rfc822"),
                    part(1, 0, "message/1:\x1b]0;x\x07", "text/plain\x1b", {"odd \x1b"})};
    EXPECT_THAT(print_readings(report), Not(HasSubstr("\x1b")));
}

}  // namespace
}  // namespace sekisho::cli
