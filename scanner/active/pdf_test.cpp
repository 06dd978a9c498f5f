#include "scanner/active/pdf.h"

#include <gtest/gtest.h>

#include "scanner/testing.h"
#include "tests/fixtures/mutate.h"

namespace sekisho::scanner::active {
namespace {

using namespace std::string_literals;

std::string pdf(const std::string& objects, const std::string& tail) {
    return "%PDF-1.5\n1 0 obj\n<</Type/Catalog/Pages 2 0 R>>\nendobj\n" + objects + tail;
}
std::string trailer(const std::string& entries) {
    return "xref\n0 2\n0000000000 65535 f \ntrailer\n<< /Size 3 /Root 1 0 R " + entries +
           " >>\nstartxref\n60\n%%EOF\n";
}
std::string xref_stream(const std::string& entries) {
    return "9 0 obj\r\n<</Type /XRef/W [1 2 1]/Root 1 0 R " + entries +
           "/Length 4>>\nstream\nabcd\nendstream\n";
}
std::string stream(const std::string& content) {
    return "5 0 obj\n<</Length 99>>\nstream\n" + content + "\nendstream\nendobj\n";
}
const std::string id = "/ID [<0102><0304>] ";

struct Case {
    std::string name;
    std::string bytes;
    bool locked;
};
class Pdf : public testing::TestWithParam<Case> {};
TEST_P(Pdf, LockIsTold) {
    TestExtraction extraction;
    const Part part = test_part(base::as_bytes(GetParam().bytes), "a.pdf");
    EXPECT_EQ(is_encrypted_pdf(part.bytes, extraction.budget()), GetParam().locked);
    const Confidence other = pdf_format.recognise(part.bytes, part.name);
    EXPECT_EQ(encrypted_pdf_format.recognise(part.bytes, part.name), GetParam().locked ? other : no_match);
    encrypted_pdf_format.open(part, extraction);
    EXPECT_EQ(extraction.findings().has("document.pdf.unread"), GetParam().locked);
}

INSTANTIATE_TEST_SUITE_P(
    Documents, Pdf,
    testing::Values(
        Case{"plain", pdf("", trailer(id)), false},
        Case{"in_the_trailer", pdf("", trailer(id + "/Encrypt 7 0 R")), true},
        Case{"direct", pdf("", trailer("/Encrypt<</Filter/Standard/V 1>>" + id)), true},
        Case{"null", pdf("", trailer("/Encrypt null " + id)), false},
        Case{"written_with_escapes", pdf("", trailer("/#45n#63rypt 7 0 R")), true},
        Case{"in_the_xref_stream", pdf("", xref_stream(id + "/Encrypt 7 0 R")), true},
        Case{"xref_stream_without", pdf("", xref_stream(id)), false},
        Case{"first_trailer_of_a_linearised_one",
             pdf("", trailer("/Encrypt 7 0 R") + stream("x") + trailer("")), true},
        Case{"trailer_with_a_comment", pdf("", "trailer % >>\n<</Size 1% >>\n/Encrypt 7 0 R>>"), true},
        Case{"behind_a_string", pdf("", trailer("/ID [(a\\)>>b) (()>>)] /Encrypt 7 0 R")), true},
        Case{"unclosed", pdf("", "trailer <</Encrypt 7 0 R"), true},
        Case{"behind_a_long_string", pdf("", trailer("/X (" + std::string(70'000, 'A') + ") /Encrypt 7 0 R")),
             true},
        Case{"behind_a_long_string_in_the_xref_stream",
             pdf("", xref_stream("/X (" + std::string(70'000, 'A') + ") /Encrypt 7 0 R")), true},
        Case{"long_without", pdf("", trailer("/X (" + std::string(70'000, 'A') + ") /Y [1 2]")), false},
        Case{"behind_an_array_that_never_began", pdf("", trailer("/X 1 ] /Encrypt 7 0 R")), true},
        Case{"with_its_end_for_a_value", pdf("", trailer("/X ] /Encrypt 7 0 R")), true},
        Case{"behind_a_dictionary_that_ends_in_an_array", pdf("", trailer("/A [ >> ] /Encrypt 7 0 R")), true},
        Case{"in_what_is_badly_nested", pdf("", trailer("/A [ >> /Encrypt 7 0 R")), true},
        Case{"badly_nested_without", pdf("", trailer("/A [ >> /Info ] ]")), false},
        Case{"word_in_a_stream", pdf(stream("The key /Encrypt 7 0 R is described"), trailer(id)), false},
        Case{"another_object", pdf("5 0 obj\n<</Encrypt 7 0 R>>\nendobj\n", trailer(id)), false},
        Case{"deeper", pdf("", trailer("/Info <</Encrypt 7 0 R>>")), false},
        Case{"as_a_value", pdf("", trailer("/Key /Encrypt /Other 1")), false},
        Case{"metadata_flag", pdf("", trailer("/EncryptMetadata false")), false},
        Case{"in_a_string", pdf("", trailer("/Title (/Encrypt 7 0 R)")), false},
        Case{"without_a_trailer", pdf(stream("trailer"), ""), false},
        Case{"cut_behind_trailer", pdf("", "trailer"), false},
        Case{"cut_in_a_string", pdf("", "trailer<</ID (\\"), false},
        Case{"cut_in_hex", pdf("", "trailer<</ID <01"), false},
        Case{"cut_in_a_comment", pdf("", "trailer %"), false}),
    [](const auto& info) { return info.param.name; });

// A trailer with /Encrypt makes no reader of other formats blind.
TEST(Pdf, LockedOnesAreSearchedAsOthers) { EXPECT_EQ(encrypted_pdf_format.holds, pdf_format.holds); }

TEST(PdfProperty, CutsAndFlipsAreRead) {
    const std::string bytes = pdf(stream("x"), xref_stream(id + "/Encrypt 7 0 R") + trailer("/ID [(a)] "));
    TestExtraction extraction;
    for (std::size_t size = 0; size < bytes.size(); ++size)
        (void)is_encrypted_pdf(base::as_bytes(bytes.substr(0, size)), extraction.budget());
    for (std::uint32_t seed = 1; seed <= 1'000; ++seed) {
        const std::string damaged = fixtures::mutate(bytes, seed);
        (void)is_encrypted_pdf(base::as_bytes(damaged), extraction.budget());
    }
}

TEST(Pdf, DictionariesWithinDictionariesAreCharged) {
    std::string bytes = "%PDF-1.5\n";
    while (bytes.size() < 1u << 20)
        bytes += "obj<<";
    model::ScanLimits limits;
    limits.max_steps = 8u << 20;
    TestExtraction extraction(limits, bytes.size());
    EXPECT_FALSE(is_encrypted_pdf(base::as_bytes(bytes), extraction.budget()));
    EXPECT_EQ(extraction.budget().reached(), std::vector<std::string>{"limit.steps"});
    // It is left to open(), which says so, to find out what that costs.
    EXPECT_NE(encrypted_pdf_format.recognise(base::as_bytes(bytes), ""), no_match);
}

}  // namespace
}  // namespace sekisho::scanner::active
