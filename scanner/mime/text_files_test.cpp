#include "scanner/mime/text_files.h"

#include <gtest/gtest.h>

#include <random>
#include <string>

#include "scanner/mime/formats.h"
#include "scanner/mime/testing_programs.h"
#include "scanner/testing.h"

namespace sekisho::scanner::mime {
namespace {

std::string sample(std::size_t bytes) {
    std::mt19937 random(7);  // NOLINT: the same each time
    std::string out;
    while (out.size() < bytes)
        out += static_cast<char>(random());
    return out;
}

Part text_part(const std::string& bytes, std::string opened_by, std::string name = {}) {
    Part part = test_part(base::as_bytes(bytes), std::move(name));
    part.opened_by = std::move(opened_by);
    part.type = "text/plain";
    return part;
}

TEST(EncodedText, FilesOfOtherProgramsComeOutByteExact) {
    const Scratch scratch;
    const std::string data = sample(20'000);
    scratch.write("data.bin", data);
    // The last one has a joke of its author's in place of the line that is meant to stand first.
    struct Row {
        const char* command;
        const char* opened_by;
    };
    for (const Row& row :
         {Row{"uuencode data.bin a.exe", "uuencode"}, Row{"uuencode -m data.bin a.exe", "uuencode"},
          Row{"uuenview -x -o data.bin >/dev/null; cat data.00*", "uuencode"},
          Row{"uuenview -y -o data.bin >/dev/null; cat data.00*", "yenc"},
          Row{"macstream -d data.bin > m; binhex m | sed '1s/.*/(This file must be converted with BinHex "
              "4.0)/'",
              "binhex"}}) {
        scratch.run("rm -f data.0*; (" + std::string(row.command) + ") > out");
        for (const std::string& before : {std::string(), std::string("Some words before it.\r\n\r\n")}) {
            const std::string file = before + scratch.read("out");
            TestExtraction extraction;
            open_encoded_text(text_part(file, "zip"), extraction);
            ASSERT_EQ(extraction.children.size(), 1u) << row.command;
            EXPECT_EQ(extraction.children[0].text(), data) << row.command;
            EXPECT_EQ(extraction.children[0].spec.opened_by, row.opened_by);
            EXPECT_FALSE(extraction.children[0].spec.flags.has(PartFlag::damaged)) << row.command;
        }
    }
}

TEST(EncodedText, OfAMailIsOpenedWithIt) {
    const std::string file = "begin 644 cat.txt\n#0V%T\n`\nend\n";
    for (const auto& [opened_by, children] :
         {std::pair{"mime", 0u}, std::pair{"charset", 0u}, std::pair{"input", 1u}, std::pair{"tnef", 1u},
          std::pair{"uuencode", 1u}}) {
        TestExtraction extraction;
        open_encoded_text(text_part(file, opened_by), extraction);
        EXPECT_EQ(extraction.children.size(), children) << opened_by;
    }
}

// A mail with the file as an attachment of any type and encoding.
TEST(EncodedText, AttachmentsOfAnyTypeAreOpened) {
    const std::string uu64 =
        "U29tZSB3b3Jkcy4KYmVnaW4gNjQ0IGNhdC50eHQKIzBWJVQKYAplbmQK";  // "Some words.\nbegin 644 ..."
    for (const char* type :
         {"application/octet-stream", "text/plain", "application/x-uuencode", "image/png"}) {
        const std::string mail = std::string("Subject: x\nMIME-Version: 1.0\nContent-Type: ") + type +
                                 "; name=\"a.uue\"\nContent-Transfer-Encoding: base64\n\n" + uu64 + "\n";
        TestExtraction extraction;
        const Part part = test_part(base::as_bytes(mail));
        message_format.open(part, extraction);
        bool found = false;
        for (const TestChild& child : extraction.children)
            found = found || (child.text() == "Cat" && child.spec.name == "cat.txt");
        EXPECT_TRUE(found) << type;
        const bool shown =
            std::string_view(type) == "text/plain" || std::string_view(type) == "application/x-uuencode";
        EXPECT_EQ(extraction.findings().has("mime.ambiguous.text.uuencode"), shown) << type;
    }
}

TEST(EncodedText, BareBinHexIsToldByItsName) {
    const Scratch scratch;
    scratch.write("data.bin", "inside");
    scratch.run("macstream -d data.bin > m; binhex m | sed '/must be converted/d' | sed '/^$/d' > out");
    const std::string file = scratch.read("out");
    for (const auto& [name, children] : {std::pair{"a.hqx", 1u}, std::pair{"a.txt", 0u}}) {
        TestExtraction extraction;
        open_encoded_text(text_part(file, "zip", name), extraction);
        ASSERT_EQ(extraction.children.size(), children) << name;
    }
}

TEST(EncodedText, StepsAreCharged) {
    model::ScanLimits limits;
    limits.max_steps = 10;
    TestExtraction extraction(limits);
    const std::string file = "begin 644 cat.txt\n#0V%T\n`\nend\n";
    open_encoded_text(text_part(file, "zip"), extraction);
    EXPECT_EQ(extraction.budget().reached(), std::vector<std::string>{"limit.steps"});
    EXPECT_TRUE(extraction.children.empty());
}

TEST(Yenc, IsToldByItsFirstLine) {
    const auto known = [](const std::string& text) {
        return yenc_format.recognise(base::as_bytes(text), {}) > no_match;
    };
    const std::string line = "=ybegin line=128 size=3 name=cat.txt\n";
    EXPECT_TRUE(known(line));
    EXPECT_TRUE(known("words\r\n" + line));
    EXPECT_TRUE(known(std::string(4'000, 'x') + "\n" + line));
    EXPECT_FALSE(known(std::string(4'096, 'x') + "\n" + line));
    EXPECT_FALSE(known("words " + line));
    EXPECT_FALSE(known("=ybegin is a word of yEnc\n"));
    EXPECT_FALSE(known("=ybegin line=128 size=3\nname=x"));
    EXPECT_FALSE(known(""));
}

}  // namespace
}  // namespace sekisho::scanner::mime
