// What the catalogue and the macros of an Access database would do: actions that start programs, tables that
// lie on servers, queries that call what starts a program.
//
// Known weaknesses: an argument that is put together by an expression is not folded; what does not read as a
// macro is judged by the strings that stand in it.
#pragma once

#include <cstdint>
#include <functional>
#include <string>
#include <string_view>
#include <vector>

#include "base/bytes.h"
#include "scanner/findings.h"
#include "scanner/office/access_macro_grid.h"

namespace sekisho::scanner::office {

// Hands over the runs of text in bytes of no known layout: UTF-16LE and ASCII, at least five characters.
// Linear.
void access_strings(base::Bytes bytes, const std::function<void(const std::string&)>& use);

// One row of MSysObjects.
struct AccessObject {
    static constexpr std::int32_t macro = -32766;

    std::uint32_t id = 0;
    std::int32_t type = 0;  // 1: table, 4 and 6: linked, -32766: macro, -32768: form
    std::string name;
    std::string connect;   // "ODBC;DSN=...", ";DATABASE=..."
    std::string database;  // "\\\\server\\share\\a.mdb"

    bool is_macro() const { return type == macro; }
};

// office.access.startup, office.access.macro, office.access.linked, office.access.linked.foreign,
// each once. Of a connection nothing is shown but its server and file: passwords stand in it.
void judge_access_catalogue(const std::vector<AccessObject>& objects, model::PartId part, Findings& findings);

// Facts of all macros, forms and properties of one database; evidence is the first of each.
class AccessMacros {
public:
    // `in_macro`: the string stands in what should be a macro; elsewhere only commands count.
    void look_at(std::string_view text, bool in_macro);
    // False: it does not read as a macro, and look_at() should see its strings.
    bool look_at_macro(base::Bytes sheet, const AccessMacroText& text, Budget& budget);
    void look_at_form(base::Bytes form, const AccessMacroText& text, Budget& budget);
    void look_at_query(std::string_view expression);
    void look_at_hyperlink(std::string_view cell, model::PartId part, Findings& findings) const;
    // office.access.exec, office.access.command, office.access.query, office.access.startup.
    void report(model::PartId part, Findings& findings) const;

private:
    void look_at_row(const AccessMacroRow& row, std::string& xml);
    void look_at_xml(std::string_view xml);

    std::string exec_;
    std::string command_;
    std::string query_;
    bool opens_form_ = false;
};

}  // namespace sekisho::scanner::office
