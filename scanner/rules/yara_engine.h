// The Engine on libyara 4.2. Nothing is used that 4.5 lacks.
#pragma once

#include <cstdint>
#include <memory>
#include <span>
#include <string>
#include <vector>

#include "base/result.h"
#include "scanner/engine.h"
#include "scanner/rules/rule_set.h"

namespace sekisho::scanner::rules {

// Reads, tries and compiles all rules of the directories. What does not compile is skipped and named in
// table().problems. Cause::invalid where rules were meant to load and not one did: files without
// a rule that compiles, or no folder of that name.
// Opens files and allocates: before the sandbox closes. libyara's global state is set up once per process.
base::Result<std::unique_ptr<Engine>> load_yara(const std::vector<std::string>& directories);

// The two halves of it, for those that want the rules in other portions. read_rules() goes first: it starts
// libyara. `parted`: rules of different needs run apart, and are spared parts without any of their strings.
base::Result<std::vector<RuleFile>> read_rules(const std::vector<std::string>& directories,
                                               std::vector<std::string>& problems);
base::Result<std::unique_ptr<Engine>> engine_of(std::span<const RuleFile> files, bool parted);

// Whether a rule of that scope is run on a part of so many bytes.
bool is_for(const RuleScope& scope, std::uint64_t size, const RuleFacts& facts);

}  // namespace sekisho::scanner::rules
