#include <fcntl.h>
#include <fmt/format.h>
#include <unistd.h>

#include <cerrno>
#include <chrono>
#include <cstdio>
#include <optional>
#include <vector>

#include "base/escape.h"
#include "base/fd.h"
#include "base/text.h"
#include "cli/commands.h"
#include "cli/daemon_client.h"
#include "cli/output.h"
#include "cli/password_input.h"
#include "cli/quarantine_view.h"

namespace sekisho::cli {

namespace {

// The audit record always has a reason; that nobody gave one is said as such.
std::string reason_of(const Options& options) {
    return options.reason.empty() ? "none given" : options.reason;
}

constexpr std::size_t id_digits = 32;

std::vector<std::string> ids_of(const base::Json& answer) {
    std::vector<std::string> out;
    const base::Json* entries = answer.find("entries");
    if (entries == nullptr || entries->as_array() == nullptr) return out;
    for (const base::Json& entry : *entries->as_array())
        out.push_back(entry.string_or("id"));
    return out;
}

// The whole id that the first digits of one stand for. The daemon is asked for acts by the whole id alone:
// its audit record then names the entry. Nothing: it has been said why.
std::optional<std::string> whole_id(const Options& options) {
    constexpr std::uint32_t most = 100;
    constexpr std::size_t least_digits = 4;
    std::string given = base::to_lower(options.id);
    if (given.find_first_not_of("0123456789abcdef") != std::string::npos || given.size() > id_digits ||
        given.size() < least_digits) {
        fmt::print(stderr,
                   "sekisho: an id has {} hexadecimal digits, of which the first {} or more are written\n",
                   id_digits, least_digits);
        return std::nullopt;
    }
    if (given.size() == id_digits) return given;
    const auto answer =
        ask_daemon(options, "quarantine.list", base::JsonObject{{"id_prefix", given}, {"limit", most}});
    if (!answer) return std::nullopt;
    const std::vector<std::string> ids = ids_of(*answer);
    if (ids.size() == 1) return ids.front();
    if (ids.empty()) {
        fmt::print(stderr, "sekisho: no such quarantine id\n");  // as the daemon says it of a whole one
    } else {
        fmt::print(stderr, "sekisho: {}{} quarantine ids begin with {}: write more digits\n", ids.size(),
                   ids.size() == most ? " or more" : "", given);
    }
    return std::nullopt;
}

int list(const Options& options) {
    base::JsonObject args{{"id_prefix", options.id_prefix}, {"sender", options.sender},
                          {"recipient", options.recipient}, {"verdict", options.verdict},
                          {"state", options.state},         {"limit", options.limit + 1}};
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
    const base::Json* entries = answer->find("entries");
    if (entries == nullptr || entries->as_array() == nullptr) {
        fmt::print(stderr, "sekisho: the answer holds no list of entries\n");
        return exit_code::error;
    }
    // One more was asked for than is printed: where it came, there are more.
    base::JsonArray shown = *entries->as_array();
    const bool more = shown.size() > options.limit;
    if (more) shown.resize(options.limit);
    if (options.json) {
        for (const base::Json& entry : shown)
            fmt::print("{}\n", base::dump_json(entry));
    } else {
        fmt::print("{}", print_entries(base::JsonObject{{"entries", shown}}));
    }
    flush_output();  // on a terminal the table stands before the hint
    if (more || shown.size() == max_listed) {
        fmt::print(stderr,
                   "sekisho: the newest {}; there {} more: --limit N (at most {}), or --since and the like\n",
                   shown.size(), more ? "are" : "may be", max_listed);
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

int unlock(const Options& options) {
    const auto password = read_password(options.password_file);
    if (!password) {
        fmt::print(stderr, "sekisho: {}\n", password.error().message);
        return exit_code::error;
    }
    const auto answer =
        ask_daemon(options, "quarantine.unlock",
                   base::JsonObject{{"id", options.id}, {"password", *password}}, reason_of(options));
    if (!answer) return exit_code::error;
    const std::string outcome = answer->string_or("outcome");
    fmt::print("{} {}: {}\n", base::escape(outcome), base::escape(options.id),
               base::escape(answer->string_or("verdict")));
    if (outcome == "released") return exit_code::fine;
    return outcome == "kept" ? exit_code::found : exit_code::unscannable;
}

int remove(const Options& options) {
    if (!ask_daemon(options, "quarantine.delete", base::JsonObject{{"id", options.id}}, reason_of(options))) {
        return exit_code::error;
    }
    fmt::print("deleted {}\n", base::escape(options.id));
    return exit_code::fine;
}

}  // namespace

int run_quarantine(const Options& given) {
    if (given.command == Command::quarantine_list) return list(given);
    const auto id = whole_id(given);
    if (!id) return exit_code::error;
    Options options = given;
    options.id = *id;
    if (options.command == Command::quarantine_show) return show(options);
    if (options.command == Command::quarantine_export) return fetch(options);
    if (options.command == Command::quarantine_release) return release(options);
    if (options.command == Command::quarantine_unlock) return unlock(options);
    return remove(options);
}

}  // namespace sekisho::cli
