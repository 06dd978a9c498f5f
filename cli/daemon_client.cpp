#include "cli/daemon_client.h"

#include <fmt/format.h>

#include <cstdio>
#include <vector>

#include "base/escape.h"
#include "base/text.h"
#include "cli/settings.h"
#include "cli/tree.h"
#include "config/load.h"

namespace sekisho::cli {

namespace {

// Depth is bounded by the reader of answers (control/protocol.h).
void flatten(const std::string& name, const base::Json& value, std::vector<std::vector<std::string>>& rows) {
    if (const auto* object = value.as_object()) {
        for (const auto& [key, inner] : *object) {
            flatten(name.empty() ? key : name + "." + key, inner, rows);
        }
        return;
    }
    const std::string* text = value.as_string();
    rows.push_back(
        {base::escape(name), base::escape(text != nullptr ? *text : base::dump_json(value), 1'000)});
}

}  // namespace

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

std::string print_object(const base::Json& object) {
    std::vector<std::vector<std::string>> rows;
    flatten({}, object, rows);
    return print_table(rows, {});
}

}  // namespace sekisho::cli
