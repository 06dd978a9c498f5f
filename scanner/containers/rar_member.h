// What the headers of a RAR archive of any version say, in one shape.
#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "base/bytes.h"
#include "scanner/unlock/rar_key.h"

namespace sekisho::scanner::containers {

constexpr std::size_t max_rar_members = 20'000;  // that are looked at

enum class RarKind : std::uint8_t { file, directory, link };

struct RarMember {
    std::string name;  // UTF-8 where the archive has Unicode, else the bytes as they stand
    RarKind kind = RarKind::file;
    base::Bytes data;           // packed, a view into the archive
    bool cut = false;           // the archive ends before its data does
    std::uint64_t size = 0;     // unpacked, as said
    bool size_unknown = false;  // it is not said
    bool stored = false;        // not compressed
    bool decodable = true;      // once it is decrypted
    bool solid = false;         // goes on with the dictionary of the members before it
    bool from_before = false;   // its beginning is in another volume
    bool goes_on = false;       // its end is in another volume
    std::uint64_t window = 0;   // bytes of the dictionary
    std::optional<std::uint32_t> crc;
    std::string blake2;        // 32 bytes, or empty
    std::uint64_t method = 0;  // as the format has it
    std::optional<unlock::RarLock> lock;
};

struct RarHeaders {
    std::vector<RarMember> members;  // at most max_rar_members
    std::string damage;              // the first thing that does not hold, for evidence; empty: none
    bool too_many = false;
    bool hidden = false;    // the headers themselves are locked
    bool unopened = false;  // and no key opened them
};

// Asked for the key where headers are locked. `holds` tells whether a key fits what is locked; without one
// that does, the answer is empty.
using RarHeaderKey = std::function<std::optional<unlock::RarKey>(
    const unlock::RarLock& lock, const std::function<bool(const unlock::RarKey&)>& holds)>;

}  // namespace sekisho::scanner::containers
