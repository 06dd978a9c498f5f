#include "model/telling.h"

#include <gtest/gtest.h>

#include <vector>

namespace sekisho::model {
namespace {

TEST(TellsOfDanger, WhatWeighs) {
    const struct {
        std::vector<const char*> ids;
        bool danger;
    } cases[] = {
        {{}, false},
        {{"mail.lure.invoice"}, false},
        {{"mail.from.envelope-differs", "pdf.attachment"}, false},
        {{"office.vba.autoexec"}, true},
        {{"mail.lure.invoice", "pdf.launch.command"}, true},
        {{"limit.time"}, true},
        {{"yara.Some_Rule"}, true},
    };
    for (const auto& c : cases) {
        std::vector<Finding> findings;
        for (const char* id : c.ids)
            findings.push_back({.id = id});
        EXPECT_EQ(tells_of_danger(findings), c.danger) << (c.ids.empty() ? "none" : c.ids.back());
    }
}

TEST(TellsOfDanger, WhatWeighsNothingAndHidesSomethingDoes) {
    for (const FindingRow& row : findings_table()) {
        if (row.score > 0 || (row.unscannable == Unscannable::none && !row.incomplete)) continue;
        const std::vector<Finding> one{{.id = std::string(row.id)}};
        EXPECT_TRUE(tells_of_danger(one)) << row.id;
    }
}

}  // namespace
}  // namespace sekisho::model
