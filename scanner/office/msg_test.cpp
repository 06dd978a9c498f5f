#include "scanner/office/msg.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <random>
#include <string>
#include <vector>

#include "scanner/office/msg_test_tools.h"
#include "tests/fixtures/documents.h"
#include "tests/fixtures/droppers.h"

namespace sekisho::scanner::office {
namespace {

TEST(Msg, GivesTextsAndAttachments) {
    const std::string body = "The password is 4711.";
    const std::string large(300'000, 'L');
    Opened opened(msg({cfb_stream("__substg1.0_0037001F", utf16le("請求書")),
                       cfb_stream("__substg1.0_0C1F001F", utf16le("a@b.example")),
                       cfb_stream("__substg1.0_007D001F", utf16le("Received: from x\r\nSubject: y\r\n")),
                       cfb_stream("__substg1.0_1000001F", utf16le(body)),
                       cfb_stream("__substg1.0_10130102", "<html>x</html>"),
                       cfb_stream("__substg1.0_10090102", "compressed"),
                       attachment(0, {cfb_stream("__substg1.0_37010102", large),
                                      cfb_stream("__substg1.0_3707001F", utf16le("請求書.js")),
                                      cfb_stream("__substg1.0_3704001F", utf16le("short.txt")),
                                      cfb_stream("__substg1.0_370E001F", utf16le("Text/X"))}),
                       attachment(1, {cfb_stream("__substg1.0_37010102", "tiny"),
                                      cfb_stream("__substg1.0_3001001E", "display.bin")})}));
    EXPECT_EQ(opened.extraction.message().subject, "請求書");
    EXPECT_EQ(opened.extraction.message().from, "a@b.example");
    const std::string_view header = opened.labelled("header")->text();
    EXPECT_TRUE(header.starts_with("(properties of the message)\n請求書\na@b.example\nReceived:")) << header;
    EXPECT_EQ(opened.labelled("body")->text(), body);
    EXPECT_EQ(opened.labelled("body")->spec.charset, "utf-8");
    EXPECT_EQ(opened.labelled("html-body")->text(), "<html>x</html>");
    EXPECT_EQ(opened.labelled("rtf-body")->text(), "compressed");
    ASSERT_NE(opened.named("請求書.js"), nullptr);
    EXPECT_EQ(opened.named("請求書.js")->text(), large);
    EXPECT_EQ(opened.named("請求書.js")->spec.claimed_type, "Text/X");
    ASSERT_NE(opened.named("display.bin"), nullptr);
    EXPECT_EQ(opened.named("display.bin")->text(), "tiny");
    EXPECT_TRUE(opened.extraction.findings().all().empty());
}

TEST(Msg, ReadsAnsiByItsCodePage) {
    Opened opened(msg({cfb_stream("__substg1.0_0037001E", "\x90\xBF\x8B\x81"),
                       cfb_stream("__substg1.0_1000001E", "\x90\xBF"),
                       attachment(0, {cfb_stream("__substg1.0_37010102", "x"),
                                      cfb_stream("__substg1.0_3707001E", "\x90\xBF.js")})},
                      32, 932));
    EXPECT_EQ(opened.extraction.message().subject, "請求");
    EXPECT_EQ(opened.labelled("body")->spec.charset, "cp932");
    EXPECT_NE(opened.named("請.js"), nullptr);
}

TEST(Msg, EmbeddedMessagesOpenAgain) {
    std::vector<CfbNode> inner{cfb_stream("__substg1.0_0037001E", "inner"),
                               cfb_stream("__substg1.0_1000001E", "inner body"),
                               attachment(0, {cfb_stream("__substg1.0_37010102", std::string(10'000, 'i')),
                                              cfb_stream("__substg1.0_3707001E", "inner.bin")})};
    for (int level = 0; level < 4; ++level)
        inner = {attachment(0, {embedded(std::move(inner)), cfb_stream("__substg1.0_3001001E", "Re: v1")})};
    Opened opened(msg(std::move(inner)));
    opened.open_messages_within();
    const TestChild* child = opened.named("inner.bin");
    ASSERT_NE(child, nullptr);
    EXPECT_EQ(child->text(), std::string(10'000, 'i'));
    EXPECT_EQ(opened.labelled("body")->text(), "inner body");
    EXPECT_EQ(std::ranges::count(opened.extraction.children, std::string("Re: v1.msg"),
                                 [](const TestChild& c) { return c.spec.name; }),
              4);
    // Each comes out at its own level alone.
    EXPECT_EQ(std::ranges::count_if(opened.extraction.children,
                                    [](const TestChild& c) { return c.text() == std::string(10'000, 'i'); }),
              1);
}

TEST(Msg, EmbeddedDocumentsAreDocuments) {
    const fixtures::VbaProject macros = fixtures::dropper_project("2021-11");
    const std::string doc = fixtures::doc_file("x", &macros);
    auto cfb = Cfb::open(base::as_bytes(doc));
    Budget budget({}, doc.size());
    // The tree of the document, once more as nodes.
    std::vector<CfbNode> nodes(cfb->entries().size());
    for (std::size_t i = nodes.size(); i-- > 1;) {
        const CfbEntry& entry = cfb->entries()[i];
        nodes[i].name = entry.name;
        nodes[i].storage = entry.kind == CfbEntry::Kind::storage;
        nodes[i].data = base::as_text(cfb->read(static_cast<std::uint32_t>(i), budget).bytes);
    }
    const auto build = [&](auto&& self, std::uint32_t parent) -> std::vector<CfbNode> {
        std::vector<CfbNode> out;
        for (std::uint32_t i = 1; i < nodes.size(); ++i) {
            if (cfb->entries()[i].parent != parent) continue;
            out.push_back(nodes[i]);
            out.back().children = self(self, i);
        }
        return out;
    };
    Opened opened(msg({attachment(0, {cfb_storage("__substg1.0_3701000D", build(build, 0)),
                                      cfb_stream("__substg1.0_3707001E", "report.doc")})}));
    const TestChild* child = opened.named("report.doc");
    ASSERT_NE(child, nullptr);
    EXPECT_FALSE(opened.has("office.macro")) << "told at the document itself";
    EXPECT_EQ(best_row(child->bytes)->type, "application/msword");
    opened.open_messages_within();
    EXPECT_TRUE(opened.has("office.macro"));
}

TEST(Msg, WhatIsElsewhereIsTold) {
    Opened opened(msg({attachment(0, {cfb_stream("__substg1.0_3707001E", "far.doc"),
                                      cfb_stream("__substg1.0_370D001E", "\\\\server\\far.doc")}),
                       attachment(1, {cfb_stream("__substg1.0_3707001E", "gone.doc")}), attachment(2, {})}));
    EXPECT_TRUE(opened.has("mime.external-body"));
    EXPECT_TRUE(opened.has("archive.member-skipped"));
    EXPECT_TRUE(opened.named("far.doc")->skipped);
}

TEST(Msg, OtherStreamsStillComeOut) {
    Opened opened(msg({cfb_stream("__substg1.0_8001001F", utf16le("a named property")),
                       cfb_stream("__substg1.0_007D001E", std::string(100'000, 'h')),
                       cfb_storage("__recip_version1.0_#00000000",
                                   {cfb_stream("__substg1.0_3001001F", utf16le("somebody@b.example"))}),
                       cfb_stream("odd", "a stream that has no place in a message")}));
    for (const char* label : {"ole:__substg1.0_8001001F", "ole:odd", "ole:__substg1.0_007D001E",
                              "ole:__recip_version1.0_#00000000/__substg1.0_3001001F"})
        EXPECT_NE(opened.labelled(label), nullptr) << label;
}

TEST(Msg, OtherReadersReadTheSame) {
    const std::string file = msg(
        {cfb_stream("__substg1.0_001A001E", "IPM.Note"), cfb_stream("__substg1.0_0037001E", "Subject"),
         cfb_stream("__substg1.0_1000001E", "Body"),
         attachment(0, {cfb_stream("__substg1.0_37010102", std::string(70'000, 'a')),
                        cfb_stream("__substg1.0_3707001E", "large.bin")}),
         attachment(1, {embedded({cfb_stream("__substg1.0_001A001E", "IPM.Note"),
                                  cfb_stream("__substg1.0_0037001E", "Inner"),
                                  attachment(0, {cfb_stream("__substg1.0_37010102", std::string(5'000, 'b')),
                                                 cfb_stream("__substg1.0_3707001E", "inner.bin")})}),
                        cfb_stream("__substg1.0_3001001E", "Inner")})});
    Opened opened(file);
    const Folder folder;
    folder.write("outer.msg", base::as_bytes(file));
    folder.write("inner.msg", opened.named("Inner.msg")->bytes);
    // 7-Zip takes compound files apart, and checks nothing but what it needs.
    folder.run("7zz x -oouter outer.msg >/dev/null && 7zz x -oinner inner.msg >/dev/null");
    folder.run("cd outer/__attach*1/__substg1.0_3701000D && diff -r . ../../../inner");
    const std::string hash = folder.run(
        "msgconvert --outfile - inner.msg | /usr/bin/python3 -c \"import email,sys,hashlib\n"
        "m=email.message_from_bytes(sys.stdin.buffer.read())\n"
        "for p in m.walk():\n"
        "    if p.get_filename(): print(p.get_filename(), "
        "hashlib.sha256(p.get_payload(decode=True)).hexdigest(), end='')\"");
    opened.open_messages_within();
    EXPECT_EQ(hash, "inner.bin " + sha256_of(opened.named("inner.bin")->bytes));
}

std::string small_message() {
    return msg(
        {cfb_stream("__substg1.0_1000001F", utf16le("body")),
         attachment(0, {cfb_stream("__substg1.0_37010102", "data"), cfb_stream("__substg1.0_3707001E", "n")}),
         attachment(1, {embedded({cfb_stream("__substg1.0_1000001E", "inner")})})});
}

TEST(MsgProperty, CutsAreTold) {
    const std::string whole = small_message();
    Opened complete(whole);
    for (std::size_t cut = 512; cut + 64 < whole.size(); cut += 37) {
        Opened opened(whole.substr(0, cut));
        if (best_row(base::as_bytes(opened.bytes))->type != "application/vnd.ms-outlook") continue;
        std::size_t flagged = 0;
        for (const TestChild& child : opened.extraction.children)
            flagged += child.truncated || child.spec.flags.has(PartFlag::truncated);
        const bool same = opened.extraction.children.size() == complete.extraction.children.size();
        EXPECT_TRUE(same || opened.has("document.damaged") || flagged > 0) << cut;
    }
}

TEST(MsgProperty, FlippedMessagesNeverCrash) {
    const std::string whole = small_message();
    std::mt19937 random(11);  // NOLINT: the same each time
    for (int round = 0; round < 600; ++round) {
        std::string bytes = whole;
        for (int i = 0; i < 6; ++i)
            bytes[8 + random() % (bytes.size() - 8)] = static_cast<char>(random());
        Opened opened(bytes);
        opened.open_messages_within();
    }
}

// An attachment whose storage has its own message as its child, and one whose sibling is itself.
TEST(MsgProperty, LoopsInTheDirectoryEnd) {
    const std::string whole = small_message();
    const std::string name = utf16le("__substg1.0_3701000D");
    const std::size_t entry = whole.find(name);
    ASSERT_NE(entry, std::string::npos);
    for (const std::size_t link : {68u, 72u, 76u}) {
        for (unsigned target = 0; target < 16; ++target) {
            std::string bytes = whole;
            bytes[entry + link] = static_cast<char>(target);
            std::fill_n(bytes.begin() + static_cast<std::ptrdiff_t>(entry + link + 1), 3, '\0');
            Opened opened(bytes);
            opened.open_messages_within();
            EXPECT_LT(opened.extraction.children.size(), 100u);
        }
    }
}

TEST(Msg, CostGrowsWithTheSizeAlone) {
    std::vector<CfbNode> children;
    for (int i = 0; i < 2'000; ++i) {
        children.push_back(cfb_storage(
            "__attach_version1.0_#" + std::to_string(10'000'000 + i),
            {embedded({cfb_stream("__substg1.0_1000001E", "x")}), cfb_stream("__substg1.0_3001001E", "n")}));
    }
    const std::string file = msg(std::move(children));
    model::ScanLimits limits;
    limits.max_steps = 60 * file.size();
    Opened opened(file, limits);
    EXPECT_TRUE(opened.extraction.budget().reached().empty());
    EXPECT_EQ(opened.extraction.children.size(), 2'000u);
}

TEST(Msg, CopiesAreChargedToTheBudget) {
    model::ScanLimits limits;
    limits.max_part_bytes = 50'000;
    Opened opened(
        msg({attachment(0, {embedded({cfb_stream("__substg1.0_1000001E", std::string(200'000, 'x'))})})}),
        limits);
    EXPECT_EQ(opened.extraction.budget().reached(), std::vector<std::string>{"limit.part-bytes"});
}

}  // namespace
}  // namespace sekisho::scanner::office
