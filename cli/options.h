// The command line of `sekisho`, as values.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "model/verdict.h"

namespace sekisho::cli {

// Exit codes of all commands; docs/man/sekisho.1 lists them.
namespace exit_code {
inline constexpr int fine = 0;         // scan: clean
inline constexpr int found = 1;        // scan: suspicious or malicious; doctor: a fault
inline constexpr int error = 2;        // wrong usage, bad settings, no worker, no daemon, refused
inline constexpr int unscannable = 3;  // scan: something could not be looked at
}  // namespace exit_code

enum class Command : std::uint8_t {
    none,  // `exit` says with what to end: help was printed, or the usage was wrong
    scan,
    mime,
    unpack,
    status,
    reload,
    config_check,
    config_show,
    config_reference,
    rules_list,
    rules_check,
    rules_test,
    rules_profile,
    quarantine_list,
    quarantine_show,
    quarantine_export,
    quarantine_release,
    quarantine_remove,
    quarantine_unlock,
    senders_list,
    senders_show,
    senders_incident,
    senders_block,
    senders_release,
    names_list,
    names_show,
    action_run,
    doctor,
};

inline constexpr std::uint32_t max_listed = 5'000;  // entries that the daemon lists in one answer

struct Options {
    Command command = Command::none;
    int exit = 0;

    std::string config;  // empty: /etc/sekisho/sekisho.toml, or the defaults where there is none
    bool json = false;

    // scan, mime, unpack, rules
    std::vector<std::string> files;  // rules profile: one folder
    model::Direction direction = model::Direction::inbound;
    std::vector<std::string> passwords;
    std::vector<std::string> rules;  // directories besides those of the settings
    std::string output;              // unpack, quarantine export

    // config reference
    std::string page;  // "markdown", "toml", "man", "findings"

    // status
    bool prometheus = false;

    // quarantine
    std::string id;
    std::string reason;
    std::vector<std::string> recipients;
    bool force = false;
    std::string password_file;  // unlock; "-" is standard input, empty: the terminal, else standard input
    std::string id_prefix, sender, recipient, verdict, state, since;
    std::uint32_t limit = 100;

    // accounts, hosts, names
    bool hosts = false;
    bool all = false;
    std::string name;
    bool csv = false;  // incident

    // doctor
    std::string postfix_config;  // config_directory of the Postfix that is looked at; empty: the system's
};

// Prints help or what is wrong itself; Command::none then.
Options parse_options(int argc, char** argv);

}  // namespace sekisho::cli
