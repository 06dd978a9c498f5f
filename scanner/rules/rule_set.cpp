#include "scanner/rules/rule_set.h"

#include <fmt/format.h>
#include <yara.h>

#include <algorithm>
#include <cstdlib>
#include <filesystem>
#include <set>
#include <system_error>
#include <utility>

#include "base/escape.h"
#include "base/fd.h"
#include "base/hash.h"
#include "base/text.h"
#include "scanner/rules/externals.h"
#include "scanner/rules/rule_source.h"

namespace sekisho::scanner::rules {

namespace {

constexpr std::size_t max_file_bytes = 8u << 20;
constexpr double default_score = 5.0;  // a rule that does not say: suspicious by itself
constexpr double largest_score = 20;   // of our own scale: twice what is malicious

struct CompileError {
    int line = 0;
    std::string message;
};

void on_compile_message(int level, const char*, int line, const YR_RULE*, const char* message, void* user) {
    auto* first = static_cast<CompileError*>(user);
    if (level != YARA_ERROR_LEVEL_ERROR || !first->message.empty()) return;
    first->line = line;
    first->message = base::escape(message);
}

struct DestroyCompiler {
    void operator()(YR_COMPILER* compiler) const { yr_compiler_destroy(compiler); }
};
using Compiler = std::unique_ptr<YR_COMPILER, DestroyCompiler>;

Compiler new_compiler(CompileError& error) {
    YR_COMPILER* raw = nullptr;
    if (yr_compiler_create(&raw) != ERROR_SUCCESS) throw std::bad_alloc();
    Compiler compiler(raw);
    yr_compiler_set_callback(raw, on_compile_message, &error);
    yr_compiler_set_include_callback(raw, nullptr, nullptr, nullptr);  // `include` would read any file
    define_externals(raw);
    return compiler;
}

// Tries files with one compiler as long as they are right: making one costs more than compiling most files.
class Trial {
public:
    std::optional<CompileError> fault_of(const RuleFile& file) {
        if (compiler_ == nullptr || taken_ > most_together) {
            error_ = {};
            compiler_ = new_compiler(error_);
            taken_ = 0;
        }
        taken_ += file.source.size();
        if (yr_compiler_add_string(compiler_.get(), file.source.c_str(), file.path.c_str()) == 0)
            return std::nullopt;
        compiler_.reset();
        if (error_.message.empty()) error_.message = "does not compile";
        return error_;
    }

private:
    static constexpr std::size_t most_together = 1u << 20;  // bytes of source

    CompileError error_;
    Compiler compiler_;
    std::size_t taken_ = 0;
};

double score_of(const YR_META& meta) {
    const double said =
        meta.type == META_TYPE_STRING ? std::strtod(meta.string, nullptr) : static_cast<double>(meta.integer);
    return said > largest_score ? said / 10 : said;
}

model::RuleInfo info_of(YR_RULE* rule) {
    model::RuleInfo info{.name = rule->identifier, .score = RULE_IS_GLOBAL(rule) ? 0.0 : default_score};
    YR_META* meta = nullptr;
    yr_rule_metas_foreach(rule, meta) {
        const std::string_view key = meta->identifier;
        const bool text = meta->type == META_TYPE_STRING;
        if (key == "score") info.score = score_of(*meta);
        if (key == "raw") info.raw = meta->type == META_TYPE_BOOLEAN && meta->integer != 0;
        if (key == "severity" && text) info.severity = base::escape(meta->string);
        if (key == "family" && text) info.family = base::escape(meta->string);
        if (key == "reference" && text) info.reference = base::escape(meta->string);
    }
    return info;
}

}  // namespace

void DestroyRules::operator()(YR_RULES* rules) const { yr_rules_destroy(rules); }

namespace {

// Those of a directory and of the folders in it, sorted. A folder that cannot be read is a problem.
// Where links lead; the path itself where that cannot be told.
std::string real_path(const std::filesystem::path& path) {
    std::error_code error;
    const std::filesystem::path real = std::filesystem::weakly_canonical(path, error);
    return error ? path.string() : real.string();
}

std::vector<std::string> rule_paths(const std::string& directory, std::vector<std::string>& problems) {
    namespace fs = std::filesystem;
    std::vector<std::string> out;
    std::vector<std::string> folders{directory};
    std::set<std::string> seen;
    while (!folders.empty()) {
        const std::string folder = std::move(folders.back());
        folders.pop_back();
        std::error_code error;
        fs::directory_iterator entry(folder, error);
        for (const fs::directory_iterator end; !error && entry != end; entry.increment(error)) {
            std::error_code ignored;
            const std::string extension = entry->path().extension();
            if (entry->is_directory(ignored)) {
                // Links to folders are followed, and lead nowhere twice.
                if (seen.insert(real_path(entry->path())).second) folders.push_back(entry->path());
            } else if (extension == ".yar" || extension == ".yara") {
                out.push_back(entry->path());
            }
        }
        if (error) problems.push_back(fmt::format("{}: {}", folder, error.message()));
    }
    std::ranges::sort(out);
    return out;
}

}  // namespace

std::vector<RuleFile> read_rule_files(const std::vector<std::string>& directories,
                                      std::vector<std::string>& problems) {
    std::vector<RuleFile> out;
    std::set<std::string> seen;
    for (const std::string& directory : directories) {
        for (const std::string& path : rule_paths(directory, problems)) {
            if (!seen.insert(real_path(path)).second) continue;
            auto source = base::read_file(path, max_file_bytes);
            if (source) {
                out.push_back({path, std::move(*source)});
            } else {
                problems.push_back(source.error().message);
            }
        }
    }
    return out;
}

namespace {

// Turns the line into blanks where it imports or includes. Rules that need what it named fail by themselves.
bool blank_out_directive(std::string& source, int line) {
    std::size_t begin = 0;
    for (int at = 1; at < line && begin != std::string::npos; ++at) {
        begin = source.find('\n', begin);
        if (begin != std::string::npos) ++begin;
    }
    if (begin == std::string::npos) return false;
    const std::size_t end = std::min(source.find('\n', begin), source.size());
    const std::string_view text = base::trim(std::string_view(source).substr(begin, end - begin));
    if (!text.starts_with("import") && !text.starts_with("include")) return false;
    std::fill(source.begin() + static_cast<std::ptrdiff_t>(begin),
              source.begin() + static_cast<std::ptrdiff_t>(end), ' ');
    return true;
}

void drop_bad_rules_of(RuleFile& file, Trial& trial, std::vector<std::string>& problems) {
    // NUL would end the source early for libyara, and hide the rest from us.
    std::ranges::replace(file.source, '\0', ' ');
    const std::vector<RuleText> rules = split_rules(file.source);
    // Each round takes a rule or a line away, so the loop ends.
    while (const auto error = trial.fault_of(file)) {
        problems.push_back(fmt::format("{}:{}: {}", file.path, error->line, error->message));
        const auto guilty = std::ranges::find_if(rules, [&](const RuleText& rule) {
            return rule.first_line <= error->line && error->line <= rule.last_line &&
                   file.source[rule.begin] != ' ';
        });
        if (guilty != rules.end()) {
            blank_out(file.source, *guilty);
        } else if (!blank_out_directive(file.source, error->line)) {
            problems.push_back(fmt::format("{}: the whole file is skipped", file.path));
            file.source.clear();
            return;
        }
    }
}

}  // namespace

void drop_bad_rules(std::span<RuleFile> files, std::vector<std::string>& problems) {
    Trial trial;
    for (RuleFile& file : files)
        drop_bad_rules_of(file, trial, problems);
}

namespace {

std::size_t write_text(const void* bytes, std::size_t size, std::size_t count, void* out) {
    static_cast<std::string*>(out)->append(static_cast<const char*>(bytes), size * count);
    return count;
}

std::size_t read_text(void* bytes, std::size_t size, std::size_t count, void* in) {
    auto& left = *static_cast<std::string_view*>(in);
    const std::size_t wanted = size * count;
    if (wanted > left.size()) return 0;
    left.copy(static_cast<char*>(bytes), wanted);
    left.remove_prefix(wanted);
    return count;
}

// libyara compiles into a dozen buffers of a megabyte each and keeps them: 10 MB for five rules, which every
// fork of the worker would share page by page. Written out and read back, a set is as small as its rules.
base::Result<CompiledRules> compacted(CompiledRules rules) {
    std::string text;
    YR_STREAM out{.user_data = &text, .read = nullptr, .write = write_text};
    if (yr_rules_save_stream(rules.get(), &out) != ERROR_SUCCESS) {
        return base::fail(base::Cause::internal, "libyara could not save the rules");
    }
    rules.reset();
    std::string_view left = text;
    YR_STREAM in{.user_data = &left, .read = read_text, .write = nullptr};
    YR_RULES* small = nullptr;
    if (yr_rules_load_stream(&in, &small) != ERROR_SUCCESS) {
        return base::fail(base::Cause::internal, "libyara could not load the rules that it saved");
    }
    return CompiledRules(small);
}

}  // namespace

base::Result<CompiledRules> compile(std::span<const RuleFile> files,
                                    const std::function<bool(const RuleText&)>& wanted) {
    CompileError error;
    Compiler compiler = new_compiler(error);
    for (const RuleFile& file : files) {
        std::string source = file.source;
        bool any = false;
        for (const RuleText& rule : split_rules(source)) {
            const bool needless = !rule.helper && !wanted(rule);
            if (needless) blank_out(source, rule);
            any = any || (!rule.helper && !needless);
        }
        // Private and global rules are for those of their own file, and an import alone costs libyara much.
        if (!any) continue;
        if (yr_compiler_add_string(compiler.get(), source.c_str(), file.path.c_str()) != 0) {
            return base::fail(base::Cause::invalid,
                              fmt::format("{}:{}: {}", file.path, error.line, error.message));
        }
    }
    YR_RULES* rules = nullptr;
    if (yr_compiler_get_rules(compiler.get(), &rules) != ERROR_SUCCESS) {
        return base::fail(base::Cause::internal, "libyara could not finish the rules");
    }
    return compacted(CompiledRules(rules));
}

std::vector<model::RuleInfo> describe(YR_RULES* rules) {
    std::vector<model::RuleInfo> out;
    YR_RULE* rule = nullptr;
    yr_rules_foreach(rules, rule) {
        if (!RULE_IS_PRIVATE(rule)) out.push_back(info_of(rule));
    }
    return out;
}

std::string version_of(std::span<const RuleFile> files) {
    base::Sha256Stream digest;
    for (const RuleFile& file : files)
        digest.update(base::as_bytes(file.source));
    constexpr std::size_t version_length = 16;
    return base::hex(digest.finish()).substr(0, version_length);
}

}  // namespace sekisho::scanner::rules
