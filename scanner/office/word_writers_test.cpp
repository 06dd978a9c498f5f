// Documents by other people's programs: what LibreOffice reads of them, and what it writes.
#include <gtest/gtest.h>

#include <algorithm>
#include <set>
#include <string>
#include <vector>

#include "base/text.h"
#include "scanner/office/doc_text.h"
#include "scanner/office/rtf.h"
#include "scanner/testing.h"
#include "tests/fixtures/corpus.h"
#include "tests/fixtures/scratch.h"

namespace sekisho::scanner::office {
namespace {

// Runs it on `files` of the folder; nothing where it is not there.
bool convert(const fixtures::Scratch& scratch, const std::string& kind, const std::string& files) {
    if (!scratch.run("command -v soffice >/dev/null || { echo none; false; }").empty()) return false;
    EXPECT_EQ(
        scratch.run("HOME=$PWD soffice -env:UserInstallation=file://$PWD/profile --headless --convert-to '" +
                    kind + "' --outdir out " + files + " >/dev/null 2>&1"),
        "");
    return true;
}

// Words of four letters and more; ASCII alone, since both sides give the rest in their own ways.
std::set<std::string> words_of(std::string_view text) {
    std::set<std::string> out;
    std::string word;
    for (const char c : std::string(text) + " ") {
        const char lower = base::ascii_lower(c);
        if (lower >= 'a' && lower <= 'z') {
            word += lower;
            continue;
        }
        if (word.size() >= 4) out.insert(word);
        word.clear();
    }
    return out;
}

struct Opened {
    explicit Opened(std::string file) : bytes(std::move(file)) {
        const Part part = test_part(base::as_bytes(bytes));
        if (rtf_format.recognise(part.bytes, {}) != no_match) {
            rtf_format.open(part, extraction);
        } else if (auto cfb = Cfb::open(part.bytes)) {
            (void)open_word_texts(part, *cfb, extraction);
        }
    }
    std::string text() const {
        for (const TestChild& child : extraction.children)
            if (child.spec.label == "text") return std::string(child.text());
        return {};
    }
    std::string told() {
        std::string out;
        for (const model::Finding& finding : extraction.findings().all())
            out += finding.id + " " + finding.evidence + "; ";
        return out;
    }
    std::string bytes;
    TestExtraction extraction;
};

TEST(WordWriters, WhatLibreOfficeReadsOfRealDocumentsIsRead) {
    const std::string directory = fixtures::corpus_directory(SEKISHO_SOURCE_DIR);
    if (directory.empty()) GTEST_SKIP() << "no corpus of real files here (SEKISHO_CORPUS)";
    const fixtures::Scratch scratch;
    std::size_t files = 0;
    for (const fixtures::CorpusFile& file :
         fixtures::corpus_files(directory, {"office-clean", "office-embedded", "vba", "vba-stub"})) {
        if (!file.path.ends_with(".doc")) continue;
        scratch.write(std::to_string(files++) + ".doc", fixtures::read_whole_file(file.path));
    }
    if (!convert(scratch, "txt:Text (encoded):UTF8", "*.doc")) GTEST_SKIP() << "no soffice here";
    ASSERT_GE(files, 15u);
    std::size_t compared = 0;
    for (std::size_t i = 0; i < files; ++i) {
        Opened opened(scratch.read(std::to_string(i) + ".doc"));
        const std::set<std::string> theirs = words_of(scratch.read("out/" + std::to_string(i) + ".txt"));
        const std::set<std::string> ours = words_of(opened.text());
        std::vector<std::string> missing;
        std::ranges::set_difference(theirs, ours, std::back_inserter(missing));
        // Numbers of lists, and what LibreOffice makes of fields, are not in the file.
        EXPECT_LE(missing.size(), theirs.size() / 50 + 1) << i << ": " << testing::PrintToString(missing);
        if (!theirs.empty()) ++compared;
        // One shows pictures of a newspaper's site.
        for (const model::Finding& finding : opened.extraction.findings().all())
            EXPECT_EQ(finding.id, "office.remote-content") << finding.evidence;
    }
    EXPECT_GE(compared, 10u);
}

TEST(WordWriters, WhatLibreOfficeWritesIsReadAndQuiet) {
    const fixtures::Scratch scratch;
    scratch.write("a.fodt", R"(<?xml version="1.0" encoding="UTF-8"?>
<office:document xmlns:office="urn:oasis:names:tc:opendocument:xmlns:office:1.0"
 xmlns:text="urn:oasis:names:tc:opendocument:xmlns:text:1.0" xmlns:xlink="http://www.w3.org/1999/xlink"
 office:version="1.2" office:mimetype="application/vnd.oasis.opendocument.text"><office:body><office:text>
<text:p>Minutes of the kumquat meeting: パスワードは請求書番号です (café).</text:p>
<text:p>See <text:a xlink:href="https://www.example.com/minutes">the minutes</text:a> and page
<text:page-number/>.</text:p></office:text></office:body></office:document>)");
    if (!convert(scratch, "rtf", "a.fodt") || !convert(scratch, "doc:MS Word 97", "a.fodt"))
        GTEST_SKIP() << "no soffice here";
    for (const char* name : {"out/a.rtf", "out/a.doc"}) {
        Opened opened(scratch.read(name));
        const std::string text = opened.text();
        EXPECT_NE(text.find("Minutes of the kumquat meeting: パスワードは請求書番号です (café)."), text.npos)
            << name << text;
        EXPECT_NE(text.find("the minutes <https://www.example.com/minutes>"), text.npos) << name << text;
        EXPECT_EQ(opened.told(), "") << name;
    }
}

}  // namespace
}  // namespace sekisho::scanner::office
