#include "scanner/rules/yara_engine.h"

#include <fmt/format.h>
#include <malloc.h>
#include <yara.h>

#include <algorithm>
#include <functional>
#include <iterator>
#include <optional>
#include <set>
#include <span>

#include "base/text.h"
#include "scanner/rules/externals.h"
#include "scanner/rules/prefilter.h"
#include "scanner/rules/rule_set.h"

namespace sekisho::scanner::rules {

bool is_for(const RuleScope& scope, std::uint64_t size, const RuleFacts& facts) {
    if (facts.raw && !scope.raw) return false;
    if (scope.largest_bytes != 0 && size > scope.largest_bytes) return false;
    if (scope.types.empty() || facts.raw) return true;
    return std::ranges::any_of(base::split(scope.types, ' '), [&](std::string_view glob) {
        return !glob.empty() && base::matches_glob(glob, facts.mime_type);
    });
}

namespace {

struct DestroyScanner {
    void operator()(YR_SCANNER* scanner) const { yr_scanner_destroy(scanner); }
};
using Scanner = std::unique_ptr<YR_SCANNER, DestroyScanner>;

const std::uint8_t* bytes_for_yara(base::Bytes bytes) {
    // NOLINTNEXTLINE(*-reinterpret-cast): libyara takes unsigned char, which may alias any object
    return reinterpret_cast<const std::uint8_t*>(bytes.data());
}

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

// Rules that run together, being for the same bytes.
struct RuleSet {
    RuleScope scope;
    CompiledRules rules;
    Scanner scanner;  // after the rules it points into
    std::optional<Prefilter> prefilter;

    bool applies_to(std::uint64_t size, const RuleFacts& facts) const {
        return scope.raw == facts.raw && is_for(scope, size, facts);
    }
};

// Stretches as libyara asks for them. It may go through them more than once.
class Blocks {
public:
    explicit Blocks(const Stretches& bytes) : bytes_(bytes) {
        iterator_ = {
            .context = this, .first = first, .next = next, .file_size = size, .last_error = ERROR_SUCCESS};
    }
    YR_MEMORY_BLOCK_ITERATOR* iterator() { return &iterator_; }

private:
    static Blocks& self(YR_MEMORY_BLOCK_ITERATOR* iterator) {
        return *static_cast<Blocks*>(iterator->context);
    }
    static YR_MEMORY_BLOCK* first(YR_MEMORY_BLOCK_ITERATOR* iterator) {
        self(iterator).at_ = 0;
        return self(iterator).current();
    }
    static YR_MEMORY_BLOCK* next(YR_MEMORY_BLOCK_ITERATOR* iterator) {
        ++self(iterator).at_;
        return self(iterator).current();
    }
    static std::uint64_t size(YR_MEMORY_BLOCK_ITERATOR* iterator) { return self(iterator).bytes_.size(); }
    static const std::uint8_t* fetch(YR_MEMORY_BLOCK* block) {
        return bytes_for_yara(static_cast<const Stretch*>(block->context)->bytes);
    }
    YR_MEMORY_BLOCK* current() {
        if (at_ >= bytes_.all().size()) return nullptr;
        const Stretch& stretch = bytes_.all()[at_];
        // NOLINTNEXTLINE(*-const-cast): libyara hands it back to fetch() and does nothing else with it
        void* const context = const_cast<Stretch*>(&stretch);
        block_ = {
            .size = stretch.bytes.size(), .base = stretch.offset, .context = context, .fetch_data = fetch};
        return &block_;
    }

    const Stretches& bytes_;
    std::size_t at_ = 0;
    YR_MEMORY_BLOCK block_{};
    YR_MEMORY_BLOCK_ITERATOR iterator_{};
};

int run_yara(YR_SCANNER* scanner, const Stretches& bytes) {
    if (bytes.all().size() == 1)
        return yr_scanner_scan_mem(scanner, bytes_for_yara(bytes.all()[0].bytes),
                                   bytes.all()[0].bytes.size());
    return yr_scanner_scan_mem_blocks(scanner, Blocks(bytes).iterator());
}

class YaraEngine final : public Engine {
public:
    YaraEngine(std::vector<RuleSet> sets, model::RuleTable table)
        : sets_(std::move(sets)), table_(std::move(table)) {}

    const model::RuleTable& table() const override { return table_; }
    // Of reading the files, before those of compiling them.
    void add_problems(std::vector<std::string> problems) {
        table_.problems.insert(table_.problems.begin(), std::move_iterator(problems.begin()),
                               std::move_iterator(problems.end()));
    }

    void scan(const Stretches& bytes, const RuleFacts& facts, model::PartId part,
              std::chrono::milliseconds time_left, Findings& findings) override {
        for (const RuleSet& set : sets_) {
            std::optional<Stretches> head;
            if (set.scope.first_bytes != 0) head = bytes.head(set.scope.first_bytes);
            const Stretches& shown = head ? *head : bytes;
            if (!set.applies_to(bytes.size(), facts) || (set.prefilter && !set.prefilter->may_match(shown)))
                continue;
            run(set, shown, facts, part, time_left, findings);
        }
    }

private:
    static void run(const RuleSet& set, const Stretches& bytes, const RuleFacts& facts, model::PartId part,
                    std::chrono::milliseconds time_left, Findings& findings) {
        if (time_left.count() <= 0) {
            findings.add("yara.partial", part, "no time left");
            return;
        }
        Sink sink{findings, part};
        set_externals(set.scanner.get(), facts);
        yr_scanner_set_callback(set.scanner.get(), on_message, &sink);
        // libyara counts whole seconds, and takes 0 for "no limit".
        const auto seconds = std::chrono::ceil<std::chrono::seconds>(time_left).count();
        yr_scanner_set_timeout(set.scanner.get(), static_cast<int>(seconds));
        const int status = run_yara(set.scanner.get(), bytes);
        if (status == ERROR_SUCCESS) return;
        findings.add("yara.partial", part,
                     status == ERROR_SCAN_TIMEOUT ? "time ran out" : fmt::format("libyara error {}", status));
    }

    std::vector<RuleSet> sets_;
    model::RuleTable table_;
};

using Wanted = std::function<bool(const RuleText&)>;

// Adds a set of the rules for which `wanted` holds, where there are any.
base::Result<void> add_set(std::vector<RuleSet>& sets, std::span<const RuleFile> files, RuleSet set,
                           const Wanted& wanted) {
    const bool any = std::ranges::any_of(files, [&](const RuleFile& file) {
        return std::ranges::any_of(split_rules(file.source),
                                   [&](const RuleText& rule) { return !rule.helper && wanted(rule); });
    });
    if (!any) return {};
    set.rules = SEKISHO_TRY(compile(files, wanted));
    set.scanner = new_scanner(set.rules.get());
    if (set.scope.needs_string) set.prefilter = Prefilter::of(*set.rules);
    sets.push_back(std::move(set));
    return {};
}

// A rule for the raw message runs on decoded parts as well, with the others of its scope.
RuleScope for_parts(RuleScope scope) {
    scope.raw = false;
    return scope;
}

// The rules of each scope by themselves; those that need a string apart from the others, or not.
base::Result<std::vector<RuleSet>> make_sets(std::span<const RuleFile> files, bool by_need) {
    const auto scope_of = [&](const RuleText& rule) {
        RuleScope out = rule.scope;
        out.needs_string = by_need && out.needs_string;
        return out;
    };
    std::set<RuleScope> scopes;
    for (const RuleFile& file : files) {
        for (const RuleText& rule : split_rules(file.source)) {
            scopes.insert(scope_of(rule));
            scopes.insert(for_parts(scope_of(rule)));
        }
    }
    std::vector<RuleSet> sets;
    for (const RuleScope& scope : scopes) {
        SEKISHO_TRY(add_set(sets, files, {.scope = scope}, [&](const RuleText& rule) {
            return scope_of(rule) == scope || for_parts(scope_of(rule)) == scope;
        }));
    }
    return sets;
}

// Rules that lean on others of another set cannot be parted: then all run on everything, raw ones on the
// message too.
base::Result<std::vector<RuleSet>> make_one_set(std::span<const RuleFile> files) {
    std::vector<RuleSet> sets;
    const Wanted all = [](const RuleText&) { return true; };
    SEKISHO_TRY(add_set(sets, files, {.scope = {.raw = true}}, all));
    SEKISHO_TRY(add_set(sets, files, {}, all));
    return sets;
}

base::Result<std::vector<RuleSet>> sets_of(std::span<const RuleFile> files, bool parted,
                                           std::vector<std::string>& problems) {
    auto sets = make_sets(files, parted);
    if (!sets && parted) sets = make_sets(files, false);
    if (sets) return sets;
    problems.push_back(sets.error().message +
                       "; rules for some types or for the raw message run on everything");
    return make_one_set(files);
}

// libyara's automaton takes more than twice the time to build for twice the strings, and one that outgrows
// the processor's cache is slow to walk. Rules of different files know nothing of each other, so large sets
// are cut between files.
constexpr std::size_t max_source_together = 1u << 20;

std::span<const RuleFile> next_group(std::span<const RuleFile> files) {
    std::size_t bytes = 0;
    std::size_t count = 0;
    while (count < files.size() && (count == 0 || bytes + files[count].source.size() <= max_source_together))
        bytes += files[count++].source.size();
    return files.first(count);
}

// Each compiler of libyara takes and gives back a dozen buffers of a megabyte and more; handed back to the
// kernel each time, their page faults cost as much as all compiling. Afterwards the limits are about what
// malloc would have come to by itself.
class KeepsFreedMemory {
public:
    KeepsFreedMemory() { set_limits(32 << 20, 256 << 20); }
    ~KeepsFreedMemory() { set_limits(4 << 20, 8 << 20); }
    KeepsFreedMemory(const KeepsFreedMemory&) = delete;
    KeepsFreedMemory& operator=(const KeepsFreedMemory&) = delete;

private:
    static void set_limits(int mmap_bytes, int trim_bytes) {
        // NOLINTBEGIN(concurrency-mt-unsafe): rules are loaded before there are threads
        ::mallopt(M_MMAP_THRESHOLD, mmap_bytes);
        ::mallopt(M_TRIM_THRESHOLD, trim_bytes);
        // NOLINTEND(concurrency-mt-unsafe)
    }
};

// Of rules that share a name in different files the heavier one speaks for both.
void sort_rules(model::RuleTable& table) {
    std::ranges::sort(table.rules, [](const auto& a, const auto& b) {
        return a.name != b.name ? a.name < b.name : a.score > b.score;
    });
    const auto repeated = std::ranges::unique(table.rules, {}, &model::RuleInfo::name);
    table.rules.erase(repeated.begin(), repeated.end());
}

}  // namespace

base::Result<std::unique_ptr<Engine>> engine_of(std::span<const RuleFile> files, bool parted) {
    model::RuleTable table;
    table.version = version_of(files);
    std::vector<RuleSet> sets;
    for (std::span<const RuleFile> left = files; !left.empty();) {
        const std::span<const RuleFile> group = next_group(left);
        left = left.subspan(group.size());
        for (RuleSet& set : SEKISHO_TRY(sets_of(group, parted, table.problems))) {
            std::ranges::move(describe(set.rules.get()), std::back_inserter(table.rules));
            sets.push_back(std::move(set));
        }
    }
    sort_rules(table);
    return std::make_unique<YaraEngine>(std::move(sets), std::move(table));
}

base::Result<std::vector<RuleFile>> read_rules(const std::vector<std::string>& directories,
                                               std::vector<std::string>& problems) {
    static const int initialised = yr_initialize();
    if (initialised != ERROR_SUCCESS) return base::fail(base::Cause::internal, "libyara does not start");
    std::vector<RuleFile> files = read_rule_files(directories, problems);
    drop_bad_rules(files, problems);
    return files;
}

base::Result<std::unique_ptr<Engine>> load_yara(const std::vector<std::string>& directories) {
    const KeepsFreedMemory keeps;
    std::vector<std::string> problems;
    const std::vector<RuleFile> files = SEKISHO_TRY(read_rules(directories, problems));
    std::unique_ptr<Engine> engine = SEKISHO_TRY(engine_of(files, true));
    auto& loaded = static_cast<YaraEngine&>(*engine);
    loaded.add_problems(std::move(problems));
    if (loaded.table().rules.empty() && (!files.empty() || !loaded.table().problems.empty())) {
        return base::fail(base::Cause::invalid, loaded.table().problems.empty()
                                                    ? "no rule in any rule file"
                                                    : loaded.table().problems.front());
    }
    return engine;
}

}  // namespace sekisho::scanner::rules
