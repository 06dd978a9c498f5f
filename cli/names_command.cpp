#include "cli/commands.h"
#include "cli/daemon_client.h"
#include "cli/listing.h"
#include "cli/names_view.h"

namespace sekisho::cli {

int run_names(const Options& options) {
    const bool one = options.command == Command::names_show;
    const auto answer = one ? ask_daemon(options, "names.show", base::JsonObject{{"name", options.name}})
                            : ask_daemon(options, "names.list", base::JsonObject{{"limit", options.limit}});
    return answer ? print_listing(options, *answer, one ? print_name : print_names) : exit_code::error;
}

}  // namespace sekisho::cli
