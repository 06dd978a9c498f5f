#include <fcntl.h>
#include <fmt/format.h>
#include <unistd.h>

#include <cerrno>
#include <chrono>
#include <cstdio>

#include "base/escape.h"
#include "base/fd.h"
#include "cli/commands.h"
#include "cli/daemon_client.h"
#include "cli/quarantine_view.h"

namespace sekisho::cli {

namespace {

// The audit record always has a reason; that nobody gave one is said as such.
std::string reason_of(const Options& options) {
    return options.reason.empty() ? "none given" : options.reason;
}

int list(const Options& options) {
    base::JsonObject args{{"id_prefix", options.id_prefix}, {"sender", options.sender},
                          {"recipient", options.recipient}, {"verdict", options.verdict},
                          {"state", options.state},         {"limit", options.limit}};
    if (!options.since.empty()) {
        const auto since = read_since(options.since, std::chrono::system_clock::now());
        if (!since) {
            fmt::print(stderr, "sekisho: --since: write a day such as 2026-11-24, or \"2h\", \"3 days\"\n");
            return exit_code::error;
        }
        args.emplace_back("since", *since);
    }
    const auto answer = ask_daemon(options, "quarantine.list", args);
    if (!answer) return exit_code::error;
    if (!options.json) {
        fmt::print("{}", print_entries(*answer));
        return exit_code::fine;
    }
    const base::Json* entries = answer->find("entries");
    if (entries == nullptr || entries->as_array() == nullptr) return exit_code::error;
    for (const base::Json& entry : *entries->as_array()) {
        fmt::print("{}\n", base::dump_json(entry));
    }
    return exit_code::fine;
}

int show(const Options& options) {
    const auto answer =
        ask_daemon(options, "quarantine.show", base::JsonObject{{"id", options.id}}, reason_of(options));
    if (!answer) return exit_code::error;
    fmt::print("{}", options.json ? base::dump_json(*answer) + "\n" : print_entry(*answer));
    return exit_code::fine;
}

int fetch(const Options& options) {
    base::UniqueFd file;
    if (!options.output.empty()) {
        file.reset(
            ::open(options.output.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, 0600));
        if (!file) {
            const int error = errno;
            fmt::print(stderr, "sekisho: {}\n",
                       base::fail_errno(base::escape(options.output, 1'000), error).error().message);
            return exit_code::error;
        }
    }
    base::Result<void> written;
    const auto write = [&](std::string_view piece) {
        if (file) {
            written = base::write_all(file.get(), base::as_bytes(piece));
        } else {
            fmt::print("{}", piece);
        }
        return written.has_value();
    };
    const auto answer = ask_daemon(options, "quarantine.export", base::JsonObject{{"id", options.id}},
                                   reason_of(options), write);
    if (answer && written) return exit_code::fine;
    if (!written) {
        fmt::print(stderr, "sekisho: {}: {}\n", base::escape(options.output, 1'000), written.error().message);
    }
    if (file) ::unlink(options.output.c_str());  // made by us a moment ago
    return exit_code::error;
}

int release(const Options& options) {
    base::JsonObject args{{"id", options.id}, {"force", options.force}};
    if (!options.recipients.empty()) {
        args.emplace_back("recipients",
                          base::JsonArray(options.recipients.begin(), options.recipients.end()));
    }
    if (!ask_daemon(options, "quarantine.release", args, reason_of(options))) return exit_code::error;
    fmt::print("released {}\n", base::escape(options.id));
    return exit_code::fine;
}

int remove(const Options& options) {
    if (!ask_daemon(options, "quarantine.delete", base::JsonObject{{"id", options.id}}, reason_of(options))) {
        return exit_code::error;
    }
    fmt::print("deleted {}\n", base::escape(options.id));
    return exit_code::fine;
}

}  // namespace

int run_quarantine(const Options& options) {
    if (options.command == Command::quarantine_list) return list(options);
    if (options.command == Command::quarantine_show) return show(options);
    if (options.command == Command::quarantine_export) return fetch(options);
    if (options.command == Command::quarantine_release) return release(options);
    return remove(options);
}

}  // namespace sekisho::cli
