#include <fmt/format.h>

#include <algorithm>
#include <cstdio>

#include "cli/commands.h"
#include "cli/daemon_client.h"
#include "cli/names_view.h"
#include "cli/output.h"

namespace sekisho::cli {

int run_names(const Options& options) {
    const bool one = options.command == Command::names_show;
    const auto answer = one ? ask_daemon(options, "names.show", base::JsonObject{{"name", options.name}})
                            : ask_daemon(options, "names.list", base::JsonObject{{"limit", options.limit}});
    if (!answer) return exit_code::error;
    const base::Json* rows = answer->find("rows");
    if (rows == nullptr || rows->as_array() == nullptr) {
        fmt::print(stderr, "sekisho: the answer holds no list\n");
        return exit_code::error;
    }
    if (options.json)
        for (const base::Json& row : *rows->as_array())
            fmt::print("{}\n", base::dump_json(row));
    else
        fmt::print("{}", one ? print_name(*answer) : print_names(*answer));
    flush_output();
    const auto known = static_cast<std::size_t>(std::max<std::int64_t>(answer->int_or("known"), 0));
    if (!one && known > rows->as_array()->size())
        fmt::print(stderr, "sekisho: {} of {}; --limit N shows more\n", rows->as_array()->size(), known);
    return exit_code::fine;
}

}  // namespace sekisho::cli
