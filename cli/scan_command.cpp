#include <fmt/format.h>

#include <algorithm>
#include <cstdio>

#include "base/escape.h"
#include "cli/commands.h"
#include "cli/output.h"
#include "cli/readings_view.h"
#include "cli/scanning.h"
#include "cli/settings.h"
#include "cli/tree.h"

namespace sekisho::cli {

namespace {

// Of several files: an error first, then what is bad, then what could not be looked at.
int worse(int a, int b) {
    constexpr std::array order{exit_code::fine, exit_code::unscannable, exit_code::found, exit_code::error};
    return *std::max_element(std::begin(order), std::end(order), [&](int x, int y) {
        const auto rank = [&](int code) {
            return code == a || code == b ? std::ranges::find(order, code) - order.begin() : -1;
        };
        return rank(x) < rank(y);
    });
}

}  // namespace

namespace {

using Print = std::string (*)(const model::ScanReport&);

int scan_all(const Options& options, Print print) {
    const auto settings = load_settings(options);
    if (!settings) return exit_code::error;
    const auto pool = start_pool(options, *settings);
    if (!pool) {
        fmt::print(stderr, "sekisho: {}\n", pool.error().message);
        return exit_code::error;
    }
    int code = exit_code::fine;
    for (const std::string& file : options.files) {
        const auto report = scan_file(**pool, options, *settings, file);
        if (!report) {
            fmt::print(stderr, "sekisho: {}: {}\n", base::escape(file, 1'000), report.error().message);
            code = worse(code, exit_code::error);
            continue;
        }
        fmt::print("{}", options.json ? base::dump_json(model::to_json(*report)) + "\n" : print(*report));
        flush_output();  // whoever reads a pipe sees each report when it is made
        code = worse(code, exit_code_of(*report));
    }
    return code;
}

}  // namespace

int run_scan(const Options& options) { return scan_all(options, print_tree); }
int run_mime(const Options& options) { return scan_all(options, print_readings); }

}  // namespace sekisho::cli
