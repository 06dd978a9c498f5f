// The effective settings, one struct per room. Filled from the schema table (config/schema.h) alone: every
// field here has one row there with its name, type, unit, default and help.
#pragma once

#include <chrono>
#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "config/outbound_settings.h"
#include "config/state_settings.h"
#include "model/decision.h"
#include "model/judge.h"
#include "model/limits.h"
#include "model/mail_settings.h"
#include "model/verdict.h"

namespace sekisho::config {

// [milter]
struct MilterSettings {
    std::string socket = "unix:/var/spool/postfix/sekisho/milter.sock";  // or inet:port@host
    std::string socket_group = "postfix";
    unsigned socket_mode = 0660;
    std::string hostname;  // authserv name in X-Sekisho-*; empty: macro j
    std::uint64_t max_message_bytes = 150u
                                      << 20;  // larger mail: unscannable (large), not buffered beyond this
    std::uint64_t max_in_flight_bytes = 512u << 20;  // over it: 451 4.3.2 at MAIL
    std::uint32_t max_in_flight_messages = 200;
    std::vector<std::string>
        trusted_relays;  // networks: the client is taken from the Received lines they wrote
    model::Action on_failure =
        model::Action::defer;  // no worker, queue full, store down: defer or accept (tagged)
    bool headers_inbound = true;
    bool headers_outbound = false;
    bool mime_ambiguity_results = false;  // write MIME-Ambiguity-Results where result headers are written
};

// [worker]
struct WorkerSettings {
    std::string program;                          // empty: libexec/sekisho-worker of this installation
    std::uint32_t fast_children = 0;              // 0: two for each core
    std::uint32_t slow_children = 0;              // 0: half of the cores, at least one
    std::uint32_t worker_messages = 20;           // plain messages per child before it is replaced
    std::chrono::milliseconds slow_after{1'000};  // CPU after which a scan moves to the slow lane
    std::uint32_t queue_length = 400;             // waiting scans; more: 451 4.3.2
    std::uint64_t memory_bytes = 384u << 20;      // resident memory of one child, watched by the pool
    std::vector<std::string> rules_dirs;          // of *.yar; shipped first, then the site's
    bool require_landlock = false;                // refuse to start where the kernel has none
    model::MailSettings mail;                     // [mail]; own_domains are local_domains
};

// [quarantine]
struct QuarantineSettings {
    std::string directory = "/var/lib/sekisho/quarantine";
    std::map<model::Verdict, std::chrono::days> keep_days{
        {model::Verdict::clean, std::chrono::days(7)},
        {model::Verdict::unscannable, std::chrono::days(30)},
        {model::Verdict::suspicious, std::chrono::days(30)},
        {model::Verdict::malicious, std::chrono::days(90)}};
    std::uint64_t max_bytes = 20ull << 30;
    std::uint64_t min_free = 1ull << 30;
    std::uint64_t waiting_max_bytes = 2ull << 30;  // of the mail that waits for passwords
    std::uint32_t waiting_share = 25;              // percent of it for one sender domain
    std::string release_to = "inet:127.0.0.1:25";  // SMTP server for re-injection
    std::string release_helo;                      // empty: hostname
    std::vector<std::string> release_networks{"127.0.0.0/8", "::1/128"};
    std::chrono::seconds token_ttl{900};
    std::string key_file =
        "/var/lib/sekisho/release.key";  // 0400; shared by gateways that release for each other
};

// [notice]
struct NoticeSettings {
    bool recipients = true;              // they are told of inbound and internal mail that was kept from them
    std::vector<std::string> operators;  // told of everything that a row with `notify` did
    std::chrono::seconds interval{900};  // at most one notice per address; more is gathered
    std::string from;                    // empty: postmaster@ this host
    std::string language = "both";       // en, ja, both
};

// [passwords]
struct PasswordSettings {
    std::vector<std::string> known;       // configured candidates for locks
    std::chrono::seconds keep{86'400};    // how long those of one mail are kept for the next; 0: not at all
    std::string public_domains;           // file that adds to the shipped list; empty: none
    std::chrono::seconds ppap_wait{900};  // how long locked mail waits for its password
    std::string fallback = "keep";        // then: keep, deliver
};

// [store]
struct StoreSettings {
    std::string path = "/var/lib/sekisho/sekisho.db";
    std::uint32_t queue_length = 10'000;  // events that wait for the writer; more are dropped and counted
    std::chrono::days keep_days{90};
};

// [control]
struct ControlSettings {
    std::string socket = "/run/sekisho/control.sock";
    std::vector<std::string> view_groups{"sekisho"};
    std::vector<std::string> operate_groups{"sekisho-operators"};
    std::vector<std::string> read_mail_groups{"sekisho-readers"};
    std::string metrics_listen;  // "127.0.0.1:9119"; empty: off. Loopback only
};

// [log]
struct LogSettings {
    std::string target = "syslog";  // syslog, stdout, stderr
    std::string level = "info";
    bool json = false;
};

// [[direction]]: the first row whose conditions all hold.
struct DirectionRow {
    model::Direction direction = model::Direction::inbound;
    std::vector<std::string> daemon_names;
    std::vector<std::string> networks;
    std::optional<bool> authenticated;
    std::optional<bool> sender_local;
    std::optional<bool> recipients_local;  // true: all of them
    std::optional<bool> null_sender;
    std::optional<bool> smtp;  // false: mail submitted locally
};

// [[rule]]: the first row whose conditions all hold decides. Empty lists hold always.
struct PolicyRule {
    std::string name;
    std::vector<model::Direction> directions;
    std::vector<model::Verdict> verdicts;
    std::vector<model::Unscannable> unscannable;  // any of them
    std::optional<double> score_at_least;
    std::vector<std::string> findings;         // globs; any
    std::vector<std::string> senders;          // globs of the envelope sender, or "@group"
    std::vector<std::string> recipients;       // globs, or "@group"
    std::vector<std::string> accounts;         // globs of the SASL login
    std::vector<std::string> networks;         // of the client
    std::optional<std::uint64_t> larger_than;  // bytes
    model::Action action = model::Action::accept;
    std::string text;  // of the SMTP reply; "{id}" stands for the message's id
    std::string subject_prefix;
    bool monitor = false;            // say what would be done, and pass
    bool notify = false;             // tell those whom [notice] names
    bool keep_copy = true;           // discard
    bool wait_for_password = false;  // quarantine
    int line = 0;                    // in the file, for reasons and errors
};

// [[allow]]: what is known good; owner, reason and expiry are required.
struct AllowRow {
    std::vector<std::string> senders;   // globs
    std::vector<std::string> sha256;    // of a part or of the message
    std::vector<std::string> findings;  // globs: muted; empty together with a sender or hash: all
    std::string owner;
    std::string reason;
    std::chrono::sys_days expires;
    int line = 0;
};

// [[group]] name -> members: addresses, "@domain", or globs.
using Groups = std::map<std::string, std::vector<std::string>, std::less<>>;

// [[scores]]: changes for all, or for the recipients or senders of one group.
struct ScoreRow {
    std::string group;                                  // empty: all
    std::map<std::string, double, std::less<>> scores;  // finding id or glob -> score; 0 mutes
};

struct Settings {
    bool monitor = true;                     // a fresh install scans, logs and records; mail passes
    std::vector<std::string> local_domains;  // ".example.com" includes subdomains
    MilterSettings milter;
    WorkerSettings worker;
    model::ScanLimits limits;
    model::Thresholds thresholds;
    QuarantineSettings quarantine;
    NoticeSettings notice;
    PasswordSettings passwords;
    StoreSettings store;
    OutboundSettings outbound;
    StateSettings state;
    ControlSettings control;
    LogSettings log;
    std::vector<DirectionRow> directions;
    std::vector<PolicyRule> rules;
    std::vector<AllowRow> allow;
    std::vector<ScoreRow> scores;
    Groups groups;
    std::string version;  // first 16 hex digits of the SHA-256 of the file
};

}  // namespace sekisho::config
