#include "cli/listing.h"

#include <fmt/format.h>

#include <algorithm>
#include <cstdio>

#include "cli/commands.h"
#include "cli/output.h"

namespace sekisho::cli {

int print_listing(const Options& options, const base::Json& answer, std::string (*view)(const base::Json&)) {
    const base::Json* rows = answer.find("rows");
    if (rows == nullptr || rows->as_array() == nullptr) {
        fmt::print(stderr, "sekisho: the answer holds no list\n");
        return exit_code::error;
    }
    if (options.json) {
        for (const base::Json& row : *rows->as_array())
            fmt::print("{}\n", base::dump_json(row));
    } else {
        fmt::print("{}", view(answer));
    }
    flush_output();
    const auto known = static_cast<std::size_t>(std::max<std::int64_t>(answer.int_or("known"), 0));
    if (known > rows->as_array()->size())
        fmt::print(stderr, "sekisho: {} of {}; --limit N shows more\n", rows->as_array()->size(), known);
    return exit_code::fine;
}

}  // namespace sekisho::cli
