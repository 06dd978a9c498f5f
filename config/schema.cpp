// The sections of sekisho.toml that occur once, row by row, but for [outbound] (schema_outbound.cpp). A table
// holds nothing else.
#include "config/schema.h"

#include <array>
#include <vector>

#include "config/binding.h"
#include "config/checks.h"

namespace sekisho::config {

namespace {

constexpr std::int64_t KiB = 1ll << 10;
constexpr std::int64_t MiB = 1ll << 20;
constexpr std::int64_t GiB = 1ll << 30;
constexpr std::int64_t TiB = 1ll << 40;

constexpr std::array<std::string_view, 2> failure_actions{"defer", "accept"};
constexpr std::array<std::string_view, 2> password_fallbacks{"keep", "deliver"};
constexpr std::array<std::string_view, 3> notice_languages{"en", "ja", "both"};
constexpr std::array<std::string_view, 3> log_targets{"syslog", "stdout", "stderr"};
constexpr std::array<std::string_view, 4> log_levels{"debug", "info", "warning", "error"};

template <auto... members>
constexpr Row<Settings> set(Key key) {
    return row<Settings, members...>(key);
}

template <model::Verdict verdict>
constexpr Row<Settings> keep_days(std::string_view name, std::string_view help) {
    return {Key{.section = "quarantine.keep_days",
                .key = name,
                .type = Type::duration,
                .unit = "days",
                .min = 1,
                .max = 3'650,
                .help = help},
            [](const Settings& settings) -> std::optional<Value> {
                const auto found = settings.quarantine.keep_days.find(verdict);
                if (found == settings.quarantine.keep_days.end()) return std::nullopt;
                return static_cast<std::int64_t>(found->second.count());
            },
            [](Settings& settings, const Value& value) {
                settings.quarantine.keep_days[verdict] = std::chrono::days(std::get<std::int64_t>(value));
            }};
}

using S = Settings;
using M = MilterSettings;
using W = WorkerSettings;
using L = model::ScanLimits;
using Q = QuarantineSettings;
using N = NoticeSettings;
using P = PasswordSettings;
using MailRows = model::MailSettings;

// clang-format off
const std::array first_rows{
    set<&S::monitor>({.section = "", .key = "monitor", .type = Type::boolean,
        .help = "Scan, log and record everything, and say what would be done, but let all mail pass. A fresh install\n"
                "has it on; remove the line, or say false, to go live."}),
    set<&S::local_domains>({.section = "", .key = "local_domains", .type = Type::texts, .check = check_domain,
        .help = "Domains that are ours: they make the difference between inbound, outbound and internal mail.\n"
                "\".example.com\" stands for example.com and everything below it.",
        .example = R"(["example.com", ".example.co.jp"])"}),

    set<&S::milter, &M::socket>({.section = "milter", .key = "socket", .type = Type::text, .check = check_milter_socket,
        .help = "Where the MTA reaches us: unix:/path or inet:port@host. The default lies where Postfix's chroot sees\n"
                "it; main.cf names it smtpd_milters = unix:sekisho/milter.sock. Prefer the Unix socket: libmilter\n"
                "over TCP waits 40 ms a message for delayed acknowledgements."}),
    set<&S::milter, &M::socket_group>({.section = "milter", .key = "socket_group", .type = Type::text,
        .help = "Group of the Unix socket and its directory: the one that the MTA runs as. Empty: left as it is."}),
    set<&S::milter, &M::socket_mode>({.section = "milter", .key = "socket_mode", .type = Type::mode, .max = 0777,
        .help = "File mode of the Unix socket."}),
    set<&S::milter, &M::hostname>({.section = "milter", .key = "hostname", .type = Type::text, .check = check_domain_or_empty,
        .help = "Name of this gateway in the X-Sekisho-* headers.", .example = R"("mx1.example.com")",
        .default_text = "the MTA's own name (macro j)"}),
    set<&S::milter, &M::max_message_bytes>({.section = "milter", .key = "max_message_bytes", .type = Type::size,
        .min = 64 * KiB, .max = 2 * GiB,
        .help = "Larger mail is not buffered beyond this: it is unscannable (large). Keep it above the MTA's own limit\n"
                "(Postfix: message_size_limit)."}),
    set<&S::milter, &M::max_in_flight_bytes>({.section = "milter", .key = "max_in_flight_bytes", .type = Type::size,
        .min = 1 * MiB, .max = TiB,
        .help = "Bytes of all messages that are being received or scanned. Over it: 451 4.3.2 at MAIL FROM."}),
    set<&S::milter, &M::max_in_flight_messages>({.section = "milter", .key = "max_in_flight_messages", .type = Type::integer,
        .unit = "messages", .min = 1, .max = 100'000,
        .help = "Messages that are being received or scanned. Over it: 451 4.3.2 at MAIL FROM."}),
    set<&S::milter, &M::trusted_relays>({.section = "milter", .key = "trusted_relays", .type = Type::texts, .check = check_network,
        .help = "Relays in front of us, as networks. Mail through them stays inbound, and the client is taken from the\n"
                "Received lines that they wrote.",
        .example = R"(["192.0.2.10", "2001:db8:5::/64"])"}),
    set<&S::milter, &M::on_failure>({.section = "milter", .key = "on_failure", .type = Type::text, .choices = failure_actions,
        .help = "What to do where it is not the message's fault: no worker, queue full, store down. \"defer\" answers\n"
                "451 4.3.0 or 4.3.2; \"accept\" lets the mail pass, tagged as unscanned."}),
    set<&S::milter, &M::headers_inbound>({.section = "milter", .key = "headers_inbound", .type = Type::boolean,
        .help = "Write X-Sekisho-Verdict, -Score, -Findings and -Id into inbound and internal mail. Forged ones that\n"
                "came in are removed in any case."}),
    set<&S::milter, &M::headers_outbound>({.section = "milter", .key = "headers_outbound", .type = Type::boolean,
        .help = "The same for outbound mail."}),
    set<&S::milter, &M::mime_ambiguity_results>({.section = "milter", .key = "mime_ambiguity_results", .type = Type::boolean,
        .help = "Write MIME-Ambiguity-Results (draft-chen-email-mime-ambiguity-defense-00) beside these headers, for other\n"
                "systems of your domain; such fields that came in are then removed."}),

    set<&S::worker, &W::program>({.section = "worker", .key = "program", .type = Type::text, .check = check_path_or_empty,
        .help = "The sandboxed scanner.", .example = R"("/usr/libexec/sekisho-worker")",
        .default_text = "libexec/sekisho-worker of this installation"}),
    set<&S::worker, &W::fast_children>({.section = "worker", .key = "fast_children", .type = Type::integer, .unit = "processes",
        .max = 1'024, .help = "Processes of the fast lane. 0: two for each core."}),
    set<&S::worker, &W::slow_children>({.section = "worker", .key = "slow_children", .type = Type::integer, .unit = "processes",
        .max = 1'024, .help = "Processes of the slow lane, for costly mail. 0: half of the cores, at least one."}),
    set<&S::worker, &W::worker_messages>({.section = "worker", .key = "worker_messages", .type = Type::integer, .unit = "messages",
        .min = 1, .max = 10'000,
        .help = "Plain messages that one process serves before it is replaced. After any decoder beyond MIME, base64\n"
                "and plain text, or any finding, it serves no second message whatever stands here."}),
    set<&S::worker, &W::slow_after>({.section = "worker", .key = "slow_after", .type = Type::duration, .unit = "ms", .min = 10,
        .max = 60'000, .help = "CPU time after which a scan moves to the slow lane."}),
    set<&S::worker, &W::queue_length>({.section = "worker", .key = "queue_length", .type = Type::integer, .unit = "scans", .min = 1,
        .max = 100'000, .help = "Scans that wait for a process. More: 451 4.3.2."}),
    set<&S::worker, &W::memory_bytes>({.section = "worker", .key = "memory_bytes", .type = Type::size, .min = 64 * MiB,
        .max = TiB, .help = "Memory that one process has for itself. Over it: it is killed, as if its time had run out."}),
    set<&S::worker, &W::rules_dirs>({.section = "worker", .key = "rules_dirs", .type = Type::texts, .check = check_path,
        .help = "Directories with YARA rules (*.yar), in this order, and with lures in a folder of that name\n"
                "(lures/*.toml). A file, rule or lure that does not compile is skipped by name and the rest load.",
        .example = R"(["/usr/share/sekisho/signatures", "/etc/sekisho/rules.d"])",
        .default_text = "the shipped rules of this installation, then /etc/sekisho/rules.d"}),
    set<&S::worker, &W::require_landlock>({.section = "worker", .key = "require_landlock", .type = Type::boolean,
        .help = "Refuse to start where the kernel has no Landlock. Without it seccomp alone keeps files closed."}),

    set<&S::limits, &L::max_depth>({.section = "limits", .key = "max_depth", .type = Type::integer, .unit = "levels", .min = 1,
        .max = 100, .help = "Parts within parts. Deeper: limit.depth, unscannable (deep)."}),
    set<&S::limits, &L::max_parts>({.section = "limits", .key = "max_parts", .type = Type::integer, .unit = "parts", .min = 1,
        .max = 100'000, .help = "Parts of one message. More: limit.parts, unscannable (large)."}),
    set<&S::limits, &L::max_bytes_out>({.section = "limits", .key = "max_bytes_out", .type = Type::size, .min = 1 * MiB,
        .max = 64 * GiB, .help = "Decoded bytes of all parts. More: limit.bytes, unscannable (large)."}),
    set<&S::limits, &L::max_part_bytes>({.section = "limits", .key = "max_part_bytes", .type = Type::size, .min = 1 * MiB,
        .max = 64 * GiB,
        .help = "Decoded bytes of one part. More: limit.part-bytes, unscannable (large). Emotet's padded documents\n"
                "have 600 MB; runs that repeat cost next to no memory."}),
    set<&S::limits, &L::max_resident_bytes>({.section = "limits", .key = "max_resident_bytes", .type = Type::size,
        .min = 16 * MiB, .max = TiB,
        .help = "Memory that decoded parts really take. More: limit.memory, unscannable (large)."}),
    set<&S::limits, &L::max_ratio_bytes>({.section = "limits", .key = "max_ratio_bytes", .type = Type::size, .min = 1 * MiB,
        .max = 64 * GiB,
        .help = "Bytes that are decoded at a ratio over 100:1 and do not repeat. More: limit.ratio, unscannable (large)."}),
    set<&S::limits, &L::max_findings>({.section = "limits", .key = "max_findings", .type = Type::integer, .unit = "findings",
        .min = 1, .max = 100'000, .help = "Findings that are kept of one message. More: limit.findings."}),
    set<&S::limits, &L::max_password_cost>({.section = "limits", .key = "max_password_cost", .type = Type::duration, .unit = "us",
        .max = 60'000'000,
        .help = "Time for trying passwords, by the cost of each key derivation. More: limit.passwords, unscannable (locked)."}),
    set<&S::limits, &L::max_kdf_ms>({.section = "limits", .key = "max_kdf_ms", .type = Type::duration, .unit = "ms", .max = 60'000,
        .help = "A key derivation dearer than this is never tried: archive.encrypted.kdf-cost."}),
    set<&S::limits, &L::max_steps>({.section = "limits", .key = "max_steps", .type = Type::integer, .unit = "steps",
        .min = 1'000'000, .help = "Work of the decoders, in bytes touched. More: limit.steps, unscannable (time)."}),
    set<&S::limits, &L::max_time>({.section = "limits", .key = "max_time", .type = Type::duration, .unit = "ms", .min = 100,
        .max = 240'000,
        .help = "Wall clock of one scan, time in the queue included. More: limit.time, unscannable (time). Must stay\n"
                "well below Postfix's milter_content_timeout (300 s)."}),
    set<&S::limits, &L::max_rules_time>({.section = "limits", .key = "max_rules_time", .type = Type::duration, .unit = "ms",
        .min = 10, .max = 240'000, .help = "Time of the YARA rules on one message. More: yara.partial."}),

    set<&S::thresholds, &model::Thresholds::suspicious>({.section = "thresholds", .key = "suspicious", .type = Type::number,
        .unit = "points", .max = 10'000, .help = "Score from which a message is suspicious."}),
    set<&S::thresholds, &model::Thresholds::malicious>({.section = "thresholds", .key = "malicious", .type = Type::number,
        .unit = "points", .max = 10'000, .help = "Score from which a message is malicious."}),

    set<&S::quarantine, &Q::directory>({.section = "quarantine", .key = "directory", .type = Type::text, .check = check_path,
        .help = "Where messages are kept: directories 0700, files 0600."}),
    set<&S::quarantine, &Q::max_bytes>({.section = "quarantine", .key = "max_bytes", .type = Type::size, .min = 1 * MiB,
        .help = "Size of the whole quarantine. Over it mail that needs it gets 451 4.3.1."}),
    set<&S::quarantine, &Q::min_free>({.section = "quarantine", .key = "min_free", .type = Type::size,
        .help = "Free space that is left on its file system. Under it mail that needs the quarantine gets 451 4.3.1."}),
    set<&S::quarantine, &Q::waiting_max_bytes>({.section = "quarantine", .key = "waiting_max_bytes", .type = Type::size,
        .help = "Size of all mail that waits for a password. Over it such mail gets 451 4.3.1."}),
    set<&S::quarantine, &Q::waiting_share>({.section = "quarantine", .key = "waiting_share", .type = Type::integer, .unit = "percent",
        .min = 1, .max = 100, .help = "How much of it the mail of one sender domain may take. Over it that gets 451 4.3.1."}),
    set<&S::quarantine, &Q::release_to>({.section = "quarantine", .key = "release_to", .type = Type::text, .check = check_smtp_server,
        .help = "SMTP server that takes released mail: inet:host:port or unix:/path."}),
    set<&S::quarantine, &Q::release_helo>({.section = "quarantine", .key = "release_helo", .type = Type::text,
        .check = check_domain_or_empty, .help = "Name in the HELO of a release.", .example = R"("mx1.example.com")",
        .default_text = "the host's name"}),
    set<&S::quarantine, &Q::release_networks>({.section = "quarantine", .key = "release_networks", .type = Type::texts,
        .check = check_network, .help = "Clients from which a release token is accepted."}),
    set<&S::quarantine, &Q::token_ttl>({.section = "quarantine", .key = "token_ttl", .type = Type::duration, .unit = "s", .min = 10,
        .max = 86'400, .help = "How long a release token is valid."}),
    set<&S::quarantine, &Q::key_file>({.section = "quarantine", .key = "key_file", .type = Type::text, .check = check_path,
        .help = "Key of the release tokens and of kept passwords (0400; made on the first start). Gateways that release\n"
                "for each other share it."}),
    keep_days<model::Verdict::malicious>("malicious", "How long a malicious message is kept."),
    keep_days<model::Verdict::suspicious>("suspicious", "How long a suspicious message is kept."),
    keep_days<model::Verdict::unscannable>("unscannable", "How long an unscannable message is kept."),
    keep_days<model::Verdict::clean>("clean", "How long a clean message is kept that a rule of yours put there."),

    set<&S::notice, &N::recipients>({.section = "notice", .key = "recipients", .type = Type::boolean,
        .help = "Recipients are told of inbound and internal mail that was quarantined or held. Mail from <> that came\n"
                "through release_networks makes no notice: it may be one."}),
    set<&S::notice, &N::operators>({.section = "notice", .key = "operators", .type = Type::texts, .check = check_address,
        .help = "Addresses that are told whatever the action and the direction.", .example = R"(["postmaster@example.com"])"}),
    set<&S::notice, &N::interval>({.section = "notice", .key = "interval", .type = Type::duration, .unit = "s", .min = 1,
        .max = 86'400, .help = "At most one notice to an address within this time; what comes meanwhile is told in the next."}),
    set<&S::notice, &N::from>({.section = "notice", .key = "from", .type = Type::text, .check = check_address_or_empty,
        .help = "Address in the From field. The envelope sender is <>.", .example = R"("postmaster@example.com")",
        .default_text = "postmaster@ the host's name"}),
    set<&S::notice, &N::language>({.section = "notice", .key = "language", .type = Type::text, .choices = notice_languages,
        .help = "English, Japanese, or one after the other."}),

    set<&S::passwords, &P::known>({.section = "passwords", .key = "known", .type = Type::texts, .check = check_not_empty,
        .help = "Passwords that are tried on every locked attachment, besides those found in the mail itself.",
        .example = R"(["infected"])", .secret = true}),
    set<&S::passwords, &P::keep>({.section = "passwords", .key = "keep", .type = Type::duration, .unit = "s", .max = 2'592'000,
        .help = "How long passwords found in inbound and internal mail are kept for other mail between the same\n"
                "correspondents: often the archive comes in one mail and its password in another. They lie in the\n"
                "store, encrypted with a key that is made from quarantine.key_file. 0: nothing is kept, and what is\n"
                "there is deleted."}),
    set<&S::passwords, &P::ppap_wait>({.section = "passwords", .key = "ppap_wait", .type = Type::duration, .unit = "s", .min = 1,
        .max = 604'800, .help = "How long mail that a row with wait_for_password keeps waits for the mail with its password."}),
    set<&S::passwords, &P::fallback>({.section = "passwords", .key = "fallback", .type = Type::text, .choices = password_fallbacks,
        .help = "Where none came: \"keep\" it in the quarantine and tell its recipients, or \"deliver\" it with [unscanned]\n"
                "before its subject and keep a copy for a day: a later password then shows what was delivered."}),
    set<&S::passwords, &P::public_domains>({.section = "passwords", .key = "public_domains", .type = Type::text,
        .check = check_path_or_empty,
        .help = "File with further domains whose addresses belong to strangers, one to a line (# begins a comment),\n"
                "besides the shipped list of mail providers and carriers. A password from one address of any other\n"
                "domain opens attachments from all of that domain, for the same recipient.",
        .example = R"("/etc/sekisho/public_domains")", .default_text = "the shipped list alone"}),

    set<&S::worker, &W::mail, &MailRows::known_senders>({.section = "mail", .key = "known_senders", .type = Type::texts,
        .check = check_known_sender,
        .help = "People and firms whose name on a foreign address is worth a look (mail.from.known-name): a name with its\n"
                "address, or with a domain that stands for all addresses in it and below. A name may have several rows.",
        .example = R"(["Ann Example <ann@example.com>", "Example Accounting <accounting.example>"])"}),
    set<&S::worker, &W::mail, &MailRows::authserv_ids>({.section = "mail", .key = "authserv_ids", .type = Type::texts,
        .check = check_word,
        .help = "Whose Authentication-Results fields are believed (RFC 8601): the first word of those that your own\n"
                "servers write. They have to remove such fields from mail that comes in, or anybody can write them.\n"
                "Failures of SPF, DKIM and DMARC become findings (mail.auth.*); other fields are ignored.",
        .example = R"(["mx1.example.com"])"}),

    set<&S::store, &StoreSettings::path>({.section = "store", .key = "path", .type = Type::text, .check = check_path,
        .help = "The record of everything that was decided (SQLite)."}),
    set<&S::store, &StoreSettings::queue_length>({.section = "store", .key = "queue_length", .type = Type::integer,
        .unit = "events", .min = 1, .max = 10'000'000,
        .help = "Events that wait for the writer. More are dropped, and counted; mail is never delayed by it."}),
    set<&S::store, &StoreSettings::keep_days>({.section = "store", .key = "keep_days", .type = Type::duration, .unit = "days",
        .min = 1, .max = 3'650, .help = "How long events are kept."}),
};

const std::array last_rows{
    set<&S::control, &ControlSettings::socket>({.section = "control", .key = "socket", .type = Type::text, .check = check_path,
        .help = "The socket through which `sekisho` talks to the daemon."}),
    set<&S::control, &ControlSettings::view_groups>({.section = "control", .key = "view_groups", .type = Type::texts,
        .check = check_name, .help = "Groups that may see status and lists. root may do everything."}),
    set<&S::control, &ControlSettings::operate_groups>({.section = "control", .key = "operate_groups", .type = Type::texts,
        .check = check_name, .help = "Groups that may reload, release and delete as well."}),
    set<&S::control, &ControlSettings::read_mail_groups>({.section = "control", .key = "read_mail_groups", .type = Type::texts,
        .check = check_name, .help = "Groups that may export quarantined mail as well."}),
    set<&S::control, &ControlSettings::metrics_listen>({.section = "control", .key = "metrics_listen", .type = Type::text,
        .check = check_loopback_or_empty, .help = "Loopback address and port that serves Prometheus metrics.",
        .example = R"("127.0.0.1:9119")", .default_text = "off"}),

    set<&S::log, &LogSettings::target>({.section = "log", .key = "target", .type = Type::text, .choices = log_targets,
        .help = "Where log lines go: syslog's mail facility, or a stream for the journal."}),
    set<&S::log, &LogSettings::level>({.section = "log", .key = "level", .type = Type::text, .choices = log_levels,
        .help = "The least that is logged."}),
    set<&S::log, &LogSettings::json>({.section = "log", .key = "json", .type = Type::boolean,
        .help = "The line of each message as JSON rather than key=value."}),
};
// clang-format on

}  // namespace

std::span<const Row<Settings>> settings_rows() {
    static const std::vector<Row<Settings>> rows = [] {
        std::vector<Row<Settings>> all(first_rows.begin(), first_rows.end());
        all.insert(all.end(), outbound_rows().begin(), outbound_rows().end());
        all.insert(all.end(), last_rows.begin(), last_rows.end());
        return all;
    }();
    return rows;
}

}  // namespace sekisho::config
