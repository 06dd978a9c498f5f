#include "scanner/active/payload_kind.h"

#include <algorithm>
#include <array>
#include <string>

#include "base/cursor.h"
#include "scanner/active/marks.h"

namespace sekisho::scanner::active {

namespace {

using enum PayloadKind;

struct Magic {
    PayloadKind kind;
    std::string_view name;
    std::string_view mark;
    std::size_t offset = 0;
};

using namespace std::string_view_literals;

// Those of four bytes and more are looked for under a key as well.
// clang-format off
constexpr std::array magics{  // NOLINT: a table holds nothing else
    Magic{dangerous, "ZIP archive", "PK\x03\x04"sv},
    Magic{dangerous, "RAR archive", "Rar!\x1A\x07"sv},
    Magic{dangerous, "7-Zip archive", "7z\xBC\xAF\x27\x1C"sv},
    Magic{dangerous, "cabinet", "MSCF\0\0\0\0"sv},
    Magic{dangerous, "CFB document or installer", "\xD0\xCF\x11\xE0\xA1\xB1\x1A\xE1"sv},
    Magic{dangerous, "RTF document", "{\\rt"sv},
    Magic{dangerous, "OneNote section", "\xE4\x52\x5C\x7B\x8C\xD8\xA7\x4D"sv},
    Magic{dangerous, "shortcut", "\x4C\0\0\0\x01\x14\x02\0"sv},
    Magic{dangerous, "disc image", "CD001"sv, 32'769},
    Magic{dangerous, "disc image", "BEA01"sv, 32'769},
    Magic{dangerous, "disk image", "conectix"sv},
    Magic{dangerous, "disk image", "vhdxfile"sv},
    Magic{dangerous, "HTML Help file", "ITSF\x03\0\0\0"sv},
    Magic{dangerous, "WIM image", "MSWIM\0\0\0"sv},
    Magic{dangerous, "xz archive", "\xFD\x37\x7A\x58\x5A\0"sv},
    Magic{dangerous, "ACE archive", "**ACE**"sv, 7},
    Magic{dangerous, "tar archive", "ustar"sv, 257},
    Magic{dangerous, "encoded script", "#@~^"sv},
    Magic{dangerous, "ELF program", "\x7F" "ELF"sv},
    Magic{compressed, "gzip data", "\x1F\x8B\x08"sv},
    Magic{dangerous, "LHA archive", "-lh"sv, 2},
    Magic{dangerous, "LHA archive", "-lz"sv, 2},
    Magic{dangerous, "ARJ archive", "\x60\xEA"sv},
    Magic{dangerous, "compress archive", "\x1F\x9D"sv},
    Magic{dangerous, "bzip2 archive", "1AY&SY"sv, 4},
    Magic{document, "PDF", "%PDF-"sv},
    Magic{harmless, "picture", "\x89PNG\r\n\x1A\n"sv},
    Magic{harmless, "picture", "\xFF\xD8\xFF"sv},
    Magic{harmless, "picture", "GIF8"sv},
    Magic{harmless, "picture or sound", "RIFF"sv},
    Magic{harmless, "picture", "\0\0\x01\0"sv},
    Magic{harmless, "picture", "BM"sv},
    Magic{harmless, "font", "wOFF"sv},
    Magic{harmless, "font", "wOF2"sv},
    Magic{harmless, "font", "\0\x01\0\0\0"sv},
    Magic{harmless, "font", "OTTO"sv},
    Magic{harmless, "font", "true"sv},
    Magic{harmless, "font", "ttcf"sv},
    Magic{harmless, "font", "LP"sv, 34},  // EOT, behind its sizes and flags
    Magic{harmless, "WebAssembly", "\0asm"sv},
    Magic{harmless, "film", "ftyp"sv, 4},
    Magic{harmless, "film", "\x1A\x45\xDF\xA3"sv},
    Magic{harmless, "sound", "ID3"sv},
    Magic{harmless, "sound", "OggS"sv},
    Magic{harmless, "sound", "fLaC"sv},
};
// clang-format on

constexpr std::array<std::string_view, 9> page_marks{"<script", "<iframe", "<html", "<body",         "<form",
                                                     "<meta",   "<input",  "<svg",  "<!doctype html"};
constexpr std::array<std::string_view, 10> script_marks{
    "wscript.", "activexobject",    "createobject(", "powershell",        "<scriptlet",
    "mshta",    "frombase64string", "cmd /c",        "invoke-webrequest", "msxml2."};

// The header of a program: "MZ", and "PE\0\0" where the field at 0x3C says (PE format, section 2).
// `undo` turns each byte back first.
template <class Undo>
bool is_program(base::Bytes head, Undo undo) {
    constexpr std::size_t pointer = 0x3C;
    if (head.size() < pointer + 4) return false;
    const auto byte = [&](std::size_t at) { return std::to_integer<std::uint32_t>(undo(head[at])); };
    if (byte(0) != 'M' || byte(1) != 'Z') return false;
    const std::uint32_t at =
        byte(pointer) | byte(pointer + 1) << 8u | byte(pointer + 2) << 16u | byte(pointer + 3) << 24u;
    return base::in_range(at, 4, head.size()) && byte(at) == 'P' && byte(at + 1) == 'E' &&
           byte(at + 2) == 0 && byte(at + 3) == 0;
}

PayloadType type_of_text(base::Bytes head) {
    constexpr std::size_t looked_at = 4u << 10;
    if (!looks_textual(head)) return {};
    // Bytes that are all but high ones are no text in any charset that scripts come in.
    const base::Bytes start = base::head(head, looked_at);
    const auto high = std::ranges::count_if(start, [](std::byte b) { return b >= std::byte{0x80}; });
    if (static_cast<std::size_t>(high) * 4 > start.size() * 3) return {};
    const std::string lower = lower_head(head, looked_at);
    const auto holds = [&](std::string_view mark) { return lower.find(mark) != lower.npos; };
    if (std::ranges::any_of(script_marks, holds)) return {dangerous, "script"};
    if (std::ranges::any_of(page_marks, holds)) return {markup, "page"};
    return {PayloadKind::text, "text"};
}

bool begins_under(const Magic& magic, base::Bytes head, ByteKey key) {
    if (!base::in_range(magic.offset, magic.mark.size(), head.size())) return false;
    const base::Bytes place = head.subspan(magic.offset, magic.mark.size());
    return std::ranges::equal(place, base::as_bytes(magic.mark), {},
                              [&](std::byte b) { return key.undo(b); });
}

// Office documents are packages of that kind: their content types stand among the first members.
bool is_office_package(base::Bytes head) {
    constexpr std::array<std::string_view, 5> members{
        "[Content_Types].xml", "_rels/.rels", "mimetypeapplication/vnd.oasis", "word/", "xl/workbook"};
    constexpr std::size_t looked_at = 2u << 10;
    const std::string_view start = base::as_text(base::head(head, looked_at));
    return std::ranges::any_of(members,
                               [&](std::string_view member) { return start.find(member) != start.npos; });
}

}  // namespace

bool is_office_document(PayloadType type, base::Bytes head) {
    constexpr std::array<std::string_view, 3> documents{"CFB document or installer", "RTF document",
                                                        "OneNote section"};
    if (std::ranges::find(documents, type.name) != documents.end()) return true;
    return type.name == "ZIP archive" && is_office_package(head);
}

PayloadType payload_type(base::Bytes head) {
    for (const Magic& magic : magics) {
        if (has_mark(head, magic.mark, magic.offset)) return {magic.kind, magic.name};
    }
    const bool stub = base::as_text(base::head(head, 512)).find("DOS mode") != std::string_view::npos;
    if (is_program(head, [](std::byte b) { return b; }) || (has_mark(head, "MZ") && stub))
        return {dangerous, "program"};
    return type_of_text(head);
}

std::byte ByteKey::undo(std::byte b) const {
    const auto value = std::to_integer<unsigned>(b);
    const unsigned plain = way == Way::exclusive_or ? value ^ key : value - key;
    return static_cast<std::byte>(plain & 0xFFu);
}

std::optional<ByteKey> find_byte_key(base::Bytes head) {
    constexpr std::size_t least_mark = 4;
    const auto key_of = [](ByteKey::Way way, std::byte there, char plain) {
        const auto have = std::to_integer<unsigned>(there);
        const unsigned want = static_cast<unsigned char>(plain);
        const unsigned key = way == ByteKey::Way::exclusive_or ? have ^ want : have - want;
        return ByteKey{way, static_cast<std::uint8_t>(key & 0xFFu)};
    };
    for (const ByteKey::Way way : {ByteKey::Way::exclusive_or, ByteKey::Way::add}) {
        for (const Magic& magic : magics) {
            if (magic.kind != dangerous || magic.mark.size() < least_mark || magic.offset >= head.size())
                continue;
            const ByteKey key = key_of(way, head[magic.offset], magic.mark[0]);
            if (key.key != 0 && begins_under(magic, head, key)) return key;
        }
        if (head.empty()) continue;
        const ByteKey key = key_of(way, head[0], 'M');
        if (key.key != 0 && is_program(head, [&](std::byte b) { return key.undo(b); })) return key;
    }
    return std::nullopt;
}

}  // namespace sekisho::scanner::active
