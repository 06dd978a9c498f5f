// Where a path or address in a document leads: to the reader's own machine, into the house, or out of it.
//
// Known weaknesses: a UNC path to a server with a dotted name counts as one of the house, since Windows
// domains are named like that; only one that asks for WebDAV ("@80", "@SSL") or has a public address does
// not.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

namespace sekisho::scanner::office {

enum class TargetPlace : std::uint8_t {
    none,       // empty
    local,      // a path on this machine, or relative
    corporate,  // a server of the house: \\server, http://intranet, a private address, SharePoint
    remote,
};

// `target` as it stands in the document: quotes, blanks and "file:" around it are passed over, and
// backslashes may be doubled. Linear.
TargetPlace place_of(std::string_view target);

// Whether the server of an https address is named as companies name theirs: "sharepoint.", "intranet.".
// Anybody may name one like that: it says less than TargetPlace.
bool is_named_as_house(std::string_view target);

// Whether a person could follow it: http, https or ftp, which is what links are taken from.
bool is_web_address(std::string_view target);

// Backslashes that stand for one (field instructions double them) become one, but for two at the beginning.
std::string without_doubled_backslashes(std::string_view path);

}  // namespace sekisho::scanner::office
