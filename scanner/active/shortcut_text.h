// Reading the small text formats that Windows follows like a shortcut: INI lines, and XML that is looked
// through for the text of an element or the value of an attribute (xml_pull.h).
#pragma once

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

namespace sekisho::scanner::active {

struct IniEntry {
    std::string section;  // lower case
    std::string key;      // lower case
    std::string_view value;
};
// "key=value" lines, at most 16,000; blanks around each are dropped. Linear.
std::vector<IniEntry> ini_entries(std::string_view text);

// Text of each element whose local name is `name` (lower case), whatever its prefix, at most 64. Linear.
std::vector<std::string> xml_texts(std::string_view text, std::string_view name);
// Value of each attribute `name` (in its own case) of elements with the local name `element`, at most 64.
std::vector<std::string> xml_attributes(std::string_view text, std::string_view element,
                                        std::string_view name);
// Local name of the root element, lower case; empty where no element stands within the first 4 KB.
std::string xml_root(std::string_view text);

}  // namespace sekisho::scanner::active
