// The tests of a directory of rules, as they lie beside them:
//
//   DIR/*.yar, *.yara             meta: tests = "ID ID ..."; where a rule says nothing, its own name
//   DIR/tests/ID/positive/NAME    a file that the rule must match, itself or in a part of it
//   DIR/tests/ID/negative/NAME    a file that it must not match
//
// NAME is the name that the scan is told. NAME.hex and NAME.b64 stand for other bytes (test_bytes.h, base64),
// under the NAME without it.
#pragma once

#include <cstdint>
#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"

namespace sekisho::cli {

struct RuleTest {
    std::string id;
    bool positive = false;
    std::string path;  // of the file that is stored
    std::string name;  // under which it is scanned
};

// Rule -> the ids that its meta names. Reads the meta sections of a source and nothing more; what is no rule
// file has none.
std::map<std::string, std::vector<std::string>> test_ids_of(std::string_view source);

// The tests of each rule of a directory, in order of their paths. Rules that say nothing about tests are not
// in it, unless there is a folder of their name.
std::map<std::string, std::vector<RuleTest>> find_rule_tests(const std::string& directory,
                                                             const std::vector<std::string>& rules);

// What is scanned. Cause::malformed, Cause::limit: as written it stands for nothing.
base::Result<std::string> read_rule_test(const RuleTest& test);

}  // namespace sekisho::cli
