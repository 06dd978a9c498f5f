// The manual pages are well-formed, and the one of `sekisho` names every command.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "base/fd.h"
#include "cli/doctor_facts.h"

namespace sekisho::cli {
namespace {

const std::string pages = std::string(SEKISHO_SOURCE_DIR) + "/docs/man/";

class ManPage : public ::testing::TestWithParam<const char*> {};

TEST_P(ManPage, PassesMandocsCheck) {
    if (!output_of({"/usr/bin/mandoc", "-T", "locale", pages + "sekisho.1"}))
        GTEST_SKIP() << "mandoc is not there";
    EXPECT_TRUE(output_of({"/usr/bin/mandoc", "-T", "lint", "-W", "warning", pages + GetParam()}));
}

INSTANTIATE_TEST_SUITE_P(All, ManPage, ::testing::Values("sekisho.1", "sekishod.8", "sekisho.toml.5"),
                         [](const auto& row) { return std::to_string(row.index); });

TEST(ManPages, NameEveryCommand) {
    const std::string text = base::read_file(pages + "sekisho.1", 1u << 20).value_or("");
    for (const char* command :
         {"scan", "unpack", "status", "reload", "config", "rules", "quarantine", "doctor", "check", "show",
          "reference", "list", "export", "release", "delete", "help"}) {
        EXPECT_THAT(text, ::testing::HasSubstr(std::string(" ") + command)) << command;
    }
}

}  // namespace
}  // namespace sekisho::cli
