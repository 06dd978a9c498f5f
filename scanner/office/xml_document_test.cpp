#include "scanner/office/xml_document.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "scanner/office/active_mime.h"
#include "scanner/testing.h"
#include "tests/fixtures/documents.h"
#include "tests/fixtures/droppers.h"
#include "tests/fixtures/le.h"
#include "tests/fixtures/mutate.h"
#include "tests/fixtures/xml_documents.h"

namespace sekisho::scanner::office {
namespace {

struct Opened {
    explicit Opened(const std::string& bytes, model::ScanLimits limits = {})
        : extraction(limits, bytes.size()) {
        const Part part = test_part(base::as_bytes(bytes), "a.doc");
        word_xml_format.open(part, extraction);
    }
    // "name=content" of each child.
    std::vector<std::string> children() const {
        std::vector<std::string> out;
        for (const TestChild& child : extraction.children)
            out.push_back(child.spec.name + "=" + std::string(child.text()));
        return out;
    }
    bool damaged() { return extraction.findings().has("document.damaged"); }
    TestExtraction extraction;
};

struct Case {
    std::string name;
    std::string xml;
    std::vector<std::string> children;
    bool damaged = false;
};
class XmlDocument : public testing::TestWithParam<Case> {};
TEST_P(XmlDocument, BlobsBecomeParts) {
    Opened opened(GetParam().xml);
    EXPECT_EQ(opened.children(), GetParam().children);
    EXPECT_EQ(opened.damaged(), GetParam().damaged);
}

// SU5FUlQ= is INERT.
INSTANTIATE_TEST_SUITE_P(
    Documents, XmlDocument,
    testing::Values(
        Case{"plain", "<w:binData w:name=\"editdata.mso\">SU5FUlQ=</w:binData>", {"editdata.mso=INERT"}},
        Case{"another_prefix", "<x:binData y:name = 'a'>SU5FUlQ=</x:binData>", {"a=INERT"}},
        Case{"no_prefix", "<binData name=\"a\">SU5FUlQ=</binData>", {"a=INERT"}},
        Case{"two",
             "<w:binData w:name=\"a\">SU5FUlQ=</w:binData><w:binData w:name=\"b\">SQ==</w:binData>",
             {"a=INERT", "b=I"}},
        Case{"blanks_and_lines",
             "<w:binData\r\n w:name=\"a\" >\r\n SU5F\r\n\tUlQ=\r\n</w:binData>",
             {"a=INERT"}},
        Case{"without_padding", "<w:binData>SU5FUlQ</w:binData>", {"=INERT"}},
        Case{"comment", "<w:binData>SU5F<!-- x <y> -->UlQ=</w:binData>", {"=INERT"}},
        Case{"cdata", "<w:binData><![CDATA[SU5FUlQ=]]></w:binData>", {"=INERT"}},
        Case{"instruction", "<w:binData>SU<?x y?>5FUlQ=</w:binData>", {"=INERT"}},
        Case{"references", "<w:binData>&#00000000000000083;&#x55;5F&#10;UlQ=</w:binData>", {"=INERT"}},
        Case{"unknown_entity", "<w:binData>SU5F&x;UlQ=</w:binData>", {"=INERT"}, true},
        Case{"reference_beyond_ascii", "<w:binData>SU5F&#9999999999;UlQ=</w:binData>", {"=INERT"}, true},
        Case{"odd_characters", "<w:binData>SU5F*UlQ=</w:binData>", {"=INERT"}, true},
        Case{"sign_of_greater_in_a_value",
             "<w:binData w:x=\">\" w:name=\"a\">SU5FUlQ=</w:binData>",
             {"a=INERT"}},
        Case{"cut", "<w:binData w:name=\"a\">SU5FU", {"a=INE"}, true},
        Case{"cut_in_a_comment", "<w:binData w:name=\"a\">SU5F<!-- ", {"a=INE"}, true},
        Case{"cut_in_the_tag", "<w:binData w:name=\"a", {}, true},
        Case{"cut_in_the_last_tag", "<w:binData w:name=\"a\">SU5FUlQ=</w:binData ", {"a=INERT"}, true},
        Case{"end_tag_with_blanks", "<?xml?><!-- <a> --><a>\r\n</a \r\n>\r\n<!-- end -->", {}},
        Case{"empty", "<w:binData w:name=\"a\"/><w:binData></w:binData>", {}},
        Case{"end_tag_alone", "</w:binData>SU5FUlQ=", {}},
        Case{"another_element", "<w:binDataX>SU5FUlQ=</w:binDataX><x>bin</x><y>binData</y>", {}},
        Case{"in_flat_opc",
             "<pkg:part pkg:name=\"/word/vbaProject.bin\" "
             "pkg:padding=\"0\"><pkg:binaryData>SU5FUlQ=</pkg:binaryData></pkg:part>",
             {"word/vbaProject.bin=INERT"}},
        Case{"nothing", "", {}}),
    [](const auto& info) { return info.param.name; });

TEST(XmlDocumentFormat, IsToldByTheNamespaceOfItsRoot) {
    const auto told = [](const std::string& bytes) {
        if (word_xml_format.recognise(base::as_bytes(bytes), "") == sure_match) return "word-xml";
        return flat_opc_format.recognise(base::as_bytes(bytes), "") == sure_match ? "flat-opc" : "";
    };
    const std::string word = fixtures::word_xml_file("x");
    EXPECT_STREQ(told(word), "word-xml");
    EXPECT_STREQ(told("\xEF\xBB\xBF" + word), "word-xml");
    EXPECT_STREQ(told("\xFF\xFE" + fixtures::utf16le(word)), "word-xml");
    EXPECT_STREQ(told(fixtures::utf16le(word)), "word-xml");
    EXPECT_STREQ(told(fixtures::flat_opc_file("x", fixtures::stub_project())), "flat-opc");
    EXPECT_STREQ(told("<?xml version=\"1.0\"?><a/>"), "");
    EXPECT_STREQ(told("<html>about office/word/2003/wordml</html>"), "");
    EXPECT_STREQ(told("about office/word/2003/wordml"), "");
}

TEST(XmlDocumentFormat, MacrosAreReachedByBothForms) {
    const fixtures::VbaProject macros = fixtures::dropper_project("2018-05");
    const std::string project = fixtures::vba_project_bin(macros);
    for (const std::string& file : {fixtures::word_xml_file("x", &macros),
                                    "\xFF\xFE" + fixtures::utf16le(fixtures::word_xml_file("x", &macros))}) {
        Opened opened(file);
        ASSERT_EQ(opened.extraction.children.size(), 1u);
        EXPECT_EQ(opened.extraction.children[0].spec.name, "editdata.mso");
        EXPECT_EQ(opened.extraction.children[0].spec.opened_by, "office-xml");
        EXPECT_TRUE(opened.extraction.children[0].text() == fixtures::active_mime(project));
        EXPECT_FALSE(opened.damaged());
    }
    Opened flat(fixtures::flat_opc_file("x", macros));
    ASSERT_EQ(flat.extraction.children.size(), 1u);
    EXPECT_EQ(flat.extraction.children[0].spec.name, "word/vbaProject.bin");
    EXPECT_TRUE(flat.extraction.children[0].text() == project);
    EXPECT_TRUE(word_xml_format.risky && flat_opc_format.risky);
}

TEST(XmlDocumentFormat, ALimitEndsTheBlob) {
    const fixtures::VbaProject macros = fixtures::dropper_project("2018-05");
    model::ScanLimits limits;
    limits.max_part_bytes = 1'000;
    Opened opened(fixtures::word_xml_file("x", &macros), limits);
    ASSERT_LE(opened.extraction.children.size(), 1u);
    EXPECT_THAT(opened.extraction.budget().reached(), testing::Contains("limit.part-bytes"));
    limits = {};
    limits.max_parts = 3;
    std::string many;
    for (int i = 0; i < 100; ++i)
        many += "<w:binData>SU5FUlQ=</w:binData>";
    EXPECT_LE(Opened(many, limits).extraction.children.size(), 3u);
}

TEST(XmlDocumentFormat, ATagThatNeverEndsIsNotReadAgainForEachNext) {
    EXPECT_TRUE(find_xml_blob("<w:binData w:name='a'>", 0));
    EXPECT_FALSE(find_xml_blob("<w:binData w:name='a' <b>", 0)) << "no tag holds a '<'";
    EXPECT_FALSE(find_xml_blob("<w:binData w:name='a <b>'>", 0));
}

TEST(XmlDocumentFormat, BlobsWithoutANameAreCharged) {
    std::string xml;
    for (int i = 0; i < 1'000; ++i)
        xml += "<binData></binData>";
    model::ScanLimits limits;
    limits.max_steps = 100'000;
    Opened opened(xml, limits);
    EXPECT_EQ(opened.extraction.budget().reached(), std::vector<std::string>{"limit.steps"});
}

TEST(XmlDocumentProperty, CutsAndFlipsAreRead) {
    const fixtures::VbaProject macros = fixtures::stub_project();
    const std::string file = fixtures::word_xml_file("x", &macros);
    const std::size_t root = file.find("<w:wordDocument") + 2;  // a file without one is none of these
    ASSERT_LT(root, 200u);
    for (std::size_t size = 0; size < 600; ++size)
        EXPECT_TRUE(size < root || Opened(file.substr(0, size)).damaged()) << size;
    for (std::uint32_t seed = 1; seed <= 300; ++seed) {
        const std::string damaged = fixtures::mutate(file, seed);
        (void)word_xml_format.recognise(base::as_bytes(damaged), "");
        (void)Opened(damaged).children();
        (void)Opened(fixtures::mutate(fixtures::flat_opc_file("x", macros), seed)).children();
    }
}

}  // namespace
}  // namespace sekisho::scanner::office
