#include "scanner/text/links.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <random>

#include <fmt/format.h>

#include "scanner/testing.h"

namespace sekisho::scanner::text {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;

std::vector<model::Finding> all_of(const std::string& text, std::string type, std::string opened_by) {
    Part part = test_part(base::as_bytes(text));
    part.type = std::move(type);
    part.opened_by = std::move(opened_by);
    Findings findings(1'000);
    inspect_links(part, findings);
    return findings.take();
}
std::vector<std::string> ids_of(const std::string& text, std::string type, std::string opened_by = "mime") {
    std::vector<std::string> out;
    for (const model::Finding& finding : all_of(text, std::move(type), std::move(opened_by)))
        out.push_back(finding.id);
    std::ranges::sort(out);
    out.erase(std::ranges::unique(out).begin(), out.end());
    return out;
}

struct Case {
    const char* name;
    std::string text;
    std::vector<std::string> findings;
};
class LinksOfMail : public testing::TestWithParam<Case> {};
TEST_P(LinksOfMail, AreJudged) { EXPECT_EQ(ids_of(GetParam().text, "text/plain"), GetParam().findings); }
INSTANTIATE_TEST_SUITE_P(
    Bad, LinksOfMail,
    testing::Values(
        Case{"hexadecimal_host", "see http://0xcb007107/a.", {"link.numeric-host"}},
        Case{"octal_host", "http://0313.0.0161.07/", {"link.numeric-host"}},
        Case{"address", "Bitte: http://203.0.113.7/bill", {"link.ip-host"}},
        Case{"emotet", "https://example.invalid/wp-content/Ab3dEfG/", {"link.emotet-path"}},
        Case{"emotet_2023",
             "<https://example.invalid/blog/wp-includes/eCrNe/?123456&c=1>",
             {"link.emotet-path"}},
        Case{"disarmed_program", "hxxp://example[.]invalid/a.exe", {"link.executable"}},
        Case{"disc", "(https://example.invalid/Invoice.iso)", {"link.executable"}},
        Case{"archive", "https://example.invalid/a.zip", {"link.archive"}},
        Case{"two_words",
             "https://example.invalid/nit/ut/?ABC=1 https://example.invalid/ea/molestiae?12345678",
             {"link.two-words"}},
        Case{"file_host", "https://drive.google.com/uc?export=download&id=a", {"link.file-host"}},
        Case{"file_host_of_pages", "https://ipfs.io/ipfs/Qm1/a.html", {"link.file-host"}},
        Case{"archive_of_a_file_host",
             "https://firebasestorage.googleapis.com/v0/b/a.appspot.com/o/a.zip?alt=media",
             {"link.archive", "link.file-host"}},
        Case{"office_command", "ms-officecmd:{}", {"link.protocol"}},
        Case{"appinstaller", "ms-appinstaller:?source=https://example.invalid/a", {"link.appinstaller"}},
        Case{"search", "search-ms:query=a&crumb=location:\\\\example.invalid\\b", {"link.search-ms"}},
        Case{"office", "ms-word:ofe|u|https://example.invalid/a.docx", {"link.office-uri"}},
        Case{"msdt", "ms-msdt:/id PCWDiagnostic", {"link.protocol"}},
        Case{"webdav_ssl", "\\\\example.invalid@SSL\\a\\b.lnk", {"link.webdav"}},
        Case{"webdav_port", "\\\\example.invalid@8080\\a\\b.lnk", {"link.webdav"}},
        Case{"webdav_root", "\\\\example.invalid\\DavWWWRoot\\b.lnk", {"link.webdav"}},
        Case{"share_elsewhere", "file://203.0.113.7/a/b", {"link.webdav"}},
        Case{"two_hosts", "http://www.example.com@203.0.113.7/", {"link.ip-host", "link.userinfo"}},
        Case{"letters", "http://xn--80ak6aa92e.com/", {"link.punycode-mix"}},
        Case{"open_redirector",
             "https://www.google.com/url?q=https://example.invalid/a.exe",
             {"link.executable", "link.redirect"}},
        Case{"behind_japanese", "こちらhttp://203.0.113.7/をご覧ください", {"link.ip-host"}}),
    [](const auto& info) { return info.param.name; });

INSTANTIATE_TEST_SUITE_P(
    Honest, LinksOfMail,
    testing::Values(
        Case{"words_and_a_query",
             "https://example.com/shop/items/?id=12 https://example.com/a/b/c?123 "
             "https://example.com/news?20261124",
             {}},
        Case{"shared_document",
             "https://drive.google.com/file/d/a/view https://www.dropbox.com/s/a/b.docx?dl=0",
             {}},
        Case{"none", "Hello: at 10:30, C:\\temp, a:b and https: //x", {}},
        Case{"ordinary",
             "https://www.example.com/news/2024/05/article.html?id=5 and http://example.co.jp/",
             {}},
        Case{"private_address", "http://192.168.0.1/setup and http://10.0.0.5:8080/a.exe", {}},
        Case{"office_share", "\\\\fileserver\\共有\\資料.xlsx と file://fileserver/a", {}},
        Case{"tracking", "https://t.example.com/c/Ab3dEfG/ https://click.example.net/Xy9/Zz8/", {}},
        Case{"wordpress",
             "https://example.com/wp-content/uploads/2024/05/photo.jpg "
             "https://example.com/wp-content/plugins/",
             {}},
        Case{"sharepoint",
             "ms-excel:ofv|u|https://example.sharepoint.com/a.xlsx "
             "ms-word:ofe|u|https://example.sharepoint.com/a.docx",
             {}},
        Case{"developers", "https://user@dev.example.com/repo https://cdn.example.com/jquery.min.js", {}},
        Case{"mail_address", "john.doe@example.com, smith@SSLcorp.example", {}},
        Case{"safe_links",
             "https://eur01.safelinks.protection.outlook.com/?url=https%3A%2F%2Fexample.com%2F&data=x",
             {}},
        Case{"version", "version 1.2.3.4 and ratio 3:1", {}},
        Case{"a_name_as_path", "https://web.example.org/about/example.com", {}},
        Case{"idn", "http://xn--r8jz45g.jp/ http://münchen.de/", {}}),
    [](const auto& info) { return info.param.name; });

class LinksOfPages : public testing::TestWithParam<Case> {};
TEST_P(LinksOfPages, AreJudged) { EXPECT_EQ(ids_of(GetParam().text, "text/html"), GetParam().findings); }
INSTANTIATE_TEST_SUITE_P(
    Cases, LinksOfPages,
    testing::Values(
        Case{"shown_otherwise",
             "<a href='https://example.invalid/x'>https://www.example.com/<b>login</b></a>",
             {"link.mismatch"}},
        Case{"shown_host", "<a href=\"http://example.invalid\"> www.example.com </a>", {"link.mismatch"}},
        Case{"same_organisation", "<a href='https://click.example.com/x'>www.example.com</a>", {}},
        Case{"wrapped_by_a_gateway",
             "<a "
             "href='https://eur01.safelinks.protection.outlook.com/"
             "?url=https%3A%2F%2Fwww.example.com%2F'>www.example.com</a>",
             {}},
        Case{"shown_file", "<a href='https://example.invalid/x'>Invoice.doc</a>", {}},
        Case{"shown_address", "<a href='mailto:a@example.com'>a@example.com</a>", {}},
        Case{"never_closed",
             "<a href='https://example.invalid/'>www.example.com<a href='#'>",
             {"link.mismatch"}},
        Case{"entities", "<a href='&#104;ttp&colon;//0xcb007107/'>x</a>", {"link.numeric-host"}},
        Case{"javascript", "<a href='java&#115;cript:eval(atob(name))'>x</a>", {"link.javascript"}},
        Case{"javascript_that_does_nothing",
             "<a href='javascript:void(0)'>x</a><a href='javascript:window.print()'>y</a>",
             {}},
        Case{"picture_share", "<img src='\\\\203.0.113.7\\a\\b.png'>", {"link.webdav"}},
        Case{"picture_share_file", "<img src='file://203.0.113.7/a.png'>", {"link.webdav"}},
        Case{
            "page_scripts",
            "<script src='https://cdn.example.com/a.js'></script><link href='https://cdn.example.com/a.css'>",
            {}},
        Case{"script_to_click", "<a href='https://example.invalid/a.js'>x</a>", {"link.executable"}},
        Case{"in_conditional",
             "<!--[if mso]><a href='https://example.invalid/a.exe'>x</a><![endif]-->",
             {"link.executable"}},
        Case{"in_text", "<p>copy http://0xcb007107/ into</p>", {"link.numeric-host"}},
        Case{"style", "<style>a{background:url(http://203.0.113.7/a.png)}</style>", {}},
        Case{"pieces_of_the_mail", "<img src='cid:a@b'><img src='data:image/png;base64,AAAA'>", {}},
        Case{"share_of_an_office",
             "<a href='file:///\\\\fileserver\\share\\a.xlsx'>\\\\fileserver\\share\\a.xlsx</a>",
             {}},
        Case{"list_link",
             "<a href='https://list.example.net/u?e=1'>unsubscribe</a><a "
             "href=\"https://t.example.net/Ab3dE/\">Shop</a>",
             {}}),
    [](const auto& info) { return info.param.name; });

const std::string drop_list =
    "http://a.example.invalid/wp-content/Ab3dE/@https://b.example.invalid/css/XyZ9/@http://c.example.invalid/"
    "x/Qw3rTy/";
TEST(LinkList, OfDroppersIsTheirs) {
    EXPECT_THAT(ids_of("s = Split(\"" + drop_list + "\", \"@\")", "text/plain", "vba"),
                ElementsAre("link.emotet-path", "link.url-list"));
    EXPECT_THAT(ids_of(drop_list, "text/plain", "folded"), ElementsAre("link.emotet-path", "link.url-list"));
    EXPECT_THAT(ids_of(drop_list, "text/vbscript", "zip"), ElementsAre("link.emotet-path", "link.url-list"));
    EXPECT_THAT(ids_of(drop_list, "text/plain"), ElementsAre("link.emotet-path"));
    // One host three times is a site.
    EXPECT_THAT(
        ids_of(
            "'http://a.example.com/x/Ab3dE/','http://a.example.com/x/Ab3dF/','http://a.example.com/x/Ab3dG/'",
            "text/javascript"),
        IsEmpty());
}
TEST(LinksOfCode, JunkIsLeftOut) {
    EXPECT_THAT(ids_of("c^m^d /c start h^t^t^p:/^/0^xcb007107/a", "text/x-msdos-batch"),
                ElementsAre("link.numeric-host"));
    EXPECT_THAT(ids_of("x = \"ht\" & \"tp:\" & \"//0xcb0\" + \"07107/a\"", "text/vbscript"),
                ElementsAre("link.numeric-host"));
    EXPECT_THAT(ids_of("x = 'ht'+'tp://0xcb0'+'07107/a'", "text/javascript"),
                ElementsAre("link.numeric-host"));
}

TEST(LinkEvidence, IsTheLinkAsItWasUnderstood) {
    const auto findings = all_of("hxxp://0xCB.0.0x71[.]7:8080/a?b", "text/plain", "mime");
    ASSERT_EQ(findings.size(), 1u);
    EXPECT_EQ(findings[0].evidence, "http://203.0.113.7:8080/a?b");
}

TEST(LinkLimit, FiveHundredAreJudged) {
    std::string text;
    for (std::size_t i = 0; i < max_links + 20; ++i)
        text += fmt::format("http://example.com/{}\n", i);
    EXPECT_THAT(ids_of(text, "text/plain"), ElementsAre("link.many"));
    EXPECT_THAT(ids_of(text + text, "text/html"), ElementsAre("link.many"));
    text.clear();
    for (std::size_t i = 0; i < 5'000; ++i)
        text += "http://example.com/\n";
    EXPECT_THAT(ids_of(text, "text/plain"), IsEmpty());
}

// Each of these looked at kilobytes for every few bytes once, or would.
TEST(LinksLinear, RepeatedBeginnings) {
    for (const std::string_view unit :
         {"http://", "http://a", ":", "://", "@SSL\\", "\\\\a@SSL\\", "\\\\", "DavWWWRoot", "<a href=x:>",
          "<a href='http://a'>", "h^", "\"+\"", "ms-msdt:"}) {
        std::string text;
        while (text.size() < (1u << 18))
            text += unit;
        for (const char* type : {"text/plain", "text/html", "text/javascript"})
            EXPECT_LE(all_of(text, type, "zip").size(), 20u) << unit;
    }
}

TEST(LinksProperty, RandomTextsNeverCrash) {
    constexpr std::array<std::string_view, 20> pieces{
        "http", "://", "<a href='", "'>",      "</a>", "\\\\", "@SSL\\", "xn--",   ".com",          "/",
        "0x7f", "%2e", "^",         "\" & \"", "あ",   "\xFF", "?url=",  "&#x2f;", "<!--[if mso]>", " "};
    std::mt19937 random(29);
    for (int round = 0; round < 1'500; ++round) {
        std::string text;
        for (int i = 0; i < 80; ++i)
            text += pieces.at(random() % pieces.size());
        for (const char* type : {"text/plain", "text/html", "text/vbscript"})
            EXPECT_LE(all_of(text, type, "mime").size(), 200u);
    }
}

}  // namespace
}  // namespace sekisho::scanner::text
