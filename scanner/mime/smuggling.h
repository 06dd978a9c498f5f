// Ends of mail data within a message: what is left of SMTP smuggling (CVE-2023-51764 and its kin).
#pragma once

#include <optional>
#include <string_view>

namespace sekisho::scanner::mime {

struct Smuggling {
    std::string_view place;  // at most 100 bytes from the dot's line break on
    std::size_t mail = 0;    // offset of what stands behind it, SMTP commands left out
    std::size_t next = 0;    // offset where the search for another one goes on
};

// A line that is a dot alone and ends, or follows a line that ends, as no other line of the message: some
// server takes it for the end of the data, and what stands behind it for commands or another message. In a
// message of LF alone (a file of a maildir) only such a dot counts that has SMTP commands or a header behind
// it. The first one whose dot stands at or behind `from`. Linear.
std::optional<Smuggling> find_smuggling(std::string_view message, std::size_t from = 0);

}  // namespace sekisho::scanner::mime
