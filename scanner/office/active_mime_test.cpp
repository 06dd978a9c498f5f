#include "scanner/office/active_mime.h"

#include <gtest/gtest.h>

#include "scanner/testing.h"
#include "tests/fixtures/documents.h"
#include "tests/fixtures/droppers.h"
#include "tests/fixtures/mutate.h"
#include "tests/fixtures/xml_documents.h"

namespace sekisho::scanner::office {
namespace {

struct Opened {
    explicit Opened(const std::string& bytes, model::ScanLimits limits = {})
        : extraction(limits, bytes.size()) {
        const Part part = test_part(base::as_bytes(bytes), "editdata.mso");
        active_mime_format.open(part, extraction);
    }
    std::string content() const {
        return extraction.children.empty() ? "" : std::string(extraction.children[0].text());
    }
    bool damaged() { return extraction.findings().has("document.damaged"); }
    TestExtraction extraction;
};

std::string project() { return fixtures::vba_project_bin(fixtures::stub_project()); }

struct Case {
    std::string name;
    std::string bytes;
    std::string content;
    bool damaged = false;
};
class ActiveMime : public testing::TestWithParam<Case> {};
TEST_P(ActiveMime, IsOpened) {
    Opened opened(GetParam().bytes);
    EXPECT_EQ(opened.content(), GetParam().content);
    EXPECT_EQ(opened.damaged(), GetParam().damaged);
}

const std::string word = fixtures::active_mime(project());

// Where the header lies about the offset.
std::string elsewhere(std::size_t at) {
    std::string out = fixtures::active_mime(project(), static_cast<std::uint16_t>(at));
    out[0x1E] = '\x01';
    out[0x1F] = '\x00';
    return out;
}

INSTANTIATE_TEST_SUITE_P(
    Files, ActiveMime,
    testing::Values(
        Case{"word", word, project()}, Case{"excel", fixtures::active_mime(project(), 0x22A), project()},
        Case{"word_without_an_offset", elsewhere(0x32), project()},
        Case{"excel_without_an_offset", elsewhere(0x22A), project()},
        Case{"anywhere", elsewhere(0x777), project()},
        Case{"beyond_what_is_searched", elsewhere(0x1'100), "", true},
        Case{"beyond_it_by_the_header", fixtures::active_mime(project(), 0x1'100), project()},
        Case{"no_compound_file", fixtures::active_mime("INERT SEKISHO TEST"), "INERT SEKISHO TEST"},
        Case{"bytes_behind_the_stream", word + "more", project()},
        Case{"empty_stream", fixtures::active_mime(""), "", true},
        Case{"cut", word.substr(0, 1'000), project().substr(0, 1'000 - 0x32 - 7), true},
        Case{"header_alone", word.substr(0, 0x32), "", true}, Case{"magic_alone", "ActiveMime", "", true}),
    [](const auto& info) { return info.param.name; });

TEST(ActiveMimeFormat, IsToldByItsMagic) {
    EXPECT_EQ(active_mime_format.recognise(base::as_bytes(word), ""), sure_match);
    EXPECT_EQ(active_mime_format.recognise(base::as_bytes("ActiveMim"), ""), no_match);
    EXPECT_TRUE(active_mime_format.risky);
}

TEST(ActiveMimeFormat, ALimitEndsTheStream) {
    model::ScanLimits limits;
    limits.max_part_bytes = 1'024;
    Opened opened(word, limits);
    EXPECT_LE(opened.content().size(), 1'024u);
    EXPECT_FALSE(opened.damaged());
    EXPECT_FALSE(opened.extraction.budget().reached().empty());
}

TEST(ActiveMimeProperty, CutsAndFlipsAreRead) {
    for (std::size_t size = 0; size < 200; ++size)
        Opened{word.substr(0, size)};
    for (std::uint32_t seed = 1; seed <= 500; ++seed)
        Opened{fixtures::mutate(word, seed)};
}

}  // namespace
}  // namespace sekisho::scanner::office
