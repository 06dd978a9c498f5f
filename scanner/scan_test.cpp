// The core with formats of the test's own: order, budget, faults. Real formats are tested in their rooms and,
// all together, in tests/scan/.
#include "scanner/scan.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <stdexcept>

#include "base/text.h"
#include "scanner/format.h"
#include "scanner/text_of.h"

namespace sekisho::scanner {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;

// "BOX:" and members separated by '|': each member is a child.
Confidence is_box(base::Bytes head, std::string_view) {
    return base::as_text(head).starts_with("BOX:") ? sure_match : no_match;
}
void open_box(const Part& part, Extraction& extraction) {
    for (const std::string_view member : base::split(base::as_text(part.bytes.subspan(4)), '|')) {
        const std::string_view name = member.substr(0, member.find('='));
        const std::string_view body = member.substr(std::min(member.size(), name.size() + 1));
        if (!extraction.add_child({.name = std::string(name), .opened_by = "box"}, base::as_bytes(body)))
            return;
    }
}
constexpr Format box_format{
    .name = "box", .type = "application/x-box", .extensions = "box", .recognise = is_box, .open = open_box};

// "LOCK:<password>": opened when the password is among the candidates.
Confidence is_lock(base::Bytes head, std::string_view) {
    return base::as_text(head).starts_with("LOCK:") ? sure_match : no_match;
}
Turn lock_turn(const Part&) { return Turn::locked; }
void open_lock(const Part& part, Extraction& extraction) {
    const std::string_view wanted = base::as_text(part.bytes.subspan(5));
    for (const PasswordCandidate& candidate : extraction.passwords().ranked()) {
        if (candidate.text != wanted) continue;
        extraction.message().subject = "files, pw " + candidate.text;
        (void)extraction.add_child({.name = "opened",
                                    .opened_by = "lock",
                                    .unlocked_by = candidate.label(),
                                    .password = candidate.text},
                                   base::as_bytes("inside"));
        return;
    }
    extraction.findings().add("archive.encrypted.unopened", part.id);
}
constexpr Format lock_format{.name = "lock",
                             .type = "application/x-lock",
                             .extensions = "",
                             .recognise = is_lock,
                             .turn = lock_turn,
                             .open = open_lock};

// "SELF" holds itself twice, for ever.
Confidence is_self(base::Bytes head, std::string_view) {
    return base::as_text(head) == "SELF" ? sure_match : no_match;
}
void open_self(const Part& part, Extraction& extraction) {
    for (int i = 0; i < 2; ++i) {
        if (!extraction.add_child({.opened_by = "self"}, part.bytes)) return;
    }
}
constexpr Format self_format{
    .name = "self", .type = "application/x-self", .extensions = "", .recognise = is_self, .open = open_self};

// "THROW" and "MEMORY" are parsers with a bug.
Confidence is_bug(base::Bytes head, std::string_view) {
    return base::as_text(head) == "THROW" || base::as_text(head) == "MEMORY" ? sure_match : no_match;
}
void open_bug(const Part& part, Extraction&) {
    if (base::as_text(part.bytes) == "MEMORY") throw std::bad_alloc();
    throw std::logic_error("a bug");
}
constexpr Format bug_format{
    .name = "bug", .type = "application/x-bug", .extensions = "", .recognise = is_bug, .open = open_bug};

Confidence is_text(base::Bytes, std::string_view) { return weak_match; }
Turn text_turn(const Part&) { return Turn::light; }
constexpr Format text_format{.name = "text",
                             .type = "text/plain",
                             .extensions = "txt",
                             .recognise = is_text,
                             .turn = text_turn,
                             .risky = false};

constexpr std::array all_formats{&box_format, &lock_format, &self_format, &bug_format, &text_format};

void words_are_passwords(std::string_view text, std::string_view place, Passwords& out) {
    for (const std::string_view word : base::split(text, ' ')) {
        out.add({std::string(word), PasswordSource::keyword, "en", std::string(place)});
    }
}

void words_if_of_zip(std::span<const NamedText> texts, Passwords& out) {
    if (std::ranges::none_of(texts, [](const NamedText& text) { return text.utf8.contains("zip"); })) return;
    for (const NamedText& text : texts)
        words_are_passwords(text.utf8, text.place, out);
}

const Rooms fake_rooms{all_formats, {.text = words_are_passwords, .for_others = words_if_of_zip}};

// Sees everything, matches "evil".
class WordEngine final : public Engine {
public:
    const model::RuleTable& table() const override { return table_; }
    void scan(const Stretches& bytes, const RuleFacts& facts, model::PartId part, std::chrono::milliseconds,
              Findings& findings) override {
        seen.push_back(facts.filepath);
        if (base::as_text(bytes.all().front().bytes) == "evil") findings.add("yara.evil", part);
    }
    std::vector<std::string> seen;

private:
    model::RuleTable table_;
};

model::WorkerReport scan_text(std::string_view text, model::ScanRequest request = {},
                              WordEngine engine = {}) {
    request.kind = model::InputKind::file;
    return scan(request, base::as_bytes(text), fake_rooms, engine);
}

std::vector<std::string> ids(const model::WorkerReport& report) {
    std::vector<std::string> out;
    for (const auto& finding : report.findings) {
        out.push_back(finding.id);
    }
    return out;
}

TEST(Scan, PlainTextIsCleanCompleteAndNotRisky) {
    const auto report = scan_text("hello");
    EXPECT_THAT(ids(report), IsEmpty());
    EXPECT_TRUE(report.complete);
    EXPECT_FALSE(report.risky);
    ASSERT_EQ(report.parts.size(), 1U);
    EXPECT_EQ(report.parts[0].type, "text/plain");
    EXPECT_EQ(report.parts[0].sha256, "");
}

TEST(Scan, ChildrenCarryPathsAndAreAllRuledOn) {
    const auto report = scan_text("BOX:a.txt=evil|b.box=BOX:c=evil");
    EXPECT_EQ(report.parts.size(), 4U);
    EXPECT_EQ(report.parts[1].path, "file/1:a.txt");
    EXPECT_EQ(report.parts[3].path, "file/2:b.box/1:c");
    EXPECT_EQ(report.parts[3].parent, 2U);
    EXPECT_EQ(report.parts[3].sha256.size(), 64U);
    EXPECT_THAT(ids(report), ElementsAre("yara.evil", "yara.evil"));
    EXPECT_TRUE(report.risky);
}

class Settler final : public MailJudge {
public:
    model::TextKey judge(const MailView&, Budget&, Findings& findings) const override {
        findings.add("link.mismatch", 0);
        return 0;
    }
    void settle(std::vector<model::Finding>& findings) const override {
        for (model::Finding& finding : findings) {
            if (finding.id == "archive.encrypted.unopened") finding.id = "archive.encrypted.unlocked";
        }
    }
};

TEST(Scan, FindingsAreSettledInTheEndOfFilesToo) {
    model::ScanRequest request;
    request.kind = model::InputKind::file;
    WordEngine engine;
    const Settler settler;
    const auto report =
        scan(request, base::as_bytes("LOCK:x"), fake_rooms, engine, nullptr, nullptr, {}, &settler);
    EXPECT_THAT(ids(report), ElementsAre("archive.encrypted.unlocked"));
    EXPECT_TRUE(report.complete) << "what the finding has become counts";
}

// Opens a part whose text would be a box.
void open_typed(const Part&, Extraction& extraction) {
    (void)extraction.add_child({.type = "text/plain", .opened_by = "typed"}, base::as_bytes("BOX:a=evil"));
}
Confidence is_typed(base::Bytes head, std::string_view) {
    return base::as_text(head) == "TYPED" ? sure_match : no_match;
}
constexpr Format typed_format{.name = "typed",
                              .type = "application/x-typed",
                              .extensions = "",
                              .recognise = is_typed,
                              .open = open_typed};

TEST(Scan, WhoeverAddsAChildMaySayItsType) {
    constexpr std::array formats{&box_format, &typed_format, &text_format};
    model::ScanRequest request;
    request.kind = model::InputKind::file;
    WordEngine engine;
    const auto report = scan(request, base::as_bytes("TYPED"), Rooms{formats, {}}, engine);
    ASSERT_EQ(report.parts.size(), 2U);
    EXPECT_EQ(report.parts[1].type, "text/plain");
}

TEST(Scan, LocksAreOpenedAfterEveryTextWasRead) {
    const auto report = scan_text("BOX:a=LOCK:s3cret|b.txt=the password is s3cret");
    EXPECT_EQ(report.message.subject, "files, pw ***");
    ASSERT_EQ(report.parts.size(), 4U);
    EXPECT_EQ(report.parts[3].path, "file/1:a/1:opened");
    EXPECT_THAT(report.parts[3].flags, ElementsAre("unlocked by keyword en, mail text"));
    EXPECT_TRUE(report.complete);
}

TEST(Scan, PasswordsOfOtherMailsOpenLocks) {
    model::ScanRequest request;
    request.earlier = {{"s3cret", "keyword ja, mail text line 2"}};
    const auto report = scan_text("BOX:a=LOCK:s3cret", request);
    ASSERT_EQ(report.parts.size(), 3U);
    EXPECT_THAT(report.parts[2].flags, ElementsAre("unlocked by earlier mail, keyword ja, mail text line 2"));
}

// For other mails alone where it was asked for, and the mail speaks of files.
TEST(Scan, PasswordsAreToldForOtherMails) {
    model::ScanRequest request;
    EXPECT_TRUE(scan_text("BOX:a=the zip: s3cret", request).passwords.empty());
    request.want_passwords = true;
    EXPECT_TRUE(scan_text("BOX:a=it is s3cret", request).passwords.empty());
    const auto report = scan_text("BOX:a=the zip|b=wants s3cret", request);
    EXPECT_THAT(report.passwords, ElementsAre(model::MailedPassword{"the", "keyword en, mail text"},
                                              model::MailedPassword{"zip", "keyword en, mail text"},
                                              model::MailedPassword{"wants", "keyword en, text 2"},
                                              model::MailedPassword{"s3cret", "keyword en, text 2"}));
    std::string many = "BOX:a=zip";
    for (int i = 0; i < 100; ++i)
        many += " word" + std::to_string(i);
    EXPECT_EQ(scan_text(many, request).passwords.size(), 20U);
}

TEST(Scan, ALockWithoutItsPasswordIsNotClean) {
    const auto report = scan_text("BOX:a=LOCK:s3cret|b.txt=no idea");
    EXPECT_THAT(ids(report), ElementsAre("archive.encrypted.unopened"));
    EXPECT_FALSE(report.complete);
}

TEST(Scan, ConfiguredPasswordsAreTried) {
    EXPECT_TRUE(scan_text("LOCK:known", {.passwords = {"known"}}).complete);
}

// The box is found behind the text, opened, and not looked for once more where its own members lie.
TEST(Scan, WhatStandsBehindAPartIsOpened) {
    constexpr std::array kinds{
        EmbeddedKind{.type = "application/x-box", .signature = "BOX:", .extent = [](base::Bytes tail) {
                         return tail.size();
                     }}};
    Rooms rooms = fake_rooms;
    rooms.embedded = kinds;
    WordEngine engine;
    const model::ScanRequest request{.kind = model::InputKind::file};
    const auto report = scan(request, base::as_bytes("hello BOX:a=evil|b=BOX:c=x"), rooms, engine);
    ASSERT_EQ(report.parts.size(), 5U);
    EXPECT_EQ(report.parts[1].path, "file/1:+0x6");
    EXPECT_EQ(report.parts[1].opened_by, "embedded");
    EXPECT_EQ(report.parts[2].path, "file/1:+0x6/1:a");
    EXPECT_EQ(report.parts[4].path, "file/1:+0x6/2:b/1:c");
    EXPECT_THAT(ids(report), ElementsAre("type.polyglot", "yara.evil"));
    EXPECT_TRUE(report.risky);
}

TEST(Scan, WhatHoldsItselfEndsByTheBudget) {
    model::ScanRequest request;
    request.limits.max_parts = 500;
    const auto report = scan_text("SELF", request);
    EXPECT_LE(report.parts.size(), 500U);
    EXPECT_FALSE(report.complete);
    EXPECT_THAT(report.limits, testing::Contains("limit.depth"));
    EXPECT_THAT(ids(report), testing::Contains("limit.depth"));
}

TEST(Scan, TenThousandMembersStayWithinTheLimit) {
    std::string box = "BOX:";
    for (int i = 0; i < 12'000; ++i)
        box += "n=x|";
    const auto report = scan_text(box);
    EXPECT_EQ(report.parts.size(), model::ScanLimits().max_parts);
    EXPECT_THAT(report.limits, ElementsAre("limit.parts"));
    EXPECT_FALSE(report.complete);
}

TEST(Scan, ABugCostsItsPartAlone) {
    const auto report = scan_text("BOX:a=THROW|b=MEMORY|c=evil");
    EXPECT_THAT(ids(report), testing::UnorderedElementsAre("scan.failed", "limit.memory", "yara.evil"));
    EXPECT_FALSE(report.complete);
}

TEST(Scan, ASkippedPartIsLeftAloneAndItsSiblingsAreScanned) {
    WordEngine engine;
    model::ScanRequest request{.kind = model::InputKind::file, .skip_parts = {"file/1:a"}};
    const auto report = scan(request, base::as_bytes("BOX:a=THROW|b=evil"), fake_rooms, engine);
    EXPECT_THAT(ids(report), ElementsAre("yara.evil"));
    EXPECT_THAT(report.parts[1].flags, ElementsAre("skipped"));
    EXPECT_THAT(engine.seen, testing::Not(testing::Contains("file/1:a")));
}

TEST(Scan, TimeThatRanOutInTheQueueIsALimit) {
    WordEngine engine;
    model::ScanRequest request{.kind = model::InputKind::file};
    const auto report = scan(request, base::as_bytes("BOX:a=evil"), fake_rooms, engine, nullptr, nullptr,
                             request.limits.max_time);
    EXPECT_THAT(ids(report), ElementsAre("limit.time"));
    EXPECT_FALSE(report.complete);
}

TEST(Scan, FindingsBeyondTheLimitAreCountedAsALimit) {
    std::string box = "BOX:";
    for (int i = 0; i < 50; ++i)
        box += "n=evil|";
    model::ScanRequest request;
    request.limits.max_findings = 10;
    const auto report = scan_text(box, request);
    EXPECT_EQ(report.findings.size(), 11U);
    EXPECT_EQ(report.findings.back().id, "limit.findings");
    EXPECT_FALSE(report.complete);
}

TEST(Scan, NamesThatLieAreFound) {
    const auto report = scan_text("BOX:picture.txt=BOX:a=b");
    EXPECT_THAT(ids(report), ElementsAre("type.mismatch"));
}

}  // namespace

}  // namespace sekisho::scanner
