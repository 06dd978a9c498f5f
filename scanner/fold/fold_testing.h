// A table of the tests of this folder: sources, and what they fold to.
#pragma once

#include <gtest/gtest.h>

#include <string>
#include <string_view>

#include "scanner/fold/fold.h"

namespace sekisho::scanner::fold {

struct Case {
    std::string_view name;
    std::string_view source;
    std::string_view folded;
};

inline std::string name_of_case(const testing::TestParamInfo<Case>& info) {
    return std::string(info.param.name);
}

}  // namespace sekisho::scanner::fold
