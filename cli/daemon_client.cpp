#include "cli/daemon_client.h"

#include <fmt/format.h>

#include <cstdio>

#include "base/escape.h"
#include "base/text.h"
#include "cli/settings.h"
#include "config/load.h"

namespace sekisho::cli {

base::Result<control::Client> connect_daemon(const Options& options) {
    const std::string file = settings_file(options);
    const config::Loaded loaded =
        file.empty() ? config::Loaded{.settings = config::defaults(), .problems = {}} : config::load(file);
    auto client = control::Client::connect(loaded.settings.control.socket);
    if (!client) {
        for (const config::Problem& problem : loaded.problems) {
            fmt::print(stderr, "{}\n", problem.to_string());
        }
    }
    return client;
}

std::optional<base::Json> ask_daemon(const Options& options, const std::string& command,
                                     const base::Json& args, const std::string& reason,
                                     const control::Sink& sink) {
    auto client = connect_daemon(options);
    if (!client) {
        print_lines("sekisho: ", client.error().message);
        return std::nullopt;
    }
    auto answer = client->call(command, args, reason, sink);
    if (!answer) {
        print_lines("sekisho: ", answer.error().message);
        return std::nullopt;
    }
    return *std::move(answer);
}

void print_lines(std::string_view prefix, std::string_view text) {
    for (const std::string_view line : base::split(text, '\n')) {
        if (!line.empty()) fmt::print(stderr, "{}{}\n", prefix, base::escape(line, 2'000));
    }
}

}  // namespace sekisho::cli
