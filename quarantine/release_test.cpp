// Release over SMTP, and the gate that lets it pass: replay, another recipient, another text, too late, 4xx
// and retry, two gateways with one key.
#include <gtest/gtest.h>

#include <fstream>

#include "base/base64.h"
#include "quarantine/quarantine.h"
#include "quarantine/reinject.h"
#include "quarantine/testing.h"
#include "store/testing.h"

namespace sekisho::quarantine {
namespace {

using namespace std::chrono_literals;
using testing_help::SmtpServer;

const std::string message =
    "Received: from evil by us\r\n"
    "X-Sekisho-Release: forged\r\n"
    "From: eve@example.net\r\n"
    "Subject: =?utf-8?q?x?=\r\n"
    "\r\n"
    ".leading dot\r\n"
    "..two\r\n"
    "8 bit: \xe9\xff\r\n"
    ".\r\n"
    "end";

// A gateway: a store, a quarantine, and what its milter does with a token.
struct Gateway {
    Gateway(const std::string& folder, const std::string& key, const SmtpServer& next) {
        settings.directory = folder + "/quarantine";
        settings.key_file = key;
        settings.min_free = 0;
        settings.release_to = next.setting();
        settings.release_helo = "gate.example.com";
        store = store::Store::open({.path = folder + "/sekisho.db"}).value();
        quarantine = Quarantine::open(settings, *store).value();
    }
    std::string keep() {
        model::Envelope envelope;
        envelope.mail_from = "eve@example.net";
        return quarantine
            ->put({.envelope = &envelope,
                   .recipients = {"ann@example.com", "bob@example.com"},
                   .message = base::as_bytes(message),
                   .reason = "malicious"})
            .value();
    }
    // The way of a message through the milter: empty if it may pass.
    std::string gate(const SmtpServer::Mail& mail, const std::string& client = "127.0.0.1") {
        const auto id =
            quarantine->redeem_token(token_of(mail), client, mail.recipients, base::as_bytes(mail.text));
        return id ? "" : id.error().message;
    }
    static std::string token_of(const SmtpServer::Mail& mail) {
        const std::string name = "X-Sekisho-Release: ";
        const std::size_t at = mail.text.find(name);
        if (at != 0) return "the field is not at the top";
        return mail.text.substr(name.size(), mail.text.find("\r\n") - name.size());
    }

    config::QuarantineSettings settings;
    std::unique_ptr<store::Store> store;
    std::unique_ptr<Quarantine> quarantine;
};

class ReleaseTest : public testing::Test {
protected:
    testing_help::TempFolder folder_;
    SmtpServer server_;
    Gateway gateway_{folder_.path() + "/a", folder_.path() + "/release.key", server_};
};

TEST_F(ReleaseTest, SendsTheOriginalBytesWithATokenOnTop) {
    const std::string id = gateway_.keep();
    const auto released = gateway_.quarantine->release(id, {});
    ASSERT_TRUE(released) << released.error().message;
    ASSERT_EQ(server_.mails().size(), 1U);
    const auto mail = server_.mails()[0];
    EXPECT_EQ(mail.helo, "gate.example.com");
    EXPECT_EQ(mail.from, "eve@example.net");
    EXPECT_EQ(mail.recipients, (std::vector<std::string>{"ann@example.com", "bob@example.com"}));
    std::string expected = message + "\r\n";
    expected.erase(expected.find("X-Sekisho-Release"), std::string("X-Sekisho-Release: forged\r\n").size());
    EXPECT_EQ(mail.text.substr(mail.text.find("\r\n") + 2), expected);
    EXPECT_EQ(gateway_.quarantine->show(id).value().state, "released");
    ASSERT_TRUE(gateway_.store->flush(20s));
    const auto events = gateway_.store->events("released", 10).value();
    ASSERT_EQ(events.size(), 1U);
    EXPECT_EQ(events[0].detail.string_or("reply"), "250 2.0.0 queued as 4Test");
}

TEST_F(ReleaseTest, PassesItsOwnGateOnce) {
    std::string verdict = "not called";
    server_.at_end([&](const SmtpServer::Mail& mail) {
        verdict = gateway_.gate(mail);
        return "250 ok";
    });
    const std::string id = gateway_.keep();
    ASSERT_TRUE(gateway_.quarantine->release(id, {}));
    EXPECT_EQ(verdict, "");
    const auto mail = server_.mails()[0];
    EXPECT_EQ(gateway_.gate(mail), "already spent") << "replay";
    // Released once more: another token, which passes.
    ASSERT_TRUE(gateway_.quarantine->release(id, {}));
    EXPECT_EQ(verdict, "");
}

TEST_F(ReleaseTest, HoldsUntilThe250HoweverOftenTheMtaFails) {
    std::vector<std::string> verdicts;
    server_.at_end([&](const SmtpServer::Mail& mail) {
        // A proxy before the MTA, whose first two attempts fail behind the gate.
        for (int attempt = 0; attempt < 3; ++attempt)
            verdicts.push_back(gateway_.gate(mail));
        return "250 ok";
    });
    ASSERT_TRUE(gateway_.quarantine->release(gateway_.keep(), {}));
    EXPECT_EQ(verdicts, (std::vector<std::string>{"", "", ""}));
    EXPECT_EQ(gateway_.gate(server_.mails()[0]), "already spent");
}

TEST_F(ReleaseTest, PassedGateAnd4xxLeaveTheTokenForTheRetry) {
    std::string verdict = "not called";
    server_.at_end([&](const SmtpServer::Mail& mail) {
        verdict = gateway_.gate(mail);
        return "451 4.3.0 the disk is full";
    });
    ASSERT_FALSE(gateway_.quarantine->release(gateway_.keep(), {}));
    EXPECT_EQ(verdict, "");
    EXPECT_EQ(gateway_.gate(server_.mails()[0]), "") << "the retry";
    EXPECT_EQ(gateway_.gate(server_.mails()[0]), "already spent") << "now nobody would say when";
}

TEST_F(ReleaseTest, TokenIsSpentByThe250EvenIfNoGateSawIt) {
    ASSERT_TRUE(gateway_.quarantine->release(gateway_.keep(), {}));
    EXPECT_EQ(gateway_.gate(server_.mails()[0]), "already spent");
}

TEST_F(ReleaseTest, SpentStaysSpentOverARestart) {
    const std::string id = gateway_.keep();
    ASSERT_TRUE(gateway_.quarantine->release(id, {}));
    gateway_.quarantine = nullptr;
    gateway_.store = nullptr;
    gateway_.store = store::Store::open({.path = folder_.path() + "/a/sekisho.db"}).value();
    gateway_.quarantine = Quarantine::open(gateway_.settings, *gateway_.store).value();
    EXPECT_EQ(gateway_.gate(server_.mails()[0]), "already spent");
}

// The token of an attempt that the server put off: not spent, so all else can be tried with it.
class UnspentTokenTest : public ReleaseTest {
protected:
    UnspentTokenTest() {
        server_.at_end([](const SmtpServer::Mail&) { return "451 4.3.0 later"; });
        EXPECT_FALSE(gateway_.quarantine->release(gateway_.keep(), {}));
        mail_ = server_.mails()[0];
    }
    SmtpServer::Mail mail_;
};

TEST_F(UnspentTokenTest, HoldsAfter4xxAndPassesOnTheRetry) {
    EXPECT_EQ(gateway_.gate(mail_), "");
    EXPECT_EQ(gateway_.gate(mail_), "already spent");
}

TEST_F(UnspentTokenTest, NotForAnotherRecipient) {
    mail_.recipients.pop_back();
    EXPECT_EQ(gateway_.gate(mail_), "not for this message and these recipients");
    mail_.recipients = {"ann@example.com", "mallory@example.com"};
    EXPECT_EQ(gateway_.gate(mail_), "not for this message and these recipients");
}

TEST_F(UnspentTokenTest, NotForAnEditedBody) {
    auto edited = mail_;
    edited.text += "more";
    EXPECT_EQ(gateway_.gate(edited), "not for this message and these recipients");
    edited = mail_;
    edited.text.replace(edited.text.find("eve@"), 4, "eva@");
    EXPECT_EQ(gateway_.gate(edited), "not for this message and these recipients");
    EXPECT_EQ(gateway_.gate(mail_), "") << "the attempts cost nothing";
}

TEST_F(UnspentTokenTest, FieldsThatMailSystemsAddAreNoEdit) {
    const std::size_t end = mail_.text.find("\r\n") + 2;
    mail_.text.insert(mail_.text.find("\r\n\r\n") + 2,
                      "Message-Id: <1@gate>\r\nDate: Mon, 1 Jan 2024 00:00:00 +0000\r\n");
    mail_.text.insert(end, "Received: by gate\r\n");
    EXPECT_EQ(gateway_.gate(mail_), "");
}

TEST_F(UnspentTokenTest, OnlyFromReleaseNetworks) {
    EXPECT_EQ(gateway_.gate(mail_, "192.0.2.1"), "from outside of release_networks");
    EXPECT_EQ(gateway_.gate(mail_, "unknown"), "from outside of release_networks");
    EXPECT_EQ(gateway_.gate(mail_, "::1"), "");
}

TEST_F(UnspentTokenTest, TwoGatewaysWithOneKey) {
    Gateway other(folder_.path() + "/b", folder_.path() + "/release.key", server_);
    EXPECT_EQ(other.gate(mail_), "") << "the other gateway lets it pass";
    EXPECT_EQ(other.gate(mail_), "already spent");
    // Each gateway knows what it has spent itself: within the time to live a replay from inside
    // release_networks passes once more here, and no further (token.h says so).
    EXPECT_EQ(gateway_.gate(mail_), "");
    EXPECT_EQ(gateway_.gate(mail_), "already spent");
    Gateway stranger(folder_.path() + "/c", folder_.path() + "/another.key", server_);
    EXPECT_EQ(stranger.gate(mail_), "signed with another key");
}

TEST_F(ReleaseTest, ExpiredTokenIsNone) {
    gateway_.settings.token_ttl = 0s;
    gateway_.quarantine = nullptr;
    gateway_.quarantine = Quarantine::open(gateway_.settings, *gateway_.store).value();
    server_.at_end([](const SmtpServer::Mail&) { return "451 4.3.0 later"; });
    EXPECT_FALSE(gateway_.quarantine->release(gateway_.keep(), {}));
    EXPECT_EQ(gateway_.gate(server_.mails()[0]), "expired");
}

TEST_F(ReleaseTest, RefusalsKeepTheEntryAndSayWhy) {
    const std::string id = gateway_.keep();
    struct Case {
        const char* verb;
        const char* reply;
        base::Cause cause;
        const char* text;
    };
    const Case cases[] = {
        {"220", "421 busy", base::Cause::unavailable, "421 busy"},
        {"MAIL", "550 5.7.1 no", base::Cause::invalid, "550 5.7.1 no"},
        {"RCPT", "450 4.2.0 grey", base::Cause::unavailable, "450 4.2.0 grey"},
        {"DATA", "452 4.3.1 full", base::Cause::unavailable, "452 4.3.1 full"},
        {".", "554 5.6.0 no", base::Cause::invalid, "554 5.6.0 no"},
        {".", "451-4.3.0 several\r\n451 4.3.0 lines \x1b[2J", base::Cause::unavailable, "\\x1B[2J"},
        {".", "", base::Cause::unavailable, ""}};
    for (const Case& c : cases) {
        SCOPED_TRACE(c.reply);
        SmtpServer server;
        server.answer(c.verb, c.reply);
        gateway_.settings.release_to = server.setting();
        gateway_.quarantine = nullptr;
        gateway_.quarantine = Quarantine::open(gateway_.settings, *gateway_.store).value();
        const auto released = gateway_.quarantine->release(id, {});
        ASSERT_FALSE(released) << c.reply;
        EXPECT_EQ(released.error().cause, c.cause) << c.reply;
        EXPECT_NE(released.error().message.find(c.text), std::string::npos) << released.error().message;
        EXPECT_EQ(gateway_.quarantine->show(id).value().state, "held");
    }
}

TEST_F(ReleaseTest, GoesToOtherRecipientsAndTheNullSender) {
    model::Envelope envelope;
    const std::string id = gateway_.quarantine
                               ->put({.envelope = &envelope,
                                      .recipients = {"ann@example.com"},
                                      .message = base::as_bytes("\r\n.\r\n"),
                                      .reason = "suspicious"})
                               .value();
    ASSERT_TRUE(gateway_.quarantine->release(id, {"helpdesk@example.com"}));
    EXPECT_EQ(server_.mails()[0].from, "");
    EXPECT_EQ(server_.mails()[0].recipients, std::vector<std::string>{"helpdesk@example.com"});
    for (const char* bad : {"a@b>\r\nRCPT TO:<c@d", "a\nb", "<a@b>", ""}) {
        EXPECT_EQ(gateway_.quarantine->release(id, {bad}).error().cause, base::Cause::invalid) << bad;
    }
    EXPECT_EQ(server_.mails().size(), 1U);
}

TEST_F(ReleaseTest, SendsAMegabyteOfDotsAsItIs) {
    std::string big = "Subject: dots\r\n\r\n";
    while (big.size() < 1'000'000)
        big += std::string(big.size() % 7, '.') + "\r\n";
    model::Envelope envelope;
    const std::string id =
        gateway_.quarantine
            ->put(
                {.envelope = &envelope, .recipients = {"a@b"}, .message = base::as_bytes(big), .reason = "x"})
            .value();
    ASSERT_TRUE(gateway_.quarantine->release(id, {}));
    const auto text = server_.mails()[0].text;
    EXPECT_TRUE(text.substr(text.find("\r\n") + 2) == big);
}

TEST_F(ReleaseTest, AlteredFileIsNotReleased) {
    const std::string id = gateway_.keep();
    {
        std::ofstream(gateway_.settings.directory + "/" + id.substr(0, 2) + "/" + id + ".eml")
            << "something else";
    }
    EXPECT_EQ(gateway_.quarantine->release(id, {}).error().cause, base::Cause::io);
    EXPECT_TRUE(server_.mails().empty());
}

TEST_F(ReleaseTest, ServerThatNeverAnswersEndsInTime) {
    server_.answer(".", "this is no reply");
    const auto sent =
        reinject({.server = server_.setting(), .recipients = {"a@b"}, .text = "x", .within = 1s});
    ASSERT_FALSE(sent);
    EXPECT_EQ(sent.error().cause, base::Cause::unavailable);
}

TEST_F(ReleaseTest, NoServerIsUnavailable) {
    EXPECT_EQ(reinject({.server = "unix:/nowhere/socket", .recipients = {"a@b"}, .text = "x"}).error().cause,
              base::Cause::unavailable);
    EXPECT_EQ(reinject({.server = "smtp://x", .recipients = {"a@b"}, .text = "x"}).error().cause,
              base::Cause::invalid);
    EXPECT_EQ(reinject({.server = server_.setting(), .recipients = {}, .text = "x"}).error().cause,
              base::Cause::invalid);
}

}  // namespace
}  // namespace sekisho::quarantine
