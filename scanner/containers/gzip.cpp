#include "scanner/containers/gzip.h"

#include <algorithm>
#include <utility>

#include <fmt/format.h>

#include "base/cursor.h"
#include "scanner/containers/archive_open.h"
#include "scanner/containers/crc32.h"
#include "scanner/containers/inflate_stream.h"

namespace sekisho::scanner::containers {

namespace {

using base::Bytes;

constexpr std::uint64_t steps_per_member = 100'000;  // a decoder with its tables
constexpr std::size_t trailer_size = 8;

// RFC 1952 section 2.3.1.
constexpr unsigned has_header_crc = 0x02;
constexpr unsigned has_extra = 0x04;
constexpr unsigned has_name = 0x08;
constexpr unsigned has_comment = 0x10;

bool skip_text(base::Cursor& in) {
    const Bytes rest = in.rest();
    const auto end = std::ranges::find(rest, std::byte{0});
    return end != rest.end() && in.skip(static_cast<std::size_t>(end - rest.begin()) + 1).has_value();
}

class Opening {
public:
    Opening(const Part& part, Extraction& extraction)
        : part_(part), extraction_(extraction), rest_(part.bytes), output_(extraction.new_output()) {}

    void run() {
        if (!extraction_.budget().spend_steps(part_.bytes.size())) return;
        bool room = true;
        while (room && problem_.empty()) {
            const auto header = gzip_header_size(rest_);
            if (!header) break;
            rest_ = rest_.subspan(*header);
            room = extraction_.budget().spend_steps(steps_per_member) && take_member();
        }
        // What does not shrink stands in it as it is. Where a limit ended it, that is told.
        extraction_.covers(room ? part_.bytes.first(part_.bytes.size() - rest_.size()) : part_.bytes);
        if (rest_.size() == part_.bytes.size()) problem_ = "its header breaks off";
        if (!add_output() || !room || !problem_.empty()) return;
        const bool is_padding = std::ranges::all_of(rest_, [](std::byte b) { return b == std::byte{0}; });
        if (!is_padding) add_rest();
    }

private:
    // False: the Budget is spent.
    bool take_member() {
        DeflateStream stream;
        std::uint32_t crc = 0;
        std::uint32_t size = 0;  // modulo 2^32, as the trailer has it
        const auto sink = [&](Bytes bytes) {
            crc = crc32_of(bytes, crc);
            size += static_cast<std::uint32_t>(bytes.size());
            return output_.write(bytes);
        };
        while (!stream.ended() && !rest_.empty()) {
            const Bytes piece = base::head(rest_, DeflateStream::max_input);
            const Inflated state = stream.feed(piece, sink);
            if (state == Inflated::refused) return false;
            const std::size_t unread = stream.ended() ? std::min(stream.unread(), piece.size()) : 0;
            rest_ = rest_.subspan(piece.size() - unread);
            if (state == Inflated::damaged) return fail("packed data is broken");
        }
        base::Cursor trailer(base::head(rest_, trailer_size));
        rest_ = rest_.subspan(std::min(rest_.size(), trailer_size));
        const auto said_crc = trailer.u32_le();
        const auto said_size = trailer.u32_le();
        if (!stream.ended() || !said_size) {
            cut_ = true;
            return fail("it ends before its data does");
        }
        return (*said_crc == crc && *said_size == size) || fail("its checksum does not hold");
    }

    // True: what is there is taken.
    bool fail(std::string_view why) {
        problem_ = why;
        return true;
    }

    bool add_output() {
        ChildSpec spec;
        spec.name = name_inside(part_, ArchiveKind::gzip);
        spec.opened_by = "gzip";
        if (!problem_.empty()) {
            extraction_.findings().add("archive.damaged", part_.id, problem_);
            spec.flags.set(cut_ ? PartFlag::truncated : PartFlag::damaged);
        }
        if (output_.size() > 0 || problem_.empty())
            return extraction_.add_child(std::move(spec), std::move(output_));
        extraction_.findings().add("archive.member-skipped", part_.id, spec.name);
        return extraction_.add_skipped(std::move(spec));
    }

    // What other programs may see in the same file.
    void add_rest() {
        extraction_.findings().add("archive.damaged", part_.id,
                                   fmt::format("{} bytes behind it", rest_.size()));
        ChildSpec spec;
        spec.label = "behind";
        spec.opened_by = "gzip";
        if (extraction_.budget().spend_bytes(rest_.size()))
            (void)extraction_.add_child(std::move(spec), rest_);
    }

    const Part& part_;
    Extraction& extraction_;
    Bytes rest_;
    Output output_;
    std::string problem_;
    bool cut_ = false;
};

}  // namespace

std::optional<std::size_t> gzip_header_size(Bytes bytes) {
    base::Cursor in(bytes);
    const auto magic = in.u16_le();
    const auto method = in.u8();
    const auto flags = in.u8();
    if (!flags || *magic != 0x8B1F || *method != 8 || !in.skip(6)) return std::nullopt;
    if ((*flags & has_extra) != 0) {
        const auto size = in.u16_le();
        if (!size || !in.skip(*size)) return std::nullopt;
    }
    if ((*flags & has_name) != 0 && !skip_text(in)) return std::nullopt;
    if ((*flags & has_comment) != 0 && !skip_text(in)) return std::nullopt;
    if ((*flags & has_header_crc) != 0 && !in.skip(2)) return std::nullopt;
    return bytes.size() - in.rest().size();
}

void open_gzip(const Part& part, Extraction& extraction) { Opening(part, extraction).run(); }

}  // namespace sekisho::scanner::containers
