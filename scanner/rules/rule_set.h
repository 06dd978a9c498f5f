// Rule files read, tried and compiled: what loads, and what was left out with the reason.
#pragma once

#include <functional>
#include <memory>
#include <span>
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

// All *.yar and *.yara of the directories and of the folders in them, in order of directory, then of path;
// each once. A folder that cannot be read, and a file over 8 MB, is a problem.
std::vector<RuleFile> read_rule_files(const std::vector<std::string>& directories,
                                      std::vector<std::string>& problems);

// Tries each file in a namespace of its own and blanks out rules until it compiles: each gives a problem
// "file:line: reason". So does each include, which is never followed, and each import of a module that is not
// there. A file whose fault lies in none of them is emptied. libyara must not be used again after a compile
// error: what comes next gets a new compiler.
void drop_bad_rules(std::span<RuleFile> files, std::vector<std::string>& problems);

// Compiles the rules for which `wanted` holds, with the private and global ones of their files, from files
// that were tried; each file has a namespace of its own. A file with none of those is left out: what is
// private or global is for the rules beside it.
base::Result<CompiledRules> compile(std::span<const RuleFile> files,
                                    const std::function<bool(const RuleText&)>& wanted);

// Name, score and other meta of every public rule, in the order of the sources.
//
// A score over 20 is one of public sets, which go from 0 to 100: a tenth of it counts. A rule without one has
// 5; a global rule has 0, being a condition for others.
std::vector<model::RuleInfo> describe(YR_RULES* rules);

// Taken over all sources.
std::string version_of(std::span<const RuleFile> files);

}  // namespace sekisho::scanner::rules
