#include "scanner/containers/arj_headers.h"

#include <algorithm>
#include <utility>

#include "base/cursor.h"
#include "scanner/containers/crc32.h"

namespace sekisho::scanner::containers {

namespace {

using base::Bytes;
using base::Cursor;
using base::Result;

constexpr std::string_view mark = "\x60\xEA";
constexpr std::uint16_t least_header = 30;
constexpr std::uint16_t largest_header = 2'600;
constexpr std::size_t max_extended = 64;  // of one header; no ARJ that is known writes any
constexpr std::uint64_t steps_per_header = 1'000;

// Up to the zero that ends it.
Result<std::string_view> text(Cursor& in) {
    const std::string_view rest = base::as_text(in.rest());
    const std::size_t end = rest.find('\0');
    if (end == std::string_view::npos) return base::fail(base::Cause::malformed);
    SEKISHO_TRY(in.skip(end + 1));
    return rest.substr(0, end);
}

Result<ArjHeader> read_fields(Bytes header) {
    Cursor in(header);
    const std::uint8_t first_part = SEKISHO_TRY(in.u8());
    SEKISHO_TRY(in.skip(3));  // versions, host system
    ArjHeader out;
    out.flags = SEKISHO_TRY(in.u8());
    out.method = SEKISHO_TRY(in.u8());
    out.type =
        static_cast<ArjType>(std::min(SEKISHO_TRY(in.u8()), static_cast<std::uint8_t>(ArjType::other)));
    out.modifier = SEKISHO_TRY(in.u8());
    SEKISHO_TRY(in.skip(4));  // time
    out.packed = SEKISHO_TRY(in.u32_le());
    out.size = SEKISHO_TRY(in.u32_le());
    out.crc = SEKISHO_TRY(in.u32_le());
    SEKISHO_TRY(in.skip(4));  // where the name begins in the path, access mode; the main header's envelope
    out.encryption = SEKISHO_TRY(in.u8());
    SEKISHO_TRY(in.seek(first_part));
    out.name = SEKISHO_TRY(text(in));
    return out;
}

class Walk {
public:
    Walk(Bytes bytes, Budget& budget) : bytes_(bytes), budget_(budget) {}

    ArjArchive run(bool until_garbled = false) {
        bool ended = false;
        while (!ended && find_header()) {
            const auto record = read_arj_record(bytes_.subspan(at_));
            if (!budget_.spend_steps(steps_per_header)) {
                out_.out_of_budget = true;
                break;
            }
            if (!record) {
                damage("a header's checksum does not hold");
                at_ += mark.size();
                continue;
            }
            at_ += record->size;
            ended = record->last;
            if (!ended) take(record->header);
            if (until_garbled && !out_.members.empty() && out_.members.back().header.garbled()) break;
        }
        if (!ended && !out_.out_of_budget) damage("it ends without a last header");
        out_.end = at_;
        return std::move(out_);
    }

private:
    void damage(std::string_view why) {
        if (out_.damage.empty()) out_.damage = why;
    }

    // Moves to the next mark. Where it is not at hand, bytes are lost.
    bool find_header() {
        const std::size_t next = base::as_text(bytes_).find(mark, at_);
        if (next == std::string_view::npos) return false;
        if (next != at_) damage("bytes that are no header");
        at_ = next;
        return true;
    }

    void take(const ArjHeader& header) {
        if (header.is_main() && !have_main_ && out_.members.empty()) {
            have_main_ = true;
            out_.main = header;
            return;
        }
        // 7-Zip takes any other for a file.
        if (header.is_main()) damage("a main header behind the first");
        const Bytes rest = bytes_.subspan(at_);
        const bool cut = header.packed > rest.size();
        if (cut) damage("it ends before a member does");
        const Bytes data = base::head(rest, header.packed);
        out_.members.push_back({header, data, cut});
        at_ += data.size();
    }

    Bytes bytes_;
    Budget& budget_;
    ArjArchive out_;
    std::size_t at_ = 0;
    bool have_main_ = false;
};

}  // namespace

Result<ArjRecord> read_arj_record(Bytes bytes) {
    Cursor in(bytes);
    if (base::as_text(SEKISHO_TRY(in.take(mark.size()))) != mark) return base::fail(base::Cause::malformed);
    ArjRecord out;
    const std::uint16_t size = SEKISHO_TRY(in.u16_le());
    out.last = size == 0;
    out.size = in.offset();
    if (out.last) return out;
    if (size < least_header || size > largest_header) return base::fail(base::Cause::malformed);
    const Bytes header = SEKISHO_TRY(in.take(size));
    if (SEKISHO_TRY(in.u32_le()) != crc32_of(header)) return base::fail(base::Cause::malformed);
    out.header = SEKISHO_TRY(read_fields(header));
    // Extended headers, each with a checksum of its own: a size of zero ends them.
    for (std::size_t seen = 0; const std::uint16_t extended = SEKISHO_TRY(in.u16_le()); ++seen) {
        if (seen == max_extended) return base::fail(base::Cause::malformed);
        SEKISHO_TRY(in.skip(extended + std::uint64_t{4}));
    }
    out.size = in.offset();
    return out;
}

bool may_be_garbled(Bytes bytes) {
    constexpr std::uint64_t headers = 4'000;
    Budget budget({.max_steps = headers * steps_per_header}, bytes.size());
    const ArjArchive archive = Walk(bytes, budget).run(true);
    const bool garbled = !archive.members.empty() && archive.members.back().header.garbled();
    return garbled || archive.out_of_budget;
}

ArjArchive read_arj(Bytes bytes, Budget& budget) { return Walk(bytes, budget).run(); }

}  // namespace sekisho::scanner::containers
