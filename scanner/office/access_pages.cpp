#include "scanner/office/access_pages.h"

#include <algorithm>
#include <array>
#include <span>
#include <string_view>

#include "base/charset.h"
#include "base/cursor.h"
#include "scanner/unlock/office_crypto.h"

namespace sekisho::scanner::office {

namespace {

constexpr std::size_t version_offset = 0x14;
constexpr std::size_t mask_offset = 0x18;
constexpr std::size_t code_page_offset = 0x3C;
constexpr std::size_t key_offset = 0x3E;
constexpr std::size_t crypto_offset = 0x299;  // size of an EncryptionInfo, which stands behind it
constexpr std::uint32_t catalogue = 2;

constexpr std::uint32_t offset_bits = 0x1FFF;
constexpr std::uint32_t moved_bit = 0x4000;
constexpr std::uint32_t deleted_bit = 0x8000;

// The fields of the first page are hidden behind RC4 with a key that is always the same.
std::array<std::byte, 126> unmasked(base::Bytes file) {
    std::array<std::byte, 126> out{};
    constexpr std::array key{std::byte{0xC7}, std::byte{0xDA}, std::byte{0x39}, std::byte{0x6B}};
    unlock::Rc4(key).apply(file.subspan(mask_offset, out.size()), out);
    return out;
}

}  // namespace

std::uint32_t access_number(base::Bytes bytes, std::size_t offset, std::size_t size) {
    if (!base::in_range(offset, size, bytes.size())) return 0;
    std::uint32_t out = 0;
    for (std::size_t i = size; i > 0; --i)
        out = out << 8 | std::to_integer<std::uint32_t>(bytes[offset + i - 1]);
    return out;
}

bool AccessPages::has_magic(base::Bytes bytes) {
    constexpr std::string_view begin("\x00\x01\x00\x00Standard ", 13);
    const std::string_view text = base::as_text(base::head(bytes, 32));
    if (!text.starts_with(begin)) return false;
    const std::string_view engine = text.substr(begin.size());
    return engine.starts_with("Jet DB") || engine.starts_with("ACE DB");
}

base::Result<AccessPages> AccessPages::open(base::Bytes file) {
    constexpr std::uint32_t newest = 5;  // Access 2019
    AccessPages out(file);
    if (file.size() <= version_offset) return base::fail(base::Cause::truncated, "no first page");
    const std::uint32_t version = access_number(file, version_offset, 1);
    if (version > newest) return base::fail(base::Cause::unsupported, "unknown version of the engine");
    out.jet3_ = version == 0;
    out.ace_ = version > 1;
    out.page_size_ = out.jet3_ ? 2'048 : 4'096;
    out.count_ = static_cast<std::uint32_t>(std::min<std::size_t>(file.size() / out.page_size_, 0x00FF'FFFF));
    if (out.count_ < 2) return base::fail(base::Cause::truncated, "ends within its first pages");
    const auto fields = unmasked(file);
    out.code_page_ = access_number(fields, code_page_offset - mask_offset, 2);
    out.key_ = access_number(fields, key_offset - mask_offset, 4);
    return out;
}

std::string AccessPages::charset() const { return base::charset_of_code_page(code_page_); }

base::Bytes AccessPages::encryption_info() const {
    const base::Bytes first = page(0);
    const std::size_t size = access_number(first, crypto_offset, 2);
    if (!ace_ || key_ == 0 || !base::in_range(crypto_offset + 2, size, first.size())) return {};
    return first.subspan(crypto_offset + 2, size);
}

bool AccessPages::decode(const DecodePage& decode_page, Budget& budget, Output& output) const {
    constexpr std::uint64_t steps_of_byte = 4;
    if (!budget.spend_steps(steps_of_byte * file_.size())) return false;
    std::string first(base::as_text(page(0)));
    const auto key = unlock::number_bytes(key_);
    for (std::size_t i = 0; i < key.size(); ++i) {
        const auto masked = static_cast<unsigned char>(first[key_offset + i]);
        first[key_offset + i] = static_cast<char>(masked ^ std::to_integer<unsigned>(key.at(i)));
    }
    if (!output.write(base::as_bytes(first))) return false;
    std::string plain(page_size_, '\0');
    for (std::uint32_t number = 1; number < count_; ++number) {
        const bool known = decode_page(key_ ^ number, page(number), std::as_writable_bytes(std::span(plain)));
        if (!output.write(known ? base::as_bytes(plain) : page(number))) return false;
    }
    return true;
}

bool AccessPages::decodes(const DecodePage& decode_page) const {
    std::string plain(page_size_, '\0');
    const base::Bytes encoded = page(catalogue);
    return !encoded.empty() &&
           decode_page(key_ ^ catalogue, encoded, std::as_writable_bytes(std::span(plain))) &&
           plain.starts_with("\x02\x01");
}

base::Bytes AccessPages::page(std::uint32_t number) const {
    if (number >= count_) return {};
    return file_.subspan(std::size_t{number} * page_size_, page_size_);
}

AccessPages::Kind AccessPages::kind(std::uint32_t number) const {
    const base::Bytes bytes = page(number);
    if (bytes.empty()) return Kind::other;
    const std::uint32_t kind = access_number(bytes, 0, 1);
    return kind <= static_cast<std::uint32_t>(Kind::usage) ? static_cast<Kind>(kind) : Kind::other;
}

bool AccessPages::holds_values(std::uint32_t number) const {
    return kind(number) == Kind::data && base::as_text(page(number).subspan(4, 4)) == "LVAL";
}

std::uint32_t AccessPages::owner(std::uint32_t number) const { return access_number(page(number), 4, 4); }

std::uint32_t AccessPages::rows(std::uint32_t number) const {
    if (kind(number) != Kind::data) return 0;
    const std::size_t room = (page_size_ - count_offset() - 2) / 2;
    return std::min(access_number(page(number), count_offset(), 2), static_cast<std::uint32_t>(room));
}

base::Result<AccessRow> AccessPages::row(std::uint32_t number, std::uint32_t index) const {
    if (index >= rows(number)) return base::fail(base::Cause::truncated, "no such row");
    const base::Bytes bytes = page(number);
    const std::size_t table = count_offset() + 2;
    const std::size_t table_end = table + std::size_t{2} * rows(number);
    const std::uint32_t field = access_number(bytes, table + std::size_t{2} * index, 2);
    const std::size_t begin = field & offset_bits;
    const std::size_t end =
        index == 0 ? page_size_ : access_number(bytes, table + std::size_t{2} * (index - 1), 2) & offset_bits;
    if (begin > end || end > page_size_) return base::fail(base::Cause::malformed, "row out of its page");
    AccessRow out{.deleted = (field & deleted_bit) != 0, .moved = (field & moved_bit) != 0};
    if (begin == end) return out;  // what is left of a deleted one
    if (begin < table_end) return base::fail(base::Cause::malformed, "row within the table of offsets");
    out.bytes = bytes.subspan(begin, end - begin);
    return out;
}

}  // namespace sekisho::scanner::office
