// outbound-sim: how fast the outbound guard stops what attacks an organisation, and whom it stops besides.
// Exit status: 0 all aims met, 1 one missed, 2 wrong usage or scenario, 3 a file that cannot be written.
#include <fmt/format.h>

#include <algorithm>
#include <charconv>
#include <chrono>
#include <cstdio>
#include <exception>
#include <fstream>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/fd.h"
#include "bench/outbound_sim/report.h"
#include "bench/outbound_sim/scenario.h"
#include "bench/outbound_sim/simulation.h"

namespace {

using namespace sekisho;
using namespace sekisho::outbound_sim;

constexpr std::string_view usage =
    "usage: outbound-sim [--scenario FILE] [--seed N] [--runs N] [--json FILE] [--verbose]\n"
    "       outbound-sim --keys       all keys of a scenario file, as a table\n"
    "       outbound-sim --defaults   the default scenario, as a file\n";
constexpr std::size_t max_scenario_bytes = 1u << 20;

struct Options {
    std::string scenario, json;
    std::uint64_t seed = 1;
    std::uint64_t runs = 1;
    bool verbose = false, keys = false, defaults = false, help = false;
};

std::optional<std::uint64_t> number_of(std::string_view text) {
    std::uint64_t out = 0;
    const char* end = text.data() + text.size();  // NOLINT(cppcoreguidelines-pro-bounds-pointer-arithmetic)
    const auto [at, error] = std::from_chars(text.data(), end, out);
    if (error != std::errc{} || at != end) return std::nullopt;
    return out;
}

std::optional<Options> read_options(const std::vector<std::string_view>& words) {
    Options out;
    for (std::size_t i = 0; i < words.size(); ++i) {
        const std::string_view word = words[i];
        if (word == "--verbose") {
            out.verbose = true;
        } else if (word == "--keys") {
            out.keys = true;
        } else if (word == "--defaults") {
            out.defaults = true;
        } else if (word == "--help") {
            out.help = true;
        } else if (i + 1 < words.size()) {
            const std::string_view value = words[++i];
            const auto number = number_of(value);
            if (word == "--scenario")
                out.scenario = value;
            else if (word == "--json")
                out.json = value;
            else if (word == "--seed" && number)
                out.seed = *number;
            else if (word == "--runs" && number && *number >= 1 && *number <= 10'000)
                out.runs = *number;
            else
                return std::nullopt;
        } else {
            return std::nullopt;
        }
    }
    return out;
}

int run(const Options& options) {
    Scenario scenario = default_scenario();
    if (!options.scenario.empty()) {
        const auto text = base::read_file(options.scenario, max_scenario_bytes);
        if (!text) {
            fmt::print(stderr, "outbound-sim: {}: {}\n", options.scenario, text.error().message);
            return 2;
        }
        auto read = read_scenario(*text);
        if (!read) {
            fmt::print(stderr, "outbound-sim: {}: {}\n", options.scenario, read.error().message);
            return 2;
        }
        scenario = std::move(*read);
    }
    const auto begun = std::chrono::steady_clock::now();
    RunResult result;
    for (unsigned i = 0; i < static_cast<unsigned>(options.runs); ++i)
        result.add(simulate(scenario, options.seed, i));
    const RunOf of{options.scenario.empty() ? "default" : options.scenario, options.seed,
                   static_cast<unsigned>(options.runs)};
    fmt::print("{}", write_text(of, scenario, result, options.verbose));
    // Not in the report, which is the same each time.
    const std::chrono::duration<double> took = std::chrono::steady_clock::now() - begun;
    if (options.verbose) fmt::print(stderr, "took {:.1f} s\n", took.count());
    if (!options.json.empty()) {
        std::ofstream file(options.json, std::ios::binary);
        file << base::dump_json(write_json(of, scenario, result)) << '\n';
        file.flush();
        if (!file) {
            fmt::print(stderr, "outbound-sim: {} cannot be written\n", options.json);
            return 3;
        }
    }
    const auto aims = judge_aims(scenario, result);
    return std::ranges::all_of(aims, &AimResult::met) ? 0 : 1;
}

}  // namespace

int main(int argc, char** argv) {
    try {
        const std::vector<std::string_view> words(argv + std::min(argc, 1), argv + argc);  // NOLINT
        const auto options = read_options(words);
        if (!options || options->help) {
            fmt::print(options ? stdout : stderr, "{}", usage);
            return options ? 0 : 2;
        }
        if (options->keys || options->defaults) {
            fmt::print("{}", options->keys ? describe_keys() : write_scenario(default_scenario()));
            return 0;
        }
        return run(*options);
    } catch (const std::exception& error) {
        fmt::print(stderr, "outbound-sim: {}\n", error.what());
        return 3;
    }
}
