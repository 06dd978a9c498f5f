#include "cli/doctor_checks.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <charconv>

#include "base/escape.h"
#include "base/text.h"

namespace sekisho::cli {

namespace {

using Faults = std::vector<Fault>;

constexpr unsigned writable_by_others = 0002;
constexpr unsigned open_to_group_or_others = 0077;

// The paths and ports by which signers are known (opendkim, dkimpy-milter, amavis' signer, rspamd's proxy).
bool signs(std::string_view milter) {
    constexpr std::array marks{"opendkim", "dkim", ":8891", ":12301", "rspamd", ":11332"};
    return std::ranges::any_of(
        marks, [&](const char* mark) { return base::find_ignoring_case(milter, mark) != milter.npos; });
}

void check_timeout(const config::Settings& settings, std::string_view name, std::string_view value,
                   Faults& faults) {
    const auto timeout = postfix_seconds(value);
    constexpr std::int64_t reserve = 30;
    const std::int64_t budget = settings.limits.max_time.count() / 1'000 + reserve;
    if (!timeout || *timeout >= budget) return;
    faults.push_back(
        {fmt::format("{} is {} s, a scan may take {} s with reserve", name, *timeout, budget),
         fmt::format("postconf -e 'milter_content_timeout = {}s', or lower [limits] max_time", budget)});
}

// The list as it should be: ours first, the others as they stand. Inside the queue directory a socket is
// named from there, which is right with and without the chroot.
std::string command_for(const config::Settings& settings, const PostfixConfig& postfix,
                        std::string_view parameter) {
    const std::string queue(postfix.value("queue_directory"));
    std::string list = postfix_form(settings.milter.socket);
    if (const std::string inside = "unix:" + queue + "/"; !queue.empty() && list.starts_with(inside)) {
        list = "unix:" + list.substr(inside.size());
    }
    for (const std::string& entry : milter_entries(postfix.value(parameter))) {
        const auto addresses = milter_addresses(entry);
        const bool ours =
            !addresses.empty() && is_our_socket(addresses.front(), settings.milter.socket, queue);
        if (!ours) list += ", " + base::escape(entry);
    }
    return fmt::format("postconf -e '{} = {}' && postfix reload", parameter, list);
}

void check_milter_list(const config::Settings& settings, const PostfixConfig& postfix,
                       std::string_view parameter, Faults& faults) {
    const std::string_view queue = postfix.value("queue_directory");
    const auto list = milter_addresses(postfix.value(parameter));
    const auto ours = std::ranges::find_if(
        list, [&](const std::string& entry) { return is_our_socket(entry, settings.milter.socket, queue); });
    const std::string fix = command_for(settings, postfix, parameter);
    if (ours == list.end()) {
        const bool all = parameter == "smtpd_milters";
        faults.push_back({fmt::format("{} does not name our socket: {}", parameter,
                                      all ? "no mail is scanned" : "locally submitted mail is not scanned"),
                          fix});
        return;
    }
    for (auto before = list.begin(); before != ours; ++before) {
        if (!signs(*before)) continue;
        faults.push_back(
            {fmt::format("{}: {} stands before sekisho: DKIM signatures made there break by what we change",
                         parameter, base::escape(*before)),
             fix});
    }
}

// What "{ inet:host:port, default_action=accept }" says for our milter alone.
void check_own_options(const config::Settings& settings, const PostfixConfig& postfix, Faults& faults) {
    const std::string_view queue = postfix.value("queue_directory");
    for (const std::string& entry : milter_entries(postfix.value("smtpd_milters"))) {
        const auto addresses = milter_addresses(entry);
        if (addresses.empty() || !is_our_socket(addresses.front(), settings.milter.socket, queue)) continue;
        if (milter_option(entry, "default_action") == "accept") {
            faults.push_back(
                {"smtpd_milters: default_action=accept of our milter passes mail unscanned while sekisho is "
                 "down",
                 "take it out of smtpd_milters: postconf -e 'smtpd_milters = ...' && postfix reload"});
        }
        check_timeout(settings, "content_timeout of our milter in smtpd_milters",
                      milter_option(entry, "content_timeout"), faults);
    }
}

void check_default_action(const PostfixConfig& postfix, Faults& faults) {
    const std::string_view action = postfix.value("milter_default_action");
    const std::string version = base::escape(postfix.value("mail_version"));
    if (action == "accept") {
        faults.push_back(
            {fmt::format(
                 "milter_default_action = accept: Postfix {} passes mail unscanned while sekisho is down",
                 version),
             "postconf -e 'milter_default_action = tempfail' && postfix reload"});
    } else if (action == "reject") {
        faults.push_back({"milter_default_action = reject: mail is refused for good while sekisho is down",
                          "postconf -e 'milter_default_action = tempfail' && postfix reload"});
    }
}

void check_limits(const config::Settings& settings, const PostfixConfig& postfix, Faults& faults) {
    check_timeout(settings, "milter_content_timeout", postfix.value("milter_content_timeout"), faults);
    std::uint64_t size_limit = 0;
    const std::string_view text = postfix.value("message_size_limit");
    const char* end = text.data() + text.size();  // NOLINT(*-pointer-arithmetic): from_chars wants both ends
    if (std::from_chars(text.data(), end, size_limit).ec != std::errc()) return;
    if (size_limit == 0 || size_limit > settings.milter.max_message_bytes) {
        faults.push_back(
            {fmt::format("message_size_limit = {}, but mail over {} bytes is not scanned whole", size_limit,
                         settings.milter.max_message_bytes),
             fmt::format("postconf -e 'message_size_limit = {}', or raise [milter] max_message_bytes",
                         settings.milter.max_message_bytes)});
    }
}

void check_postfix(const config::Settings& settings, const PostfixConfig& postfix, Faults& faults) {
    check_milter_list(settings, postfix, "smtpd_milters", faults);
    check_milter_list(settings, postfix, "non_smtpd_milters", faults);
    check_own_options(settings, postfix, faults);
    check_default_action(postfix, faults);
    check_limits(settings, postfix, faults);
}

// Each setting that master.cf has for one service, judged as if it stood in main.cf.
void check_services(const config::Settings& settings, const PostfixConfig& postfix, Faults& faults) {
    Faults everywhere;
    check_postfix(settings, postfix, everywhere);
    for (const auto& [name, value] : postfix.overrides) {
        const std::size_t slash = name.rfind('/');
        if (slash == name.npos) continue;
        const std::string parameter = name.substr(slash + 1);
        PostfixConfig changed = postfix;
        changed.parameters[parameter] = value;
        Faults here;
        check_postfix(settings, changed, here);
        for (const Fault& fault : here) {
            if (std::ranges::find(everywhere, fault.what, &Fault::what) != everywhere.end()) continue;
            faults.push_back(
                {fmt::format("master.cf, {}: {}", base::escape(name.substr(0, slash)), fault.what),
                 fmt::format(
                     "postconf -PX '{}' && postfix reload, so that main.cf's value holds{}",
                     base::escape(name),
                     parameter == "smtpd_milters" ? "; unless only scanned mail comes in there" : "")});
        }
    }
}

void check_socket(const config::Settings& settings, const Facts& facts, Faults& faults) {
    if (settings.milter.socket.starts_with("unix:")) {
        const std::string path = settings.milter.socket.substr(5);
        if (!facts.milter_socket) {
            faults.push_back(
                {fmt::format("{} is not there: sekishod does not run, or cannot make its socket", path),
                 "systemctl status sekishod; the log names the reason"});
            return;
        }
        if (!facts.milter_socket->is_socket) {
            faults.push_back({fmt::format("{} is no socket", path), "remove it and restart sekishod"});
        } else if ((facts.milter_socket->mode & writable_by_others) != 0) {
            faults.push_back(
                {fmt::format("{} can be written by everyone (mode {:04o})", path, facts.milter_socket->mode),
                 "set [milter] socket_mode = 0660"});
        }
    }
    if (facts.connect_as_postfix && !facts.connect_as_postfix->empty()) {
        faults.push_back(
            {fmt::format("user postfix cannot connect to {}{}: {}", settings.milter.socket,
                         facts.postfix && facts.postfix->smtpd_in_chroot ? " from inside its chroot" : "",
                         *facts.connect_as_postfix),
             "see docs/install.md: the socket's folder, its group and the chroot"});
    }
}

void check_files(const config::Settings& settings, const Facts& facts, Faults& faults) {
    if (facts.config && (facts.config->mode & writable_by_others) != 0) {
        faults.push_back({fmt::format("{} can be written by everyone", facts.config_file),
                          fmt::format("chmod o-w {}", facts.config_file)});
    }
    if (!facts.quarantine_looked_at) return;
    if (!facts.quarantine) {
        faults.push_back({fmt::format("the quarantine {} is not there", settings.quarantine.directory),
                          "start sekishod once, or install -d -m 0700 -o sekisho the folder"});
    } else if ((facts.quarantine->mode & open_to_group_or_others) != 0) {
        faults.push_back({fmt::format("the quarantine {} is open to others (mode {:04o})",
                                      settings.quarantine.directory, facts.quarantine->mode),
                          fmt::format("chmod 0700 {}", settings.quarantine.directory)});
    }
    if (facts.key_file && (facts.key_file->mode & open_to_group_or_others) != 0) {
        faults.push_back({fmt::format("the release key {} is open to others", settings.quarantine.key_file),
                          fmt::format("chmod 0400 {}", settings.quarantine.key_file)});
    }
}

void check_quarantine_room(const config::Settings& settings, const Facts& facts, Faults& faults) {
    const auto& bounds = settings.quarantine;
    if (facts.quarantine_free && *facts.quarantine_free < bounds.min_free) {
        faults.push_back(
            {fmt::format(
                 "{} bytes are free for the quarantine, min_free is {}: what is to be kept is answered 451",
                 *facts.quarantine_free, bounds.min_free),
             "make room there, or shorten [quarantine] keep_days"});
    }
    if (bounds.max_bytes > 0 && facts.quarantine_bytes > bounds.max_bytes / 10 * 9) {
        faults.push_back({fmt::format("the quarantine holds {} of {} bytes: over them it is 451",
                                      facts.quarantine_bytes, bounds.max_bytes),
                          "raise [quarantine] max_bytes, or shorten keep_days"});
    }
}

// Orders to lock accounts: written by the daemon, carried out by sekisho-action.path and its service.
void check_orders(const config::Settings& settings, const Facts& facts, Faults& faults) {
    constexpr std::chrono::minutes patience{10};
    const std::string& spool = settings.outbound.actions.spool;
    if (!facts.spool_looked_at) return;
    if (!facts.spool || !facts.spool->is_directory) {
        faults.push_back({fmt::format("the spool of orders {} is not there: no account is locked", spool),
                          "systemd-tmpfiles --create, then systemctl restart sekishod"});
        return;
    }
    if ((facts.spool->mode & writable_by_others) != 0) {
        faults.push_back({fmt::format("the spool of orders {} can be written by everyone", spool),
                          fmt::format("chmod o-w {}", spool)});
    }
    if (facts.unwritten_orders > 0) {
        faults.push_back({fmt::format("{} orders to lock accounts could not be written to {}",
                                      facts.unwritten_orders, spool),
                          "look for \"put off\" in the log: room, rights, or ReadWritePaths= of the unit"});
    }
    if (facts.oldest_order > patience) {
        const auto minutes = std::chrono::floor<std::chrono::minutes>(facts.oldest_order);
        faults.push_back(
            {fmt::format("an order in {} has been waiting for {} minutes", spool, minutes.count()),
             "systemctl enable --now sekisho-action.path; journalctl -u 'sekisho-action@*' names the "
             "reason"});
    }
}

// What the daemon says of itself.
void check_daemon(const config::Settings& settings, const Facts& facts, Faults& faults) {
    if (!facts.daemon_answers) {
        faults.push_back({fmt::format("sekishod does not answer on {}", settings.control.socket),
                          "systemctl status sekishod; are you root or in one of [control]'s groups?"});
        return;
    }
    if (facts.rules && *facts.rules == 0) {
        faults.push_back({"no rule is loaded", "look at [worker] rules_dirs, then sekisho rules check"});
    }
    for (std::size_t i = 0; i < std::min<std::size_t>(facts.rule_problems.size(), 5); ++i) {
        faults.push_back({"a rule was skipped: " + base::escape(facts.rule_problems[i], 500),
                          "mend it, try it with sekisho rules check, then sekisho reload"});
    }
    if (!facts.store_healthy) {
        faults.push_back(
            {fmt::format("the record {} cannot be written: events are lost, and what is to be kept is "
                         "answered 451",
                         settings.store.path),
             "look for \"store lost\" in the log: room, rights, or the disk"});
    }
    check_quarantine_room(settings, facts, faults);
}

}  // namespace

std::vector<Fault> check_installation(const config::Settings& settings, const Facts& facts) {
    Faults faults;
    if (facts.postfix) {
        check_postfix(settings, *facts.postfix, faults);
        check_services(settings, *facts.postfix, faults);
    }
    check_socket(settings, facts, faults);
    check_files(settings, facts, faults);
    check_daemon(settings, facts, faults);
    check_orders(settings, facts, faults);
    if (settings.monitor) {
        faults.push_back(
            {"monitor = true: everything is scanned and recorded, and all mail passes",
             fmt::format("watch the log for a while, then remove the line from {} and run sekisho reload",
                         facts.config_file)});
    }
    if (settings.local_domains.empty()) {
        faults.push_back({"local_domains is empty: no mail can be told to be outbound or internal",
                          "name your domains in local_domains"});
    }
    if (settings.milter.on_failure == model::Action::accept) {
        faults.push_back(
            {"milter.on_failure = \"accept\": mail that we cannot scan passes, if tagged",
             fmt::format("set on_failure = \"defer\" in {} and run sekisho reload", facts.config_file)});
    }
    for (const config::AllowRow& row : settings.allow) {
        if (facts.today == std::chrono::sys_days() || row.expires >= facts.today) continue;
        faults.push_back({fmt::format("{}:{}: an [[allow]] row is past its day and does nothing",
                                      facts.config_file, row.line),
                          fmt::format("ask {} whether it is still needed", base::escape(row.owner))});
    }
    if (facts.outbound && facts.foreign_outbound > 0) {
        faults.push_back(
            {fmt::format("{} of {} outbound messages had senders of domains that are not local",
                         facts.foreign_outbound, *facts.outbound),
             "complete local_domains, or mend the [[direction]] row that took them for outbound"});
    }
    return faults;
}

}  // namespace sekisho::cli
