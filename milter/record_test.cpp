// What the record says of mail that one of ours sent, and of mail from outside.
#include "milter/record.h"

#include <gtest/gtest.h>

#include "config/load.h"
#include "milter/testing_talk.h"

namespace sekisho::milter {
namespace {

using testing::Rig;
using testing::Talk;

model::PartSummary part(std::string name, std::string claimed, std::string sha256,
                        std::string opened_by = "mime") {
    return {.id = 1,
            .parent = 0,
            .path = "message/1",
            .name = std::move(name),
            .name_raw = {},
            .claimed_type = std::move(claimed),
            .type = "application/octet-stream",
            .size = 100,
            .sha256 = std::move(sha256),
            .opened_by = std::move(opened_by),
            .readings = {},
            .flags = {}};
}

struct Recorded {
    explicit Recorded(const std::string& account, std::size_t recipients = 2) {
        rig.pool.answer = [](const auto&, const auto&) {
            auto out = testing::FakePool::with_findings({});
            for (auto& one : {part("", "text/plain", "11"), part("請求書.zip", "application/zip", "22"),
                              part("", "application/pdf", "33"), part("inner.doc", "", "44", "zip"),
                              part("evil\r\n.txt", "text/plain", "55")})
                out.report.parts.push_back(one);
            out.report.message.from = "Anna <anna@example.com>";
            return out;
        };
        if (!account.empty()) talk.mta.macros["{auth_authen}"] = account;
        talk.mail("<anna@example.com>");
        for (std::size_t i = 0; i < recipients; ++i)
            talk.rcpt("<r" + std::to_string(i) + "@example.net>");
        talk.content();
        event = rig.store.events("message", 1)->at(0);
    }
    static config::Settings settings() {
        config::Settings out = testing::acting_settings();
        out.directions = config::defaults().directions;
        return out;
    }
    Rig rig{settings()};
    Talk talk{rig};
    model::Event event;
};

TEST(Record, NamesTheSenderAsStandingsDo) {
    const Recorded seen("Anna@Example.com");
    EXPECT_EQ(seen.event.account, "anna@example.com");
    EXPECT_EQ(seen.event.host, "203.0.113.5");
    EXPECT_EQ(seen.event.detail.string_or("header_from"), "Anna <anna@example.com>");
}

TEST(Record, ListsAttachmentsOfMailThatLeaves) {
    const Recorded seen("anna");
    const base::Json* list = seen.event.detail.find("attachments");
    ASSERT_NE(list, nullptr);
    ASSERT_EQ(list->as_array()->size(), 3U);
    EXPECT_EQ(list->as_array()->at(0).string_or("name"), "請求書.zip");
    EXPECT_EQ(list->as_array()->at(0).string_or("sha256"), "22");
    EXPECT_EQ(list->as_array()->at(1).string_or("sha256"), "33");
    EXPECT_EQ(list->as_array()->at(2).string_or("name"), "evil\\x0D\\x0A.txt");
}

TEST(Record, HoldsAllRecipientsOfMailThatLeaves) {
    const Recorded few("anna", 300);
    EXPECT_EQ(few.event.detail.find("recipients")->as_array()->size(), 300U);
    const Recorded many("anna", 1'200);
    EXPECT_EQ(many.event.detail.find("recipients")->as_array()->size(), 1'000U);
    EXPECT_EQ(many.event.detail.int_or("recipient_count"), 1'200);
}

TEST(Record, MailFromOutsideIsNobodys) {
    const Recorded seen("", 300);
    EXPECT_EQ(seen.event.account, "");
    EXPECT_EQ(seen.event.host, "");
    EXPECT_EQ(seen.event.detail.find("attachments"), nullptr);
    EXPECT_EQ(seen.event.detail.find("recipients")->as_array()->size(), 100U);
}

}  // namespace
}  // namespace sekisho::milter
