// Real messages of other projects' test suites, and what other readers make of them.
#include <gtest/gtest.h>

#include <algorithm>
#include <set>
#include <string>

#include "base/text.h"
#include "scanner/office/msg_test_tools.h"
#include "tests/fixtures/corpus.h"

namespace sekisho::scanner::office {
namespace {

class MsgCorpus : public testing::Test {
protected:
    void SetUp() override {
        directory_ = fixtures::corpus_directory(SEKISHO_SOURCE_DIR);
        if (directory_.empty()) GTEST_SKIP() << "no corpus of real files here (SEKISHO_CORPUS)";
    }
    std::string directory_;
};

TEST_F(MsgCorpus, AttachmentsComeOutUnderTheirNames) {
    std::size_t files = 0;
    for (const fixtures::CorpusFile& file : fixtures::corpus_files(directory_, {"msg", "msg-nested"})) {
        Opened opened(fixtures::read_whole_file(file.path));
        // This one is cut within a sector: 7-Zip does not open it at all.
        const bool cut = file.path.ends_with("unknown_properties.msg");
        EXPECT_EQ(opened.extraction.findings().all().size(), cut ? 1u : 0u) << file.path;
        const auto count = std::ranges::count(
            opened.extraction.children, std::string("msg"),
            [](const TestChild& c) { return c.spec.label.empty() ? c.spec.opened_by : std::string(); });
        EXPECT_EQ(std::to_string(count), file.value("attachments")) << file.path;
        const std::string names = file.value("names");
        for (const std::string_view name : base::split(names, ',')) {
            const bool known = name.empty() || opened.named(name) != nullptr ||
                               opened.named(std::string(name) + ".msg") != nullptr;
            EXPECT_TRUE(known) << file.path << ": " << name;
        }
        files += count > 0;
    }
    EXPECT_GT(files, 15u);
}

TEST_F(MsgCorpus, BytesAreThoseOfMsgconvert) {
    const Folder folder;
    std::size_t attachments = 0;
    for (const fixtures::CorpusFile& file : fixtures::corpus_files(directory_, {"msg", "msg-nested"})) {
        // It takes signed mails apart, which come out whole here and are mail to the next reader.
        const bool taken_apart = file.path.find("sign") != std::string::npos;
        if (file.value("attachments") == "0" || taken_apart) continue;
        Opened opened(fixtures::read_whole_file(file.path));
        opened.open_messages_within();
        std::set<std::string> hashes;
        for (const TestChild& child : opened.extraction.children)
            hashes.insert(sha256_of(child.bytes));
        const std::string listed =
            folder.run("msgconvert --outfile - '" + file.path +
                       "' 2>/dev/null | /usr/bin/python3 -c \"import email,sys,hashlib\n"
                       "for p in email.message_from_bytes(sys.stdin.buffer.read()).walk():\n"
                       "    if p.get_content_disposition() == 'attachment' and not p.is_multipart():\n"
                       "        print(hashlib.sha256(p.get_payload(decode=True)).hexdigest())\"");
        for (const std::string_view hash : base::split(base::trim(listed), '\n')) {
            if (hash.empty()) continue;
            ++attachments;
            EXPECT_TRUE(hashes.contains(std::string(hash))) << file.path;
        }
    }
    EXPECT_GT(attachments, 20u);
}

}  // namespace
}  // namespace sekisho::scanner::office
