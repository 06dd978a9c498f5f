// What the first bytes of a file that a script carries say of it.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string_view>

#include "base/bytes.h"

namespace sekisho::scanner::active {

enum class PayloadKind : std::uint8_t {
    unknown,     // nothing that is known: encrypted, or packed in a way that is not undone here
    harmless,    // pictures, fonts, sound, film, WebAssembly: what saved pages carry
    text,        // text for people or programs, JSON, a style sheet
    document,    // PDF
    markup,      // HTML, or SVG
    compressed,  // gzip: saved reports carry their data so
    dangerous,   // archive, disk image, program, script, shortcut, Office document
};

// Bytes that payload_kind() looks at, no more: a disc's descriptor stands at 32 KB.
constexpr std::size_t payload_head = 36u << 10;

struct PayloadType {
    PayloadKind kind = PayloadKind::unknown;
    std::string_view name;  // for people: "ZIP archive"; static
};

// By magic number and, for texts, by what they begin with and hold. Linear in payload_head.
PayloadType payload_type(base::Bytes head);
// True for what people work with, as opposed to archives, disk images, programs, scripts and shortcuts.
bool is_office_document(PayloadType type, base::Bytes head);

// One operation with one constant on each byte that turns the file back: what scripts call encryption.
struct ByteKey {
    enum class Way : std::uint8_t { exclusive_or, add } way = Way::exclusive_or;
    std::uint8_t key = 0;
    std::byte undo(std::byte b) const;
};
// The key under which `head` begins as a dangerous file does, by a magic number of at least four bytes. None
// where it does so without a key.
std::optional<ByteKey> find_byte_key(base::Bytes head);

}  // namespace sekisho::scanner::active
