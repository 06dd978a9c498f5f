// [outbound] and [state] of sekisho.toml, row by row. A table holds nothing else.
#include <array>

#include "config/binding.h"
#include "config/checks.h"
#include "config/schema.h"

namespace sekisho::config {

namespace {

constexpr std::int64_t KiB = 1ll << 10;
constexpr std::int64_t GiB = 1ll << 30;

constexpr std::array<std::string_view, 2> throttled_actions{"defer", "accept"};
constexpr std::array<std::string_view, 3> blocked_actions{"reject", "hold", "quarantine"};
constexpr std::array<std::string_view, 3> malware_standings{"watched", "throttled", "blocked"};
constexpr std::array<std::string_view, 5> standing_changes{"watched", "throttled", "blocked", "released",
                                                           "calmed"};
constexpr std::array<std::string_view, 2> state_engines{"embedded", "redis"};
constexpr std::array<std::string_view, 2> lock_standings{"throttled", "blocked"};

template <auto... members>
constexpr Row<Settings> set(Key key) {
    return row<Settings, members...>(key);
}

template <auto member>
constexpr Row<Settings> redis(Key key) {
    key.section = "state.redis";
    return row<Settings, &Settings::state, &StateSettings::redis, member>(key);
}

using S = Settings;
using O = OutboundSettings;
using R = RedisSettings;
using Actions = ActionSettings;

// clang-format off
const std::array rows{
    set<&S::outbound, &O::enabled>({.section = "outbound", .key = "enabled", .type = Type::boolean,
        .help = "Count what accounts and hosts send, and slow and stop those that are hijacked or infected. In monitor mode\n"
                "it is only said what would be done."}),
    set<&S::outbound, &O::directory>({.section = "outbound", .key = "directory", .type = Type::text, .check = check_path_or_empty,
        .help = "Where counters, what is usual for each sender, and standings are kept.",
        .example = R"("/var/lib/sekisho/outbound")", .default_text = "outbound, in the folder of store.path"}),
    set<&S::outbound, &O::seen_bytes>({.section = "outbound", .key = "seen_bytes", .type = Type::size, .min = 64 * KiB,
        .max = GiB,
        .help = "Size of each of the two filters that know who wrote to whom; rounded down to a power of two. 32 MiB hold\n"
                "16 million pairs. Both are held in memory. Another size begins anew."}),
    set<&S::outbound, &O::max_accounts>({.section = "outbound", .key = "max_accounts", .type = Type::integer, .unit = "accounts",
        .min = 100, .max = 100'000'000, .help = "Accounts that are known. More: the one that was silent longest is forgotten."}),
    set<&S::outbound, &O::max_hosts>({.section = "outbound", .key = "max_hosts", .type = Type::integer, .unit = "hosts",
        .min = 100, .max = 100'000'000, .help = "Client addresses and networks that are known. More: as with accounts."}),
    set<&S::outbound, &O::unwatched>({.section = "outbound", .key = "unwatched", .type = Type::texts, .check = check_network,
        .help = "Clients that speak for others: relays, webmail servers and list servers of yours. Of their mail only the\n"
                "account counts, where there is one.",
        .example = R"(["192.0.2.25"])"}),
    set<&S::outbound, &O::on_throttled>({.section = "outbound", .key = "on_throttled", .type = Type::text,
        .choices = throttled_actions, .help = "Mail of a throttled sender: \"defer\" answers 451 4.7.1 and says when to try again."}),
    set<&S::outbound, &O::on_blocked>({.section = "outbound", .key = "on_blocked", .type = Type::text, .choices = blocked_actions,
        .help = "Mail of a blocked sender: \"reject\" answers 550 5.7.1; \"hold\" puts it into the MTA's hold queue and\n"
                "\"quarantine\" into ours, and the sender is told nothing."}),
    set<&S::outbound, &O::on_malware>({.section = "outbound", .key = "on_malware", .type = Type::text, .choices = malware_standings,
        .help = "Standing at the first mail of a sender that is malicious."}),
    set<&S::outbound, &O::limits, &SenderClass::messages_per_minute>({.section = "outbound.limits.default", .key = "messages_per_minute", .type = Type::integer,
        .unit = "messages", .min = 1, .max = 1'000'000'000, .help = "Messages in a minute. More: the sender is throttled."}),
    set<&S::outbound, &O::limits, &SenderClass::messages_per_10_minutes>({.section = "outbound.limits.default", .key = "messages_per_10_minutes", .type = Type::integer,
        .unit = "messages", .min = 1, .max = 1'000'000'000, .help = "Messages in ten minutes. More: the sender is throttled."}),
    set<&S::outbound, &O::limits, &SenderClass::messages_per_hour>({.section = "outbound.limits.default", .key = "messages_per_hour", .type = Type::integer,
        .unit = "messages", .min = 1, .max = 1'000'000'000, .help = "Messages in an hour. More: the sender is throttled."}),
    set<&S::outbound, &O::limits, &SenderClass::messages_per_day>({.section = "outbound.limits.default", .key = "messages_per_day", .type = Type::integer,
        .unit = "messages", .min = 1, .max = 1'000'000'000, .help = "Messages in a day. More: the sender is throttled."}),
    set<&S::outbound, &O::limits, &SenderClass::recipients_per_minute>({.section = "outbound.limits.default", .key = "recipients_per_minute", .type = Type::integer,
        .unit = "recipients", .min = 1, .max = 1'000'000'000, .help = "Recipients in a minute. More: the sender is throttled."}),
    set<&S::outbound, &O::limits, &SenderClass::recipients_per_10_minutes>({.section = "outbound.limits.default", .key = "recipients_per_10_minutes", .type = Type::integer,
        .unit = "recipients", .min = 1, .max = 1'000'000'000, .help = "Recipients in ten minutes. More: the sender is throttled."}),
    set<&S::outbound, &O::limits, &SenderClass::recipients_per_hour>({.section = "outbound.limits.default", .key = "recipients_per_hour", .type = Type::integer,
        .unit = "recipients", .min = 1, .max = 1'000'000'000, .help = "Recipients in an hour. More: the sender is throttled."}),
    set<&S::outbound, &O::limits, &SenderClass::recipients_per_day>({.section = "outbound.limits.default", .key = "recipients_per_day", .type = Type::integer,
        .unit = "recipients", .min = 1, .max = 1'000'000'000, .help = "Recipients in a day. More: the sender is throttled."}),

    set<&S::outbound, &O::notice, &OutboundNoticeSettings::operators>({.section = "outbound.notice", .key = "operators", .type = Type::texts,
        .check = check_address, .help = "Told by mail, through quarantine.release_to, in the language of [notice].",
        .example = R"(["security@example.com"])", .default_text = "notice.operators"}),
    set<&S::outbound, &O::notice, &OutboundNoticeSettings::on>({.section = "outbound.notice", .key = "on", .type = Type::texts, .choices = standing_changes,
        .help = "Of which changes: the standing that a sender rose to; \"released\" by a person; \"calmed\", it fell by itself."}),
    set<&S::outbound, &O::notice, &OutboundNoticeSettings::interval>({.section = "outbound.notice", .key = "interval", .type = Type::duration, .unit = "s",
        .min = 10, .max = 86'400, .help = "At most one mail in this time, whatever happens; the next one tells of all that came meanwhile."}),

    set<&S::outbound, &O::webhook, &WebhookSettings::url>({.section = "outbound.webhook", .key = "url", .type = Type::text,
        .check = check_webhook_or_empty,
        .help = "Gets a POST with JSON. https; http to the loopback alone. sekishod.service reaches nothing but the loopback: another\n"
                "address wants a drop-in with IPAddressAllow= (docs/outbound-notices.md).",
        .example = R"("https://hooks.example.com/sekisho")", .default_text = "none"}),
    set<&S::outbound, &O::webhook, &WebhookSettings::secret_file>({.section = "outbound.webhook", .key = "secret_file", .type = Type::text,
        .check = check_path_or_empty, .help = "File with the secret that requests are signed with (HMAC-SHA256), at least 16 bytes; read anew for each.",
        .example = R"("/etc/sekisho/webhook.secret")", .default_text = "none"}),
    set<&S::outbound, &O::webhook, &WebhookSettings::ca_file>({.section = "outbound.webhook", .key = "ca_file", .type = Type::text,
        .check = check_path_or_empty, .help = "Certificates (PEM) of the authorities that the server may have its certificate from.",
        .example = R"("/etc/sekisho/our-ca.pem")", .default_text = "the system's"}),
    set<&S::outbound, &O::webhook, &WebhookSettings::on>({.section = "outbound.webhook", .key = "on", .type = Type::texts, .choices = standing_changes,
        .help = "Of which changes."}),
    set<&S::outbound, &O::webhook, &WebhookSettings::within>({.section = "outbound.webhook", .key = "within", .type = Type::duration, .unit = "s",
        .min = 1, .max = 120, .help = "Time of one try, from the look-up of the name to the answer."}),
    set<&S::outbound, &O::webhook, &WebhookSettings::give_up_after>({.section = "outbound.webhook", .key = "give_up_after", .type = Type::duration, .unit = "s",
        .min = 1, .max = 604'800, .help = "What could not be delivered is tried again, from every second to every 15 minutes, for so long."}),

    set<&S::outbound, &O::actions, &Actions::spool>({.section = "outbound.actions", .key = "spool", .type = Type::text, .check = check_path_or_empty,
        .help = "Folder into which one order is written for each account that is to be locked or unlocked.",
        .example = R"("/var/spool/sekisho/actions")", .default_text = "no orders are written"}),
    set<&S::outbound, &O::actions, &Actions::lock_at>({.section = "outbound.actions", .key = "lock_at", .type = Type::text, .choices = lock_standings,
        .help = "The standing from which on an account is locked. It is unlocked when it falls below: throttled by itself,\n"
                "blocked by `sekisho accounts release`."}),
    set<&S::outbound, &O::actions, &Actions::max_waiting>({.section = "outbound.actions", .key = "max_waiting", .type = Type::integer, .unit = "orders",
        .min = 1, .max = 10'000, .help = "Orders in the folder. More are kept back until there is room."}),
    set<&S::outbound, &O::actions, &Actions::command>({.section = "outbound.actions", .key = "command", .type = Type::texts, .check = check_argument,
        .help = "Program and arguments that `sekisho action run` starts for each order, as they stand here: no shell, nothing\n"
                "is put in. What is to be done it finds in its environment: SEKISHO_ACTION, SEKISHO_ACCOUNT and others.",
        .example = R"(["/usr/share/doc/sekisho/examples/postfix-lock", "/var/lib/sekisho-action/locked"])",
        .default_text = "orders wait for another program"}),
    set<&S::outbound, &O::actions, &Actions::time_limit>({.section = "outbound.actions", .key = "time_limit", .type = Type::duration, .unit = "s",
        .min = 1, .max = 3'600, .help = "How long one run may take. Then it is killed, with all that it started."}),
    set<&S::outbound, &O::actions, &Actions::attempts>({.section = "outbound.actions", .key = "attempts", .type = Type::integer, .unit = "runs",
        .min = 1, .max = 99, .help = "Runs until an order that fails is set aside, into the folder `failed` of the spool."}),
    set<&S::outbound, &O::actions, &Actions::retry_after>({.section = "outbound.actions", .key = "retry_after", .type = Type::duration, .unit = "s",
        .min = 1, .max = 3'600, .help = "Pause after the first run that failed. It doubles with each, up to an hour."}),

    set<&S::state, &StateSettings::engine>({.section = "state", .key = "engine", .type = Type::text, .choices = state_engines,
        .help = "embedded: this gateway counts alone. redis: it shares its counts and standings with other gateways, and\n"
                "keeps its own as well: it goes on alone where the server is away."}),
    redis<&R::address>({.key = "address", .type = Type::text, .check = check_smtp_server,
        .help = "inet:host:port or unix:/path. A name is looked up when a connection is made, never while mail waits."}),
    redis<&R::user>({.key = "user", .type = Type::text, .help = "User of its ACL.", .example = R"("sekisho")",
        .default_text = "its default user"}),
    redis<&R::password_file>({.key = "password_file", .type = Type::text, .check = check_path_or_empty,
        .help = "File with the password, and nothing else.", .example = R"("/etc/sekisho/redis.password")", .default_text = "none"}),
    redis<&R::tls>({.key = "tls", .type = Type::boolean, .help = "Speak TLS; the server has to show a certificate that is good."}),
    redis<&R::tls_ca>({.key = "tls_ca", .type = Type::text, .check = check_path_or_empty, .help = "File with the authorities that are trusted.",
        .example = R"("/etc/sekisho/redis-ca.pem")", .default_text = "those of the system"}),
    redis<&R::tls_cert>({.key = "tls_cert", .type = Type::text, .check = check_path_or_empty,
        .help = "Our certificate, with its chain, where the server wants one.", .example = R"("/etc/sekisho/redis.pem")", .default_text = "none"}),
    redis<&R::tls_key>({.key = "tls_key", .type = Type::text, .check = check_path_or_empty, .help = "Its key.",
        .example = R"("/etc/sekisho/redis.key")", .default_text = "none"}),
    redis<&R::tls_name>({.key = "tls_name", .type = Type::text, .help = "Name or address that the server's certificate is for.",
        .example = R"("redis.example.com")", .default_text = "that of address"}),
    redis<&R::prefix>({.key = "prefix", .type = Type::text, .check = check_not_empty,
        .help = "What all keys begin with: PREFIX:log and PREFIX:values. Gateways with one prefix are one."}),
    redis<&R::wait>({.key = "wait", .type = Type::duration, .unit = "ms", .min = 1, .max = 5'000,
        .help = "So long a mail waits for what the others counted. After that all go on alone until the server is back."}),
    redis<&R::max_records>({.key = "max_records", .type = Type::integer, .unit = "messages", .min = 1'000, .max = 50'000'000,
        .help = "Messages that the shared log holds at most, about 300 bytes each. Those of the last 26 hours are kept."}),
};
// clang-format on

}  // namespace

std::span<const Row<Settings>> outbound_rows() { return rows; }

}  // namespace sekisho::config
