// Rule files read, tried and compiled: what loads, and what was left out with the reason.
#pragma once

#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "base/result.h"
#include "model/finding.h"
#include "scanner/rules/rule_source.h"

struct YR_RULES;

namespace sekisho::scanner::rules {

struct RuleFile {
    std::string path;    // for messages
    std::string source;  // with what does not compile blanked out
};

// Owns compiled rules.
struct DestroyRules {
    void operator()(YR_RULES* rules) const;
};
using CompiledRules = std::unique_ptr<YR_RULES, DestroyRules>;

// All *.yar and *.yara of the directories, in order of directory, then of name. A directory that is not
// there, and a file over 8 MB, is a problem.
std::vector<RuleFile> read_rule_files(const std::vector<std::string>& directories,
                                      std::vector<std::string>& problems);

// Tries the file by itself and blanks out rules until it compiles: each gives a problem "file:line: reason".
// A file whose fault lies in no rule is emptied. libyara must not be used again after a compile error, so
// every try has a compiler of its own.
void drop_bad_rules(RuleFile& file, std::vector<std::string>& problems);

// Compiles the rules for which `wanted` holds, and all private and global ones, from files that were tried;
// each file has a namespace of its own.
base::Result<CompiledRules> compile(const std::vector<RuleFile>& files,
                                    const std::function<bool(const RuleText&)>& wanted);

// Name, score and other meta of every public rule, sorted by name; the version is taken over all sources.
model::RuleTable describe(YR_RULES* rules, const std::vector<RuleFile>& files);

}  // namespace sekisho::scanner::rules
