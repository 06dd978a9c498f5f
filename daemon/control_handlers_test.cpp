#include "daemon/control_handlers.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <unistd.h>

#include "control/client.h"
#include "quarantine/testing.h"
#include "store/testing.h"

namespace sekisho::daemon {
namespace {

using namespace std::chrono_literals;
using base::JsonObject;
using testing::HasSubstr;

config::Settings settings_in(const std::string& folder) {
    config::Settings out;
    out.store.path = folder + "/sekisho.db";
    return out;
}

const std::string message = "Subject: x\r\n\r\nbody\r\n";

// The whole way: client, socket, server, handlers, quarantine, store, and an SMTP server for what is
// released.
class ControlHandlersTest : public testing::Test {
protected:
    ControlHandlersTest() {
        config::QuarantineSettings settings;
        settings.directory = folder_.path() + "/quarantine";
        settings.key_file = folder_.path() + "/release.key";
        settings.min_free = 0;
        settings.release_to = smtp_.setting();
        quarantine_ = quarantine::Quarantine::open(settings, *store_).value();
        server_ = control::Server::start({.socket = folder_.path() + "/control.sock"}, make_handlers(deps()),
                                         make_audit(*store_))
                      .value();
        client_.emplace(control::Client::connect(folder_.path() + "/control.sock").value());
    }
    ControlDeps deps() {
        return {.store = *store_,
                .quarantine = *quarantine_,
                .status =
                    [] {
                        GateStatus status;
                        status.version = "0.1.0";
                        status.started = std::chrono::system_clock::now() - 60s;
                        status.now = std::chrono::system_clock::now();
                        status.monitor = true;
                        status.mail.messages = 120;
                        status.mail.verdicts["clean"] = 119;
                        status.mail.latency[2] = 118;
                        status.mail.latency.back() = 2;
                        status.pool.deaths = 3;
                        status.orders = {.written = 7, .failed = 2, .waiting = 1, .locked = 5};
                        status.standing_mails = {.told = 3, .lost = 1, .waiting = 2};
                        status.webhook = {.told = 9, .lost = 0, .waiting = 4};
                        return status;
                    },
                .reload = [this]() -> base::Result<base::Json> {
                    if (!reload_error_.empty()) return base::fail(base::Cause::invalid, reload_error_);
                    return base::Json(JsonObject{{"remarks", base::JsonArray{}}});
                },
                .outbound = outbound_.get(),
                .standing_changed =
                    [this](const outbound::Change& change) {
                        changes_.push_back(change.key.name + " " +
                                           std::string(model::to_string(change.state.level)));
                    }};
    }
    std::string keep(model::Verdict verdict, const std::string& reason = "policy") {
        model::Envelope envelope;
        envelope.mail_from = "eve@example.net";
        model::ScanReport report;
        report.verdict = verdict;
        return quarantine_
            ->put({.envelope = &envelope,
                   .recipients = {"ann@example.com"},
                   .message = base::as_bytes(message),
                   .report = &report,
                   .reason = reason})
            .value();
    }
    // The newest first: "command outcome reason".
    std::vector<std::string> audits() {
        EXPECT_TRUE(store_->flush(20s));
        std::vector<std::string> out;
        const auto events = store_->events("audit", 100).value();
        for (const auto& event : events) {
            EXPECT_EQ(event.detail.int_or("uid", -1), static_cast<std::int64_t>(::geteuid()));
            out.push_back(event.detail.string_or("command") + " " + event.detail.string_or("outcome") + " " +
                          event.detail.string_or("reason") + " " + event.subject_id);
        }
        return out;
    }

    testing_help::TempFolder folder_;
    std::unique_ptr<OutboundDesk> outbound_ = OutboundDesk::open(settings_in(folder_.path())).value();
    std::vector<std::string> changes_;
    testing_help::SmtpServer smtp_;
    std::string reload_error_;
    std::unique_ptr<store::Store> store_ =
        store::Store::open({.path = folder_.path() + "/sekisho.db"}).value();
    std::unique_ptr<quarantine::Quarantine> quarantine_;
    std::unique_ptr<control::Server> server_;
    std::optional<control::Client> client_;
};

TEST_F(ControlHandlersTest, EveryCommandHasAHandler) {
    const auto handlers = make_handlers(deps());
    for (const auto& command : control::commands())
        EXPECT_TRUE(handlers.contains(command.name)) << command.name;
    EXPECT_EQ(handlers.size(), control::commands().size());
}

// A malicious mail of anna's; her account and her address are throttled for it.
void note_malware(outbound::Guard& guard) {
    guard.note({.at = outbound::moment_of(std::chrono::system_clock::now()),
                .account = "anna@example.com",
                .client = "192.0.2.7",
                .recipients = {{1, 1}},
                .harm = outbound::Harm::malicious},
               config::OutboundSettings{}.limits);
}

TEST_F(ControlHandlersTest, StatusTellsOfSenders) {
    note_malware(outbound_->guard());
    const auto status = client_->call("status", {}).value();
    const base::Json* senders = status.find("senders");
    ASSERT_NE(senders, nullptr);
    EXPECT_EQ(senders->int_or("accounts"), 1);
    EXPECT_EQ(senders->int_or("active_accounts"), 1);
    EXPECT_EQ(senders->int_or("active_hosts"), 2) << "the address and its network";
    EXPECT_EQ(senders->find("account_standings")->int_or("throttled"), 1);
    EXPECT_EQ(senders->find("host_standings")->int_or("throttled"), 1);
    EXPECT_TRUE(senders->bool_or("state_healthy"));

    const std::string page = prometheus_text(full_status(deps()));
    for (const char* line :
         {"sekisho_senders{kind=\"account\"} 1\n", "sekisho_active_senders{kind=\"host\"} 2\n",
          "sekisho_account_standings{standing=\"throttled\"} 1\n",
          "sekisho_host_standings{standing=\"blocked\"} 0\n", "sekisho_outbound_state_healthy 1\n",
          "sekisho_outbound_dropped_records_total 0\n"})
        EXPECT_THAT(page, HasSubstr(line));
}

// An orderly stop ends the process without the end of the desk.
TEST_F(ControlHandlersTest, AStopLosesNoCount) {
    note_malware(outbound_->guard());
    ASSERT_TRUE(outbound_->flush(10s));
    auto disk = store::Database::open(folder_.path() + "/outbound/state.db", 5s);
    ASSERT_TRUE(disk);
    auto ask = disk->prepare("SELECT count(*) FROM log");
    ASSERT_TRUE(ask && ask->step());
    EXPECT_EQ(ask->integer(0), 1);
}

TEST_F(ControlHandlersTest, AccountsAndHosts) {
    const config::SenderClass limits = config::OutboundSettings{}.limits;
    outbound_->guard().note({.at = outbound::moment_of(std::chrono::system_clock::now()),
                             .account = "anna@example.com",
                             .client = "2001:db8::7",
                             .recipients = {{1, 1}, {2, 2}}},
                            limits);
    EXPECT_TRUE(client_->call("accounts.list", {})->find("rows")->as_array()->empty());
    const auto all = client_->call("accounts.list", JsonObject{{"all", true}}).value();
    ASSERT_EQ(all.find("rows")->as_array()->size(), 1u);
    EXPECT_EQ(all.find("rows")->as_array()->at(0).string_or("standing"), "normal");

    EXPECT_FALSE(client_->call("accounts.release", JsonObject{{"name", "nobody"}}, "typing error"));
    EXPECT_FALSE(client_->call("accounts.block", JsonObject{{"name", "anna@example.com"}})) << "no reason";
    EXPECT_EQ(client_->call("accounts.block", JsonObject{{"name", "Anna@example.com"}}, "bot")
                  ->string_or("standing"),
              "blocked");
    EXPECT_EQ(client_->call("hosts.block", JsonObject{{"name", "2001:db8::99"}}, "bot")->string_or("name"),
              "2001:db8::/64");
    EXPECT_EQ(client_->call("hosts.block", JsonObject{{"name", "192.0.2.0/24"}}, "bot")->string_or("name"),
              "192.0.2.0/24");
    for (const char* nothing : {"192.0.0.0/16", "192.0.2.1/24", "2001:db8::/32", "192.0.2.0/", "/24"})
        EXPECT_FALSE(client_->call("hosts.block", JsonObject{{"name", nothing}}, "bot")) << nothing;
    outbound_->guard().set({outbound::Subject::host, "192.0.0.0/16"}, model::StandingLevel::blocked, "root",
                           1'800'000'000);
    EXPECT_TRUE(client_->call("hosts.release", JsonObject{{"name", "192.0.0.0/16"}}, "of old"));
    const auto shown = client_->call("accounts.show", JsonObject{{"name", "anna@example.com"}}).value();
    EXPECT_EQ(shown.string_or("standing"), "blocked");
    EXPECT_EQ(shown.find("seen")->number_or("recipients in an hour"), 2);
    EXPECT_EQ(shown.find("hours")->as_array()->back(), base::Json(1));
    EXPECT_EQ(client_->call("accounts.list", {})->find("rows")->as_array()->size(), 1u);
    EXPECT_EQ(client_->call("accounts.release", JsonObject{{"name", "anna@example.com"}}, "cleaned")
                  ->string_or("was"),
              "blocked");
    EXPECT_THAT(changes_, testing::ElementsAre("anna@example.com blocked", "2001:db8::/64 blocked",
                                               "192.0.2.0/24 blocked", "192.0.0.0/16 normal",
                                               "anna@example.com normal"));
    EXPECT_THAT(audits(), testing::Contains("accounts.release done cleaned anna@example.com"));
}

TEST_F(ControlHandlersTest, NamesInMail) {
    EXPECT_TRUE(client_->call("names.list", {})->find("rows")->as_array()->empty());
    EXPECT_FALSE(client_->call("names.show", JsonObject{{"name", "boss@example.com"}}));
    outbound_->guard().note({.at = outbound::moment_of(std::chrono::system_clock::now()),
                             .account = "anna@example.com",
                             .client = "192.0.2.7",
                             .sender = "anna@example.com",
                             .from_address = "boss@example.com",
                             .recipients = {{1, 1}, {2, 2}}},
                            config::OutboundSettings{}.limits);
    const auto all = client_->call("names.list", JsonObject{{"limit", 2}}).value();
    EXPECT_EQ(all.find("rows")->as_array()->size(), 2u);
    EXPECT_EQ(all.int_or("known"), 3);
    const auto shown = client_->call("names.show", JsonObject{{"name", "Boss@Example.com"}}).value();
    const base::Json& row = shown.find("rows")->as_array()->at(0);
    EXPECT_EQ(row.string_or("kind"), "address");
    EXPECT_EQ(row.find("seen")->find("messages with it in From")->number_or("day"), 1);
    EXPECT_EQ(row.find("seen")->find("messages as envelope sender")->number_or("day"), 0);
    EXPECT_EQ(row.find("seen")->find("recipients")->number_or("minute"), 2);
}

TEST_F(ControlHandlersTest, AnIncidentListsTheMailsOfOneSender) {
    const auto now = std::chrono::system_clock::now();
    EXPECT_FALSE(client_->call("accounts.incident", JsonObject{{"name", "anna@example.com"}})) << "none yet";
    for (const char* account : {"anna@example.com", "bob@example.com", "anna@example.com"}) {
        store_->record({.at = now - 1min,
                        .kind = "message",
                        .queue_id = "4Q",
                        .subject_id = "id",
                        .detail = JsonObject{{"recipients", base::JsonArray{"a@example.net"}},
                                             {"recipient_count", 1},
                                             {"action", "accept"}},
                        .account = account,
                        .host = "198.51.100.1"});
    }
    const JsonObject rise{{"subject", "account"}, {"standing", "blocked"}, {"was", "normal"}};
    store_->record(
        {.at = now, .kind = "standing", .queue_id = {}, .subject_id = "anna@example.com", .detail = rise});
    std::string lines;
    const auto head = client_->call("accounts.incident", JsonObject{{"name", "Anna@example.com"}}, {},
                                    [&](std::string_view piece) {
                                        lines += piece;
                                        return true;
                                    });
    ASSERT_TRUE(head) << head.error().message;
    EXPECT_EQ(head->string_or("standing"), "blocked");
    EXPECT_EQ(head->int_or("listed"), 2);
    EXPECT_EQ(std::ranges::count(lines, '\n'), 2);
    EXPECT_EQ(base::parse_json(lines.substr(0, lines.find('\n')))->string_or("queue_id"), "4Q");
    EXPECT_TRUE(client_->call("hosts.incident", JsonObject{{"name", "198.51.100.1"}, {"since", 1}}));
    EXPECT_FALSE(client_->call("hosts.incident", JsonObject{{"name", "198.51.100.1"}, {"since", -1}}));
    EXPECT_THAT(audits(), testing::Contains("accounts.incident done  Anna@example.com"))
        << "who looked is known";
}

TEST_F(ControlHandlersTest, StatusAndMetrics) {
    keep(model::Verdict::malicious);
    const auto status = client_->call("status", {}).value();
    EXPECT_TRUE(status.bool_or("monitor"));
    EXPECT_EQ(status.find("orders")->int_or("waiting"), 1);
    EXPECT_EQ(status.find("told")->find("mail")->int_or("lost"), 1);
    EXPECT_EQ(status.find("told")->find("webhook")->int_or("waiting"), 4);
    EXPECT_EQ(status.find("mail")->int_or("messages"), 120);
    EXPECT_NEAR(status.find("mail")->number_or("messages_per_minute"), 120, 5);
    EXPECT_EQ(status.find("mail")->find("latency_ms")->int_or("p50"), 20);
    EXPECT_EQ(status.find("mail")->find("latency_ms")->int_or("p99"), -1);
    EXPECT_EQ(status.find("workers")->int_or("deaths"), 3);
    EXPECT_GT(status.find("quarantine")->int_or("bytes"), 0);
    EXPECT_TRUE(status.find("store")->bool_or("healthy"));
    std::string page;
    ASSERT_TRUE(client_->call("metrics", {}, "", [&](std::string_view piece) {
        page += piece;
        return true;
    }));
    for (const char* line :
         {"\nsekisho_messages_total 120\n", "\nsekisho_verdicts_total{verdict=\"clean\"} 119\n",
          "\nsekisho_message_seconds_bucket{le=\"0.01\"} 0\n",
          "\nsekisho_message_seconds_bucket{le=\"0.02\"} 118\n",
          "\nsekisho_message_seconds_bucket{le=\"+Inf\"} 120\n", "\nsekisho_worker_deaths_total 3\n",
          "\nsekisho_orders_total{outcome=\"failed\"} 2\n", "\nsekisho_accounts_locked 5\n",
          "\nsekisho_standing_changes_told_total{by=\"mail\"} 3\n",
          "\nsekisho_standing_changes_waiting{by=\"webhook\"} 4\n", "\nsekisho_monitor_mode 1\n",
          "\n# TYPE sekisho_lane_busy gauge\n"}) {
        EXPECT_THAT(page, HasSubstr(line));
    }
    EXPECT_TRUE(audits().empty());
}

TEST_F(ControlHandlersTest, ListsByFilter) {
    const std::string bad = keep(model::Verdict::malicious);
    keep(model::Verdict::suspicious, "other");
    const auto count = [&](const base::Json& args) {
        return client_->call("quarantine.list", args).value().find("entries")->as_array()->size();
    };
    EXPECT_EQ(count({}), 2U);
    EXPECT_EQ(count(JsonObject{{"verdict", "suspicious"}}), 1U);
    EXPECT_EQ(count(JsonObject{{"id", bad.substr(0, 8)}}), 1U);
    EXPECT_EQ(count(JsonObject{{"sender", "*@EXAMPLE.net"}, {"recipient", "ann@*"}, {"state", "held"}}), 2U);
    EXPECT_EQ(count(JsonObject{{"since", std::int64_t{4'000'000'000}}}), 0U);
    EXPECT_EQ(count(JsonObject{{"limit", 1}}), 1U);
    EXPECT_EQ(count(JsonObject{{"limit", -5}, {"since", -1}}), 1U);
}

TEST_F(ControlHandlersTest, ShowsAndExports) {
    const std::string id = keep(model::Verdict::malicious);
    const auto shown = client_->call("quarantine.show", JsonObject{{"id", id}}).value();
    EXPECT_EQ(shown.find("entry")->string_or("mail_from"), "eve@example.net");
    EXPECT_EQ(shown.find("report")->string_or("verdict"), "malicious");
    std::string data;
    ASSERT_TRUE(
        client_->call("quarantine.export", JsonObject{{"id", id}}, "ticket 7", [&](std::string_view piece) {
            data += piece;
            return true;
        }));
    EXPECT_EQ(data, message);
    EXPECT_EQ(audits(),
              (std::vector<std::string>{"quarantine.export done ticket 7 " + id,
                                        "quarantine.export allowed ticket 7 " + id,
                                        "quarantine.show done  " + id, "quarantine.show allowed  " + id}));
}

TEST_F(ControlHandlersTest, ReleasingWhatIsMaliciousWantsForce) {
    const std::string id = keep(model::Verdict::malicious);
    const auto refused = client_->call("quarantine.release", JsonObject{{"id", id}}, "asked");
    ASSERT_FALSE(refused);
    EXPECT_THAT(refused.error().message, HasSubstr("--force"));
    EXPECT_TRUE(smtp_.mails().empty());
    EXPECT_EQ(quarantine_->show(id).value().state, "held");
    ASSERT_TRUE(
        client_->call("quarantine.release", JsonObject{{"id", id}, {"force", true}}, "checked by hand"));
    EXPECT_EQ(smtp_.mails().size(), 1U);
    EXPECT_EQ(audits(), (std::vector<std::string>{"quarantine.release done checked by hand " + id,
                                                  "quarantine.release allowed checked by hand " + id,
                                                  "quarantine.release failed asked " + id,
                                                  "quarantine.release allowed asked " + id}));
}

TEST_F(ControlHandlersTest, WhoMayNotReadMailReleasesToItsRecipientsAlone) {
    const std::string id = keep(model::Verdict::suspicious);
    const auto release = make_handlers(deps()).at("quarantine.release");
    control::Request request{.command = "quarantine.release", .args = {}, .reason = "look", .peer = {}};
    request.args = JsonObject{{"id", id}, {"recipients", base::JsonArray{"operator@example.com"}}};
    const auto refused = release(request);
    ASSERT_FALSE(refused);
    EXPECT_THAT(refused.error().message, HasSubstr("permission denied: read-mail"));
    EXPECT_TRUE(smtp_.mails().empty());
    request.may_read_mail = true;
    EXPECT_TRUE(release(request));
}

TEST_F(ControlHandlersTest, ReleasesToOthersAndSaysWhyNot) {
    const std::string id = keep(model::Verdict::suspicious);
    const base::Json to = base::JsonArray{"helpdesk@example.com"};
    ASSERT_TRUE(client_->call("quarantine.release", JsonObject{{"id", id}, {"recipients", to}}, "look"));
    EXPECT_EQ(smtp_.mails()[0].recipients, std::vector<std::string>{"helpdesk@example.com"});
    smtp_.answer(".", "451 4.7.1 greylisted");
    const auto error = client_->call("quarantine.release", JsonObject{{"id", id}}, "again").error();
    EXPECT_EQ(error.cause, base::Cause::unavailable);
    EXPECT_THAT(error.message, HasSubstr("451 4.7.1 greylisted"));
    for (const base::Json& bad :
         {base::Json("a@b"), base::Json(base::JsonArray{7}), base::Json(base::JsonArray{"a@b>\r\nQUIT"})}) {
        EXPECT_FALSE(client_->call("quarantine.release", JsonObject{{"id", id}, {"recipients", bad}}, "x"));
    }
}

TEST_F(ControlHandlersTest, DeletesOnce) {
    const std::string id = keep(model::Verdict::suspicious);
    EXPECT_EQ(client_->call("quarantine.delete", JsonObject{{"id", id}}).error().message,
              "quarantine.delete wants a reason");
    ASSERT_TRUE(client_->call("quarantine.delete", JsonObject{{"id", id}}, "spam"));
    EXPECT_FALSE(client_->call("quarantine.delete", JsonObject{{"id", id}}, "spam"));
    EXPECT_FALSE(client_->call("quarantine.release", JsonObject{{"id", id}}, "spam"));
    EXPECT_FALSE(client_->call("quarantine.export", JsonObject{{"id", id}}, "spam"));
    // What is left of it can still be looked at.
    EXPECT_EQ(
        client_->call("quarantine.show", JsonObject{{"id", id}}).value().find("entry")->string_or("state"),
        "deleted");
    EXPECT_FALSE(client_->call("quarantine.delete", JsonObject{{"id", "../../../etc/passwd"}}, "spam"));
}

TEST_F(ControlHandlersTest, ReloadGivesItsProblems) {
    EXPECT_TRUE(client_->call("reload", {}));
    reload_error_ = "sekisho.toml:7: unknown key";
    EXPECT_EQ(client_->call("reload", {}).error().message, "sekisho.toml:7: unknown key");
    EXPECT_EQ(audits().size(), 4U);
}

}  // namespace
}  // namespace sekisho::daemon
