#include "model/combinations.h"

#include <gmock/gmock.h>

#include <algorithm>

#include "base/text.h"

namespace sekisho::model {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;

constexpr PartId none = 99;

// message 0: part 1 a ZIP that holds 2, part 3 a forwarded mail with 4, part 5 a picture.
WorkerReport report_of(std::initializer_list<std::pair<const char*, PartId>> findings) {
    WorkerReport report;
    const std::pair<const char*, PartId> parts[] = {{"message/rfc822", none},  {"application/zip", 0},
                                                    {"application/msword", 1}, {"message/rfc822", 0},
                                                    {"application/zip", 3},    {"image/png", 0}};
    for (const auto& [type, parent] : parts) {
        PartSummary part;
        part.id = static_cast<PartId>(report.parts.size());
        part.type = type;
        if (parent != none) part.parent = parent;
        report.parts.push_back(std::move(part));
    }
    for (const auto& [id, part] : findings)
        report.findings.push_back({.id = id, .part = part, .evidence = {}});
    return report;
}

std::vector<std::string> combined(std::initializer_list<std::pair<const char*, PartId>> findings) {
    std::vector<std::string> out;
    for (const Finding& finding : combine(report_of(findings), [](const Finding&) { return true; }))
        out.push_back(finding.id + " on " + std::to_string(finding.part));
    return out;
}

TEST(Combine, OnlyWithinOneAttachment) {
    EXPECT_THAT(combined({{"archive.encrypted.unlocked", 1}, {"file.script", 2}}),
                ElementsAre("combo.unlocked.active on 2"));
    EXPECT_THAT(combined({{"archive.encrypted.unlocked", 1}, {"file.script", 4}}), IsEmpty());
    EXPECT_THAT(combined({{"archive.encrypted.unlocked", 4}, {"file.script", 3}}), IsEmpty());
    EXPECT_THAT(combined({{"archive.encrypted.unlocked", 1}, {"file.script", 5}}), IsEmpty());
}

TEST(Combine, OneListIsNotEnough) {
    EXPECT_THAT(combined({}), IsEmpty());
    EXPECT_THAT(combined({{"file.script", 2}, {"file.executable", 2}}), IsEmpty());
    EXPECT_THAT(combined({{"office.vba.autoexec", 2}, {"office.vba.write", 2}}), IsEmpty());
}

TEST(Combine, EachCountsOnce) {
    EXPECT_THAT(combined({{"office.vba.autoexec", 2},
                          {"office.vba.exec", 2},
                          {"office.vba.autoexec", 4},
                          {"office.vba.download", 4}}),
                ElementsAre("combo.autoexec.launch on 2"));
}

TEST(Combine, PartsThatAreNotThereAreOneAttachmentOfTheirOwn) {
    EXPECT_THAT(combined({{"office.vba.autoexec", none}, {"office.vba.exec", none}}),
                ElementsAre("combo.autoexec.launch on 99"));
}

// Facts of the mail lie on the mail, what they are about on an attachment.
TEST(Combine, FactsOfTheMailMeetItsAttachments) {
    EXPECT_THAT(
        combined({{"mail.reply.no-thread", 0}, {"mail.reply.other-address", 0}, {"office.vba.autoexec", 2}}),
        ElementsAre("combo.spoofed-reply.active on 2"));
    EXPECT_THAT(combined({{"mail.reply.no-thread", 0},
                          {"mail.from.known-name", 0},
                          {"archive.encrypted.lone-document", 1}}),
                ElementsAre("combo.spoofed-reply.locked on 1"));
    EXPECT_THAT(combined({{"mail.reply.no-thread", 0}, {"mail.from.lookalike", 0}, {"link.executable", 0}}),
                ElementsAre("combo.spoofed-reply.link on 0"));
    EXPECT_THAT(combined({{"mail.lure.enable-content", 0}, {"office.vba.exec", 2}}),
                ElementsAre("combo.lure.macro on 2"));
    // The form of an office, which says how to enable it.
    EXPECT_THAT(combined({{"mail.lure.enable-content", 0}, {"office.macro", 2}, {"office.vba.autoexec", 2}}),
                IsEmpty());
    EXPECT_THAT(combined({{"mail.forward.no-thread", 0}, {"mail.from.known-name", 0}, {"link.archive", 0}}),
                ElementsAre("combo.spoofed-reply.download on 0"));
    EXPECT_THAT(combined({{"mail.forward.no-thread", 0}, {"link.archive", 0}, {"mail.boundary.digits", 0}}),
                IsEmpty());
    EXPECT_THAT(combined({{"mail.from.known-name", 0}, {"mail.lure.payment-change", 0}}),
                ElementsAre("combo.borrowed-name.payment on 0"));
    // A partner who does change the bank, from the address that is known.
    EXPECT_THAT(
        combined({{"mail.reply.no-thread", 0}, {"mail.lure.payment-change", 0}, {"mail.lure.urgency", 0}}),
        IsEmpty());
    // A reply from a telephone, an honest lock, a name alone.
    EXPECT_THAT(combined({{"mail.reply.no-thread", 0}, {"office.vba.autoexec", 2}}), IsEmpty());
    EXPECT_THAT(combined({{"mail.from.known-name", 0}, {"office.vba.autoexec", 2}}), IsEmpty());
    EXPECT_THAT(
        combined({{"mail.reply.no-thread", 0}, {"mail.from.known-name", 0}, {"archive.encrypted", 1}}),
        IsEmpty());
}

TEST(Combine, LureOfADocumentAndWhereItLeads) {
    EXPECT_THAT(combined({{"pdf.lure", 1}, {"link.archive", 2}}), ElementsAre("combo.pdf.lure-link on 2"));
    EXPECT_THAT(combined({{"pdf.lure", 1}, {"link.emotet-path", 2}}),
                ElementsAre("combo.pdf.lure-directory on 2"));
    EXPECT_THAT(combined({{"pdf.lure", 1}, {"link.executable", 2}}),
                ElementsAre("combo.pdf.lure-program on 2"));
    // The link of the mail's own text.
    EXPECT_THAT(combined({{"pdf.lure", 1}, {"link.archive", 0}}), IsEmpty());
    EXPECT_THAT(combined({{"html.login", 2}, {"html.encoded", 1}}),
                ElementsAre("combo.html.hidden-login on 1"));
}

// Agent Tesla's way, and the tool of an honest author.
TEST(Combine, AProgramIsJudgedByTheWayThatItComes) {
    EXPECT_THAT(combined({{"exe.unsigned", 2}, {"mail.program.document-name", 2}}),
                ElementsAre("combo.program.document-name on 2"));
    EXPECT_THAT(combined({{"exe.unsigned", 2}, {"mail.program.alone", 2}, {"mail.program.rare-archive", 2}}),
                ElementsAre("combo.program.rare-archive on 2"));
    EXPECT_THAT(combined({{"exe.anonymous", 2}, {"exe.packed", 2}, {"mail.program.alone", 2}}),
                ElementsAre("combo.program.packed on 2"));
    // Signed, or one of the files of a tool.
    EXPECT_THAT(combined({{"mail.program.document-name", 2}, {"mail.program.alone", 2}}), IsEmpty());
    EXPECT_THAT(combined({{"exe.unsigned", 2}, {"mail.program.rare-archive", 2}}), IsEmpty());
    EXPECT_THAT(combined({{"exe.unsigned", 2}, {"exe.packed", 2}, {"mail.program.alone", 2}}), IsEmpty());
}

TEST(Combine, AddInsAndPictures) {
    EXPECT_THAT(combined({{"exe.addin", 2}, {"exe.unsigned", 2}}), ElementsAre("combo.addin.unsigned on 2"));
    EXPECT_THAT(
        combined({{"office.access.startup", 2}, {"office.vba.exec", 2}, {"office.vba.obfuscated", 2}}),
        ElementsAre("combo.access.dropper on 2"));
    EXPECT_THAT(combined({{"svg.script", 2}, {"html.redirect", 2}}),
                ElementsAre("combo.svg.leads-away on 2"));
    EXPECT_THAT(combined({{"svg.script", 2}, {"link.executable", 2}}), IsEmpty());
    EXPECT_THAT(combined({{"svg.script", 2}, {"html.encoded", 1}}), IsEmpty());
}

TEST(Combinations, AreSortedAndOfKnownFindings) {
    EXPECT_TRUE(std::ranges::is_sorted(combinations(), {}, &Combination::id));
    for (const Combination& row : combinations()) {
        EXPECT_NE(find_finding(row.id), nullptr) << row.id;
        EXPECT_GE(row.all.size(), 2u) << row.id;
        for (const std::string_view globs : row.all) {
            for (const std::string_view glob : base::split(globs, ',')) {
                EXPECT_TRUE(std::ranges::any_of(
                    findings_table(),
                    [&](const FindingRow& known) { return base::matches_glob(glob, known.id); }))
                    << row.id << " " << glob;
            }
        }
    }
}

// Every combination of the table can be found.
TEST(Combinations, EachIsFulfilledByItsFirstGlobs) {
    for (const Combination& row : combinations()) {
        WorkerReport report = report_of({});
        for (const std::string_view globs : row.all) {
            const std::string_view glob = base::split(globs, ',').front();
            const auto known = std::ranges::find_if(findings_table(), [&](const FindingRow& finding) {
                return base::matches_glob(glob, finding.id);
            });
            report.findings.push_back({.id = std::string(known->id), .part = 2, .evidence = {}});
        }
        const auto found = combine(report, [](const Finding&) { return true; });
        EXPECT_TRUE(std::ranges::any_of(found, [&](const Finding& finding) { return finding.id == row.id; }))
            << row.id;
    }
}

}  // namespace
}  // namespace sekisho::model
