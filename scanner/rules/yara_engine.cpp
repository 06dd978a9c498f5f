#include "scanner/rules/yara_engine.h"

#include <fmt/format.h>
#include <yara.h>

#include "scanner/rules/externals.h"
#include "scanner/rules/rule_set.h"

namespace sekisho::scanner::rules {

namespace {

struct DestroyScanner {
    void operator()(YR_SCANNER* scanner) const { yr_scanner_destroy(scanner); }
};
using Scanner = std::unique_ptr<YR_SCANNER, DestroyScanner>;

// Where one scan's callbacks report.
struct Sink {
    Findings& findings;
    model::PartId part;
};

int on_message(YR_SCAN_CONTEXT*, int message, void* data, void* user) {
    const auto* sink = static_cast<Sink*>(user);
    if (message == CALLBACK_MSG_RULE_MATCHING) {
        const auto* rule = static_cast<const YR_RULE*>(data);
        if (!RULE_IS_PRIVATE(rule)) sink->findings.add(fmt::format("yara.{}", rule->identifier), sink->part);
    } else if (message == CALLBACK_MSG_TOO_MANY_MATCHES) {
        const auto* string = static_cast<const YR_STRING*>(data);
        sink->findings.add("yara.partial", sink->part,
                           fmt::format("too many matches of {}", string->identifier));
    }
    return CALLBACK_CONTINUE;
}

Scanner new_scanner(YR_RULES* rules) {
    YR_SCANNER* scanner = nullptr;
    if (yr_scanner_create(rules, &scanner) != ERROR_SUCCESS) throw std::bad_alloc();
    // Our bytes cannot vanish under us, so libyara needs no handlers for SIGBUS; and a match is enough, all
    // matches are not needed.
    yr_scanner_set_flags(scanner,
                         SCAN_FLAGS_NO_TRYCATCH | SCAN_FLAGS_REPORT_RULES_MATCHING | SCAN_FLAGS_FAST_MODE);
    return Scanner(scanner);
}

class YaraEngine final : public Engine {
public:
    YaraEngine(CompiledRules rules, CompiledRules raw_rules, model::RuleTable table)
        : rules_(std::move(rules)),
          raw_rules_(std::move(raw_rules)),
          table_(std::move(table)),
          scanner_(new_scanner(rules_.get())),
          raw_scanner_(new_scanner(raw_rules_.get())) {}

    const model::RuleTable& table() const override { return table_; }

    void scan(base::Bytes bytes, const RuleFacts& facts, model::PartId part,
              std::chrono::milliseconds time_left, Findings& findings) override {
        if (table_.rules.empty()) return;
        YR_SCANNER* scanner = facts.raw ? raw_scanner_.get() : scanner_.get();
        Sink sink{findings, part};
        set_externals(scanner, facts);
        yr_scanner_set_callback(scanner, on_message, &sink);
        if (time_left.count() <= 0) {
            findings.add("yara.partial", part, "no time left");
            return;
        }
        // libyara counts whole seconds, and takes 0 for "no limit".
        const auto seconds = std::chrono::ceil<std::chrono::seconds>(time_left).count();
        yr_scanner_set_timeout(scanner, static_cast<int>(seconds));
        // NOLINTNEXTLINE(*-reinterpret-cast): libyara takes unsigned char, which may alias any object
        const auto* data = reinterpret_cast<const std::uint8_t*>(bytes.data());
        const int status = yr_scanner_scan_mem(scanner, data, bytes.size());
        if (status == ERROR_SUCCESS) return;
        findings.add("yara.partial", part,
                     status == ERROR_SCAN_TIMEOUT ? "time ran out" : fmt::format("libyara error {}", status));
    }

private:
    CompiledRules rules_;
    CompiledRules raw_rules_;
    model::RuleTable table_;
    Scanner scanner_;  // after the rules it points into
    Scanner raw_scanner_;
};

}  // namespace

base::Result<std::unique_ptr<Engine>> load_yara(const std::vector<std::string>& directories) {
    static const int initialised = yr_initialize();
    if (initialised != ERROR_SUCCESS) return base::fail(base::Cause::internal, "libyara does not start");
    std::vector<std::string> problems;
    std::vector<RuleFile> files = read_rule_files(directories, problems);
    for (RuleFile& file : files) {
        drop_bad_rules(file, problems);
    }
    CompiledRules rules = SEKISHO_TRY(compile(files, false));
    CompiledRules raw_rules = SEKISHO_TRY(compile(files, true));
    model::RuleTable table = describe(rules.get(), files);
    if (!files.empty() && table.rules.empty()) {
        return base::fail(base::Cause::invalid,
                          problems.empty() ? "no rule in any rule file" : problems.front());
    }
    table.problems = std::move(problems);
    return std::make_unique<YaraEngine>(std::move(rules), std::move(raw_rules), std::move(table));
}

}  // namespace sekisho::scanner::rules
