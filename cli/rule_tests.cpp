#include "cli/rule_tests.h"

#include <algorithm>
#include <array>
#include <filesystem>
#include <set>

#include "base/base64.h"
#include "base/fd.h"
#include "base/text.h"
#include "cli/test_bytes.h"

namespace sekisho::cli {

namespace {

namespace fs = std::filesystem;

constexpr std::size_t max_source_bytes = 8u << 20;  // as the engine reads
constexpr std::size_t max_test_bytes = 256u << 20;

bool is_word(char c) {
    return base::hex_value(c) >= 0 || base::ascii_lower(c) != c || (c >= 'a' && c <= 'z') || c == '_';
}

// A reader of `rule NAME` and of meta sections. Behind `strings:` or `condition:` it looks for the next rule
// only: regular expressions are none of its business.
class MetaReader {
public:
    explicit MetaReader(std::string_view source) : source_(source) {}

    std::map<std::string, std::vector<std::string>> read() {
        for (std::string_view token = next(); !token.empty(); token = next()) {
            if (token == "rule") {
                rule_ = next();
                (void)out_[std::string(rule_)];
            } else if (token == "strings" || token == "condition") {
                skip_body();
            } else if (token == "tests") {
                if (next() != "=") continue;
                const std::string_view ids = next();
                if (ids.size() < 2 || ids.front() != '"') continue;
                for (const std::string_view id : base::split(ids.substr(1, ids.size() - 2), ' ')) {
                    if (!id.empty()) out_[std::string(rule_)].emplace_back(id);
                }
            }
        }
        return std::move(out_);
    }

private:
    // A word, a quoted text with its quotes, or one character; empty at the end.
    std::string_view next() {
        skip_blanks();
        if (at_ >= source_.size()) return {};
        const std::size_t begin = at_++;
        if (source_[begin] == '"') {
            while (at_ < source_.size() && source_[at_] != '"' && source_[at_] != '\n')
                at_ += source_[at_] == '\\' ? 2U : 1U;
            at_ = std::min(at_ + 1, source_.size());
        } else if (is_word(source_[begin])) {
            while (at_ < source_.size() && is_word(source_[at_]))
                ++at_;
        }
        return source_.substr(begin, at_ - begin);
    }

    void skip_blanks() {
        while (at_ < source_.size()) {
            const std::string_view rest = source_.substr(at_);
            if (base::is_space(rest.front())) {
                ++at_;
            } else if (rest.starts_with("//")) {
                at_ += std::min(rest.find('\n'), rest.size());
            } else if (rest.starts_with("/*")) {
                const std::size_t end = rest.find("*/", 2);
                at_ = end == std::string_view::npos ? source_.size() : at_ + end + 2;
            } else {
                return;
            }
        }
    }

    // Behind the brace that ends a rule comes the next one, or nothing.
    void skip_body() {
        constexpr std::array starts{"rule", "private", "global", "import", "include", ""};
        while ((at_ = source_.find('}', at_)) != std::string_view::npos) {
            const std::size_t behind = ++at_;
            if (std::ranges::find(starts, next()) != starts.end()) {
                at_ = behind;
                return;
            }
            at_ = behind;
        }
        at_ = source_.size();
    }

    std::string_view source_;
    std::size_t at_ = 0;
    std::string_view rule_;
    std::map<std::string, std::vector<std::string>> out_;
};

std::vector<fs::path> files_in(const fs::path& directory) {
    std::error_code error;
    std::vector<fs::path> out;
    for (const auto& entry : fs::directory_iterator(directory, error)) {
        if (entry.is_regular_file(error)) out.push_back(entry.path());
    }
    std::ranges::sort(out);
    return out;
}

std::string scanned_name(const fs::path& path) {
    const std::string extension = path.extension();
    return extension == ".hex" || extension == ".b64" ? path.stem().string() : path.filename().string();
}

void add_tests(const fs::path& folder, std::vector<RuleTest>& out) {
    for (const bool positive : {true, false}) {
        for (const fs::path& path : files_in(folder / (positive ? "positive" : "negative")))
            out.push_back({folder.filename(), positive, path, scanned_name(path)});
    }
}

}  // namespace

std::map<std::string, std::vector<std::string>> test_ids_of(std::string_view source) {
    return MetaReader(source).read();
}

std::map<std::string, std::vector<RuleTest>> find_rule_tests(const std::string& directory,
                                                             const std::vector<std::string>& rules) {
    std::map<std::string, std::vector<RuleTest>> out;
    for (const fs::path& path : files_in(directory)) {
        if (path.extension() != ".yar" && path.extension() != ".yara") continue;
        const auto source = base::read_file(path, max_source_bytes);
        if (!source) continue;  // the engine has named it
        for (auto& [rule, ids] : test_ids_of(*source)) {
            if (std::ranges::find(rules, rule) == rules.end()) continue;
            if (ids.empty()) ids.push_back(rule);
            for (const std::string& id : std::set<std::string>(ids.begin(), ids.end()))
                add_tests(fs::path(directory) / "tests" / id, out[rule]);
        }
    }
    return out;
}

base::Result<std::string> read_rule_test(const RuleTest& test) {
    std::string bytes = SEKISHO_TRY(base::read_file(test.path, max_test_bytes));
    if (test.path.ends_with(".hex")) return bytes_from_hex(bytes, max_test_bytes);
    if (!test.path.ends_with(".b64")) return bytes;
    std::erase_if(bytes, base::is_space);
    auto decoded = base::base64_decode(bytes);
    if (!decoded) return base::fail(base::Cause::malformed, "not base64");
    return std::move(*decoded);
}

}  // namespace sekisho::cli
