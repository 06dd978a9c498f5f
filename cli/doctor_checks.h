// What can be wrong with an installation, as pure functions over what was looked up (doctor_facts.h).
#pragma once

#include <chrono>
#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "config/settings.h"

namespace sekisho::cli {

// A fault and its cure, each one line for a terminal. Texts from outside are escaped.
struct Fault {
    std::string what;
    std::string fix;
    bool operator==(const Fault&) const = default;
};

// main.cf as `postconf` prints it, defaults included.
struct PostfixConfig {
    std::map<std::string, std::string, std::less<>> parameters;
    bool smtpd_in_chroot = false;  // of the first smtpd service in master.cf
    // What master.cf says otherwise for one service (-o name=value): "submission/inet/smtpd_milters" ->
    // value.
    std::map<std::string, std::string, std::less<>> overrides;
    // A parameter's value; empty where there is none.
    std::string_view value(std::string_view name) const;
};

// Reads the output of `postconf` ("name = value" lines), of `postconf -M` (master.cf, one service a line) and
// of `postconf -P` ("service/type/name = value" lines).
PostfixConfig parse_postconf(std::string_view parameters, std::string_view services,
                             std::string_view overrides = {});

// One entry of smtpd_milters: "unix:sekisho/milter.sock", or the address of "{ inet:host:port, name=value }".
std::vector<std::string> milter_addresses(std::string_view list);
// The same list with all that stands in the braces: "{ inet:host:port, name=value }".
std::vector<std::string> milter_entries(std::string_view list);
// The value of `name` in one of these entries; empty where it has none.
std::string milter_option(std::string_view entry, std::string_view name);
// Our socket as Postfix writes it ("unix:/path" -> "unix:/path", "inet:port@host" -> "inet:host:port").
std::string postfix_form(std::string_view socket);
// True where a milter entry of Postfix means our socket: relative paths count from the queue directory, in or
// outside the chroot.
bool is_our_socket(std::string_view entry, std::string_view socket, std::string_view queue_directory);
// Seconds of a Postfix time value ("300s", "5m", "1h", a plain number); nullopt where it is none.
std::optional<std::int64_t> postfix_seconds(std::string_view value);

// An existing file's facts; nullopt: it is not there.
struct FileFacts {
    unsigned mode = 0;  // permission bits
    std::string owner;
    std::string group;
    bool is_socket = false;
    bool is_directory = false;
};

// What doctor looked up. Missing optionals could not be looked up, and are not judged.
struct Facts {
    std::string config_file;
    std::optional<PostfixConfig> postfix;
    std::optional<FileFacts> config, milter_socket, quarantine, key_file;
    bool quarantine_looked_at = false;  // only root and the daemon's user can
    // Error text of a try to connect as user postfix (from inside the chroot where smtpd has one); empty: it
    // worked.
    std::optional<std::string> connect_as_postfix;
    std::optional<std::uint64_t> quarantine_free;  // bytes on its file system
    bool daemon_answers = false;                   // on the control socket; then it says the next four:
    std::optional<std::uint64_t> rules;            // that are loaded
    std::vector<std::string> rule_problems;        // files and rules that were skipped
    bool store_healthy = true;
    std::uint64_t quarantine_bytes = 0;
    std::optional<std::uint64_t> outbound;  // messages since the daemon started, and of these
    std::uint64_t foreign_outbound = 0;     // from senders of domains that are not local
    bool spool_looked_at = false;           // [outbound.actions] spool, where one is set
    std::optional<FileFacts> spool;
    std::chrono::seconds oldest_order{0};  // how long it has been waiting in there; 0: none does
    std::uint64_t unwritten_orders = 0;    // the daemon's, for want of room or rights
    std::chrono::sys_days today{};         // for rows that expire; the epoch: not judged
};

std::vector<Fault> check_installation(const config::Settings& settings, const Facts& facts);

}  // namespace sekisho::cli
