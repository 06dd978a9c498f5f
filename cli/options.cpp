// The one file that includes CLI11.
#include "cli/options.h"

#include <fmt/format.h>

#include <CLI/CLI.hpp>
#include <cstdio>
#include <map>
#include <sstream>
#include <tuple>

#include "base/escape.h"
#include "config/installation.h"

namespace sekisho::cli {

namespace {

class Parser {
public:
    Parser() : app_("Opens everything that a mail carries, and says what is in it.", "sekisho") {
        app_.require_subcommand(1);
        app_.fallthrough();  // --config may stand before or after the command
        app_.set_version_flag("-V,--version", std::string("sekisho " SEKISHO_VERSION));
        app_.add_option("-c,--config", options_.config,
                        std::string("Settings (default: ") + config::default_config_file() + ")")
            ->type_name("FILE");
        app_.footer("`sekisho COMMAND --help` says more. See sekisho(1), sekisho.toml(5), sekishod(8).");
        add_scan();
        add_mime();
        add_unpack();
        add_daemon();
        add_config();
        add_rules();
        add_quarantine();
        add_senders("accounts", "SASL login", false);
        add_senders("hosts", "Client address, or network as it is listed", true);
        add_names();
        add_action();
        add_doctor();
        help_ = app_.add_subcommand("help", "Help on a command");
        help_->add_option("command", help_on_, "The command")->type_name("COMMAND");
    }

    Options parse(int argc, char** argv) {
        try {
            app_.parse(argc, argv);
        } catch (const CLI::ParseError& error) {
            // Ours is 2 for whatever is wrong.
            options_.exit = error.get_exit_code() == 0 ? exit_code::fine : exit_code::error;
            if (options_.exit == exit_code::fine) {
                std::ostringstream out;  // help or version
                app_.exit(error, out);
                fmt::print("{}", out.str());
            } else {
                complain(what_is_wrong(error));
            }
            options_.command = Command::none;
            return options_;
        }
        if (help_->parsed()) print_help();
        options_.direction = directions_.at(direction_);
        return options_;
    }

private:
    // The command that was recognised last, and its words: "sekisho quarantine show".
    std::pair<const CLI::App*, std::string> chosen() const {
        const CLI::App* app = &app_;
        std::string words = app->get_name();
        while (!app->get_subcommands().empty()) {
            app = app->get_subcommands().back();
            words += " " + app->get_name();
        }
        return {app, std::move(words)};
    }

    // CLI11 asks for what is missing before it looks at what is too much: a mistyped word would be "A
    // subcommand is required".
    std::string what_is_wrong(const CLI::ParseError& error) const {
        const std::vector<std::string> extras = app_.remaining(true);
        const bool about_words = error.get_exit_code() == static_cast<int>(CLI::ExitCodes::RequiredError) ||
                                 error.get_exit_code() == static_cast<int>(CLI::ExitCodes::ExtrasError);
        if (extras.empty() || !about_words) return base::escape(error.what(), 1'000);
        const bool option = extras.front().starts_with('-');
        if (!option && !chosen().first->get_subcommands({}).empty()) {
            return "unknown command: " + base::escape(extras.front());
        }
        if (extras.size() == 1)
            return (option ? "unknown option: " : "not expected: ") + base::escape(extras.front());
        std::string out = "not expected:";
        for (const std::string& word : extras)
            out += " " + base::escape(word);
        return out;
    }

    void complain(const std::string& what) const {
        fmt::print(stderr, "sekisho: {}\n`{} --help` says more.\n", what, chosen().second);
    }

    void print_help() {
        options_.command = Command::none;
        CLI::App* app = &app_;
        std::string words = app->get_name();
        for (const std::string& word : help_on_) {
            const auto named = app->get_subcommands([&](CLI::App* one) { return one->get_name() == word; });
            if (named.empty()) {
                options_.exit = exit_code::error;
                fmt::print(stderr, "sekisho: unknown command: {}\n`sekisho --help` says more.\n",
                           base::escape(word));
                return;
            }
            app = named.front();
            words += " " + word;
        }
        fmt::print("{}", app->get_formatter()->make_help(app, words, CLI::AppFormatMode::Normal));
    }

    CLI::App* command(CLI::App& parent, const std::string& name, const std::string& help, Command command) {
        CLI::App* made = parent.add_subcommand(name, help);
        made->callback([this, command] { options_.command = command; });
        return made;
    }

    void add_input(CLI::App* app) {
        app->add_option("--direction", direction_, "Scan as inbound, outbound or internal mail")
            ->check(CLI::IsMember({"inbound", "outbound", "internal"}))
            ->type_name("WAY");
        app->add_option("--password", options_.passwords, "Try this password as well (may be repeated)")
            ->type_name("TEXT")
            ->allow_extra_args(false);
        add_rules_option(app);
    }
    void add_rules_option(CLI::App* app) {
        app->add_option("--rules", options_.rules, "Directory of *.yar, besides those of the settings")
            ->type_name("DIR")
            ->allow_extra_args(false);
    }
    CLI::Option* add_json(CLI::App* app, const std::string& help) {
        return app->add_flag("--json", options_.json, help);
    }

    void add_scan() {
        CLI::App* app = command(app_, "scan", "Scan files: mails or anything else", Command::scan);
        app->add_option("files", options_.files, "Files; - is standard input")->required()->type_name("FILE");
        add_json(app, "One ScanReport per line instead of a tree");
        add_input(app);
        app->footer("Exit: 0 clean, 1 suspicious or malicious, 2 error, 3 unscannable. Needs no daemon.");
    }
    void add_mime() {
        CLI::App* app = command(app_, "mime", "Show in which ways clients read a mail", Command::mime);
        app->add_option("files", options_.files, "Mails; - is standard input")->required()->type_name("FILE");
        add_input(app);
        app->footer(
            "One column for each reading, and what they differ about. Exit: as scan. Needs no daemon.");
    }
    void add_unpack() {
        CLI::App* app = command(app_, "unpack", "Write every part of a file into a folder", Command::unpack);
        app->add_option("file", options_.files, "A file; - is standard input")
            ->required()
            ->expected(1)
            ->type_name("FILE");
        app->add_option("-o,--output", options_.output, "Folder; made where it is not there")
            ->required()
            ->type_name("DIR");
        add_input(app);
        app->footer("manifest.json maps each part's path to the file that holds it. Exit: as scan.");
    }
    void add_daemon() {
        CLI::App* app = command(app_, "status", "What the daemon is doing", Command::status);
        CLI::Option* json = add_json(app, "As JSON");
        app->add_flag("--prometheus", options_.prometheus, "As Prometheus metrics")->excludes(json);
        command(app_, "reload", "Put changed settings and rules into force", Command::reload)
            ->footer(
                "Where they are not right, the old ones stay, and file, line and reason are printed. Exit 2 "
                "then.");
    }
    void add_config() {
        CLI::App* app = app_.add_subcommand("config", "Check, show and explain the settings");
        app->require_subcommand(1);
        CLI::App* check = command(*app, "check", "Name every fault with file, line and what would be right",
                                  Command::config_check);
        check->add_option("file", options_.files, "The file, instead of --config")
            ->expected(0, 1)
            ->type_name("FILE");
        check->footer("Exit: 0 where the settings can be used, 2 where not.");
        CLI::App* show =
            command(*app, "show", "What holds, and where each value came from", Command::config_show);
        add_json(show, "As JSON");
        CLI::App* reference =
            command(*app, "reference", "Print the reference pages", Command::config_reference);
        const std::map<std::string, std::string> pages{{"--markdown", "docs/configuration.md"},
                                                       {"--toml", "The shipped sekisho.toml"},
                                                       {"--man", "sekisho.toml(5)"},
                                                       {"--findings", "docs/findings.md"}};
        options_.page = "markdown";
        for (const auto& [flag, help] : pages) {
            reference->add_flag_callback(flag, [this, name = flag.substr(2)] { options_.page = name; }, help);
        }
    }
    void add_rules() {
        CLI::App* app = app_.add_subcommand("rules", "List, check, test and measure the YARA rules");
        app->require_subcommand(1);
        CLI::App* list = command(*app, "list", "Every rule with its score", Command::rules_list);
        add_json(list, "As JSON");
        add_rules_option(list);
        CLI::App* check =
            command(*app, "check", "Compile all rules, and name what is skipped", Command::rules_check);
        check->add_option("directories", options_.rules, "Directories of *.yar besides those of the settings")
            ->type_name("DIR");
        check->footer("Exit: 0 where all compile, 2 where not.");
        CLI::App* test = command(*app, "test", "Try each rule on the files that lie beside it for that",
                                 Command::rules_test);
        test->add_option("directories", options_.rules,
                         "Directories of *.yar (default: those of the settings)")
            ->type_name("DIR");
        test->footer(
            "DIR/tests/ID/positive holds what a rule must match, DIR/tests/ID/negative what it must not; a "
            "rule "
            "names its IDs in its meta (tests), else its own name counts. Exit: 0 all as they should be, 1 "
            "not, "
            "2 error.");
        CLI::App* profile =
            command(*app, "profile", "What each rule costs by itself, over the files of a folder",
                    Command::rules_profile);
        profile->add_option("corpus", options_.files, "Folder of mails and other files")
            ->required()
            ->expected(1)
            ->type_name("CORPUS");
        add_rules_option(profile);
        profile->footer("Exit: 0 where no rule stands out, 1 where one does, 2 error.");
    }
    CLI::App* add_entry(CLI::App& parent, const std::string& name, const std::string& help, Command what,
                        bool wants_reason) {
        CLI::App* app = command(parent, name, help, what);
        app->add_option("id", options_.id, "Id of the entry, as list shows it, or its first 4 digits or more")
            ->required()
            ->type_name("ID");
        if (wants_reason) {
            app->add_option("--reason", options_.reason, "Why, for the audit record")->type_name("TEXT");
        }
        return app;
    }
    void add_quarantine() {
        CLI::App* app = app_.add_subcommand("quarantine", "Look at and act on messages that are kept");
        app->require_subcommand(1);
        CLI::App* list = command(*app, "list", "Entries, newest first", Command::quarantine_list);
        add_json(list, "One entry per line");
        list->add_option("--id", options_.id_prefix, "Only ids that begin so")->type_name("PREFIX");
        list->add_option("--sender", options_.sender, "Only these senders")->type_name("GLOB");
        list->add_option("--recipient", options_.recipient, "Only these recipients")->type_name("GLOB");
        list->add_option("--verdict", options_.verdict, "Only this verdict")
            ->check(CLI::IsMember({"clean", "unscannable", "suspicious", "malicious"}));
        list->add_option("--state", options_.state, "Only this state")
            ->check(CLI::IsMember(
                {"held", "awaiting password", "released", "delivered", "deleted", "expired", "lost"}));
        list->add_option("--since", options_.since,
                         "Only from this time on: 2026-11-24, or 2h, 3 days ago as \"3 days\"")
            ->type_name("TIME");
        list->add_option("--limit", options_.limit, "At most so many")
            ->capture_default_str()
            ->check(CLI::Range(1u, max_listed));
        CLI::App* show =
            add_entry(*app, "show", "Everything about one entry", Command::quarantine_show, true);
        add_json(show, "As JSON");
        CLI::App* fetch =
            add_entry(*app, "export", "The message as it came", Command::quarantine_export, true);
        fetch
            ->add_option("-o,--output", options_.output,
                         "File; must not be there yet (default: standard output)")
            ->type_name("FILE");
        CLI::App* release =
            add_entry(*app, "release", "Send the message on", Command::quarantine_release, true);
        release
            ->add_option("--to", options_.recipients,
                         "Only to this recipient of the message (may be repeated)")
            ->type_name("ADDRESS")
            ->allow_extra_args(false);
        release->add_flag("--force", options_.force, "Even what is malicious");
        add_entry(*app, "delete", "Remove the message", Command::quarantine_remove, true);
        CLI::App* unlock =
            add_entry(*app, "unlock", "Scan the message with a password; what is then clean is released",
                      Command::quarantine_unlock, true);
        unlock
            ->add_option("--password-file", options_.password_file,
                         "File with the password on its first line (default: asked for on the terminal, else "
                         "read from standard input)")
            ->type_name("FILE");
        unlock->footer("Exit: 0 released, 1 kept, 3 still locked, 2 could not be done.");
    }
    // `sekisho accounts` and `sekisho hosts`: the same of two kinds of senders.
    void add_senders(const std::string& word, const std::string& one, bool hosts) {
        CLI::App* app = app_.add_subcommand(
            word, "Who sends, and how " + std::string(hosts ? "client addresses" : "accounts") + " stand");
        app->require_subcommand(1);
        const auto add = [&](const std::string& name, const std::string& help, Command what) {
            CLI::App* made = app->add_subcommand(name, help);
            made->callback([this, what, hosts] {
                options_.command = what;
                options_.hosts = hosts;
            });
            return made;
        };
        CLI::App* list = add("list", "Those that are watched, throttled or blocked", Command::senders_list);
        list->add_flag("--all", options_.all, "All that are known");
        list->add_option("--limit", options_.limit, "At most so many")
            ->capture_default_str()
            ->check(CLI::Range(1u, max_listed));
        add_json(list, "One row per line");
        const auto add_named = [&](const std::string& name, const std::string& help, Command what) {
            CLI::App* made = add(name, help, what);
            made->add_option("name", options_.name, one)->required()->type_name("NAME");
            return made;
        };
        add_json(add_named("show", "What it sent, what is usual for it, and why it stands so",
                           Command::senders_show),
                 "As JSON");
        CLI::App* incident = add_named("incident", "Its mail since it got out of line, and to whom it went",
                                       Command::senders_incident);
        incident
            ->add_option("--since", options_.since,
                         "Its mail since a day such as 2026-11-24, or since \"2h\", \"3 days\" ago")
            ->type_name("TIME");
        incident->add_flag("--csv", options_.csv, "A row for each mail and recipient, for a spreadsheet");
        add_json(incident, "The incident, then one mail per line");
        for (const auto& [name, help, what] :
             {std::tuple{"block", "Let nothing through any more, until it is released",
                         Command::senders_block},
              std::tuple{"release", "Back to normal; counting begins anew", Command::senders_release}}) {
            add_named(name, help, what)
                ->add_option("--reason", options_.reason, "Why, for the audit record")
                ->type_name("TEXT");
        }
    }
    // What anybody may write is shown, and stopped for nothing.
    void add_names() {
        CLI::App* app = app_.add_subcommand(
            "names", "Envelope senders, From addresses and sender domains: what is sent in them");
        app->require_subcommand(1);
        CLI::App* list =
            command(*app, "list", "Those in most mail of the last 24 hours", Command::names_list);
        list->add_option("--limit", options_.limit, "At most so many")
            ->capture_default_str()
            ->check(CLI::Range(1u, max_listed));
        add_json(list, "One row per line");
        CLI::App* show = command(*app, "show", "How much mail, of how many accounts and client addresses",
                                 Command::names_show);
        show->add_option("name", options_.name, "Address or domain")->required()->type_name("NAME");
        add_json(show, "One row per line");
    }
    void add_action() {
        CLI::App* app =
            app_.add_subcommand("action", "Lock and unlock accounts as the outbound guard orders");
        app->require_subcommand(1);
        command(*app, "run", "Carry out the orders that wait in the spool folder", Command::action_run)
            ->footer(
                "For sekisho-action@.service; see [outbound.actions]. Exit: 0 no order is left or told to "
                "stop, 2 error.");
    }
    void add_doctor() {
        CLI::App* app = command(app_, "doctor", "Look at the running installation, and name faults and fixes",
                                Command::doctor);
        app->add_option("--postfix-config", options_.postfix_config,
                        "config_directory of the Postfix to look at (default: the system's)")
            ->type_name("DIR");
        app->footer(
            "Run it as root: the socket is tried as user postfix, from inside the chroot. Exit: 0 no faults, "
            "1 "
            "faults, 2 could not look.");
    }

    CLI::App app_;
    CLI::App* help_ = nullptr;
    std::vector<std::string> help_on_;
    Options options_;
    std::string direction_ = "inbound";
    const std::map<std::string, model::Direction> directions_{{"inbound", model::Direction::inbound},
                                                              {"outbound", model::Direction::outbound},
                                                              {"internal", model::Direction::internal}};
};

}  // namespace

Options parse_options(int argc, char** argv) {
    Parser parser;  // the callbacks point into it, so it is made here and stays
    return parser.parse(argc, argv);
}

}  // namespace sekisho::cli
