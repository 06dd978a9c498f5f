// What one message and all together may take.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <memory>

#include "milter/testing_talk.h"

namespace sekisho::milter {
namespace {

using testing::FakePool;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using testing::Rig;
using testing::Talk;

const std::vector<std::string> malicious{"file.executable", "file.script"};

TEST(Session, OversizedMessageIsScannedAtItsHeadAndHeldByTheMta) {
    Rig rig;
    rig.pool.answer = [](const auto&, const auto&) { return FakePool::with_findings(malicious); };
    Talk talk(rig);
    talk.mail();
    talk.rcpt();
    talk.session.on_data(talk.mta);
    talk.session.on_end_of_header(talk.mta);
    const std::string chunk(65'535, 'x');
    for (int i = 0; i < 40; ++i)
        talk.body(chunk);
    EXPECT_EQ(rig.in_flight.bytes(), 1u << 20) << "what is beyond the limit is not kept";
    EXPECT_EQ(talk.session.on_end_of_message(talk.mta), Reply::proceed);
    EXPECT_EQ(rig.pool.messages()[0].size(), 1u << 20);
    EXPECT_EQ(talk.mta.holds.size(), 1u) << "only the MTA has the whole message";
    EXPECT_THAT(rig.quarantine.kept(), IsEmpty());
    const auto events = rig.store.events("message", 10);
    EXPECT_EQ(events->at(0).detail.int_or("size"), 2 + 40 * 65'535);
    EXPECT_FALSE(events->at(0).detail.bool_or("complete", true));
    EXPECT_THAT(base::dump_json(events->at(0).detail), HasSubstr("limit.message-bytes"));
}

TEST(Session, OversizedCleanMessageIsUnscannable) {
    Rig rig;
    Talk talk(rig);
    EXPECT_EQ(talk.send(std::string(2u << 20, 'x')), Reply::proceed);
    EXPECT_EQ(talk.mta.header("X-Sekisho-Verdict"), "unscannable (large)");
}

TEST(Session, MessageCapIsToldAtMail) {
    Rig rig;
    std::vector<std::unique_ptr<Talk>> talks;
    for (int i = 0; i < 8; ++i) {
        talks.push_back(std::make_unique<Talk>(rig));
        EXPECT_EQ(talks.back()->mail(), Reply::proceed);
    }
    Talk late(rig);
    EXPECT_EQ(late.mail(), Reply::defer);
    EXPECT_EQ(late.mta.code, 451);
    EXPECT_EQ(late.mta.enhanced, "4.3.2");
    EXPECT_THAT(rig.log_text(), HasSubstr("NOQUEUE: event=refused reason=in-flight-limit"));
    talks.pop_back();
    EXPECT_EQ(late.mail(), Reply::proceed);
}

TEST(Session, ByteCapIsToldAtMailWhereTheSizeIsAnnounced) {
    Rig rig;
    Talk first(rig);
    first.mail();
    first.rcpt();
    first.session.on_end_of_header(first.mta);
    first.body(std::string(1u << 19, 'x'));
    Talk second(rig);
    EXPECT_EQ(second.mail("<a@example.net>", "SIZE=4000000"), Reply::defer);
    EXPECT_EQ(second.mail("<a@example.net>", "SIZE=1000"), Reply::proceed);
    EXPECT_EQ(second.mail("<a@example.net>", "SIZE=99999999999999999999999"), Reply::proceed)
        << "no number, no claim";
}

TEST(Session, ByteCapReachedInTheMiddleDefersAtTheEnd) {
    Rig rig;
    rig.change([](auto& settings) { settings.milter.max_in_flight_bytes = 300'000; });
    Talk first(rig);
    first.mail();
    first.rcpt();
    first.session.on_end_of_header(first.mta);
    first.body(std::string(200'000, 'x'));
    Talk second(rig);
    second.mail();
    second.rcpt();
    second.session.on_end_of_header(second.mta);
    second.body(std::string(90'000, 'x'));
    second.body(std::string(90'000, 'x'));
    EXPECT_EQ(rig.in_flight.bytes(), 200'002u) << "given back at once";
    EXPECT_EQ(second.session.on_end_of_message(second.mta), Reply::defer);
    EXPECT_EQ(second.mta.enhanced, "4.3.2");
    EXPECT_EQ(first.session.on_end_of_message(first.mta), Reply::proceed);
    EXPECT_EQ(rig.pool.messages().size(), 1u);
}

TEST(Session, ALoneMessageMayBeLargerThanTheByteCap) {
    Rig rig;
    rig.change([](auto& settings) { settings.milter.max_in_flight_bytes = 10'000; });
    Talk talk(rig);
    EXPECT_EQ(talk.send(std::string(100'000, 'x')), Reply::proceed);
}

TEST(Session, TooManyRecipientsAreRefusedOneByOne) {
    Rig rig;
    Talk talk(rig);
    talk.mail();
    for (std::size_t i = 0; i < Session::max_recipients; ++i)
        ASSERT_EQ(talk.rcpt(), Reply::proceed);
    EXPECT_EQ(talk.rcpt(), Reply::defer);
    EXPECT_EQ(talk.mta.code, 452);
    EXPECT_EQ(talk.content(), Reply::proceed);
}

}  // namespace
}  // namespace sekisho::milter
