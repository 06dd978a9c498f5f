#include "scanner/mime/mac_files.h"

#include <algorithm>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <utility>

#include "base/charset.h"
#include "base/cursor.h"
#include "base/text.h"
#include "scanner/mime/apple_single.h"

namespace sekisho::scanner::mime {

namespace {

using namespace std::string_view_literals;

std::string mac_roman(std::string_view name) { return base::to_utf8(base::as_bytes(name), "macintosh"); }

// False: the budget is spent.
bool add_fork(const Part& part, Extraction& extraction, ChildSpec spec, const ForkOfFile& fork) {
    if (fork.cut) {
        extraction.findings().add("archive.damaged", part.id, "a fork reaches behind the end");
        spec.flags.set(PartFlag::truncated);
    }
    return extraction.add_child(std::move(spec), fork.bytes, part.storage);
}

Confidence recognise_apple_single(base::Bytes head, std::string_view /*name*/) {
    base::Cursor in(head);
    const std::uint32_t magic = in.u32_be().value_or(0);
    const std::uint32_t version = in.u32_be().value_or(0);
    const bool known = magic == 0x0005'1600 || magic == 0x0005'1607;
    return known && (version == 0x0001'0000 || version == 0x0002'0000) ? sure_match : no_match;
}

void open_apple_single(const Part& part, Extraction& extraction) {
    const auto data = find_apple_entry(part.bytes, AppleEntry::data_fork);
    const auto resource = find_apple_entry(part.bytes, AppleEntry::resource_fork);
    const auto name = find_apple_entry(part.bytes, AppleEntry::real_name);
    ChildSpec spec{.opened_by = "apple-single"};
    spec.name = name ? mac_roman(base::as_text(name->bytes)) : part.name;
    // A mail that is opened shows the fork beside the part: some clients see no more of it.
    const bool shown = part.opened_by == "mime" && data_fork(part.bytes);
    if (data && !shown && !add_fork(part, extraction, spec, *data)) return;
    spec.label = "resource-fork";
    if (resource && !resource->bytes.empty()) (void)add_fork(part, extraction, std::move(spec), *resource);
    if (!data && !resource) extraction.findings().add("archive.damaged", part.id, "no fork is in it");
}

constexpr std::size_t block = 128;

struct MacBinary {
    std::string name;  // Mac OS Roman
    std::uint16_t second_header = 0;
    std::uint32_t data = 0;
    std::uint32_t resource = 0;
    std::uint16_t crc = 0;
    bool marked = false;  // "mBIN"
    bool crc_fits = false;
    bool first_kind = false;  // what later kinds have at the end of the header is zero
};

// CRC-16 of XMODEM.
std::uint16_t crc_of(base::Bytes bytes) {
    std::uint32_t crc = 0;
    for (const std::byte b : bytes) {
        crc ^= std::to_integer<std::uint32_t>(b) << 8;
        for (int bit = 0; bit < 8; ++bit)
            crc = (crc & 0x8000U) != 0 ? (crc << 1 ^ 0x1021U) & 0xFFFFU : crc << 1;
    }
    return static_cast<std::uint16_t>(crc);
}

base::Result<MacBinary> read_mac_binary(base::Bytes bytes) {
    constexpr std::size_t longest_name = 63;
    constexpr std::size_t crc_at = 124;
    constexpr std::uint32_t largest = 0x7F'FFFF;  // MacBinary bounds both forks
    const auto malformed = [] { return base::fail(base::Cause::malformed); };
    const base::Bytes header = SEKISHO_TRY(base::Cursor(bytes).take(block));
    base::Cursor in(header);
    const auto byte_at = [&](std::size_t at) { return std::to_integer<unsigned>(header[at]); };
    const std::size_t length = byte_at(1);
    if (byte_at(0) != 0 || byte_at(74) != 0 || byte_at(82) != 0 || length == 0 || length > longest_name)
        return malformed();
    MacBinary out;
    out.name = base::as_text(header.subspan(2, length));
    if (std::ranges::any_of(out.name, [](char c) { return static_cast<unsigned char>(c) < ' ' || c == ':'; }))
        return malformed();
    SEKISHO_TRY(in.seek(83));
    out.data = SEKISHO_TRY(in.u32_be());
    out.resource = SEKISHO_TRY(in.u32_be());
    out.marked = base::as_text(header.subspan(102, 4)) == "mBIN";
    SEKISHO_TRY(in.seek(120));
    out.second_header = SEKISHO_TRY(in.u16_be());
    SEKISHO_TRY(in.seek(crc_at));
    out.crc = SEKISHO_TRY(in.u16_be());
    out.crc_fits = out.crc != 0 && out.crc == crc_of(header.first(crc_at));
    out.first_kind = std::ranges::all_of(header.subspan(99), [](std::byte b) { return b == std::byte{0}; });
    if (out.data > largest || out.resource > largest || (out.data == 0 && out.resource == 0))
        return malformed();
    return out;
}

std::uint64_t whole_blocks(std::uint64_t bytes) { return (bytes + block - 1) / block * block; }

Confidence recognise_mac_binary(base::Bytes head, std::string_view /*name*/) {
    const auto header = read_mac_binary(head);
    if (!header) return no_match;
    if (header->marked || header->crc_fits) return good_match;
    const std::uint64_t forks = whole_blocks(header->data) + header->resource;
    const std::uint64_t left = head.size() - block;
    return header->first_kind && left >= forks && left <= whole_blocks(forks) ? good_match : no_match;
}

ForkOfFile fork_at(base::Bytes bytes, std::uint64_t offset, std::uint32_t size) {
    const base::Bytes rest =
        bytes.subspan(static_cast<std::size_t>(std::min<std::uint64_t>(offset, bytes.size())));
    return {.bytes = base::head(rest, size), .cut = rest.size() < size};
}

void open_mac_binary(const Part& part, Extraction& extraction) {
    const auto header = read_mac_binary(part.bytes);
    if (!header) return;  // the recogniser has read it
    if (!header->crc_fits && !header->first_kind)
        extraction.findings().add("archive.damaged", part.id, "the CRC of the header is wrong");
    const std::uint64_t data = block + whole_blocks(header->second_header);
    ChildSpec spec{.name = mac_roman(header->name), .opened_by = "mac-binary"};
    if (!add_fork(part, extraction, spec, fork_at(part.bytes, data, header->data))) return;
    if (header->resource == 0) return;
    spec.label = "resource-fork";
    const std::uint64_t resource = data + whole_blocks(header->data);
    (void)add_fork(part, extraction, std::move(spec), fork_at(part.bytes, resource, header->resource));
}

}  // namespace

const Format apple_single_format{
    .name = "apple-single",
    .type = "application/applefile",
    .extensions = "",
    .recognise = recognise_apple_single,
    .open = open_apple_single,
    .risky = false,
};

const Format mac_binary_format{
    .name = "mac-binary",
    .type = "application/macbinary",
    .extensions = "bin,macbin",
    .recognise = recognise_mac_binary,
    .open = open_mac_binary,
    .risky = false,
};

}  // namespace sekisho::scanner::mime
