#include "scanner/active/html_payloads.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <random>

#include "scanner/active/html_testing.h"
#include "tests/fixtures/mutate.h"

namespace sekisho::scanner::active {
namespace {

using testing::Contains;
using testing::ElementsAre;
using testing::IsEmpty;
using testing::Not;
using testing::StartsWith;

// What hands the bytes `a` to the browser.
constexpr std::string_view builder =
    "var b=new Blob([u],{type:'application/zip'});var e=document.createElement('a');"
    "e.href=URL.createObjectURL(b);e.download='Invoice.zip';e.click();";

std::string page(std::string_view script) {
    return fmt::format("<html><body><script>{}</script></body></html>", script);
}
std::string from_base64(std::string_view expression) {
    return page(
        fmt::format("var s={};var u=Uint8Array.from(atob(s),function(c){{return c.charCodeAt(0)}});{}",
                    expression, builder));
}
std::string in_pieces(std::string_view text, std::string_view before, std::string_view joint,
                      std::string_view after, std::size_t size) {
    std::string out(before);
    for (std::size_t at = 0; at < text.size(); at += size) {
        if (at > 0) out += joint;
        out += text.substr(at, size);
    }
    return out += after;
}
std::string number_list(std::string_view bytes, bool hex) {
    std::string out;
    for (const char c : bytes)
        out += fmt::format(fmt::runtime(hex ? "0x{:x}," : "{},"), static_cast<unsigned char>(c));
    out.pop_back();
    return out;
}
std::string escaped(std::string_view bytes, std::string_view form) {
    std::string out;
    for (const char c : bytes)
        out += fmt::format(fmt::runtime(form), static_cast<unsigned char>(c));
    return out;
}
std::string reversed(std::string text) {
    std::ranges::reverse(text);
    return text;
}
std::string under_key(std::string bytes, unsigned key) {
    for (char& c : bytes)
        c = static_cast<char>(static_cast<unsigned char>(c) ^ key);
    return bytes;
}

std::string shifted(std::string text, int by) {
    for (char& c : text)
        c = static_cast<char>(static_cast<unsigned char>(c) + by);
    return text;
}
std::string under_long_key(std::string bytes, std::string_view key, unsigned step) {
    for (std::size_t i = 0; i < bytes.size(); ++i) {
        const unsigned k =
            (static_cast<unsigned char>(key[i % key.size()]) + step * static_cast<unsigned>(i)) & 0xFFu;
        bytes[i] = static_cast<char>(static_cast<unsigned char>(bytes[i]) ^ k);
    }
    return bytes;
}

struct Smuggled {
    const char* name;
    std::string html;
};
class Smuggling : public testing::TestWithParam<Smuggled> {};
TEST_P(Smuggling, FileComesOutByteForByte) {
    const OpenedPage opened = open_page(GetParam().html);
    EXPECT_THAT(opened.findings, Contains("html.smuggling"));
    EXPECT_THAT(opened.findings, Not(Contains("html.blob")));
    // Characters that follow the file in the same list may hang on to it.
    EXPECT_THAT(opened.children, Contains(StartsWith(inert_zip())));
    ASSERT_FALSE(opened.specs.empty());
    EXPECT_EQ(opened.specs.back().opened_by, "html-smuggling");
    EXPECT_THAT(opened.limits, IsEmpty());
}
const std::string zip64 = base64_of(inert_zip());
INSTANTIATE_TEST_SUITE_P(
    Forms, Smuggling,
    testing::Values(
        Smuggled{"one_literal", from_base64("'" + zip64 + "'")},
        Smuggled{"double_quotes", from_base64("\"" + zip64 + "\"")},
        Smuggled{"template_literal", from_base64("`" + in_pieces(zip64, "", "\n", "", 76) + "`")},
        Smuggled{"joined_by_plus", from_base64(in_pieces(zip64, "'", "'+'", "'", 61))},
        Smuggled{"array_joined", from_base64(in_pieces(zip64, "['", "','", "'].join('')", 50))},
        Smuggled{"short_pieces", from_base64(in_pieces(zip64, "['", "','", "'].join('')", 3))},
        Smuggled{"appended", page(in_pieces(zip64, "var s='", "';s+='", "';", 800) + "var u=atob(s);" +
                                  std::string(builder))},
        Smuggled{"variables", page(in_pieces(zip64, "var a1='", "';\nvar x_a2='", "';", 1'000) +
                                   "u=atob(a1+a2);" + std::string(builder))},
        Smuggled{"reversed", from_base64("'" + reversed(zip64) + "'.split('').reverse().join('')")},
        Smuggled{"junk_between", from_base64(in_pieces(zip64, "'", "#", "'.replace(/#/g,'')", 10))},
        Smuggled{"hexadecimal", page("var s='" + hex_of(inert_zip()) +
                                     "',u=[];for(i=0;i<s.length;i+=2)u.push(parseInt(s.substr(i,2),16));" +
                                     std::string(builder))},
        Smuggled{"hexadecimal_reversed",
                 page("var s='" + reversed(hex_of(inert_zip())) + "';" + std::string(builder))},
        Smuggled{"x_escapes",
                 page("var u='" + escaped(inert_zip(), "\\x{:02x}") + "';" + std::string(builder))},
        Smuggled{"u_escapes",
                 page("var u='" + escaped(inert_zip(), "\\u{:04x}") + "';" + std::string(builder))},
        Smuggled{"numbers", page("var u=new Uint8Array([" + number_list(inert_zip(), false) + "]);" +
                                 std::string(builder))},
        Smuggled{"hexadecimal_numbers", page("var u=new Uint8Array([" + number_list(inert_zip(), true) +
                                             "]);" + std::string(builder))},
        Smuggled{"numbers_in_a_string",
                 page("var u='" + number_list(inert_zip(), false) + "'.split(',');" + std::string(builder))},
        Smuggled{"percent",
                 page("var u=unescape('" + escaped(inert_zip(), "%{:02x}") + "');" + std::string(builder))},
        Smuggled{"exclusive_or", from_base64("'" + base64_of(under_key(inert_zip(), 42)) + "';k=42")},
        Smuggled{"exclusive_or_numbers", page("var u=[" + number_list(under_key(inert_zip(), 0x5A), false) +
                                              "].map(x=>x^90);" + std::string(builder))},
        Smuggled{"twice", from_base64("'" + base64_of(zip64) + "'")},
        Smuggled{"name_before_it",
                 page("save('Invoice.zip','" + zip64 +
                      "','application/zip');function save(n,s){var u=atob(s);" + std::string(builder) + "}")},
        Smuggled{"ms_save_blob", page("navigator.msSaveBlob(new Blob([atob('" + zip64 + "')]),'x.zip')")},
        Smuggled{"no_words", page("var _0x1=['" + zip64 + "'];window[_0x2(0)](_0x1[0])")},
        Smuggled{"hidden_input", "<html><input type=hidden id=d value=\"" + zip64 +
                                     "\"><script>u=atob(d.value);" + std::string(builder) + "</script>"},
        Smuggled{"text_of_an_element", "<html><div id=d hidden>" + zip64 +
                                           "</div><script>u=atob(d.innerText);" + std::string(builder) +
                                           "</script>"},
        Smuggled{"data_attribute", "<html><p data-x='" + zip64 + "'></p><script>u=atob(p.dataset.x);" +
                                       std::string(builder) + "</script>"},
        Smuggled{"unquoted_script_end",
                 "<html><script>var s='" + zip64 + "';u=atob(s);" + std::string(builder)},
        Smuggled{"in_a_handler", "<html><body onload=\"var s='" + zip64 + "';u=atob(s)\">"},
        Smuggled{"script_within_script",
                 page("eval(atob('" +
                      base64_of("var s='" + zip64 + "';var u=atob(s);" + std::string(builder)) + "'))")},
        Smuggled{"junk_of_two_characters",
                 from_base64(in_pieces(zip64, "'", "@#", "'.replace(/@#/g,'')", 10))},
        Smuggled{"junk_by_replace_all",
                 from_base64(in_pieces(zip64, "'", "@#", "'.replaceAll('@#','')", 10))},
        Smuggled{"junk_by_split", from_base64(in_pieces(zip64, "'", "@#", "'.split('@#').join('')", 10))},
        Smuggled{"junk_in_front", from_base64("'INERT" + zip64 + "'.slice(5)")},
        Smuggled{"shifted",
                 from_base64("'" + shifted(zip64, 1) +
                             "'.split('').map(c=>String.fromCharCode(c.charCodeAt(0)-1)).join('')")},
        Smuggled{"every_second", from_base64(in_pieces(zip64, "'", "q", "q'.replace(/(.)./g,'$1')", 1))},
        Smuggled{"long_key",
                 page("var k='sekisho';var s='" + base64_of(under_long_key(inert_zip(), "sekisho", 0)) +
                      "';var d=atob(s);u=x(d,i=>d.charCodeAt(i)^k.charCodeAt(i%k.length));" +
                      std::string(builder))},
        Smuggled{"key_of_numbers",
                 page("var k=[19, 44, 200, 7];var s='" +
                      base64_of(under_long_key(inert_zip(), "\x13\x2C\xC8\x07", 0)) +
                      "';var d=atob(s);u=x(d,i=>d.charCodeAt(i)^k[i%4]);" + std::string(builder))},
        Smuggled{"growing_key",
                 page("function z(s,k){o+=String.fromCharCode(s.charCodeAt(i)^(k+i)%256)}var d=z(atob('" +
                      base64_of(under_long_key(inert_zip(), "\x09", 1)) + "'),9);" + std::string(builder))},
        Smuggled{"comment", "<html><!--" + zip64 + "--><script>u=atob(document.childNodes[0].data);" +
                                std::string(builder) + "</script>"},
        Smuggled{"style_sheet", "<style>#x{--d:'" + zip64 +
                                    "'}</style><script>u=atob(getComputedStyle(x).getPropertyValue('--d'));" +
                                    std::string(builder) + "</script>"},
        Smuggled{"odd_quotes_before",
                 page("if(/['\"]/.test(x)){} s='" + zip64 + "';u=atob(s);" + std::string(builder))}),
    [](const auto& info) { return info.param.name; });

TEST(SmugglingName, IsTakenFromThePage) {
    EXPECT_EQ(open_page(from_base64("'" + zip64 + "'")).specs[0].name, "Invoice.zip");
    const OpenedPage tag =
        open_page("<a download=\"Bill.iso\" href=\"data:application/octet-stream;base64," + zip64 + "\">");
    EXPECT_THAT(tag.findings, ElementsAre("html.offer"));
    EXPECT_EQ(tag.specs[0].name, "Bill.iso");
    EXPECT_EQ(tag.children[0], inert_zip());
}

TEST(SmugglingScript, IsHandedOnAsText) {
    const std::string script = "var s='" + zip64 + "';var u=atob(s);" + std::string(builder);
    const OpenedPage opened = open_page(page("eval(atob('" + base64_of(script) + "'))"));
    ASSERT_THAT(opened.specs, testing::SizeIs(2));
    EXPECT_EQ(opened.specs[0].opened_by, "folded");
    EXPECT_EQ(opened.children[0], script);
    EXPECT_EQ(opened.children[1], inert_zip());
}
TEST(SmugglingScript, LinkInBase64IsHandedOn) {
    const OpenedPage opened = open_page(page("location.href=atob('aHR0cHM6Ly9leGFtcGxlLmludmFsaWQvYQ==')"));
    EXPECT_THAT(opened.children, ElementsAre("https://example.invalid/a"));
}

TEST(SmugglingKinds, OtherFilesThanArchives) {
    std::string iso(32'769, '\0');
    iso += "CD001\x01INERT";
    const std::string ole = "\xD0\xCF\x11\xE0\xA1\xB1\x1A\xE1" + std::string(2'000, 'x');
    for (const std::string& file : {iso, ole, std::string("{\\rtf1 ") + std::string(2'000, 'x')}) {
        const OpenedPage opened = open_page(from_base64("'" + base64_of(file) + "'"));
        EXPECT_THAT(opened.findings, Contains("html.smuggling"));
        EXPECT_TRUE(std::ranges::find(opened.children, file) != opened.children.end());
    }
}

struct Told {
    const char* name;
    std::string html;
    std::vector<std::string> findings;
    std::size_t children;
    bool svg = false;
};
class Pages : public testing::TestWithParam<Told> {};
TEST_P(Pages, AreToldApart) {
    const OpenedPage opened = open_page(GetParam().html, "a.html", GetParam().svg);
    EXPECT_EQ(opened.findings, GetParam().findings);
    EXPECT_EQ(opened.children.size(), GetParam().children);
}

std::string noise(std::size_t size) {
    std::mt19937 random(3);
    std::string out(size, '\0');
    for (char& c : out)
        c = static_cast<char>(random());
    return out;
}
const std::string picture = "\x89PNG\r\n\x1A\n" + noise(4'000);
const std::string font = "wOF2" + noise(4'000);
const std::string phish =
    "<html><body><form action='https://example.invalid/a'><input type=password></form>" +
    std::string(300, ' ');

INSTANTIATE_TEST_SUITE_P(
    Written, Pages,
    testing::Values(Told{"unescaped",
                         page("document.write(unescape('" + escaped(phish, "%{:02X}") + "'))"),
                         {"html.encoded", "html.script"},
                         1},
                    Told{"in_base64",
                         page("document.write(atob('" + base64_of(phish) + "'))"),
                         {"html.encoded", "html.script"},
                         1},
                    Told{"in_escapes",
                         page("document.write('" + escaped(phish, "\\x{:02x}") + "')"),
                         {"html.encoded", "html.script"},
                         1},
                    Told{"under_a_key",
                         page("s=atob('" + base64_of(under_key(phish, 7)) +
                              "');for(i in s)o+=String.fromCharCode(s.charCodeAt(i)^7);document.write(o)"),
                         {"html.encoded", "html.script"},
                         1},
                    Told{"srcdoc", "<iframe srcdoc=\"&lt;p&gt;x\"></iframe>", {}, 1},
                    Told{"data_page",
                         "<iframe src='data:text/html;base64," + base64_of(phish) + "'></iframe>",
                         {"html.data-url"},
                         1},
                    Told{"data_page_percent",
                         "<iframe src=\"data:text/html,%3Cscript%3Ealert(1)%3C/script%3E\"></iframe>",
                         {"html.data-url"},
                         1},
                    Told{"data_svg",
                         "<embed src='data:image/svg+xml;base64," +
                             base64_of("<svg onload='x()'><script>y()</script></svg>") + "'>",
                         {"html.data-url"},
                         1},
                    Told{"hidden_scheme",
                         "<iframe src='&#100;ata:text/html;base64," + base64_of(phish) + "'></iframe>",
                         {"html.data-url"},
                         1},
                    Told{"picture_that_is_none",
                         "<img src='data:image/png;base64," + zip64 + "'>",
                         {"html.data-url"},
                         1}),
    [](const auto& info) { return info.param.name; });

// What honest pages carry. Each of these stays below what makes a mail suspicious (5.0).
INSTANTIATE_TEST_SUITE_P(
    Honest, Pages,
    testing::Values(
        Told{"pictures", "<img src='data:image/png;base64," + base64_of(picture) + "'><p>hello", {}, 0},
        Told{"many_pictures",
             [] {
                 std::string all;
                 for (int i = 0; i < 1'500; ++i)
                     all += "<img src='data:image/png;base64," + base64_of(picture.substr(0, 100)) + "'>";
                 return all;
             }(),
             {},
             0},
        Told{"fonts",
             page("var f='" + base64_of(font) + "';URL.createObjectURL(new Blob([atob(f)]))"),
             {"html.script"},
             0},
        Told{"font_faces",
             "<style>@font-face{src:url(data:font/woff2;base64," + base64_of(font) + ")}</style>",
             {},
             0},
        Told{"data_svg_without_script",
             "<img src='data:image/svg+xml;base64," + base64_of("<svg><path d='M0 0'/></svg>") + "'>",
             {},
             0},
        Told{"pdf_shown",
             "<embed src='data:application/pdf;base64," + base64_of("%PDF-1.7 inert") + "'>",
             {},
             1},
        // Portals of encrypted mail decrypt a file that nobody can tell: Cisco's securedoc.html, CipherCraft,
        // 秘文.
        Told{"self_decrypting",
             page("function open_it(){var s='" + base64_of(noise(9'000)) +
                  "';var u=decrypt(atob(s),pw.value);" + std::string(builder) + "} b.onclick=open_it;"),
             {"html.blob", "html.script"},
             1},
        Told{"encrypted_message_in_a_form",
             "<form action='https://res.example.com/open'><input type=hidden name=m value='" +
                 base64_of(noise(9'000)) + "'></form><script>document.forms[0].submit()</script>",
             {"html.script"},
             0},
        Told{"bundle",
             page("!function(e,t){var n=[\"\\x3cdiv class='a'\\x3e\",'" + std::string(300, 'x') +
                  "'];t.innerHTML=n[0]}(window,document);"),
             {"html.script"},
             0},
        Told{"templates",
             page("e.innerHTML=\"<div class=\\\"a\\\"><input name=\\\"b\\\">" + std::string(40, '-') + "\";" +
                  std::string(500, ' ')),
             {"html.script"},
             0},
        Told{"css_pictures_in_scripts",
             page("s.innerHTML='a{background:url(data:image/svg+xml,%3Csvg "
                  "xmlns=%27http://www.w3.org/2000/svg%27%3E%3Cpath d=%27M0 0%27/%3E%3C/svg%3E)}" +
                  std::string(300, ' ') + "'"),
             {"html.script"},
             0},
        Told{"source_map",
             page("x()//# sourceMappingURL=data:application/json;base64," +
                  base64_of("{\"version\":3,\"sources\":[" + std::string(3'000, ' ') + "]}")),
             {"html.script"},
             0},
        Told{"saved_data_packed",
             page("var d='" + base64_of("\x1F\x8B\x08" + noise(4'000)) + "';pako.inflate(atob(d))"),
             {"html.script"},
             1},
        Told{"lookup_tables", page("var t=[" + number_list(noise(2'000), false) + "];"), {"html.script"}, 0},
        // Scripts that clean numbers and encode text, beside data of their own.
        Told{"tricks_that_hide_nothing",
             page("x=v.replace(/,/g,'').split(' ').join('').slice(1);h=h.charCodeAt(0)-1^k;var d='" +
                  std::string(800, 'k') + "';URL.createObjectURL(new Blob([atob(x)]));"),
             {"html.script"},
             1},
        Told{
            "long_comments",
            "<!--" + std::string(4'000, '=') + "--><script>URL.createObjectURL(new Blob([atob(x)]))</script>",
            {"html.script"},
            0},
        Told{"schema_of_a_newsletter",
             "<script type='application/ld+json'>{\"@type\":\"Order\"}</script>",
             {},
             0}),
    [](const auto& info) { return info.param.name; });

TEST(PayloadLimits, SixteenFilesAndNoMore) {
    std::string script;
    for (int i = 0; i < 40; ++i)
        script += fmt::format("f{}('{}');{}", i, zip64, std::string(100, ' '));
    const OpenedPage opened = open_page(page(script));
    EXPECT_EQ(opened.children.size(), PayloadSearch::max_children);
    EXPECT_THAT(opened.limits, Contains("limit.embedded"));
}
TEST(PayloadLimits, LiteralsAreCounted) {
    std::string script;
    for (int i = 0; i < 3'000; ++i)
        script += "f('" + base64_of(noise(1'500)) + "');" + std::string(90, ' ');
    EXPECT_THAT(open_page(page(script)).limits, Contains("limit.embedded"));
}
TEST(PayloadLimits, WorkIsCharged) {
    model::ScanLimits limits;
    limits.max_steps = 10'000;
    EXPECT_THAT(open_page(from_base64("'" + zip64 + "'"), "a.html", false, limits).limits,
                Contains("limit.steps"));
}

TEST(PayloadProperty, DamagedPagesNeverCrash) {
    const std::string html = from_base64(in_pieces(zip64.substr(0, 1'200), "'", "'+'", "'", 61)) +
                             "<a href='data:text/html;base64,PGh0bWw+'>";
    for (std::size_t size = 0; size < html.size(); size += 7)
        EXPECT_LE(open_page(html.substr(0, size)).children.size(), PayloadSearch::max_children);
    for (std::uint32_t seed = 0; seed < 300; ++seed)
        EXPECT_LE(open_page(fixtures::mutate(html, seed)).children.size(), PayloadSearch::max_children);
}

}  // namespace
}  // namespace sekisho::scanner::active
