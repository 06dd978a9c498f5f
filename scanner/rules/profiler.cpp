#include "scanner/rules/profiler.h"

#include <fmt/format.h>

#include <algorithm>
#include <optional>
#include <utility>

#include "scanner/rules/yara_engine.h"

namespace sekisho::scanner::rules {

namespace {

using Clock = std::chrono::steady_clock;

constexpr int rounds = 3;

constexpr const char* plain_rule =
    "rule plain { meta: raw = true strings: $a = \"SekishoPlainWord\" condition: $a }";

// The least of several rounds: what others on the machine take away is not the rule's. None: no time is left.
std::optional<std::chrono::nanoseconds> least(Engine& engine, const Stretches& bytes, const RuleFacts& facts,
                                              Clock::time_point until) {
    auto out = std::chrono::nanoseconds::max();
    for (int round = 0; round < rounds; ++round) {
        Findings findings(10);
        const Clock::time_point begin = Clock::now();
        const auto left = std::chrono::duration_cast<std::chrono::milliseconds>(until - begin);
        if (left.count() <= 0) return std::nullopt;
        engine.scan(bytes, facts, 0, left, findings);
        out = std::min(out, std::chrono::nanoseconds(Clock::now() - begin));
    }
    return out;
}

// The file with the rule number `at` and its helpers; `with_earlier`: with the rules above it as well.
RuleFile alone(const RuleFile& file, const std::vector<RuleText>& rules, std::size_t at, bool with_earlier) {
    RuleFile out = file;
    for (std::size_t i = 0; i < rules.size(); ++i) {
        if (i != at && !rules[i].helper && (i > at || !with_earlier)) blank_out(out.source, rules[i]);
    }
    return out;
}

}  // namespace

base::Result<std::unique_ptr<RuleProfiler>> RuleProfiler::load(const std::vector<std::string>& directories) {
    std::unique_ptr<RuleProfiler> out(new RuleProfiler());
    std::vector<std::string> problems;
    const std::vector<RuleFile> files = SEKISHO_TRY(read_rules(directories, problems));
    const std::vector<RuleFile> plain{{"plain", plain_rule}};
    out->plain_ = SEKISHO_TRY(engine_of(plain, false));
    for (const RuleFile& file : files)
        out->add_rules_of(file);
    out->table_.version = version_of(files);
    out->table_.problems.insert(out->table_.problems.begin(), problems.begin(), problems.end());
    std::ranges::sort(out->table_.rules, {}, &model::RuleInfo::name);
    const auto repeated = std::ranges::unique(out->table_.rules, {}, &model::RuleInfo::name);
    out->table_.rules.erase(repeated.begin(), repeated.end());
    if (out->rules_.empty()) return base::fail(base::Cause::invalid, "no rule in any rule file");
    return out;
}

void RuleProfiler::add_rules_of(const RuleFile& file) {
    const std::vector<RuleText> rules = split_rules(file.source);
    for (std::size_t i = 0; i < rules.size(); ++i) {
        if (rules[i].helper) continue;
        std::vector<RuleFile> by_itself{alone(file, rules, i, false)};
        auto engine = engine_of(by_itself, false);
        if (!engine) {
            by_itself = {alone(file, rules, i, true)};
            engine = engine_of(by_itself, false);
        }
        if (!engine) {
            table_.problems.push_back(fmt::format("{}:{}: cannot be measured: {}", file.path,
                                                  rules[i].first_line, engine.error().message));
            continue;
        }
        const auto info = std::ranges::find((*engine)->table().rules, rules[i].name, &model::RuleInfo::name);
        if (info == (*engine)->table().rules.end()) continue;
        table_.rules.push_back(*info);
        rules_.push_back({rules[i].scope, std::move(*engine), {.rule = rules[i].name}});
    }
}

void RuleProfiler::scan(const Stretches& bytes, const RuleFacts& facts, model::PartId part,
                        std::chrono::milliseconds time_left, Findings& findings) {
    const Clock::time_point until = Clock::now() + time_left;
    std::optional<std::chrono::nanoseconds>
        plain;  // of this part: the same for all rules that look at all of it
    for (Alone& rule : rules_) {
        if (!is_for(rule.scope, bytes.size(), facts)) continue;
        const auto time = least(*rule.engine, bytes, facts, until);
        std::optional<std::chrono::nanoseconds> other;
        if (rule.scope.first_bytes != 0) {
            other = least(*plain_, bytes.head(rule.scope.first_bytes), facts, until);
        } else {
            if (!plain) plain = least(*plain_, bytes, facts, until);
            other = plain;
        }
        if (!time || !other) {
            findings.add("yara.partial", part, "no time left to measure");
            return;
        }
        const std::uint64_t seen =
            rule.scope.first_bytes != 0 ? std::min(rule.scope.first_bytes, bytes.size()) : bytes.size();
        rule.cost += {.time = *time, .plain = *other, .parts = 1, .bytes = seen};
    }
}

std::vector<model::RuleCost> RuleProfiler::take_costs() {
    std::vector<model::RuleCost> out;
    for (Alone& rule : rules_)
        out.push_back(std::exchange(rule.cost, {.rule = rule.cost.rule}));
    return out;
}

}  // namespace sekisho::scanner::rules
