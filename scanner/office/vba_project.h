// The stream PROJECT of a VBA project, [MS-OVBA] 2.3.1: which modules the editor shows, and whether the
// project is locked for viewing. The lock only tells the editor what to do: sources are not encrypted.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/bytes.h"

namespace sekisho::scanner::office {

struct VbaProjectText {
    std::vector<std::string> modules;  // of Module=, Class=, Document=, BaseClass=; bytes, at most 2,000
    bool locked = false;      // CMG: the user, a host or the editor protects it; DPB: there is a password
    bool invisible = false;   // GC: the editor is not to show it
    bool unreadable = false;  // CMG, DPB or GC stand there and do not decode: "project is unviewable"
};

// Linear; reads at most 1 MB. Lines may end in any way.
VbaProjectText parse_vba_project_text(base::Bytes stream);

// Data Encryption, [MS-OVBA] 2.4.3.2, of the hexadecimal text of such a field. nullopt where its length or
// its version is wrong.
std::optional<std::string> decode_project_field(std::string_view hex);

}  // namespace sekisho::scanner::office
