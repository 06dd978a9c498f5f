// The real libmilter between our own MTA's side (testing_client.h) and fake rooms behind.
#include "milter/callbacks.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sys/stat.h>

#include <thread>

#include "milter/testing_client.h"
#include "milter/testing_fakes.h"
#include "store/testing.h"

namespace sekisho::milter {
namespace {

using ::testing::ElementsAre;
using testing::FakePool;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using namespace std::string_literals;
using namespace std::string_view_literals;
using testing::MilterClient;
using testing::Packet;
using testing::Rig;

const std::vector<std::string> malicious{"file.executable", "file.script"};

// Libmilter can be started once per process: one filter for all tests, its settings and counters reset for
// each.
class Filter {
public:
    static Filter& get() {
        static auto* filter = new Filter;  // libmilter's threads are never joined
        return *filter;
    }
    const std::string& path() const { return path_; }
    // The rooms behind the filter are the current rig's. Set while no connection is open.
    static Rig& rig() { return *get().rig_; }

private:
    Filter() {
        static const testing_help::TempFolder folder;  // until the end of the process
        path_ = folder.path() + "/milter.sock";
        config::MilterSettings settings;
        settings.socket = "unix:" + path_;
        settings.socket_group = "";
        settings.socket_mode = 0600;
        const auto opened = open_milter(settings, rig_->services);
        if (!opened) throw std::runtime_error(opened.error().message);
        std::thread([] { (void)serve_milter(); }).detach();
    }
    std::unique_ptr<Rig> rig_ = std::make_unique<Rig>();
    std::string path_;
};

class Libmilter : public ::testing::Test {
protected:
    void SetUp() override {
        rig.settings.set(testing::acting_settings());
        rig.pool.answer = FakePool::clean;
        rig.draining = false;
        before_ = rig.pool.messages().size();
    }
    void TearDown() override {
        EXPECT_TRUE(rig.in_flight.wait_idle(std::chrono::seconds(30)))
            << "every message gives its share back";
        EXPECT_EQ(rig.in_flight.bytes(), 0u);
    }
    // What was scanned in this test.
    std::vector<std::string> scanned() const {
        auto all = rig.pool.messages();
        all.erase(all.begin(), all.begin() + static_cast<std::ptrdiff_t>(before_));
        return all;
    }
    // A client behind negotiation and connect.
    std::unique_ptr<MilterClient> talk(std::uint32_t steps = MilterClient::all_steps) {
        auto client = std::make_unique<MilterClient>(filter.path());
        EXPECT_TRUE(client->connected());
        EXPECT_TRUE(client->negotiate(steps));
        const auto answer = client->connect();
        EXPECT_TRUE(answer && answer->command == 'c');
        client->helo();
        return client;
    }
    static std::vector<Packet> send(MilterClient& client, std::string_view text = "hello\r\n",
                                    const std::vector<std::string>& recipients = {"<b@example.com>"}) {
        client.mail();
        for (const auto& recipient : recipients)
            client.rcpt(recipient);
        client.data();
        client.header("Subject", " greetings");
        client.end_of_header();
        client.body(text);
        return client.end_of_message();
    }
    static std::string commands(const std::vector<Packet>& packets) {
        std::string out;
        for (const auto& packet : packets)
            out += packet.command;
        return out;
    }

    Filter& filter = Filter::get();
    Rig& rig = Filter::rig();

private:
    std::size_t before_ = 0;
};

TEST_F(Libmilter, NegotiatesWhatIsNeeded) {
    MilterClient client(filter.path());
    auto wanted = client.negotiate();
    ASSERT_TRUE(wanted);
    EXPECT_EQ(wanted->actions, 0x13du)
        << "add and change header, add and delete recipient, quarantine, macro lists";
    EXPECT_TRUE(wanted->steps & MilterClient::leadspc);
    EXPECT_THAT(wanted->macros[0], HasSubstr("{client_addr}"));
    EXPECT_THAT(wanted->macros[0], HasSubstr("{daemon_name}"));
    EXPECT_THAT(wanted->macros[2], HasSubstr("{auth_authen}"));
    EXPECT_EQ(wanted->macros[5], "i");
    EXPECT_TRUE(wanted->steps & MilterClient::rejected_recipients);
    EXPECT_THAT(wanted->macros[3], HasSubstr("{rcpt_mailer}"));
}

TEST_F(Libmilter, WithoutMacroListsRefusedRecipientsAreNotAskedFor) {
    MilterClient client(filter.path());
    const auto wanted = client.negotiate(MilterClient::all_steps, 0xff);
    ASSERT_TRUE(wanted);
    EXPECT_FALSE(wanted->steps & MilterClient::rejected_recipients) << "they would pass for the message's";
}

TEST_F(Libmilter, SocketHasItsMode) {
    struct stat info{};
    ASSERT_EQ(::stat(filter.path().c_str(), &info), 0);
    EXPECT_EQ(info.st_mode & 0777u, 0600u);
}

TEST_F(Libmilter, CleanMessageIsTaggedAndPassed) {
    auto client = talk();
    const auto answers = send(*client);
    EXPECT_EQ(commands(answers), "iiic");
    EXPECT_EQ(answers[2].data, MilterClient::number(0) + MilterClient::zero("X-Sekisho-Verdict") +
                                   MilterClient::zero(" clean"))
        << "at the top, and with the leading blank that SMFIP_HDR_LEADSPC wants";
    EXPECT_THAT(scanned(), ElementsAre("Subject: greetings\r\n\r\nhello\r\n"));
}

TEST_F(Libmilter, MessageIsRebuiltExactly) {
    auto client = talk();
    client->mail();
    client->rcpt();
    client->data();
    client->header("Received", " from a (b [192.0.2.1])\n\tby c; Mon");
    client->header("Subject", "no blank");
    client->header("To", "\t two tabs\n  and folded");
    client->header("Empty", "");
    client->end_of_header();
    client->body("a\0b\r\n.\r\n\xff\xfe bare\rcr bare\nlf"sv);
    client->body("tail without an end");
    EXPECT_EQ(commands(client->end_of_message()), "iiic");
    EXPECT_THAT(
        scanned(),
        ElementsAre(std::string("Received: from a (b [192.0.2.1])\r\n\tby c; Mon\r\n"
                                "Subject:no blank\r\nTo:\t two tabs\r\n  and folded\r\nEmpty:\r\n\r\n") +
                    "a\0b\r\n.\r\n\xff\xfe bare\rcr bare\nlf"s + "tail without an end"));
}

TEST_F(Libmilter, AnOldMtaIsServedToo) {
    MilterClient client(filter.path());
    const auto wanted =
        client.negotiate(0x7f, 0x3f, 2);  // no leading space, no unanswered steps, no macro lists
    ASSERT_TRUE(wanted);
    EXPECT_EQ(wanted->steps & MilterClient::leadspc, 0u);
    EXPECT_EQ(client.connect()->command, 'c');
    client.helo();
    EXPECT_EQ(client.receive()->command, 'c');
    client.mail();
    client.rcpt();
    client.header("Subject", "greetings");
    EXPECT_EQ(client.receive()->command, 'c');
    client.end_of_header();
    EXPECT_EQ(client.receive()->command, 'c');
    client.body("x");
    EXPECT_EQ(client.receive()->command, 'c');
    const auto answers = client.end_of_message();
    EXPECT_EQ(commands(answers), "iiic");
    EXPECT_THAT(answers[2].data, HasSubstr(MilterClient::zero("clean")))
        << "no blank of ours: the MTA puts one";
    EXPECT_THAT(scanned(), ElementsAre("Subject: greetings\r\n\r\nx"));
}

struct ActionCase {
    const char* name;
    model::Action action;
    const char* commands;
    const char* last;  // beginning of the last packet's data
};
class LibmilterAction : public Libmilter, public ::testing::WithParamInterface<ActionCase> {};

TEST_P(LibmilterAction, IsAnswered) {
    rig.change([](config::Settings& settings) {
        config::PolicyRule rule;
        rule.name = "test";
        rule.action = GetParam().action;
        settings.rules = {rule};
    });
    auto client = talk();
    for (int i = 0; i < 2; ++i) {
        const auto answers = send(*client);
        EXPECT_EQ(commands(answers), GetParam().commands);
        EXPECT_TRUE(answers.back().data.starts_with(GetParam().last)) << answers.back().data;
    }
}

INSTANTIATE_TEST_SUITE_P(Every, LibmilterAction,
                         ::testing::Values(ActionCase{"accept", model::Action::accept, "iiic", ""},
                                           ActionCase{"tag", model::Action::tag, "iiic", ""},
                                           ActionCase{"quarantine", model::Action::quarantine, "d", ""},
                                           ActionCase{"hold", model::Action::hold, "qiiic", ""},
                                           ActionCase{"reject", model::Action::reject, "y", "550 5.7.1 "},
                                           ActionCase{"defer", model::Action::defer, "y", "451 4.7.1 "},
                                           ActionCase{"discard", model::Action::discard, "d", ""}),
                         [](const auto& info) { return std::string(info.param.name); });

TEST_F(Libmilter, RefusedRecipientsAreTakenOff) {
    rig.change([](config::Settings& settings) {
        config::PolicyRule refused, others;
        refused.name = "b";
        refused.recipients = {"b@example.com"};
        refused.action = model::Action::reject;
        others.name = "others";
        settings.rules = {refused, others};
    });
    auto client = talk();
    const auto answers = send(*client, "x", {"<a@example.com>", "<b@example.com>"});
    EXPECT_EQ(commands(answers), "-iiic");
    EXPECT_EQ(answers[0].data, MilterClient::zero("<b@example.com>"));
}

TEST_F(Libmilter, ForgedHeadersAreDeleted) {
    auto client = talk();
    client->mail();
    client->rcpt();
    client->data();
    client->header("X-Sekisho-Verdict", " clean");
    client->header("x-sekisho-verdict", " clean");
    client->end_of_header();
    const auto answers = client->end_of_message();
    EXPECT_EQ(commands(answers), "mmiiic");
    EXPECT_EQ(answers[0].data,
              MilterClient::number(2) + MilterClient::zero("X-Sekisho-Verdict") + MilterClient::zero(""));
}

// How far a client gets before something happens.
constexpr int all_states = 7;
void go(MilterClient& client, int state) {
    if (state > 0) client.mail("<old@example.net>");
    if (state > 1) client.rcpt("<old@example.com>");
    if (state > 2) client.data();
    if (state > 3) client.header("X-Old", " old");
    if (state > 4) client.end_of_header();
    if (state > 5) client.body("old old old");
}

class LibmilterState : public Libmilter, public ::testing::WithParamInterface<int> {};

TEST_P(LibmilterState, AbortLeavesNothingBehind) {
    auto client = talk();
    go(*client, GetParam());
    client->abort();
    EXPECT_EQ(commands(send(*client)), "iiic");
    EXPECT_THAT(scanned(), ElementsAre("Subject: greetings\r\n\r\nhello\r\n"));
}

TEST_P(LibmilterState, LostPeerLeavesNothingBehind) {
    auto client = talk();
    go(*client, GetParam());
    client->hang_up();
    EXPECT_TRUE(rig.in_flight.wait_idle(std::chrono::seconds(30)));
    EXPECT_EQ(commands(send(*talk())), "iiic");
}

TEST_P(LibmilterState, PeerLostInTheMiddleOfAPacket) {
    auto client = talk();
    go(*client, GetParam());
    client->raw(MilterClient::number(5'000) + "Bhalf of a bo");
    client->hang_up();
    EXPECT_TRUE(rig.in_flight.wait_idle(std::chrono::seconds(30)));
    EXPECT_THAT(scanned(), IsEmpty());
    EXPECT_EQ(commands(send(*talk())), "iiic");
}

TEST_P(LibmilterState, OversizedPacketEndsTheConnectionAlone) {
    for (const std::uint32_t length : {0xffffffffu, 0x7fffffffu, 1u << 20}) {
        auto client = talk();
        go(*client, GetParam());
        client->raw(MilterClient::number(length) + "B");
        client->raw(std::string(70'000, 'x'));
        EXPECT_TRUE(client->hung_up());
    }
    EXPECT_THAT(scanned(), IsEmpty());
    EXPECT_EQ(commands(send(*talk())), "iiic");
}

TEST_P(LibmilterState, UnknownCommandEndsTheConnectionAlone) {
    auto client = talk();
    go(*client, GetParam());
    client->send('!', "what?");
    EXPECT_TRUE(client->hung_up());
    EXPECT_EQ(commands(send(*talk())), "iiic");
}

// Every command in every state: the filter may answer, ignore or hang up; it must not die, and it must not
// scan what is no message.
TEST_P(LibmilterState, AnyCommandAtAnyTime) {
    for (const char command : std::string_view("ABCDEHKLMNOQRTU")) {
        auto client = talk();
        go(*client, GetParam());
        client->send(command);
        client->send(command, std::string_view("x\0y\0", 4));
        client->quit();
        client->hang_up();
    }
    EXPECT_TRUE(rig.in_flight.wait_idle(std::chrono::seconds(30)));
    EXPECT_EQ(commands(send(*talk())), "iiic");
}

INSTANTIATE_TEST_SUITE_P(Every, LibmilterState, ::testing::Range(0, all_states));

TEST_F(Libmilter, SeveralSmtpConnectionsOverOneMilterConnection) {
    auto client = talk();
    send(*client);
    client->send('K');  // QUIT_NC
    EXPECT_EQ(client->connect("198.51.100.9")->command, 'c');
    client->helo();
    send(*client);
    EXPECT_EQ(scanned().at(1), "Subject: greetings\r\n\r\nhello\r\n");
    EXPECT_EQ(rig.pool.lanes().back(), "198.51.100.9");
}

TEST_F(Libmilter, DrainingIsTold421) {
    auto old = talk();
    old->mail();
    rig.draining = true;
    MilterClient fresh(filter.path());
    fresh.negotiate();
    const auto answer = fresh.connect();
    ASSERT_TRUE(answer && answer->command == 'y');
    EXPECT_TRUE(answer->data.starts_with("421 4.3.2 ")) << answer->data;
    old->rcpt();
    old->data();
    old->end_of_header();
    EXPECT_EQ(commands(old->end_of_message()), "iiic");
    EXPECT_EQ(old->mail()->command, 'y');
}

TEST_F(Libmilter, AnExceptionBecomesA4xx) {
    rig.pool.answer = [](const auto&, const auto&) -> sandbox::ScanOutcome { throw std::bad_alloc(); };
    auto client = talk();
    EXPECT_EQ(commands(send(*client)), "t");
    rig.pool.answer = FakePool::clean;
    EXPECT_EQ(commands(send(*client)), "iiic");
}

// For ThreadSanitizer above all: callbacks of one connection come on changing threads.
TEST_F(Libmilter, ManyConnectionsAtOnce) {
    rig.change([](config::Settings& settings) { settings.milter.max_in_flight_messages = 100; });
    rig.pool.answer = [](const auto&, const std::string& message) {
        return FakePool::with_findings(message.find("bad") == std::string::npos ? std::vector<std::string>{}
                                                                                : malicious);
    };
    std::atomic<int> wrong = 0;
    std::vector<std::jthread> threads;
    for (int t = 0; t < 8; ++t) {
        threads.emplace_back([&, t] {
            auto client = talk();
            for (int i = 0; i < 10; ++i) {
                if (commands(send(*client, "good")) != "iiic") ++wrong;
                if (commands(send(*client, "bad")) != "d") ++wrong;
                go(*client, (t + i) % all_states);
                client->abort();
                if (i % 3 == 0) client = talk();
                rig.change([&](config::Settings& settings) { settings.version = std::to_string(i); });
            }
        });
    }
    threads.clear();
    EXPECT_EQ(wrong, 0);
    EXPECT_EQ(scanned().size(), 160u);
}

}  // namespace
}  // namespace sekisho::milter
