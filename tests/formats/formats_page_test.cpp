// docs/formats.md names every format that the scanner knows, and no other.
#include <gtest/gtest.h>

#include <fstream>
#include <set>
#include <string>

#include "scanner/format.h"

namespace sekisho::scanner {
namespace {

// The names in the first column of the page's tables: "| `zip` | ...".
std::set<std::string> names_on_page() {
    std::set<std::string> out;
    std::ifstream page(std::string(SEKISHO_SOURCE_DIR) + "/docs/formats.md");
    EXPECT_TRUE(page);
    for (std::string line; std::getline(page, line);) {
        if (!line.starts_with("| `")) continue;
        out.insert(line.substr(3, line.find('`', 3) - 3));
    }
    return out;
}

TEST(FormatsPage, NamesWhatTheScannerKnows) {
    std::set<std::string> known;
    for (const Format* format : rooms().formats)
        known.emplace(format->name);
    const std::set<std::string> told = names_on_page();
    for (const std::string& name : known)
        EXPECT_TRUE(told.contains(name)) << name << " is not on the page";
    for (const std::string& name : told)
        EXPECT_TRUE(known.contains(name)) << name << " is on the page alone";
}

}  // namespace
}  // namespace sekisho::scanner
