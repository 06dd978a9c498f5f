#include "scanner/mime/mailbox.h"

#include <gtest/gtest.h>

#include <random>
#include <string>
#include <vector>

#include "scanner/mime/recognise.h"
#include "scanner/mime/testing_programs.h"
#include "scanner/testing.h"

namespace sekisho::scanner::mime {
namespace {

const std::string first = "Received: from a\nFrom: a@b\nSubject: one\n\nhello\n";
const std::string second = "Message-ID: <2@b>\nFrom: a@b\n\nFrom here on it is text.\n>From quoted\n";
const std::string box =
    "From a@b Mon Jan  5 10:00:00 2026\n" + first + "\nFrom - Tue Jan  6 10:00:00 2026\n" + second;

std::vector<std::string> opened(const Format& format, const std::string& bytes, TestExtraction& extraction) {
    const Part part = test_part(base::as_bytes(bytes));
    format.open(part, extraction);
    std::vector<std::string> out;
    for (const TestChild& child : extraction.children)
        out.emplace_back(child.text());
    return out;
}
std::vector<std::string> opened(const Format& format, const std::string& bytes) {
    TestExtraction extraction;
    return opened(format, bytes, extraction);
}

TEST(Mbox, EachMailIsAPart) {
    EXPECT_EQ(opened(mbox_format, box), (std::vector<std::string>{first, second}));
    std::string crlf;
    for (const char c : box)
        crlf += c == '\n' ? std::string("\r\n") : std::string(1, c);
    const auto mails = opened(mbox_format, crlf);
    ASSERT_EQ(mails.size(), 2u);
    EXPECT_TRUE(mails[0].ends_with("hello\r\n"));
    TestExtraction extraction;
    (void)opened(mbox_format, box, extraction);
    EXPECT_EQ(extraction.children[1].spec.name, "mail-2.eml");
    EXPECT_GT(recognise_message(base::as_bytes(first), "mail-1.eml"), no_match);
}

TEST(Mbox, PythonWritesAndReadsTheSame) {
    const Scratch scratch;
    scratch.run(
        "/usr/bin/python3 -c \"import mailbox\n"
        "box = mailbox.mbox('box')\n"
        "for i in range(20):\n"
        "    m = mailbox.mboxMessage(); m['Message-ID'] = '<%d@b>' % i; m['From'] = 'a@b'\n"
        "    m.set_payload('text %d\\nFrom the heart\\n' % i); box.add(m)\n"
        "box.flush()\n"
        "for i, m in enumerate(box): open('%d' % i, 'w').write(m.as_string())\"");
    const auto mails = opened(mbox_format, scratch.read("box"));
    ASSERT_EQ(mails.size(), 20u);
    for (std::size_t i = 0; i < mails.size(); ++i)
        EXPECT_EQ(mails[i], scratch.read(std::to_string(i)));
}

struct Row {
    const char* why;
    std::string bytes;
    const char* name;
    bool mbox;
};
TEST(Mbox, IsToldFromOneMailAndFromText) {
    const std::string one = "From a@b Mon Jan  5\n" + first;
    const Row rows[] = {
        {"several", box, "", true},
        {"several behind blank lines", "\r\n" + box, "x", true},
        {"several behind a mark", "\xEF\xBB\xBF" + box, "x.txt", true},
        {"one mail", one, "", false},
        {"one mail by its name", one, "a.mbox", true},
        {"a file that mail programs open as one mail", box, "a.eml", false},
        {"letters", "From here on\nit is text\n\nFrom: nobody\n", "", false},
        {"text of an .mbox", "From here on\nit is text\n", "a.mbox", false},
        {"quoted", "From a@b\n" + first + "\nFrom time to time\nI write.\n", "", false},
        {"no From line", first, "a.mbox", false},
        {"empty", "", "a.mbox", false},
    };
    for (const Row& row : rows)
        EXPECT_EQ(mbox_format.recognise(base::as_bytes(row.bytes), row.name) > no_match, row.mbox) << row.why;
}

TEST(Mbox, EveryByteButTheSeparatorsIsInAMail) {
    std::mt19937 random(3);  // NOLINT: the same each time
    const std::vector<std::string> pieces{"From ", "\n",     "\r\n", "Received: x", "From: a", " ",
                                          "\r",    ">From ", "x"};
    for (int round = 0; round < 5'000; ++round) {
        std::string text;
        for (int i = 0; i < 30; ++i)
            text += pieces[random() % pieces.size()];
        MailInBox mail;
        std::size_t last = 0;
        for (std::size_t at = 0; find_mail(text, at, mail); at = mail.next) {
            const auto begin = static_cast<std::size_t>(mail.text.data() - text.data());
            ASSERT_LE(last, begin);
            ASSERT_LE(begin + mail.text.size(), mail.next);
            ASSERT_LE(mail.next - begin - mail.text.size(), 2u);
            last = mail.next;
        }
    }
}

TEST(Mbox, PartsAndStepsAreCharged) {
    std::string text;
    for (int i = 0; i < 100'000; ++i)
        text += "From a\nFrom: b\n";
    model::ScanLimits limits;
    limits.max_steps = text.size();
    limits.max_parts = 50;
    TestExtraction extraction(limits);
    (void)opened(mbox_format, text, extraction);
    EXPECT_EQ(extraction.budget().reached(), std::vector<std::string>{"limit.parts"});
}

TEST(Emlx, GivesTheMail) {
    const std::string list = "<?xml version=\"1.0\"?><plist/>\n";
    const std::string file = std::to_string(first.size()) + "       \n" + first + list;
    EXPECT_GT(emlx_format.recognise(base::as_bytes(file), ""), no_match);
    TestExtraction extraction;
    EXPECT_EQ(opened(emlx_format, file, extraction), (std::vector<std::string>{first, list}));
    EXPECT_TRUE(extraction.findings().all().empty());
    EXPECT_EQ(extraction.children[0].spec.name, "mail.eml");
}

TEST(Emlx, WrongSizesAreTold) {
    for (const std::string& size :
         {std::string("10"), std::string("99999"), std::string("18446744073709551615")}) {
        const std::string file = size + "\n" + first;
        ASSERT_GT(emlx_format.recognise(base::as_bytes(file), ""), no_match) << size;
        TestExtraction extraction;
        (void)opened(emlx_format, file, extraction);
        EXPECT_TRUE(extraction.findings().has("archive.damaged")) << size;
    }
    for (const std::string& near :
         {"x12\n" + first, "12x\n" + first, "99999999999999999999\n" + first, std::string("12\nhello\n"),
          std::string("12"), std::string(), "\n" + first})
        EXPECT_EQ(emlx_format.recognise(base::as_bytes(near), ""), no_match) << near;
}

TEST(LooseMail, BeginsBehindMarksAndBlankLines) {
    for (const std::string& junk :
         {std::string("\xEF\xBB\xBF"), std::string("\r\n\n"), std::string("\xEF\xBB\xBF \t\n")}) {
        const std::string file = junk + first;
        EXPECT_GT(loose_mail_format.recognise(base::as_bytes(file), "a.dat"), no_match);
        EXPECT_EQ(loose_mail_format.recognise(base::as_bytes(file), "a.eml"), no_match);
        EXPECT_EQ(opened(loose_mail_format, file), std::vector<std::string>{first});
    }
    for (const std::string& other :
         {first, " " + first, std::string("\n\n"), "\n\nhello\n" + first, std::string()})
        EXPECT_EQ(loose_mail_format.recognise(base::as_bytes(other), "a.dat"), no_match) << other;
}

}  // namespace
}  // namespace sekisho::scanner::mime
