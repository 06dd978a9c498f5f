#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "scanner/active/html_testing.h"

namespace sekisho::scanner::active {
namespace {

using testing::Contains;
using testing::ElementsAre;
using testing::IsEmpty;
using testing::Not;

const std::string zip64 = base64_of(inert_zip());
const std::string ole64 = base64_of("\xD0\xCF\x11\xE0\xA1\xB1\x1A\xE1" + std::string(2'000, 'x'));
const std::string shortcut = "[InternetShortcut]\r\nURL=https://example.invalid/\r\n";

std::string saves(std::string_view data, std::string_view name, std::string_view before,
                  std::string_view after) {
    return fmt::format(
        "<html><body><button id=b onclick=\"dl()\">Save</button><script>var d=atob('{}');{}var u=new "
        "Uint8Array(d.length);"
        "for(var i=0;i<d.length;i++)u[i]=d.charCodeAt(i);var a=document.createElement('a');"
        "a.href=URL.createObjectURL(new Blob([u]));a.download='{}';a.click();{}</script></body></html>",
        data, before, name, after);
}
std::string by_itself(std::string_view data, std::string_view name) { return saves(data, name, "", ""); }
std::string offered(std::string_view data, std::string_view name) {
    return saves(data, name, "function dl(){", "}");
}

struct Dropped {
    const char* name;
    std::string html;
    std::vector<std::string> findings;
    std::string child;
};
class Drops : public testing::TestWithParam<Dropped> {};
TEST_P(Drops, AreJudgedByHowTheyComeAbout) {
    const OpenedPage opened = open_page(GetParam().html);
    EXPECT_EQ(opened.findings, GetParam().findings);
    ASSERT_FALSE(opened.specs.empty());
    EXPECT_EQ(opened.specs[0].name, GetParam().child);
    EXPECT_THAT(opened.limits, IsEmpty());
}
std::string noise64() {
    std::string noise;
    for (std::uint32_t i = 0; i < 9'000; ++i)
        noise += static_cast<char>((i * 2'654'435'761u) >> 21u);
    return base64_of(noise);
}

INSTANTIATE_TEST_SUITE_P(
    Files, Drops,
    testing::Values(
        Dropped{"archive_by_itself",
                by_itself(zip64, "a.zip"),
                {"html.drop", "html.script", "html.smuggling"},
                "a.zip"},
        Dropped{"archive_offered", offered(zip64, "a.zip"), {"html.offer", "html.script"}, "a.zip"},
        // A clean document that saves itself is quarantined (5.0) all the same.
        Dropped{"document_by_itself", by_itself(ole64, "a.doc"), {"html.script", "html.smuggling"}, "a.doc"},
        Dropped{"document_offered", offered(ole64, "a.doc"), {"html.offer", "html.script"}, "a.doc"},
        Dropped{"shortcut_of_a_line",
                by_itself(base64_of(shortcut), "a.url"),
                {"html.drop", "html.script", "html.smuggling"},
                "a.url"},
        Dropped{"shortcut_offered",
                offered(base64_of(shortcut), "a.url"),
                {"html.offer", "html.script"},
                "a.url"},
        Dropped{"script_whose_words_are_unknown",
                by_itself(base64_of(std::string(300, 'x') + " = 1"), "a.ps1"),
                {"html.drop", "html.script", "html.smuggling"},
                "a.ps1"},
        Dropped{"text_of_a_shortcut",
                "<html><script>var b=new Blob(['" +
                    std::string("[InternetShortcut]\\r\\nURL=https://example.invalid/") +
                    "']);a.href=URL.createObjectURL(b);a.download='a.url';a.click()</script>",
                {"html.drop", "html.script", "html.smuggling"},
                "a.url"},
        Dropped{"table",
                by_itself(base64_of("a,b\r\n1,2\r\n" + std::string(300, '1')), "a.csv"),
                {"html.script"},
                "a.csv"},
        Dropped{"link",
                "<html><a download='a.zip' href='data:application/zip;base64," + zip64 + "'>x</a>",
                {"html.offer"},
                "a.zip"},
        Dropped{"link_that_a_script_clicks",
                "<html><a id=l download='a.zip' href='data:application/zip;base64," + zip64 +
                    "'>x</a><script>l.click()</script>",
                {"html.drop", "html.script", "html.smuggling"},
                "a.zip"},
        Dropped{"link_to_a_shortcut",
                "<html><a href='data:application/octet-stream;base64," + base64_of(shortcut) +
                    "' download=a.url>x</a>",
                {"html.offer"},
                "a.url"},
        Dropped{"unknown_by_itself",
                by_itself(noise64(), "a.zip"),
                {"html.blob", "html.opaque-drop", "html.script"},
                "a.zip"},
        Dropped{"unknown_offered", offered(noise64(), "a.zip"), {"html.blob", "html.script"}, "a.zip"},
        Dropped{
            "unknown_data_by_itself", by_itself(noise64(), "a.dat"), {"html.blob", "html.script"}, "a.dat"}),
    [](const auto& info) { return info.param.name; });

// Libraries have names of files in them, and data that nobody knows.
TEST(DropNames, OfLibrariesSayNothing) {
    std::string library;
    for (int i = 0; i < 600; ++i)
        library += fmt::format("f{}(x);", i);
    const auto findings = [&](std::string_view before) {
        return open_page(fmt::format("<html><script>{}n='export.zip';var "
                                     "d=atob('{}');URL.createObjectURL(new Blob([d]));a.click()</script>",
                                     before, noise64()))
            .findings;
    };
    EXPECT_THAT(findings(library), ElementsAre("html.blob", "html.script"));
    EXPECT_THAT(findings(""), ElementsAre("html.blob", "html.opaque-drop", "html.script"));
}

// Texts that stand in honest scripts, in base64's alphabet and short.
TEST(ShortLiterals, OfOrdinaryScriptsAreNoFiles) {
    const OpenedPage opened = open_page(
        "<html><script>var "
        "x=document.createElement('createElementNamespaceFunction');x['ApplicationConfigurationHandler']();"
        "y='abcdefabcdefabcdefabcdef0123456789';var b=new "
        "Blob([atob(z)]);a.href=URL.createObjectURL(b);a.download='a.csv';</script>");
    EXPECT_THAT(opened.findings, ElementsAre("html.script"));
    EXPECT_THAT(opened.children, IsEmpty());
}
TEST(ShortLiterals, OfLargeScriptsReachNoLimit) {
    std::string script;
    for (int i = 0; i < 20'000; ++i)
        script += fmt::format("f('someLongMemberNameOfTheScript{}');", i);
    const OpenedPage opened =
        open_page("<html><script>URL.createObjectURL(new Blob([atob(x)]));" + script + "</script>");
    EXPECT_THAT(opened.limits, IsEmpty());
    EXPECT_THAT(opened.findings, Not(Contains("html.smuggling")));
}

}  // namespace
}  // namespace sekisho::scanner::active
