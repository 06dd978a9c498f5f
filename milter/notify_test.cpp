#include "milter/notify.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "milter/testing_talk.h"

namespace sekisho::milter {
namespace {

using ::testing::ElementsAre;
using testing::FakePool;
using ::testing::IsEmpty;
using testing::Rig;
using testing::send;

config::PolicyRule row(std::string recipient, model::Action action, bool notify = true) {
    config::PolicyRule out;
    out.name = "row";
    out.recipients = {std::move(recipient)};
    out.action = action;
    out.notify = notify;
    return out;
}

// "to: id action of recipients"
std::vector<std::string> told(const Rig& rig) {
    std::vector<std::string> out;
    for (const auto& [to, notice] : rig.notices) {
        std::string text = to + ": " + notice.id + " " + std::string(model::to_string(notice.action)) + " of";
        for (const auto& recipient : notice.recipients)
            text += " " + recipient;
        out.push_back(text);
    }
    return out;
}

void rules(Rig& rig, std::vector<config::PolicyRule> rows) {
    rig.change([&](config::Settings& s) {
        s.rules = std::move(rows);
        s.notice.operators = {"postmaster@example.com"};
    });
}

TEST(Notify, RecipientsSeeThemselvesAloneAndOperatorsAll) {
    Rig rig;
    rules(rig, {row("*", model::Action::quarantine)});
    send(rig, {"<b@example.com>", "<c@example.com>"});
    EXPECT_THAT(told(rig), ElementsAre("postmaster@example.com: q1 quarantine of b@example.com c@example.com",
                                       "b@example.com: q1 quarantine of b@example.com",
                                       "c@example.com: q1 quarantine of c@example.com"));
    const auto& notice = rig.notices.front().second;
    EXPECT_EQ(notice.mail_from, "a@example.net");
    EXPECT_EQ(notice.verdict, "clean");
}

TEST(Notify, OneWhoWasTakenOffIsToldOfHisCopy) {
    Rig rig;
    rules(rig, {row("c@*", model::Action::quarantine), row("*", model::Action::accept, false)});
    EXPECT_EQ(send(rig, {"<b@example.com>", "<c@example.com>"}).reply, Reply::proceed);
    EXPECT_THAT(told(rig), ElementsAre("postmaster@example.com: q1 quarantine of c@example.com",
                                       "c@example.com: q1 quarantine of c@example.com"));
}

TEST(Notify, OperatorsHearOfWhatIsNotKeptToo) {
    for (const auto action : {model::Action::discard, model::Action::reject, model::Action::tag}) {
        Rig rig;
        rules(rig, {row("*", action)});
        send(rig);
        ASSERT_EQ(rig.notices.size(), 1u) << model::to_string(action);
        EXPECT_EQ(rig.notices[0].first, "postmaster@example.com");
    }
}

TEST(Notify, NobodyIsToldOfWhatTheSenderTriesAgain) {
    Rig rig;
    rules(rig, {row("*", model::Action::defer)});
    send(rig);
    rules(rig, {row("*", model::Action::quarantine)});
    rig.quarantine.fail_put = base::Cause::limit;
    EXPECT_EQ(send(rig).reply, Reply::defer);
    EXPECT_THAT(rig.notices, IsEmpty());
}

TEST(Notify, MonitorModeTellsNobody) {
    Rig rig;
    rules(rig, {row("*", model::Action::quarantine)});
    rig.change([](auto& s) { s.monitor = true; });
    send(rig);
    EXPECT_THAT(rig.notices, IsEmpty());
}

TEST(Notify, RecipientsOfOutboundMailAreStrangers) {
    Rig rig;
    rules(rig, {row("*", model::Action::hold)});
    rig.change([](auto& s) {
        config::DirectionRow out;
        out.direction = model::Direction::outbound;
        s.directions = {out};
    });
    send(rig);
    ASSERT_EQ(rig.notices.size(), 1u);
    EXPECT_EQ(rig.notices[0].first, "postmaster@example.com");
}

TEST(Notify, RecipientsMayBeLeftAlone) {
    Rig rig;
    rules(rig, {row("*", model::Action::quarantine)});
    rig.change([](auto& s) {
        s.notice.recipients = false;
        s.notice.operators.clear();
    });
    send(rig);
    EXPECT_THAT(rig.notices, IsEmpty());
}

// A notice that is itself kept would be told of, and so on for ever.
TEST(Notify, MailThatMayBeANoticeMakesNone) {
    Rig rig;
    rules(rig, {row("*", model::Action::quarantine)});
    const auto from_nobody = [&](const std::string& client) {
        testing::FakeMta mta;
        mta.macros["{client_addr}"] = client;
        Session session(rig.services);
        session.on_connect(mta, {"host", client, 4711});
        const std::array<std::string_view, 1> nobody{"<>"}, to{"<b@example.com>"};
        session.on_mail(mta, nobody);
        session.on_rcpt(mta, to);
        session.on_data(mta);
        session.on_end_of_header(mta);
        EXPECT_EQ(session.on_end_of_message(mta), Reply::discard);
    };
    from_nobody("127.0.0.1");
    EXPECT_THAT(rig.notices, IsEmpty());
    from_nobody("203.0.113.5");
    EXPECT_EQ(rig.notices.size(), 2u) << "a stranger's bounce is mail like any other";
}

}  // namespace
}  // namespace sekisho::milter
