// How long it takes until a public rule set is in force: 2,500 files made by code, with the faults that such
// sets have. usage: rules_bench [FOLDER...]   the rules of these folders instead
#include <fmt/format.h>

#include <chrono>
#include <cstdlib>
#include <filesystem>
#include <string>
#include <vector>

#include "scanner/rules/yara_engine.h"
#include "tests/fixtures/rule_tree.h"

int main(int argc, char** argv) {
    using namespace sekisho;
    namespace fs = std::filesystem;
    std::vector<std::string> folders(argv + 1, argv + argc);
    fs::path made;
    if (folders.empty()) {
        std::string pattern = fs::temp_directory_path() / "sekisho-rules-bench-XXXXXX";
        made = ::mkdtemp(pattern.data());
        fixtures::write_rule_tree(fixtures::rule_tree(2'500), made);
        folders.push_back(made);
    }
    const auto begin = std::chrono::steady_clock::now();
    const auto engine = scanner::rules::load_yara(folders);
    const std::chrono::duration<double> took = std::chrono::steady_clock::now() - begin;
    if (!made.empty()) fs::remove_all(made);
    if (!engine) {
        fmt::print(stderr, "rules_bench: {}\n", engine.error().message);
        return 1;
    }
    fmt::print("{} rules loaded in {:.2f} s; {} lines about what was not\n", (*engine)->table().rules.size(),
               took.count(), (*engine)->table().problems.size());
    return 0;
}
