// For tests alone: a rule engine without rules.
#pragma once

#include "scanner/engine.h"

namespace sekisho::scanner {

class NoRules final : public Engine {
public:
    const model::RuleTable& table() const override { return table_; }
    void scan(const Stretches&, const RuleFacts&, model::PartId, std::chrono::milliseconds,
              Findings&) override {}

private:
    model::RuleTable table_;
};

}  // namespace sekisho::scanner
