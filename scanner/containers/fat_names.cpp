#include "scanner/containers/fat_names.h"

#include <array>
#include <string_view>
#include <utility>

#include "base/charset.h"
#include "base/cursor.h"
#include "base/text.h"

namespace sekisho::scanner::containers {

namespace {

using base::Bytes;

constexpr std::uint8_t long_name = 0x0F;
constexpr std::uint8_t volume_label = 0x08;
constexpr std::uint8_t deleted_mark = 0xE5;
constexpr std::size_t longest = 2 * 260;  // bytes of a long name

std::uint8_t at(Bytes bytes, std::size_t offset) { return std::to_integer<std::uint8_t>(bytes[offset]); }
std::uint32_t u16_at(Bytes bytes, std::size_t offset) {
    return at(bytes, offset) | std::uint32_t{at(bytes, offset + 1)} << 8;
}

// Names are in the code page of whoever wrote them; bit 3 and 4 of the case byte mean lower case.
std::string short_name(Bytes raw, bool deleted) {
    std::string stem(base::as_text(raw.first(8)));
    std::string extension(base::as_text(raw.subspan(8, 3)));
    if (deleted) stem[0] = '_';  // its first character is lost
    if (stem[0] == '\x05') stem[0] = '\xE5';
    const auto is_blank = [](char c) { return c == ' '; };
    stem.resize(stem.find_last_not_of(' ') + 1);
    extension = base::trim(extension, is_blank);
    if ((at(raw, 12) & 0x08u) != 0) stem = base::to_lower(stem);
    if ((at(raw, 12) & 0x10u) != 0) extension = base::to_lower(extension);
    std::string name = extension.empty() ? stem : stem + "." + extension;
    const Bytes bytes = base::as_bytes(name);
    return base::to_utf8(bytes, base::guess_charset(bytes));
}

// FAT specification 1.03, section 7.2: of the eleven bytes of a short name.
std::uint8_t checksum_of(Bytes raw) {
    unsigned sum = 0;
    for (const std::byte b : raw.first(11))
        sum = (((sum & 1u) << 7 | sum >> 1) + std::to_integer<unsigned>(b)) & 0xFFu;
    return static_cast<std::uint8_t>(sum);
}

}  // namespace

void FatNames::take_piece(Bytes raw) {
    constexpr std::array<std::pair<std::size_t, std::size_t>, 3> places{{{1, 10}, {14, 12}, {28, 4}}};
    const bool begins = at(raw, 0) != deleted_mark && (at(raw, 0) & 0x40u) != 0;
    if (begins || at(raw, 13) != checksum_ || long_name_.size() >= longest) long_name_.clear();
    checksum_ = at(raw, 13);
    std::string piece;
    for (const auto& [offset, length] : places)
        piece += base::as_text(raw.subspan(offset, length));
    long_name_.insert(0, piece);
}

// The first character of a deleted name is lost, and the checksum with it.
bool FatNames::belongs(Bytes raw, bool deleted) const {
    return !long_name_.empty() && (deleted || checksum_of(raw) == checksum_);
}

std::optional<FatEntry> FatNames::next(Bytes raw) {
    FatEntry out;
    out.attributes = at(raw, 11);
    if ((out.attributes & 0x3Fu) == long_name) {
        take_piece(raw);
        return std::nullopt;
    }
    out.deleted = at(raw, 0) == deleted_mark;
    out.cluster = u16_at(raw, 20) << 16 | u16_at(raw, 26);
    out.size = u16_at(raw, 28) | u16_at(raw, 30) << 16;
    if (belongs(raw, out.deleted)) {
        std::size_t end = 0;
        while (end + 1 < long_name_.size() && (long_name_[end] != '\0' || long_name_[end + 1] != '\0'))
            end += 2;
        out.name = base::to_utf8(base::as_bytes(std::string_view(long_name_).substr(0, end)), "utf-16le");
    } else {
        out.name = short_name(raw, out.deleted);
    }
    long_name_.clear();
    const std::string_view stem = base::as_text(raw.first(8));
    if (stem == ".       " || stem == "..      ") return std::nullopt;
    const bool label = (out.attributes & volume_label) != 0 && !out.is_directory();
    if (label && (out.size == 0 || out.cluster < 2)) return std::nullopt;
    return out;
}

}  // namespace sekisho::scanner::containers
