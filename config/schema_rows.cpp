// The tables of sekisho.toml that repeat, row by row, and what stands above each. A table holds nothing else.
#include <array>

#include "config/binding.h"
#include "config/checks.h"
#include "config/schema.h"

namespace sekisho::config {

namespace {

constexpr std::array<std::string_view, 3> directions{"inbound", "outbound", "internal"};
constexpr std::array<std::string_view, 4> verdicts{"clean", "unscannable", "suspicious", "malicious"};
constexpr std::array<std::string_view, 7> reasons{"locked", "large",       "deep",   "time",
                                                  "broken", "unsupported", "crashed"};
constexpr std::array<std::string_view, 7> actions{"accept", "tag",   "quarantine", "hold",
                                                  "reject", "defer", "discard"};

template <auto... members>
constexpr Row<DirectionRow> way(Key key) {
    key.section = "direction";
    return row<DirectionRow, members...>(key);
}
template <auto... members>
constexpr Row<PolicyRule> rule(Key key) {
    key.section = "rule";
    return row<PolicyRule, members...>(key);
}
template <auto... members>
constexpr Row<AllowRow> allow(Key key) {
    key.section = "allow";
    return row<AllowRow, members...>(key);
}

template <auto... members>
constexpr Row<SenderClass> override(Key key) {
    key.section = "outbound.limits.override";
    return row<SenderClass, members...>(key);
}

using D = DirectionRow;
using C = SenderClass;
using P = PolicyRule;
using A = AllowRow;

// clang-format off
const std::array direction_table{
    way<&D::direction>({.key = "direction", .type = Type::text, .choices = directions,
        .help = "What the mail is where all conditions of the row hold.", .required = true}),
    way<&D::daemon_names>({.key = "daemon_names", .type = Type::texts, .check = check_not_empty,
        .help = "Name of the listener (macro {daemon_name}).", .example = R"(["submission"])"}),
    way<&D::networks>({.key = "networks", .type = Type::texts, .check = check_network, .help = "The client's address.",
        .example = R"(["192.0.2.0/24"])"}),
    way<&D::authenticated>({.key = "authenticated", .type = Type::boolean, .help = "The client logged in (SASL)."}),
    way<&D::sender_local>({.key = "sender_local", .type = Type::boolean,
        .help = "The envelope sender's domain is one of local_domains."}),
    way<&D::recipients_local>({.key = "recipients_local", .type = Type::boolean,
        .help = "true: all recipients are in local_domains; false: not all are."}),
    way<&D::null_sender>({.key = "null_sender", .type = Type::boolean, .help = "The envelope sender is <>."}),
    way<&D::smtp>({.key = "smtp", .type = Type::boolean,
        .help = "false: submitted on this host (Postfix: non_smtpd_milters)."}),
};

const std::array rule_table{
    rule<&P::name>({.key = "name", .type = Type::text, .check = check_name,
        .help = "Name of the row, for the log and the record; never in an SMTP reply.", .required = true}),
    rule<&P::directions>({.key = "directions", .type = Type::texts, .choices = directions, .help = "Any of these."}),
    rule<&P::verdicts>({.key = "verdicts", .type = Type::texts, .choices = verdicts, .help = "Any of these."}),
    rule<&P::unscannable>({.key = "unscannable", .type = Type::texts, .choices = reasons,
        .help = "Any of these is among the reasons why something could not be looked at."}),
    rule<&P::score_at_least>({.key = "score_at_least", .type = Type::number, .unit = "points", .min = -10'000, .max = 10'000,
        .help = "The message's score is this or more."}),
    rule<&P::findings>({.key = "findings", .type = Type::texts, .check = check_finding,
        .help = "Globs of finding ids; any finding whose score is not 0 by your own [[scores]] or [[allow]] counts.",
        .example = R"(["office.vba.*", "yara.*"])"}),
    rule<&P::senders>({.key = "senders", .type = Type::texts, .check = check_not_empty,
        .help = "Globs of the envelope sender, or \"@group\". \"<>\" is the null sender.", .example = R"(["*@example.com", "@partners"])"}),
    rule<&P::recipients>({.key = "recipients", .type = Type::texts, .check = check_not_empty,
        .help = "Globs of the recipient, or \"@group\"; each recipient is decided for itself.", .example = R"(["abuse@*"])"}),
    rule<&P::accounts>({.key = "accounts", .type = Type::texts, .check = check_not_empty,
        .help = "Globs of the SASL login, or \"@group\".", .example = R"(["scanner@example.com"])"}),
    rule<&P::networks>({.key = "networks", .type = Type::texts, .check = check_network, .help = "The client's address.",
        .example = R"(["192.0.2.0/24"])"}),
    rule<&P::larger_than>({.key = "larger_than", .type = Type::size, .help = "The message is larger than this."}),
    rule<&P::action>({.key = "action", .type = Type::text, .choices = actions, .help = "What is done.", .required = true}),
    rule<&P::text>({.key = "text", .type = Type::text, .check = check_reply,
        .help = "Text of the SMTP reply for reject and defer; {id} stands for the message's id.",
        .example = R"("Message refused. Ask postmaster@example.com, id {id}")",
        .default_text = "a plain English sentence with the id"}),
    rule<&P::subject_prefix>({.key = "subject_prefix", .type = Type::text, .check = check_prefix,
        .help = "tag: put before the subject. Off by default: it breaks DKIM signatures.", .example = R"("[NOT SCANNED] ")"}),
    rule<&P::monitor>({.key = "monitor", .type = Type::boolean,
        .help = "Say what would be done by this row, and pass the mail."}),
    rule<&P::notify>({.key = "notify", .type = Type::boolean,
        .help = "Tell the recipients and operators, as [notice] says; not where the row or the whole is in monitor mode."}),
    rule<&P::keep_copy>({.key = "keep_copy", .type = Type::boolean, .help = "discard: keep a copy in the quarantine."}),
    rule<&P::wait_for_password>({.key = "wait_for_password", .type = Type::boolean,
        .help = "quarantine: mail with locks that is inbound or internal waits for its password, as [passwords] says; "
                "`notify` then tells when none came."}),
};

const std::array allow_table{
    allow<&A::senders>({.key = "senders", .type = Type::texts, .check = check_not_empty,
        .help = "Globs of the envelope sender, or \"@group\". Senders are forged easily: add findings to narrow the row.",
        .example = R"(["reports@partner.example"])"}),
    allow<&A::sha256>({.key = "sha256", .type = Type::texts, .check = check_sha256,
        .help = "SHA-256 of the whole message, or of a part: then findings on it and on what came out of it are muted.",
        .example = R"(["e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"])"}),
    allow<&A::findings>({.key = "findings", .type = Type::texts, .check = check_finding,
        .help = "Globs of finding ids that are muted. Without it, with senders or sha256: all.", .example = R"(["office.vba.autoexec"])"}),
    allow<&A::owner>({.key = "owner", .type = Type::text, .check = check_not_empty, .help = "Who answers for the row.", .required = true}),
    allow<&A::reason>({.key = "reason", .type = Type::text, .check = check_not_empty, .help = "Why this is known good.", .required = true}),
    allow<&A::expires>({.key = "expires", .type = Type::date, .help = "Last day on which the row holds (UTC).", .required = true}),
};

const std::array group_table{
    row<GroupRow, &GroupRow::name>({.section = "group", .key = "name", .type = Type::text, .check = check_name,
        .help = "Rules and scores name it: \"@finance\" in a list of addresses, group = \"finance\" in [[scores]].", .required = true}),
    row<GroupRow, &GroupRow::members>({.section = "group", .key = "members", .type = Type::texts, .check = check_not_empty,
        .help = "Addresses, \"@domain\", or globs.", .example = R"(["anna@example.com", "@finance.example.com", "cfo-*@example.com"])",
        .required = true}),
};

const std::array override_table{
    override<&C::name>({.key = "name", .type = Type::text, .check = check_name, .help = "Name of the row, for the log.", .required = true}),
    override<&C::accounts>({.key = "accounts", .type = Type::texts, .check = check_not_empty,
        .help = "Globs of the SASL login, or \"@group\".", .example = R"(["newsletter@example.com"])"}),
    override<&C::networks>({.key = "networks", .type = Type::texts, .check = check_network, .help = "The client's address.",
        .example = R"(["192.0.2.40", "10.1.7.0/24"])"}),
    override<&C::domains>({.key = "domains", .type = Type::texts, .check = check_domain, .help = "Domain of the envelope sender.",
        .example = R"(["campus.example.ac.jp"])"}),
    override<&C::bulk>({.key = "bulk", .type = Type::boolean,
        .help = "Newsletters, invoice runs, monitoring, scan-to-mail machines: they are held to these limits, not to what is\n"
                "usual for them."}),
    override<&C::messages_per_minute>({.key = "messages_per_minute", .type = Type::integer, .unit = "messages", .min = 1, .max = 1'000'000'000,
        .help = "Messages in a minute.", .example = "600", .default_text = "as in [outbound.limits.default]"}),
    override<&C::messages_per_10_minutes>({.key = "messages_per_10_minutes", .type = Type::integer, .unit = "messages", .min = 1, .max = 1'000'000'000,
        .help = "Messages in ten minutes.", .example = "5000", .default_text = "as in [outbound.limits.default]"}),
    override<&C::messages_per_hour>({.key = "messages_per_hour", .type = Type::integer, .unit = "messages", .min = 1, .max = 1'000'000'000,
        .help = "Messages in an hour.", .example = "20000", .default_text = "as in [outbound.limits.default]"}),
    override<&C::messages_per_day>({.key = "messages_per_day", .type = Type::integer, .unit = "messages", .min = 1, .max = 1'000'000'000,
        .help = "Messages in a day.", .example = "50000", .default_text = "as in [outbound.limits.default]"}),
    override<&C::recipients_per_minute>({.key = "recipients_per_minute", .type = Type::integer, .unit = "recipients", .min = 1, .max = 1'000'000'000,
        .help = "Recipients in a minute.", .example = "600", .default_text = "as in [outbound.limits.default]"}),
    override<&C::recipients_per_10_minutes>({.key = "recipients_per_10_minutes", .type = Type::integer, .unit = "recipients", .min = 1, .max = 1'000'000'000,
        .help = "Recipients in ten minutes.", .example = "5000", .default_text = "as in [outbound.limits.default]"}),
    override<&C::recipients_per_hour>({.key = "recipients_per_hour", .type = Type::integer, .unit = "recipients", .min = 1, .max = 1'000'000'000,
        .help = "Recipients in an hour.", .example = "20000", .default_text = "as in [outbound.limits.default]"}),
    override<&C::recipients_per_day>({.key = "recipients_per_day", .type = Type::integer, .unit = "recipients", .min = 1, .max = 1'000'000'000,
        .help = "Recipients in a day.", .example = "50000", .default_text = "as in [outbound.limits.default]"}),
};

const std::array score_table{
    row<ScoreRow, &ScoreRow::group>({.section = "scores", .key = "group", .type = Type::text, .check = check_name,
        .help = "Only for mail from or to a member of this group.", .example = R"("finance")", .default_text = "all mail"}),
};

constexpr Key score_row{.section = "scores", .key = "<finding>", .type = Type::number, .unit = "points", .min = -1'000, .max = 1'000,
    .help = "New score of a finding id or a glob of ids, in quotes; 0 mutes. An exact id goes before a glob, and a\n"
            "longer glob before a shorter.", .example = R"("office.vba.autoexec" = 1.5)"};

constexpr std::array section_table{
    SectionRow{"", false, "", ""},
    SectionRow{"milter", false, "The MTA's side.", ""},
    SectionRow{"worker", false, "The sandboxed scanners.", ""},
    SectionRow{"limits", false, "What one scan may cost. A limit reached is a finding, the report is not complete, and policy decides.", ""},
    SectionRow{"thresholds", false, "From findings to verdicts.", ""},
    SectionRow{"quarantine", false, "Messages that are kept.", ""},
    SectionRow{"quarantine.keep_days", false, "By verdict. What is past its time is deleted, and that is recorded.", ""},
    SectionRow{"notice", false, "Who is told of mail by rows of the policy with `notify`. Notices are mails through release_to.", ""},
    SectionRow{"passwords", false, "What locked attachments are tried with.", ""},
    SectionRow{"mail", false, "What senders are judged by. local_domains above count as well.", ""},
    SectionRow{"store", false, "The record of what was decided.", ""},
    SectionRow{"outbound", false, "Watches the mail that leaves: accounts that are hijacked, and infected hosts.", ""},
    SectionRow{"outbound.limits.default", false, "How much one sender may send, whatever its past.", ""},
    SectionRow{"outbound.limits.override", true,
        "Limits of some senders: the first row that names the account, the client's network or the sender's domain\n"
        "holds. Of a limit that is not set the default's holds.",
        "[[outbound.limits.override]]\nname = \"newsletter\"\naccounts = [\"newsletter@example.com\"]\nbulk = true\n"
        "messages_per_minute = 600\nmessages_per_10_minutes = 5000\nmessages_per_hour = 20000\nmessages_per_day = 50000\n\n"
        "[[outbound.limits.override]]\nname = \"scanners\"\nnetworks = [\"10.1.7.0/24\"]\nbulk = true\nmessages_per_day = 500\n"},
    SectionRow{"outbound.notice", false, "Operators are told by mail when the standing of an account or a host changes.", ""},
    SectionRow{"outbound.webhook", false, "So is another program, over HTTPS.", ""},
    SectionRow{"outbound.actions", false, "Locks accounts where they log in. docs/outbound-actions.md says how.", ""},
    SectionRow{"state", false, "Where the numbers of the outbound guard live.", ""},
    SectionRow{"state.redis", false, "The server that several gateways share.", ""},
    SectionRow{"control", false, "Who may look and act through the `sekisho` command.", ""},
    SectionRow{"log", false, "", ""},
    SectionRow{"direction", true,
        "Which way a mail goes: the first row whose conditions all hold; inbound where none does. A file with\n"
        "rows of its own replaces all of the shipped ones.", ""},
    SectionRow{"rule", true,
        "The policy: the first row whose conditions all hold decides, for each recipient. Conditions of one row\n"
        "must all hold; of the values of one condition any. A file with rows of its own replaces all of the\n"
        "shipped ones.",
        "[[rule]]\nname = \"abuse-desk\"\nrecipients = [\"abuse@*\", \"postmaster@*\"]\naction = \"tag\"\n\n"
        "[[rule]]\nname = \"no-macros-for-finance\"\ndirections = [\"inbound\"]\nrecipients = [\"@finance\"]\n"
        "findings = [\"office.macro\"]\naction = \"quarantine\"\nnotify = true\n\n"
        "[[rule]]\nname = \"large-to-the-outside\"\ndirections = [\"outbound\"]\nlarger_than = \"50MB\"\n"
        "action = \"reject\"\ntext = \"Too large for mail; use the file exchange (id {id})\"\n"
        "monitor = true # try it out first\n"},
    SectionRow{"allow", true, "What is known good. Rows past their day do nothing, and `sekisho config check` names them.",
        "[[allow]]\nsenders = [\"reports@partner.example\"]\nfindings = [\"office.vba.autoexec\", \"office.macro\"]\n"
        "owner = \"it-security@example.com\"\nreason = \"Monthly report with macros, ticket 4711\"\nexpires = 2027-03-31\n"},
    SectionRow{"group", true, "Lists that rules and scores refer to.",
        "[[group]]\nname = \"finance\"\nmembers = [\"anna@example.com\", \"@finance.example.com\"]\n"},
    SectionRow{"scores", true, "Scores of findings, changed or muted, for all or for a group. docs/findings.md lists all findings.",
        "[[scores]]\n\"type.mismatch\" = 0 # muted for all\n\"yara.Site_*\" = 4.5\n\n"
        "[[scores]]\ngroup = \"finance\"\n\"office.macro\" = 5.0\n"},
};
// clang-format on

}  // namespace

std::span<const SectionRow> sections() { return section_table; }
std::span<const Row<DirectionRow>> direction_rows() { return direction_table; }
std::span<const Row<PolicyRule>> rule_rows() { return rule_table; }
std::span<const Row<AllowRow>> allow_rows() { return allow_table; }
std::span<const Row<GroupRow>> group_rows() { return group_table; }
std::span<const Row<SenderClass>> override_rows() { return override_table; }
std::span<const Row<ScoreRow>> score_rows() { return score_table; }
const Key& score_key() { return score_row; }

}  // namespace sekisho::config
