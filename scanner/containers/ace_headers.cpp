#include "scanner/containers/ace_headers.h"

#include <algorithm>
#include <utility>

#include "base/cursor.h"
#include "base/result.h"
#include "scanner/containers/crc32.h"

namespace sekisho::scanner::containers {

namespace {

using base::Bytes;
using base::Cursor;
using base::Result;

constexpr std::uint64_t steps_per_header = 1'000;
constexpr std::uint8_t most_method = 2;

enum Type : std::uint8_t { main_header = 0, file = 1, file_of_64_bits = 3 };
enum Flag : std::uint16_t { has_added_size = 0x01, has_64_bits = 0x04, is_solid = 0x8000 };

// What all headers begin with.
struct Record {
    std::uint8_t type = 0;
    std::uint16_t flags = 0;
    Cursor fields{Bytes()};
    bool sound = false;  // its checksum holds

    bool is_file() const { return type == file || type == file_of_64_bits; }
};

Result<Record> read_record(Cursor& in) {
    const std::uint16_t crc = SEKISHO_TRY(in.u16_le());
    const std::uint16_t size = SEKISHO_TRY(in.u16_le());
    const Bytes bytes = SEKISHO_TRY(in.take(size));
    Record out{.fields = Cursor(bytes), .sound = (ace_crc(bytes) & 0xFFFFu) == crc};
    out.type = SEKISHO_TRY(out.fields.u8());
    out.flags = SEKISHO_TRY(out.fields.u16_le());
    return out;
}

Result<std::uint64_t> read_size(Cursor& in, std::uint16_t flags) {
    if ((flags & has_64_bits) != 0) return in.u64_le();
    return std::uint64_t{SEKISHO_TRY(in.u32_le())};
}

// `packed`: how many bytes it says that stand behind it.
struct FileHeader {
    AceMember member;
    std::uint64_t packed = 0;
};

Result<FileHeader> read_file(const Record& record) {
    FileHeader out;
    Cursor in = record.fields;
    out.member.flags = record.flags;
    out.packed = SEKISHO_TRY(read_size(in, record.flags));
    out.member.size = SEKISHO_TRY(read_size(in, record.flags));
    SEKISHO_TRY(in.skip(4));  // time
    out.member.attributes = SEKISHO_TRY(in.u32_le());
    out.member.crc = SEKISHO_TRY(in.u32_le());
    out.member.method = SEKISHO_TRY(in.u8());
    SEKISHO_TRY(in.skip(5));  // how hard was tried, size of the dictionary, reserved
    const std::uint16_t name = SEKISHO_TRY(in.u16_le());
    out.member.name = base::as_text(SEKISHO_TRY(in.take(name)));
    out.member.name = out.member.name.substr(0, out.member.name.find('\0'));
    return out;
}

class Walk {
public:
    Walk(Bytes bytes, Budget& budget) : in_(bytes), budget_(budget) {}

    AceArchive run() {
        while (!in_.at_end()) {
            if (!budget_.spend_steps(steps_per_header)) {
                out_.out_of_budget = true;
                break;
            }
            Cursor next = in_;
            const auto record = read_record(next);
            if (!record) damage("it ends within a header, or what stands there is none");
            if (!record || !take(*record, next)) break;
            in_ = next;
        }
        if (out_.members.empty() && !out_.out_of_budget) damage("it holds nothing");
        out_.end = in_.offset();
        return std::move(out_);
    }

private:
    void damage(std::string_view why) {
        if (out_.damage.empty()) out_.damage = why;
    }

    // `rest`: what is behind it, moved over what belongs to it. False: it makes no sense.
    bool take(const Record& record, Cursor& rest) {
        if (!record.sound) damage("a header's checksum does not hold");
        if (record.is_file()) return take_file(record, rest);
        // The first one bears the mark of the format: it is gone by whether or not it is sound.
        if (!record.sound && (record.type != main_header || in_.offset() != 0)) return false;
        if (record.type == main_header) out_.solid = (record.flags & is_solid) != 0;
        if (record.type == main_header || (record.flags & has_added_size) == 0) return true;
        Cursor fields = record.fields;
        const auto added = read_size(fields, record.flags);
        if (!added || !rest.skip(*added)) damage("it ends before a record does");
        return added.has_value();
    }

    bool take_file(const Record& record, Cursor& rest) {
        auto header = read_file(record);
        if (!header) damage("a header is too short for what it holds");
        if (!header) return false;
        const bool possible = header->packed <= rest.left() && header->member.method <= most_method &&
                              !header->member.name.empty();
        if (!record.sound && !possible) return false;
        header->member.cut = header->packed > rest.left();
        if (header->member.cut) damage("it ends before a member does");
        header->member.data = base::head(rest.rest(), header->packed);
        (void)rest.skip(header->member.data.size());
        out_.members.push_back(header->member);
        return true;
    }

    Cursor in_;
    Budget& budget_;
    AceArchive out_;
};

}  // namespace

std::uint32_t ace_crc(Bytes bytes) { return ~crc32_of(bytes); }

AceArchive read_ace(Bytes bytes, Budget& budget) { return Walk(bytes, budget).run(); }

bool has_locked_ace_member(Bytes bytes) {
    constexpr std::uint64_t headers = 4'000;
    Budget budget({.max_steps = headers * steps_per_header}, bytes.size());
    const AceArchive archive = read_ace(bytes, budget);
    return archive.out_of_budget || std::ranges::any_of(archive.members, &AceMember::locked);
}

}  // namespace sekisho::scanner::containers
