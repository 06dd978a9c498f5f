// An Engine that finds nothing and measures: what each rule costs by itself. Debian's libyara cannot say.
#pragma once

#include <chrono>
#include <memory>
#include <string>
#include <vector>

#include "base/result.h"
#include "model/rule_cost.h"
#include "scanner/engine.h"
#include "scanner/rules/rule_set.h"

namespace sekisho::scanner::rules {

// Each rule is compiled alone, with the private and global ones of its file; where it leans on others, with
// those above it. Each part that a rule is for goes through it several times, and the least counts. What
// spares parts in service (prefilter.h) is left out: it belongs to all rules together.
class RuleProfiler final : public Engine {
public:
    // As load_yara(). Problems are in table().problems.
    static base::Result<std::unique_ptr<RuleProfiler>> load(const std::vector<std::string>& directories);

    const model::RuleTable& table() const override { return table_; }
    // Adds `yara.partial` where time ran out: then some rules have seen less than others.
    void scan(const Stretches& bytes, const RuleFacts& facts, model::PartId part,
              std::chrono::milliseconds time_left, Findings& findings) override;

    // What was measured since the last call, in order of the files; a rule that saw nothing has no parts.
    std::vector<model::RuleCost> take_costs();

private:
    struct Alone {
        RuleScope scope;
        std::unique_ptr<Engine> engine;
        model::RuleCost cost;
    };
    RuleProfiler() = default;
    void add_rules_of(const RuleFile& file);

    std::vector<Alone> rules_;
    std::unique_ptr<Engine> plain_;
    model::RuleTable table_;
};

}  // namespace sekisho::scanner::rules
