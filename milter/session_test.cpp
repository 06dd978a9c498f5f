#include "milter/session.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "base/hash.h"
#include "milter/testing_talk.h"

namespace sekisho::milter {
namespace {

using testing::acting_settings;
using ::testing::ElementsAre;
using testing::FakeMta;
using testing::FakePool;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::Not;
using testing::Rig;
using testing::Talk;

const std::vector<std::string> malicious{"file.executable", "file.script"};
const std::vector<std::string> suspicious{"file.executable"};

TEST(Session, CleanMessagePasses) {
    Rig rig;
    Talk talk(rig);
    EXPECT_EQ(talk.send(), Reply::proceed);
    ASSERT_EQ(rig.pool.messages().size(), 1u);
    EXPECT_EQ(rig.pool.messages()[0], "Subject: greetings\r\n\r\nhello\r\n");
    EXPECT_EQ(talk.mta.header("X-Sekisho-Verdict"), "clean");
    EXPECT_EQ(talk.mta.header("X-Sekisho-Score"), "0.0");
    EXPECT_EQ(talk.mta.header("X-Sekisho-Id").substr(18), "; mx.example.com");
    EXPECT_EQ(talk.mta.inserted.back().first, "X-Sekisho-Verdict") << "the last one to be inserted is on top";
    EXPECT_EQ(rig.in_flight.messages(), 0u);
    EXPECT_EQ(rig.in_flight.bytes(), 0u);
    EXPECT_THAT(rig.log_text(), HasSubstr("4XQ1: id="));
    const auto events = rig.store.events("message", 10);
    ASSERT_EQ(events->size(), 1u);
    EXPECT_EQ(events->at(0).detail.string_or("sha256"),
              base::hex(base::sha256(base::as_bytes("Subject: greetings\r\n\r\nhello\r\n"))));
}

struct RebuildCase {
    const char* name;
    const char* field;
    const char* value;
    bool leadspc;
    const char* expected;
};
class Rebuild : public ::testing::TestWithParam<RebuildCase> {};

TEST_P(Rebuild, IsExact) {
    Rig rig;
    Talk talk(rig);
    talk.mta.leadspc = GetParam().leadspc;
    talk.mail();
    talk.rcpt();
    talk.session.on_data(talk.mta);
    talk.header(GetParam().field, GetParam().value);
    talk.session.on_end_of_header(talk.mta);
    talk.session.on_end_of_message(talk.mta);
    ASSERT_EQ(rig.pool.messages().size(), 1u);
    EXPECT_EQ(rig.pool.messages()[0], GetParam().expected);
}

INSTANTIATE_TEST_SUITE_P(
    Table, Rebuild,
    ::testing::Values(RebuildCase{"Plain", "Subject", " x", true, "Subject: x\r\n\r\n"},
                      RebuildCase{"NoBlank", "Subject", "x", true, "Subject:x\r\n\r\n"},
                      RebuildCase{"TwoBlanks", "Subject", "  x", true, "Subject:  x\r\n\r\n"},
                      RebuildCase{"Tab", "Subject", "\tx", true, "Subject:\tx\r\n\r\n"},
                      RebuildCase{"Empty", "Subject", "", true, "Subject:\r\n\r\n"},
                      RebuildCase{"Folded", "To", " a,\n\tb,\n c", true, "To: a,\r\n\tb,\r\n c\r\n\r\n"},
                      RebuildCase{"FoldedAtOnce", "To", "\n a", true, "To:\r\n a\r\n\r\n"},
                      RebuildCase{"KeepsCrLf", "To", " a,\r\n b", true, "To: a,\r\n b\r\n\r\n"},
                      RebuildCase{"WithoutLeadspc", "Subject", "x", false, "Subject: x\r\n\r\n"},
                      RebuildCase{"BlankBeforeColon", "Subject ", " x", true, "Subject : x\r\n\r\n"},
                      RebuildCase{"EightBit", "Subject", " \x93\xfa\x96\x7b", true,
                                  "Subject: \x93\xfa\x96\x7b\r\n\r\n"}),
    [](const auto& info) { return std::string(info.param.name); });

TEST(Session, ForgedHeadersAreRemovedFromTheLastToTheFirst) {
    Rig rig;
    Talk talk(rig);
    talk.mail();
    talk.rcpt();
    talk.header("X-Sekisho-Verdict", " clean");
    talk.header("x-sekisho-verdict", " clean");
    talk.header("X-SEKISHO-Anything", " 1");
    talk.header("X-Sekish", " not ours");
    talk.session.on_end_of_header(talk.mta);
    EXPECT_EQ(talk.session.on_end_of_message(talk.mta), Reply::proceed);
    EXPECT_THAT(talk.mta.deleted,
                ElementsAre("X-SEKISHO-Anything/1", "X-Sekisho-Verdict/2", "X-Sekisho-Verdict/1"));
}

TEST(Session, EverythingIsRefusedWhereForgedHeadersAreTooMany) {
    Rig rig;
    Talk talk(rig);
    talk.mail();
    talk.rcpt();
    for (int i = 0; i < 2'000; ++i)
        talk.header("X-Sekisho-" + std::to_string(i), " x");
    EXPECT_EQ(talk.session.on_end_of_message(talk.mta), Reply::reject);
    EXPECT_EQ(talk.mta.code, 550);
}

// Every state in which a message can be, by the steps that lead there.
class AbortAt : public ::testing::TestWithParam<State> {
public:
    static void go(Talk& talk, State state) {
        if (state >= State::envelope) talk.mail("<old@example.net>");
        if (state >= State::recipients) talk.rcpt("<old@example.com>");
        if (state >= State::data) talk.session.on_data(talk.mta);
        if (state >= State::headers) talk.header("X-Sekisho-Old", " old");
        if (state >= State::body) {
            talk.session.on_end_of_header(talk.mta);
            talk.body("old old old");
        }
    }
};

TEST_P(AbortAt, LeavesNothingBehind) {
    Rig rig;
    Talk talk(rig);
    go(talk, GetParam());
    ASSERT_EQ(talk.session.state(), GetParam());
    talk.session.on_abort();
    EXPECT_EQ(talk.session.state(), State::idle);
    EXPECT_EQ(rig.in_flight.messages(), 0u);
    EXPECT_EQ(rig.in_flight.bytes(), 0u);

    EXPECT_EQ(talk.send(), Reply::proceed);
    ASSERT_EQ(rig.pool.messages().size(), 1u);
    EXPECT_EQ(rig.pool.messages()[0], "Subject: greetings\r\n\r\nhello\r\n");
    EXPECT_THAT(talk.mta.deleted, IsEmpty());
    EXPECT_THAT(rig.log_text(), Not(HasSubstr("old@")));
}

TEST_P(AbortAt, ANewMailDropsTheOldOne) {
    Rig rig;
    Talk talk(rig);
    go(talk, GetParam());
    EXPECT_EQ(talk.send(), Reply::proceed);
    EXPECT_THAT(rig.log_text(), Not(HasSubstr("old@")));
    EXPECT_EQ(rig.in_flight.messages(), 0u);
}

TEST_P(AbortAt, TheSessionMayEnd) {
    Rig rig;
    {
        Talk talk(rig);
        go(talk, GetParam());
    }
    EXPECT_EQ(rig.in_flight.messages(), 0u);
    Talk talk(rig);
    go(talk, GetParam());
    talk.session.on_close();
    EXPECT_EQ(rig.in_flight.messages(), 0u);
}

INSTANTIATE_TEST_SUITE_P(EveryState, AbortAt,
                         ::testing::Values(State::idle, State::envelope, State::recipients, State::data,
                                           State::headers, State::body),
                         [](const auto& info) { return std::string(to_string(info.param)); });

// Each step in each state: allowed as the table says, else the message ends with a 4xx and never with a scan.
TEST(Session, StepsOutOfOrderAreNeverScanned) {
    for (const auto state : {State::envelope, State::recipients, State::data, State::headers, State::body}) {
        for (const auto step : {Step::rcpt, Step::data, Step::header, Step::end_of_header, Step::body}) {
            const auto& row = step_table()[static_cast<std::size_t>(step)];
            if ((row.from >> static_cast<unsigned>(state)) & 1) continue;
            Rig rig;
            Talk talk(rig);
            AbortAt::go(talk, state);
            switch (step) {
                case Step::rcpt:
                    talk.rcpt();
                    break;
                case Step::data:
                    talk.session.on_data(talk.mta);
                    break;
                case Step::header:
                    talk.header("A", " b");
                    break;
                case Step::end_of_header:
                    talk.session.on_end_of_header(talk.mta);
                    break;
                default:
                    talk.body("x");
                    break;
            }
            EXPECT_EQ(talk.session.on_end_of_message(talk.mta), Reply::defer)
                << to_string(step) << to_string(state);
            EXPECT_EQ(talk.mta.code, 451);
            EXPECT_THAT(rig.pool.messages(), IsEmpty()) << to_string(step) << " in " << to_string(state);
            EXPECT_EQ(rig.in_flight.messages(), 0u);
        }
    }
}

TEST(Session, ManyMessagesOnOneConnection) {
    Rig rig;
    rig.pool.answer = [](const model::ScanRequest&, const std::string& message) {
        return FakePool::with_findings(message.find("bad") == std::string::npos ? std::vector<std::string>{}
                                                                                : malicious);
    };
    Talk talk(rig);
    for (int i = 0; i < 50; ++i) {
        EXPECT_EQ(talk.send("good\r\n"), Reply::proceed);
        EXPECT_EQ(talk.send("bad\r\n"), Reply::discard);
        talk.mail();
        talk.session.on_abort();
    }
    EXPECT_EQ(rig.quarantine.kept().size(), 50u);
    EXPECT_EQ(rig.metrics.snapshot().messages, 100u);
    EXPECT_EQ(rig.metrics.snapshot().aborted, 50u);
    EXPECT_EQ(rig.in_flight.messages(), 0u);
}

TEST(Session, QuarantineKeepsWhatCame) {
    Rig rig;
    rig.pool.answer = [](const auto&, const auto&) { return FakePool::with_findings(malicious); };
    Talk talk(rig);
    talk.mail();
    talk.rcpt("<b@example.com>");
    talk.rcpt("<c@example.com>");
    EXPECT_EQ(talk.content(), Reply::discard);
    ASSERT_EQ(rig.quarantine.kept().size(), 1u);
    EXPECT_EQ(rig.quarantine.kept()[0].message, "Subject: greetings\r\n\r\nhello\r\n");
    EXPECT_THAT(rig.quarantine.kept()[0].recipients, ElementsAre("b@example.com", "c@example.com"));
    EXPECT_EQ(rig.quarantine.kept()[0].reason, "malicious");
    EXPECT_EQ(rig.quarantine.kept()[0].finding, "file.executable");
    EXPECT_THAT(talk.mta.inserted, IsEmpty());
}

struct QuarantineFailure {
    const char* name;
    base::Cause cause;
    const char* enhanced;
};
class QuarantineFails : public ::testing::TestWithParam<QuarantineFailure> {};

TEST_P(QuarantineFails, DefersEvenWhereFailuresAreAccepted) {
    Rig rig;
    rig.change([](auto& settings) { settings.milter.on_failure = model::Action::accept; });
    rig.pool.answer = [](const auto&, const auto&) { return FakePool::with_findings(malicious); };
    rig.quarantine.fail_put = GetParam().cause;
    Talk talk(rig);
    EXPECT_EQ(talk.send(), Reply::defer);
    EXPECT_EQ(talk.mta.code, 451);
    EXPECT_EQ(talk.mta.enhanced, GetParam().enhanced);
}

INSTANTIATE_TEST_SUITE_P(Table, QuarantineFails,
                         ::testing::Values(QuarantineFailure{"Full", base::Cause::limit, "4.3.1"},
                                           QuarantineFailure{"Disk", base::Cause::io, "4.3.0"}),
                         [](const auto& info) { return std::string(info.param.name); });

TEST(Session, MonitorModePassesWhatItWouldKeep) {
    Rig rig;
    rig.change([](auto& settings) { settings.monitor = true; });
    rig.pool.answer = [](const auto&, const auto&) { return FakePool::with_findings(malicious); };
    Talk talk(rig);
    EXPECT_EQ(talk.send(), Reply::proceed);
    EXPECT_THAT(rig.quarantine.kept(), IsEmpty());
    EXPECT_EQ(talk.mta.header("X-Sekisho-Verdict"), "malicious");
    EXPECT_THAT(rig.log_text(), HasSubstr("action=accept would=quarantine"));
    const auto events = rig.store.events("message", 10);
    EXPECT_EQ(events->at(0).detail.string_or("decided"), "quarantine");
    EXPECT_TRUE(events->at(0).detail.bool_or("monitored"));
}

TEST(Session, DrainingRefusesWhatIsNewAndFinishesWhatIsThere) {
    Rig rig;
    Talk talk(rig);
    talk.mail();
    talk.rcpt();
    rig.draining = true;
    EXPECT_EQ(talk.content(), Reply::proceed);
    EXPECT_EQ(talk.mail(), Reply::defer);
    EXPECT_EQ(talk.mta.code, 421);
    FakeMta mta;
    Session session(rig.services);
    EXPECT_EQ(session.on_connect(mta, {}), Reply::defer);
    EXPECT_EQ(mta.code, 421);
    EXPECT_EQ(rig.in_flight.messages(), 0u);
}

TEST(Session, AMessageKeepsTheSettingsItBeganWith) {
    Rig rig;
    rig.pool.answer = [](const auto&, const auto&) { return FakePool::with_findings(malicious); };
    Talk talk(rig);
    talk.mail();
    rig.change([](auto& settings) { settings.monitor = true; });
    talk.rcpt();
    EXPECT_EQ(talk.content(), Reply::discard);
    EXPECT_EQ(talk.send(), Reply::proceed);
}

TEST(Session, EnvelopeFactsReachTheRecord) {
    Rig rig;
    Talk talk(rig);
    talk.mta.macros["{auth_authen}"] = "alice";
    talk.mta.macros["{tls_version}"] = "TLSv1.3";
    talk.session.on_helo("client.example");
    talk.send();
    const auto detail = rig.store.events("message", 1)->at(0).detail;
    EXPECT_EQ(detail.string_or("account"), "alice");
    EXPECT_EQ(detail.string_or("tls"), "TLSv1.3");
    EXPECT_EQ(detail.string_or("helo"), "client.example");
    EXPECT_EQ(detail.string_or("client"), "203.0.113.5");
    EXPECT_EQ(rig.pool.lanes().at(0), "alice");
}

TEST(Session, HostileEnvelopeIsEscapedInTheLog) {
    Rig rig;
    Talk talk(rig);
    talk.mail("<a\r\nforged: line=1 %s%n\x1b[2J@example.net>");
    talk.rcpt("<../../etc/passwd\xff@example.com>");
    EXPECT_EQ(talk.content(), Reply::proceed);
    for (const auto& line : rig.lines) {
        for (const char c : line)
            EXPECT_TRUE(c >= ' ' && c <= '~') << line;
    }
}

TEST(Session, MailThroughATrustedRelayIsInboundFromItsRealClient) {
    Rig rig;
    rig.change([](auto& settings) {
        settings.milter.trusted_relays = {"203.0.113.0/24"};
        config::DirectionRow row;
        row.networks = {"203.0.113.0/24"};
        row.direction = model::Direction::outbound;
        settings.directions = {row};
    });
    Talk talk(rig);
    talk.mail();
    talk.rcpt();
    talk.session.on_data(talk.mta);
    talk.header("Received",
                " from evil (host.example [198.51.100.7])\n\tby relay.example.com; Mon, 1 Jan 2024");
    EXPECT_EQ(talk.session.on_end_of_message(talk.mta), Reply::proceed);
    const auto detail = rig.store.events("message", 1)->at(0).detail;
    EXPECT_EQ(detail.string_or("client"), "198.51.100.7");
    EXPECT_EQ(detail.string_or("connecting"), "203.0.113.5");
    EXPECT_EQ(detail.string_or("direction"), "inbound");
}

}  // namespace
}  // namespace sekisho::milter
