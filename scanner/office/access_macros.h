// What the catalogue and the macros of an Access database would do: actions that start programs, tables that
// lie on servers, queries that call what starts a program.
//
// How macros lie on disk has not been published: older ones are fields with their arguments in UTF-16, those
// of Access 2010 and later hold XML ("_AXL:"). So they are judged by the strings that stand in them.
//
// Known weaknesses: a program that the old binary form starts with an action of the same name as another is
// told by its argument alone; an argument that is put together by an expression is not.
#pragma once

#include <cstdint>
#include <functional>
#include <string>
#include <string_view>
#include <vector>

#include "base/bytes.h"
#include "scanner/findings.h"

namespace sekisho::scanner::office {

// Hands over the runs of text in bytes of no known layout: UTF-16LE and ASCII, at least five characters.
// Linear.
void access_strings(base::Bytes bytes, const std::function<void(const std::string&)>& use);

// One row of MSysObjects.
struct AccessObject {
    std::uint32_t id = 0;
    std::int32_t type = 0;  // 1: table, 4 and 6: linked, -32766: macro, -32768: form
    std::string name;
    std::string connect;   // "ODBC;DSN=...", ";DATABASE=..."
    std::string database;  // "\\\\server\\share\\a.mdb"
};

// office.access.startup, office.access.macro, office.access.linked, office.access.linked.foreign,
// each once. Of a connection nothing is shown but its server and file: passwords stand in it.
void judge_access_catalogue(const std::vector<AccessObject>& objects, model::PartId part, Findings& findings);

// Facts of all macros, forms and properties of one database; evidence is the first of each.
class AccessMacros {
public:
    // `in_macro`: the string stands in a macro; in a form only commands count.
    void look_at(std::string_view text, bool in_macro);
    void look_at_query(std::string_view expression);
    void look_at_hyperlink(std::string_view cell, model::PartId part, Findings& findings) const;
    // office.access.exec, office.access.command, office.access.query, office.access.startup.
    void report(model::PartId part, Findings& findings) const;

private:
    std::string exec_;
    std::string command_;
    std::string query_;
    bool opens_form_ = false;
};

}  // namespace sekisho::scanner::office
