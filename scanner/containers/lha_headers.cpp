#include "scanner/containers/lha_headers.h"

#include <algorithm>
#include <string_view>
#include <utility>

#include "base/charset.h"
#include "base/cursor.h"
#include "scanner/containers/crc16.h"

namespace sekisho::scanner::containers {

namespace {

using base::Bytes;
using base::Cause;
using base::Cursor;
using base::Result;

constexpr std::size_t method_offset = 2;
constexpr std::size_t level_offset = 20;
constexpr std::size_t max_extensions = 64;  // of one header; writers have up to ten
constexpr std::size_t max_name = 4'096;
constexpr std::size_t largest_looked_for = 64u << 10;  // bytes of a header behind a broken one
constexpr std::uint64_t steps_per_header = 1'000;

enum Extension : std::uint8_t {
    header_crc = 0x00,
    file_name = 0x01,
    directory_name = 0x02,
    disks = 0x39,
    wide_sizes = 0x42,
    unicode_file = 0x44,
    unicode_directory = 0x45,
};

// A name in parts, as extensions bring them.
struct Name {
    std::string file;
    std::string directory;
    // Bytes of 0xFF part directories: no letter of a code page contains one.
    std::string joined() const {
        std::string out = directory;
        std::ranges::replace(out, '\xFF', '/');
        if (!out.empty() && !out.ends_with('/')) out += '/';
        return out + file;
    }
};

// 0xFFFF parts directories here.
std::string unicode_path(Bytes raw) {
    std::string bytes(base::as_text(base::head(raw, max_name)));
    for (std::size_t i = 0; i + 1 < bytes.size(); i += 2) {
        if (bytes[i] == '\xFF' && bytes[i + 1] == '\xFF') bytes.replace(i, 2, std::string_view("/\0", 2));
    }
    return base::to_utf8(base::as_bytes(bytes), "utf-16le");
}

std::string text_of(Bytes raw) { return std::string(base::as_text(base::head(raw, max_name))); }

class Record {
public:
    Record(Bytes bytes, Budget& budget) : bytes_(bytes), in_(bytes), budget_(budget) {}

    Result<LhaRecord> read() {
        Cursor look(bytes_);
        SEKISHO_TRY(look.seek(level_offset));
        const std::uint8_t level = SEKISHO_TRY(look.u8());
        const std::string_view method =
            base::as_text(SEKISHO_TRY(Cursor(bytes_.subspan(method_offset)).take(5)));
        const bool known = method.starts_with("-l") || method.starts_with("-pm");
        if (!known || method.back() != '-' || level > 3) return base::fail(Cause::malformed);
        out_.header.method = method;
        SEKISHO_TRY(level < 2 ? read_old(level) : read_new(level));
        if (has_crc_) SEKISHO_TRY(check_crc());
        out_.header.name = name_.joined();
        out_.header.unicode = unicode_.file.empty() ? std::string() : unicode_.joined();
        out_.bytes = in_.offset();
        return std::move(out_);
    }

private:
    // Sizes, then time, attributes and level.
    Result<void> read_sizes(Cursor& in) {
        out_.header.packed = SEKISHO_TRY(in.u32_le());
        out_.header.size = SEKISHO_TRY(in.u32_le());
        return in.skip(6);
    }

    // Levels 0 and 1: a size of one byte, and the sum of the bytes that it counts.
    Result<void> read_old(std::uint8_t level) {
        const std::uint8_t size = SEKISHO_TRY(in_.u8());
        const std::uint8_t sum = SEKISHO_TRY(in_.u8());
        Cursor in = SEKISHO_TRY(in_.sub(size));
        std::uint8_t real = 0;
        for (const std::byte byte : in.input())
            real = static_cast<std::uint8_t>(real + std::to_integer<unsigned>(byte));
        out_.header.sound = real == sum;
        SEKISHO_TRY(in.skip(5));
        SEKISHO_TRY(read_sizes(in));
        const std::uint8_t name = SEKISHO_TRY(in.u8());
        name_.file = text_of(SEKISHO_TRY(in.take(name)));
        std::ranges::replace(name_.file, '\xFF', '/');
        out_.header.crc = SEKISHO_TRY(in.u16_le());
        if (level == 0) return {};
        SEKISHO_TRY(in.skip(1));  // system; others may follow
        SEKISHO_TRY(in.skip(in.left() - std::min<std::size_t>(in.left(), 2)));
        const std::size_t before = in_.offset();
        SEKISHO_TRY(read_extensions(SEKISHO_TRY(in.u16_le()), false));
        // The size of what is packed counts the extensions here.
        const std::size_t extensions = in_.offset() - before;
        if (extensions > out_.header.packed) return base::fail(Cause::malformed);
        out_.header.packed -= extensions;
        return {};
    }

    // Levels 2 and 3: a size of everything, extensions included, in two bytes or four.
    Result<void> read_new(std::uint8_t level) {
        const bool wide = level == 3;
        std::uint64_t whole = SEKISHO_TRY(in_.u16_le());
        SEKISHO_TRY(in_.skip(5));
        SEKISHO_TRY(read_sizes(in_));
        out_.header.crc = SEKISHO_TRY(in_.u16_le());
        SEKISHO_TRY(in_.skip(1));  // system
        if (wide) whole = SEKISHO_TRY(in_.u32_le());
        const std::uint64_t first = wide ? SEKISHO_TRY(in_.u32_le()) : SEKISHO_TRY(in_.u16_le());
        SEKISHO_TRY(read_extensions(first, wide));
        if (whole < in_.offset()) return base::fail(Cause::malformed);
        return in_.seek(whole);  // a byte may stand behind, so that the size does not begin with zero
    }

    // Each says how long the next one is: type, data, and that size.
    Result<void> read_extensions(std::uint64_t size, bool wide) {
        const std::uint64_t around = wide ? 5 : 3;
        for (std::size_t seen = 0; size != 0; ++seen) {
            if (size < around || seen == max_extensions) return base::fail(Cause::malformed);
            const std::uint8_t type = SEKISHO_TRY(in_.u8());
            const std::size_t at = in_.offset();
            const Bytes data = SEKISHO_TRY(in_.take(size - around));
            if (!budget_.spend_steps(std::min(data.size(), max_name))) return base::fail(Cause::limit);
            take(type, data, at);
            size = wide ? SEKISHO_TRY(in_.u32_le()) : SEKISHO_TRY(in_.u16_le());
        }
        return {};
    }

    void take(std::uint8_t type, Bytes data, std::size_t at) {
        Cursor in(data);
        if (type == header_crc && data.size() >= 2) {
            has_crc_ = true;
            crc_at_ = at;
        } else if (type == file_name) {
            name_.file = text_of(data);
        } else if (type == directory_name) {
            name_.directory = text_of(data);
        } else if (type == unicode_file) {
            unicode_.file = unicode_path(data);
        } else if (type == unicode_directory) {
            unicode_.directory = unicode_path(data);
        } else if (type == disks) {
            out_.header.several_disks = true;
        } else if (type == wide_sizes) {
            const auto packed = in.u64_le();
            const auto size = in.u64_le();
            if (packed && size) {
                out_.header.packed = *packed;
                out_.header.size = *size;
            }
        }
    }

    // Of the whole header, with zeros in place of the checksum.
    Result<void> check_crc() {
        if (!budget_.spend_steps(in_.offset())) return base::fail(Cause::limit);
        constexpr std::byte zeros[2]{};
        Cursor said(bytes_.subspan(crc_at_));
        const std::size_t behind = crc_at_ + sizeof(zeros);
        std::uint16_t crc = crc16_of(bytes_.first(crc_at_));
        crc = crc16_of(zeros, crc);
        crc = crc16_of(bytes_.subspan(behind, in_.offset() - behind), crc);
        out_.header.sound = out_.header.sound && crc == said.u16_le().value_or(0);
        return {};
    }

    Bytes bytes_;
    Cursor in_;
    Budget& budget_;
    LhaRecord out_;
    Name name_;
    Name unicode_;
    bool has_crc_ = false;
    std::size_t crc_at_ = 0;
};

class Walk {
public:
    Walk(Bytes bytes, Budget& budget) : bytes_(bytes), budget_(budget) {}

    LhaArchive run() {
        bool ended = false;
        while (!ended && at_ < bytes_.size()) {
            if (!budget_.spend_steps(steps_per_header)) break;
            // The size of a header of level 2 may begin with the zero that ends an archive, though writers
            // put a byte behind such a one.
            const auto record = read_lha_record(bytes_.subspan(at_), budget_);
            ended = !record && bytes_[at_] == std::byte{0};
            if (record) {
                take(*record);
            } else if (ended) {
                ++at_;
            } else if (!find_next()) {
                break;
            }
        }
        if (ended && out_.members.empty()) damage("it ends where its first header should begin");
        out_.end = at_;
        return std::move(out_);
    }

private:
    void damage(std::string_view why) {
        if (out_.damage.empty()) out_.damage = why;
    }

    void take(const LhaRecord& record) {
        if (!record.header.sound) damage("a header's checksum does not hold");
        at_ += record.bytes;
        const Bytes rest = bytes_.subspan(at_);
        const bool cut = record.header.packed > rest.size();
        if (cut) damage("it ends before a member does");
        const Bytes data = base::head(
            rest, static_cast<std::size_t>(std::min<std::uint64_t>(record.header.packed, rest.size())));
        out_.members.push_back({record.header, data, cut});
        at_ += data.size();
    }

    // Bytes that are no header: those of a broken one, or what is behind an archive without an end.
    bool find_next() {
        const std::string_view text = base::as_text(bytes_);
        for (std::size_t mark = text.find("-l", at_ + method_offset + 1); mark != std::string_view::npos;
             mark = text.find("-l", mark + 1)) {
            if (!budget_.spend_steps(steps_per_header)) return false;
            const auto record = read_lha_record(
                base::head(bytes_.subspan(mark - method_offset), largest_looked_for), budget_);
            if (!record || !record->header.sound) continue;
            damage("bytes that are no header");
            at_ = mark - method_offset;
            return true;
        }
        damage("it ends within a header");
        return false;
    }

    Bytes bytes_;
    Budget& budget_;
    LhaArchive out_;
    std::size_t at_ = 0;
};

}  // namespace

Result<LhaRecord> read_lha_record(Bytes bytes, Budget& budget) { return Record(bytes, budget).read(); }

LhaArchive read_lha(Bytes bytes, Budget& budget) { return Walk(bytes, budget).run(); }

}  // namespace sekisho::scanner::containers
