#include <fmt/format.h>

#include <cstdio>

#include "base/escape.h"
#include "cli/commands.h"
#include "cli/part_files.h"
#include "cli/scanning.h"
#include "cli/settings.h"
#include "cli/tree.h"

namespace sekisho::cli {

int run_unpack(const Options& options) {
    const auto settings = load_settings(options);
    if (!settings) return exit_code::error;
    const auto complain = [&](const base::Error& error) {
        fmt::print(stderr, "sekisho: {}\n", error.message);
        return exit_code::error;
    };
    const auto pool = start_pool(options, *settings);
    if (!pool) return complain(pool.error());
    // The root is the input itself, which the limit on decoded bytes does not count.
    const std::uint64_t max_bytes = settings->limits.max_bytes_out + settings->milter.max_message_bytes;
    const auto files = PartFiles::create(options.output, max_bytes, settings->limits.max_parts + 1);
    if (!files) return complain(files.error());
    const auto report = scan_file(**pool, options, *settings, options.files.front(), files->get());
    if (!report) {
        (*files)->abandon();
        return complain({report.error().cause,
                         base::escape(options.files.front(), 1'000) + ": " + report.error().message});
    }
    if (const auto finished = (*files)->finish(); !finished) return complain(finished.error());
    fmt::print("{}", print_tree(*report));
    return exit_code_of(*report);
}

}  // namespace sekisho::cli
