#include "scanner/office/rtf.h"

#include <gtest/gtest.h>

#include <fmt/format.h>

#include <algorithm>
#include <string>
#include <vector>

#include "scanner/testing.h"
#include "tests/fixtures/cfb_writer.h"
#include "tests/fixtures/mutate.h"
#include "tests/fixtures/rtf_writer.h"

namespace sekisho::scanner::office {
namespace {

using namespace fixtures;

struct Opened {
    explicit Opened(std::string rtf) : bytes(std::move(rtf)) {
        const Part part = test_part(base::as_bytes(bytes));
        recognised = rtf_format.recognise(part.bytes, {}) != no_match;
        if (recognised) rtf_format.open(part, extraction);
    }
    bool has(std::string_view id) { return extraction.findings().has(id); }
    const TestChild* child(std::string_view opened_by, std::size_t number = 0) const {
        for (const TestChild& one : extraction.children)
            if (one.spec.opened_by == opened_by && number-- == 0) return &one;
        return nullptr;
    }
    std::string object() const {
        const TestChild* const found = child("rtf-object");
        return found == nullptr ? "(none)" : std::string(found->text());
    }
    // Ids of all findings but `rtf.object`, sorted.
    std::string told() {
        std::vector<std::string> ids;
        for (const model::Finding& finding : extraction.findings().all())
            if (finding.id != "rtf.object" && std::ranges::find(ids, finding.id) == ids.end())
                ids.push_back(finding.id);
        std::ranges::sort(ids);
        return fmt::format("{}", fmt::join(ids, " "));
    }

    std::string bytes;
    TestExtraction extraction;
    bool recognised = false;
};

const std::string payload = "inert payload 0123456789";
const std::string header = ole1_object("Other.Class", payload);
std::string digits_of(const std::string& bytes) {
    std::string out = hex_lines(bytes);
    std::erase_if(out, [](char c) { return c == '\r' || c == '\n'; });
    return out;
}
// The digits of `header` with `between` put in behind the first `at` of them.
std::string with(std::size_t at, const std::string& between) {
    std::string out = digits_of(header);
    return out.insert(at, between);
}
std::string objdata(const std::string& digits) {
    return rtf_file("{\\object\\objemb{\\*\\objdata " + digits + "}}");
}

struct Obfuscation {
    const char* name;
    std::string rtf;
    bool told = true;  // as rtf.obfuscated
};
class RtfObfuscation : public ::testing::TestWithParam<Obfuscation> {};

TEST_P(RtfObfuscation, DoesNotHideTheObject) {
    Opened opened(GetParam().rtf);
    ASSERT_TRUE(opened.recognised);
    EXPECT_EQ(opened.object(), payload);
    EXPECT_TRUE(opened.has("rtf.object"));
    EXPECT_EQ(opened.has("rtf.obfuscated"), GetParam().told) << opened.told();
}

const std::string plain = digits_of(header);
std::string spaced() {
    std::string out;
    for (const char c : plain)
        out += std::string("\t ") + c + "\r\n";
    return out;
}
std::string upper() {
    std::string out = plain;
    for (char& c : out)
        c = c >= 'a' ? static_cast<char>(c - 32) : c;
    return out;
}
std::string nested(std::size_t depth) {
    return "{\\rtf1 " + std::string(depth, '{') + "{\\*\\objdata " + plain + "}" + std::string(depth, '}') +
           "}";
}

INSTANTIATE_TEST_SUITE_P(
    Forms, RtfObfuscation,
    ::testing::Values(
        Obfuscation{"none", objdata(plain), false}, Obfuscation{"upper_case", objdata(upper()), false},
        Obfuscation{"blanks_between_digits", objdata(spaced()), false},
        Obfuscation{"short_header", "{\\rt{\\object{\\*\\objdata " + plain + "}}}"},
        Obfuscation{"odd_version", "{\\rtf81375{\\object{\\*\\objdata " + plain + "}}}"},
        Obfuscation{"junk_before", "\r\n\x01{\\rtf1{\\object{\\*\\objdata " + plain + "}}}", true},
        Obfuscation{"mark_before", "\xEF\xBB\xBF{\\rtf1{\\object{\\*\\objdata " + plain + "}}}", true},
        Obfuscation{"no_star", rtf_file("{\\object{\\objdata " + plain + "}}"), false},
        Obfuscation{"no_object", rtf_file("{\\*\\objdata " + plain + "}"), false},
        Obfuscation{"no_group", rtf_file("\\object\\objdata " + plain)},
        Obfuscation{"never_closed", "{\\rtf1{\\object{\\*\\objdata " + plain, false},
        Obfuscation{"capitals", rtf_file("{\\Object{\\*\\OBJDATA " + plain + "}}"), false},
        Obfuscation{"parameter", rtf_file("{\\object{\\*\\objdata4294967296000 " + plain + "}}"), false},
        Obfuscation{"words_between", objdata(with(11, "\\par\\objw99999 "))},
        Obfuscation{"long_word", objdata(with(11, "\\" + std::string(200, 'z') + " "))},
        Obfuscation{"word_swallows_digits", objdata(with(11, "\\foo0105 "))},
        Obfuscation{"ignored_group", objdata(with(11, "{\\*\\unknown 41414141}"))},
        Obfuscation{"ignored_groups_in_groups", objdata(with(4, "{\\*\\a 41{\\*\\b{\\c 41}}41}"))},
        Obfuscation{"destination_between", objdata(with(11, "{\\pict 4141}{\\info{\\title bad cafe}}"))},
        Obfuscation{"object_within", objdata(with(11, "{\\*\\objdata 41}"))},
        Obfuscation{"plain_group", objdata(with(10, "{") + "}")},
        Obfuscation{"escape_on_a_byte", objdata(with(10, "\\'41"))},
        Obfuscation{"escape_takes_a_nibble", objdata(with(10, "f\\'41"))},
        Obfuscation{"escape_of_no_digits", objdata(with(10, "\\'zz"))},
        Obfuscation{"binary_for_a_byte", objdata("\\bin1 " + header.substr(0, 1) + plain.substr(2))},
        Obfuscation{"binary_altogether", objdata(fmt::format("\\bin{} {}", header.size(), header))},
        Obfuscation{"binary_of_nothing", objdata(with(10, "\\bin0 ")), true},
        Obfuscation{"binary_below_nothing", objdata(with(10, "\\bin-5 ")), true},
        Obfuscation{"unicode_escape", objdata(with(10, "\\u-4081 ")), true},
        Obfuscation{"symbols", objdata(with(10, "\\~\\_\\-\\|"))},
        Obfuscation{"star_within", objdata(with(10, "\\*")), true},
        Obfuscation{"punctuation", objdata(with(10, "!?;,"))},
        Obfuscation{"a_slip", objdata(with(10, ";")), false},
        Obfuscation{"zeros", objdata(with(10, std::string(5, '\0')))},
        Obfuscation{"high_bytes", objdata(with(10, "\xA0\xA0\xA0\xA0"))},
        Obfuscation{"odd_digit_behind", objdata(plain + "4"), false},
        Obfuscation{"in_upr", rtf_file("{\\upr{\\object{\\*\\objdata " + plain + "}}{\\*\\ud{x}}}"), false},
        Obfuscation{"in_an_ignored_group", rtf_file("{\\*\\foo{\\object{\\*\\objdata " + plain + "}}}"),
                    false},
        Obfuscation{"in_deep_groups", nested(3'000), false},
        Obfuscation{"in_very_deep_groups", nested(100'000), true},
        Obfuscation{"braces_that_do_not_balance", "{\\rtf1}}}}{\\object{\\*\\objdata " + plain + "}}", false},
        Obfuscation{"other_version", objdata(digits_of(ole1_object("x", payload, {.version = 0xDEADBEEF}))),
                    false},
        Obfuscation{"no_class", objdata(digits_of(ole1_object("", payload))), false},
        Obfuscation{"garbage_class", objdata(digits_of(ole1_object(std::string("\x01\x02\xFF", 3), payload))),
                    false},
        Obfuscation{"huge_bin_outside", "{\\rtf1\\bin999999999 {\\object{\\*\\objdata " + plain + "}}}",
                    false}),
    [](const auto& info) { return std::string(info.param.name); });

TEST(Rtf, WhatIsHonestStaysQuiet) {
    for (const std::string& rtf :
         {rtf_file("A letter."),
          rtf_file(rtf_object("Excel.Sheet.8", ole1_object("Excel.Sheet.8", "native"))),
          rtf_file(rtf_object("Package", ole1_object("Package", package_data("x.txt", "inert")))),
          rtf_file("{\\*\\template C:\\\\Users\\\\a\\\\Normal.dotm}text"),
          rtf_file("{\\field{\\*\\fldinst HYPERLINK \"https://www.example.com/\"}{\\fldrslt here}}"),
          rtf_file("{\\field{\\*\\fldinst DDEAUTO RSS \"'7203.T'\" \"x\"}{\\fldrslt 1}}")}) {
        Opened opened(rtf);
        std::string told = opened.told();
        EXPECT_TRUE(told.empty() || told == "office.dde") << rtf << told;
    }
    Opened equation(
        rtf_file(rtf_object("Equation.3", ole1_object("Equation.3", equation_file(equation_native())))));
    EXPECT_EQ(equation.told(), "rtf.equation");
}

struct Judged {
    const char* name;
    std::string rtf;
    const char* told;
};
class RtfFindings : public ::testing::TestWithParam<Judged> {};
TEST_P(RtfFindings, Are) {
    Opened opened(GetParam().rtf);
    EXPECT_EQ(opened.told(), GetParam().told);
}

std::string object(const std::string& class_name, const std::string& native, const std::string& words = {}) {
    return rtf_file(rtf_object(class_name, ole1_object(class_name, native), words));
}
std::string fonts(std::size_t count) {
    std::string out = "{\\rtf1{\\fonttbl";
    for (std::size_t i = 0; i < count; ++i)
        out += fmt::format("{{\\f{};}}", i);
    return out + "}x}";
}

INSTANTIATE_TEST_SUITE_P(
    Forms, RtfFindings,
    ::testing::Values(
        Judged{"equation_of_noise", object("Equation.3", std::string(16, '\xAA')),
               "office.equation.exploit rtf.equation"},
        Judged{"equation_in_any_case", object("eQuATion.3", std::string(16, '\xAA'), "\\objupdate"),
               "office.equation.exploit rtf.equation rtf.equation.update rtf.objupdate"},
        Judged{"equation_with_a_long_font",
               object("Word.Document.8", equation_file(equation_native(std::string(60, 'A')))),
               "office.equation.exploit rtf.equation"},
        Judged{"equation_bare", object("Equation.3", equation_native()), "rtf.equation"},
        Judged{"equation_updated", object("Equation.3", equation_native(), "\\objupdate"),
               "rtf.equation rtf.equation.update rtf.objupdate"},
        Judged{"link", object("OLE2Link", link_file("http://example.invalid/x.hta")), "office.ole-link"},
        Judged{"link_under_another_class",
               object("x", link_file("https://example.invalid/x"), "\\objautlink\\objupdate"),
               "office.ole-link rtf.link.update rtf.objupdate"},
        Judged{"link_to_a_file", object("OLE2Link", file_link_file("C:\\data\\a.xls")),
               "office.ole-link.file"},
        Judged{"link_to_webdav", object("OLE2Link", file_link_file("\\\\192.0.2.1@80\\x")),
               "office.ole-link"},
        Judged{"link_to_sharepoint", object("OLE2Link", link_file("https://a.sharepoint.com/b.xlsx")),
               "office.ole-link.file"},
        Judged{
            "link_of_ole_1",
            rtf_file(rtf_object("x", ole1_object("x", "", {.kind = 1, .topic = "http://example.invalid/a"}))),
            "office.ole-link"},
        Judged{"link_by_its_network_name",
               rtf_file(rtf_object("x", std::string("\1\5\0\0\1\0\0\0\2\0\0\0x\0\0\0\0\0\0\0\0\0", 22) +
                                            std::string("\x19\0\0\0http://example.invalid/a\0", 29))),
               "office.ole-link"},
        Judged{"hyperlink_to_a_handler",
               rtf_file("{\\field{\\*\\fldinst HYPERLINK \"ms-msdt:/id INERT\"}{\\fldrslt here}}"),
               "office.link.protocol"},
        Judged{"package_of_a_script", object("Package", package_data("a.js", "inert")), "rtf.package"},
        Judged{"package_by_its_temporary_name",
               object("Package", package_data("a.txt", "inert", "C:\\temp\\a.sct")), "rtf.package"},
        Judged{"package_by_its_content", object("garbage", package_data("a.txt", "MZ inert")), "rtf.package"},
        Judged{"template_from_the_web", rtf_file("{\\*\\template http://example.invalid/a.dotm}"),
               "rtf.template"},
        Judged{"template_in_pieces", rtf_file("{\\*\\template http\\'3a//exam\r\nple.{\\b inva}lid/\\u97 ?}"),
               "rtf.template"},
        Judged{"template_on_webdav", rtf_file("{\\*\\template \\\\\\\\192.0.2.1@80\\\\a.dotm}"),
               "rtf.template"},
        Judged{"template_on_a_server", rtf_file("{\\*\\template \\\\\\\\srv\\\\t\\\\a.dotm}"),
               "office.template-path"},
        Judged{"fonts", fonts(33'000), "rtf.fonttable"}, Judged{"many_fonts", fonts(2'000), ""},
        Judged{"dde",
               rtf_file("{\\field{\\*\\fldinst {\\b DDEAU}{TO c:\\\\\\\\windows\\\\\\\\cmd.exe \"/k\"}}}"),
               "office.dde.autoexec"},
        Judged{
            "dde_by_codes",
            rtf_file(
                "{\\field{\\*\\fldinst DDE {\\field{\\*\\fldinst QUOTE 99 109 100}{\\fldrslt x}} \"/k\"}}"),
            "office.dde.exec"},
        Judged{"picture",
               rtf_file("{\\field{\\*\\fldinst INCLUDEPICTURE \"http://example.invalid/a.png\" \\\\d}}"),
               "office.remote-content"},
        Judged{"cut_object", objdata(plain.substr(0, 90)), "document.damaged"},
        Judged{"broken_header", objdata("0105000002000000ffffff7f41424344"), "document.damaged"},
        Judged{"cut_binary", rtf_file("\\bin99999 x"), "rtf.damaged"}),
    [](const auto& info) { return std::string(info.param.name); });

TEST(Rtf, ChildrenHaveNamesAndBytes) {
    Opened package(object("Package", package_data("x.txt", "inert")));
    ASSERT_NE(package.child("rtf-object"), nullptr);
    EXPECT_EQ(package.child("rtf-object")->spec.name, "C:\\inert\\x.txt");
    EXPECT_EQ(package.object(), "inert");
    Opened other(object("Word.Document.8", "native"));
    EXPECT_EQ(other.child("rtf-object")->spec.label, "Word.Document.8");
    Opened two(rtf_file(rtf_object("a", ole1_object("a", "first")) + "between" +
                        rtf_object("b", ole1_object("b", "second"))));
    EXPECT_EQ(two.child("rtf-object", 1)->text(), "second");
    EXPECT_EQ(two.child("rtf-text")->text(), "between\n");
    Opened behind(objdata(digits_of(header + std::string(100, 'x'))));
    ASSERT_NE(behind.child("rtf-object", 1), nullptr) << "what hangs behind the presentation is looked into";
}

TEST(Rtf, IsToldByItsBeginning) {
    const auto told = [](std::string_view bytes) {
        return rtf_format.recognise(base::as_bytes(bytes), {}) != no_match;
    };
    for (const char* yes : {"{\\rtf1", "{\\rt", "  {\\rtx", "\r\n{\\RTF", "\xEF\xBB\xBF{\\rtf1"})
        EXPECT_TRUE(told(yes)) << yes;
    for (const char* no :
         {"", "{", "{\\r", "{\\urtf", "see {\\rtf1", "x{\\rtf1", "                    {\\rtf1"})
        EXPECT_FALSE(told(no)) << no;
}

TEST(Rtf, MoreObjectsThanAreKeptIsTold) {
    std::string many = "{\\rtf1";
    for (int i = 0; i < 1'100; ++i)
        many += "{\\objdata 0105}";
    Opened opened(many + "}");
    EXPECT_TRUE(opened.has("rtf.limit"));
    std::string within = "{\\rtf1" + std::string("{\\objdata 01{\\x ");
    for (int i = 0; i < 40; ++i)
        within += "{\\objdata 01";
    EXPECT_TRUE(Opened(within).has("rtf.limit"));
}

TEST(RtfProperty, EveryCutOfAnObjectIsTold) {
    const std::string whole = object("Package", package_data("a.js", "inert"), "\\objupdate");
    const std::size_t begin = whole.find("\\objdata ") + 9;
    const std::size_t end = whole.find("{\\result") - 24;  // in front of the presentation
    for (std::size_t cut = begin + 24; cut < end; ++cut) {
        Opened opened(whole.substr(0, cut));
        EXPECT_TRUE(opened.has("rtf.object")) << cut;
        EXPECT_TRUE(opened.has("document.damaged") || opened.has("rtf.package")) << cut;
    }
}

TEST(RtfProperty, DamageNeverCrashes) {
    const std::vector<std::string> seeds{
        object("Equation.3", equation_file(equation_native()), "\\objupdate"),
        object("OLE2Link", link_file("http://example.invalid/x")),
        object("Package", package_data("a.js", "inert")),
        rtf_file("{\\upr{a}{\\*\\ud{b}}}{\\field{\\*\\fldinst DDE {\\field{\\*\\fldinst QUOTE 99}}}}\\bin3 "
                 "abc\\u97 ?"),
        nested(50)};
    std::size_t children = 0;
    for (const std::string& seed_bytes : seeds) {
        for (std::uint32_t seed = 1; seed <= 400; ++seed) {
            Opened opened(mutate(seed_bytes, seed));
            children += opened.extraction.children.size();
        }
    }
    EXPECT_GT(children, seeds.size() * 100);
}

// Steps, not time: twice the input, twice the work.
TEST(RtfProperty, WorkGrowsWithTheInput) {
    const auto steps = [](const std::string& unit, std::size_t count) {
        std::string rtf = "{\\rtf1";
        for (std::size_t i = 0; i < count; ++i)
            rtf += unit;
        model::ScanLimits limits;
        std::uint64_t low = 1;
        std::uint64_t high = rtf.size() * 64;
        while (low < high) {
            const std::uint64_t middle = low + (high - low) / 2;
            limits.max_steps = middle;
            TestExtraction extraction(limits, rtf.size());
            rtf_format.open(test_part(base::as_bytes(rtf)), extraction);
            const bool spent = !extraction.budget().reached().empty();
            (spent ? low : high) = spent ? middle + 1 : middle;
        }
        return low;
    };
    for (const char* unit : {"\\par x", "{", "{\\*\\objdata 01", "{\\field{\\*\\fldinst DDE "}) {
        const std::uint64_t one = steps(unit, 500);
        const std::uint64_t two = steps(unit, 1'000);
        EXPECT_LE(two, one * 2 + 64) << unit;
    }
}

}  // namespace
}  // namespace sekisho::scanner::office
