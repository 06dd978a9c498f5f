#include "scanner/mime/content_lines.h"

#include <gtest/gtest.h>

#include <random>
#include <string>
#include <vector>

#include "scanner/mime/testing_programs.h"
#include "scanner/testing.h"

namespace sekisho::scanner::mime {
namespace {

// "label|name|type|text" of each child, and "damaged".
std::vector<std::string> opened(const std::string& lines, TestExtraction& extraction) {
    const Part part = test_part(base::as_bytes(lines));
    icalendar_format.open(part, extraction);
    std::vector<std::string> out;
    for (const TestChild& child : extraction.children) {
        std::string line = child.spec.label + "|" + child.spec.name + "|" + child.spec.claimed_type + "|";
        line += child.text();
        if (child.spec.flags.has(PartFlag::damaged)) line += "|damaged";
        out.push_back(std::move(line));
    }
    return out;
}
std::vector<std::string> opened(const std::string& lines) {
    TestExtraction extraction;
    return opened(lines, extraction);
}

struct Row {
    const char* why;
    std::string lines;
    std::vector<std::string> children;
};

TEST(ContentLines, FilesBecomeParts) {
    const Row rows[] = {
        {"iCalendar",
         "ATTACH;FMTTYPE=text/plain;ENCODING=BASE64;VALUE=BINARY;X-FILENAME=\"a;b.txt\":Q2F0\r\n",
         {"|a;b.txt|text/plain|Cat"}},
        {"folded",
         "ATTACH;ENCODING=BASE64;VALUE=BIN\r\n ARY:Q2\r\n F0Q2F0\r\n\tQ2F0\r\nSUMMARY:x\r\n",
         {"ATTACH|||CatCatCat"}},
        {"vCard 3.0", "photo;encoding=b;type=JPEG:Q2F0\n", {"photo|||Cat"}},
        {"vCard 2.1", "PHOTO;JPEG;BASE64:\n  Q2F0\n  Q2F0\n\nTEL:1\n", {"PHOTO|||CatCat"}},
        {"without folds", "KEY;ENCODING=BASE64:\nQ2F0\nQ2F0\nEND:VCARD\n", {"KEY|||CatCat"}},
        {"vCard 4.0", "PHOTO:data:image/jpeg;base64,Q2F0\n Q2F0\n", {"PHOTO||image/jpeg|CatCat"}},
        {"folded URI", "PHOTO:data:image/jpeg;ba\n se64,Q2F0\n", {"PHOTO||image/jpeg|Cat"}},
        {"item group", "item1.LOGO;ENCODING=b:Q2F0\n", {"item1.LOGO|||Cat"}},
        {"several", "A;ENCODING=b:Q2F0\nB:text\nC;ENCODING=b:Q2F0\n", {"A|||Cat", "C|||Cat"}},
        {"CR alone", "A;ENCODING=b:Q2F0\rB:text\r", {"A|||Cat"}},
        {"at the end", "A;ENCODING=b:Q2F0", {"A|||Cat"}},
        {"broken base64", "A;ENCODING=b:Q2*F0\n", {"A|||Cat|damaged"}},
        {"empty", "A;ENCODING=b:\n", {"A|||"}},
        {"URI elsewhere", "ATTACH:http://a.example/b\nATTACH;FMTTYPE=a/b:cid:x\n", {}},
        {"other URI", "PHOTO:data:image/jpeg,Q2F0\nPHOTO:data:;base64\n", {}},
        {"text", "DESCRIPTION:ATTACH\\;ENCODING=BASE64:Q2F0\n", {}},
        {"quoted colon", "X;A=\":ENCODING\";ENCODING=b:Q2F0\n", {"X|||Cat"}},
        {"no colon", "A;ENCODING=b\n b\n c\nD;ENCODING=b:Q2F0\n", {"D|||Cat"}},
        {"nothing", "", {}},
    };
    for (const Row& row : rows)
        EXPECT_EQ(opened(row.lines), row.children) << row.why;
}

TEST(ContentLines, PythonsBase64ComesOutByteExact) {
    const Scratch scratch;
    scratch.run(
        "/usr/bin/python3 -c \"import base64, os\n"
        "d = bytes(i * 7 % 256 for i in range(100000)); open('data', 'wb').write(d)\n"
        "t = 'ATTACH;ENCODING=BASE64;VALUE=BINARY;FILENAME=a.exe:' + base64.b64encode(d).decode()\n"
        "t = t[:75] + ''.join('\\r\\n ' + t[i:i+74] for i in range(75, len(t), 74))\n"
        "open('a.ics', 'w', newline='').write('BEGIN:VCALENDAR\\r\\n' + t + '\\r\\nEND:VCALENDAR\\r\\n')\"");
    EXPECT_EQ(opened(scratch.read("a.ics")), std::vector<std::string>{"|a.exe||" + scratch.read("data")});
}

TEST(ContentLines, AreToldByTheirFirstLine) {
    const auto confidence = [](const Format& format, const std::string& text) {
        return format.recognise(base::as_bytes(text), {});
    };
    for (const std::string& junk : {std::string(), std::string("\r\n"), std::string("\xEF\xBB\xBF")}) {
        EXPECT_GT(confidence(vcard_format, junk + "BEGIN:VCARD\r\n"), no_match);
        EXPECT_GT(confidence(icalendar_format, junk + "begin:vcalendar\n"), no_match);
    }
    EXPECT_EQ(confidence(vcard_format, "BEGIN:VCALENDAR\n"), no_match);
    EXPECT_EQ(confidence(icalendar_format, "BEGIN:VCARD\n"), no_match);
    EXPECT_EQ(confidence(icalendar_format, "x BEGIN:VCALENDAR\n"), no_match);
    EXPECT_EQ(confidence(icalendar_format, "BEGIN:VCALENDA"), no_match);
    EXPECT_EQ(confidence(icalendar_format, ""), no_match);
}

TEST(ContentLinesProperty, AnyTextEndsAndGoesForward) {
    std::mt19937 random(5);  // NOLINT: the same each time
    const std::vector<std::string> pieces{"A",  ";",          ":",     "\n",       "\r",  " ",
                                          "\"", "ENCODING=b", "data:", ";base64,", "Q2F0"};
    for (int round = 0; round < 20'000; ++round) {
        std::string text;
        for (int i = 0; i < 25; ++i)
            text += pieces[random() % pieces.size()];
        InlineFile file;
        for (std::size_t at = 0; find_inline_file(text, at, file);) {
            ASSERT_GT(file.next, at);
            ASSERT_LE(file.next, text.size());
            at = file.next;
        }
    }
}

// Lines that are made to be read again and again: a few seconds tell a line of each from a square of them.
TEST(ContentLines, CostGrowsWithTheSizeAlone) {
    for (const std::string& piece :
         {std::string("A\n b"), std::string(" \n"), std::string("A:data:\n"), std::string(";\""),
          std::string("A;ENCODING=b:\n"), std::string("\n x")}) {
        std::string text;
        while (text.size() < 2'000'000)
            text += piece;
        model::ScanLimits limits;
        limits.max_steps = text.size();
        limits.max_parts = 100;
        TestExtraction extraction(limits);
        (void)opened(text, extraction);
        EXPECT_LE(extraction.children.size(), 100u);
    }
}

}  // namespace
}  // namespace sekisho::scanner::mime
