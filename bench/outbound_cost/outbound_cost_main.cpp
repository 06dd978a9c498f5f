// outbound-cost: memory, time and exactness of the outbound guard. Prints Markdown.
// Exit status: 0, 2 wrong usage, 3 what went wrong.
#include <fmt/format.h>
#include <stdlib.h>

#include <algorithm>
#include <charconv>
#include <cstdio>
#include <exception>
#include <filesystem>
#include <optional>
#include <stdexcept>
#include <string>
#include <string_view>
#include <vector>

#include "bench/outbound_cost/accuracy.h"
#include "bench/outbound_cost/costs.h"

namespace {

using namespace sekisho::outbound_cost;

constexpr std::string_view usage =
    "usage: outbound-cost [--accounts N] [--active N] [--clients N] [--messages N]\n"
    "       outbound-cost --accuracy [--seed N]\n";

struct Options {
    Crowd crowd;
    std::uint32_t seed = 1;
    bool accuracy = false;
};

std::optional<Options> read_options(const std::vector<std::string_view>& words) {
    Options out;
    struct Row {
        std::string_view name;
        std::uint32_t& into;
    };
    const std::vector<Row> rows{{"--accounts", out.crowd.accounts},
                                {"--active", out.crowd.active},
                                {"--clients", out.crowd.clients},
                                {"--messages", out.crowd.messages},
                                {"--seed", out.seed}};
    for (std::size_t i = 0; i < words.size(); ++i) {
        if (words[i] == "--accuracy") {
            out.accuracy = true;
            continue;
        }
        const auto row = std::ranges::find(rows, words[i], &Row::name);
        if (row == rows.end() || ++i == words.size()) return std::nullopt;
        const std::string number(words[i]);
        const char* const end = number.data() + number.size();  // NOLINT(*-pointer-arithmetic)
        const auto [at, error] = std::from_chars(number.data(), end, row->into);
        if (error != std::errc{} || at != end || row->into == 0) return std::nullopt;
    }
    return out;
}

// A folder that is gone at the end.
struct TempFolder {
    std::string path = (std::filesystem::temp_directory_path() / "outbound-cost-XXXXXX").string();
    TempFolder() {
        if (::mkdtemp(path.data()) == nullptr) throw std::runtime_error("no folder for the state");
    }
    TempFolder(const TempFolder&) = delete;
    TempFolder& operator=(const TempFolder&) = delete;
    ~TempFolder() {
        std::error_code ignored;
        std::filesystem::remove_all(path, ignored);
    }
};

int run(const Options& options) {
    if (options.accuracy) {
        fmt::print("## Windows\n\n{}\n## Different values\n\n{}\n## Seen before\n\n{}",
                   measure_windows(options.seed), measure_distinct(options.seed), measure_seen(options.seed));
        return 0;
    }
    const TempFolder folder;
    fmt::print("{}", measure_costs(options.crowd, folder.path));
    return 0;
}

}  // namespace

int main(int argc, char** argv) {
    try {
        const std::vector<std::string_view> words(argv + std::min(argc, 1), argv + argc);  // NOLINT
        const auto options = read_options(words);
        if (!options) {
            fmt::print(stderr, "{}", usage);
            return 2;
        }
        return run(*options);
    } catch (const std::exception& error) {
        fmt::print(stderr, "outbound-cost: {}\n", error.what());
        return 3;
    }
}
