// Real mails, mutated mails, and the tree of one golden mail.
#include <gtest/gtest.h>

#include <algorithm>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <random>
#include <sstream>

#include "base/hash.h"
#include "base/text.h"
#include "scanner/mime/formats.h"
#include "scanner/testing.h"

namespace sekisho::scanner::mime {
namespace {

using namespace std::string_view_literals;

namespace fs = std::filesystem;

fs::path corpus() {
    const char* set = std::getenv("SEKISHO_CORPUS");
    return set != nullptr ? fs::path(set) : fs::path(SEKISHO_SOURCE_DIR) / "../shared/corpus";
}

std::string read_file(const fs::path& path) {
    std::ifstream file(path, std::ios::binary);
    std::ostringstream out;
    out << file.rdbuf();
    return out.str();
}

// All parts below a message, nested messages opened as well; digest -> name.
struct Seen {
    std::vector<std::pair<std::string, std::string>> parts;
    std::size_t findings = 0;
};

void open_all(base::Bytes bytes, int depth, Seen& seen) {
    TestExtraction extraction({}, bytes.size());
    message_format.open(test_part(bytes), extraction);
    seen.findings += extraction.findings().all().size();
    for (const TestChild& child : extraction.children) {
        seen.parts.emplace_back(base::hex(base::sha256(child.bytes)).substr(0, 16), child.spec.name);
        const bool is_mail = child.spec.claimed_type == "message/rfc822";
        if (is_mail && depth > 0 && looks_like_message(child.bytes, true))
            open_all(child.bytes, depth - 1, seen);
    }
}

struct Expected {
    std::string name;
    std::string digest;
};

// "...;attachments=a.png:1325:68aa843030f8c6ad,b.png:...;truth=..."
std::vector<Expected> attachments_of(const std::string& row) {
    std::vector<Expected> out;
    const std::string key = "attachments=";
    const std::size_t at = row.find(key);
    if (at == row.npos) return out;
    const std::string list = row.substr(at + key.size(), row.find(";truth", at) - at - key.size());
    for (const std::string_view item : base::split(list, ',')) {
        const auto fields = base::split(item, ':');
        if (fields.size() < 3) continue;
        out.push_back({std::string(fields.front()), std::string(fields.back().substr(0, 16))});
    }
    return out;
}

TEST(MimeCorpus, EachAttachmentThatAnIndependentParserSeesIsAmongOurParts) {
    std::ifstream manifest(corpus() / "manifest.tsv");
    if (!manifest) GTEST_SKIP() << "the corpus of real files is not there: set SEKISHO_CORPUS";
    int mails = 0;
    int attachments = 0;
    for (std::string row; std::getline(manifest, row);) {
        if (!row.starts_with("mail-parser/")) continue;
        const std::string path = row.substr(0, row.find('\t'));
        const std::string bytes = read_file(corpus() / path);
        Seen seen;
        open_all(base::as_bytes(bytes), 8, seen);
        ++mails;
        for (const Expected& wanted : attachments_of(row)) {
            const bool found = std::ranges::any_of(
                seen.parts, [&](const auto& part) { return part.first == wanted.digest; });
            EXPECT_TRUE(found) << path << ": " << wanted.name;
            ++attachments;
        }
    }
    EXPECT_GT(mails, 50);
    EXPECT_GT(attachments, 50);
}

// Everything that the room does, in one mail.
std::string everything() {
    return "Received: from x by y;\r\n Mon\r\nFrom: =?utf-8?Q?a=C3=A9?= <a@b>\r\nSubject: "
           "=?ISO-2022-JP?B?GyRCQEE=?=\r\n"
           " =?ISO-2022-JP?B?NWE9cRsoQg==?=\r\nMIME-Version: 1.0\r\nContent-Type: multipart/mixed;\r\n "
           "boundary=\"a b\"\r\n\r\n"
           "preamble\r\n--a b\r\nContent-Type: multipart/alternative; boundary*0=c; boundary*1=d\r\n\r\n"
           "--cd\r\nContent-Type: text/plain; charset=utf-8\r\nContent-Transfer-Encoding: "
           "quoted-printable\r\n\r\n"
           "caf=C3=A9 =\r\nx\r\nbegin 644 cat.txt\r\n#0V%T\r\n`\r\nend\r\n--cd\r\nContent-Type: "
           "text/html\r\n\r\n<b>x</b>\r\n--cd--\r\n"
           "--a b\r\nContent-Type: application/zip; name*=utf-8''%E8%AB%8B.zip\r\nContent-Transfer-Encoding: "
           "base64\r\n"
           "\r\nUEsDBAoAAAAAAA==\r\nUEsD*BA==\r\n--a b\r\nContent-Type: message/rfc822\r\n\r\nFrom: "
           "x\r\n\r\nhello\r\n"
           "--a b\r\nContent-Transfer-Encoding: x-uuencode\r\n\r\nbegin 644 d\r\n#0V%T\r\n`\r\nend\r\n--a "
           "b\r\n"
           "Content-Transfer-Encoding: what\r\n\r\nx\r\n--a b--\r\nepilogue\r\n";
}

TEST(MimeProperty, MutatedMailsNeverCrash) {
    std::vector<std::string> seeds{everything()};
    if (fs::exists(corpus() / "mail-parser")) {
        for (const auto& entry : fs::recursive_directory_iterator(corpus() / "mail-parser")) {
            if (entry.is_regular_file() && entry.file_size() < 8'000)
                seeds.push_back(read_file(entry.path()));
        }
    }
    std::mt19937 random(7);
    const std::string_view marks = "\r\n-:;=\"\\()\0\x1B?'*% \t.b"sv;
    for (int i = 0; i < 3'000; ++i) {
        std::string mail = seeds[random() % seeds.size()];
        if (random() % 3 == 0) mail.resize(random() % (mail.size() + 1));
        for (auto n = random() % 8; n > 0 && !mail.empty(); --n) {
            const std::size_t at = random() % mail.size();
            switch (random() % 4) {
                case 0:
                    mail[at] = static_cast<char>(mail[at] ^ static_cast<char>(1u << random() % 8));
                    break;
                case 1:
                    mail[at] = marks[random() % marks.size()];
                    break;
                case 2:
                    mail.erase(at, random() % 40);
                    break;
                default:
                    mail.insert(at, mail.substr(random() % mail.size(), random() % 60));
                    break;
            }
        }
        Seen seen;
        open_all(base::as_bytes(mail), 4, seen);
        (void)looks_like_message(base::as_bytes(mail), false);
        (void)multipart_format.recognise(base::as_bytes(mail), "");
    }
}

TEST(MimeProperty, TruncatedAtEveryByte) {
    const std::string mail = everything();
    for (std::size_t n = 0; n <= mail.size(); ++n) {
        Seen seen;
        open_all(base::as_bytes(mail).first(n), 4, seen);
    }
}

TEST(MimeGolden, EverythingInOneMail) {
    const std::string mail = everything();
    TestExtraction extraction;
    message_format.open(test_part(base::as_bytes(mail)), extraction);
    std::string tree = extraction.message().subject + "\n";
    for (const TestChild& child : extraction.children) {
        tree +=
            child.spec.name + "|" + child.spec.claimed_type + "|" + std::to_string(child.bytes.size()) + "\n";
    }
    for (const model::Finding& finding : extraction.findings().all())
        tree += finding.id + ": " + finding.evidence + "\n";
    EXPECT_EQ(tree,
              "請求書\n"
              "|text/plain|41\n"
              "cat.txt||3\n"
              "|text/html|8\n"
              "請.zip|application/zip|14\n"
              "請.zip|application/zip|15\n"  // skips padding
              "請.zip|application/zip|10\n"  // stops at padding
              "請.zip|application/zip|13\n"  // stops at garbage
              "|message/rfc822|16\n"
              "d||3\n"
              "||26\n"  // as it stands
              "||1\n"
              "mime.ambiguous.boundary.rfc2231: boundary*0=c; boundary*1=d\n"
              "mime.ambiguous.boundary.rfc2231: boundary*1=d\n"
              "mime.ambiguous.encoding.unknown: x-uuencode\n"
              "mime.ambiguous.encoding.unknown: what\n"
              "mime.ambiguous.text.uuencode: cat.txt\n"
              "mime.ambiguous.base64.garbage: 請.zip\n"
              "mime.ambiguous.base64.padding: 請.zip\n");
}

}  // namespace
}  // namespace sekisho::scanner::mime
