#include "scanner/containers/packed_file.h"

#include <algorithm>
#include <utility>

#include <fmt/format.h>

#include "scanner/containers/archive_open.h"

namespace sekisho::scanner::containers {

namespace {

using base::Bytes;

constexpr std::uint64_t steps_per_member = 100'000;  // a decoder with its tables

class Opening {
public:
    Opening(const Part& part, Extraction& extraction, const PackedFormat& format)
        : part_(part), extraction_(extraction), format_(format), rest_(part.bytes) {}

    void run() {
        Budget& budget = extraction_.budget();
        if (!budget.spend_steps(part_.bytes.size())) return;
        Output output = extraction_.new_output();
        while (room_ && last_.state == PackedState::whole) {
            const auto lead = format_.lead(rest_);
            if (!lead) break;
            rest_ = rest_.subspan(*lead);
            room_ = budget.spend_steps(steps_per_member) && take_member(output);
        }
        // What does not shrink stands in it as it is. Where a limit ended it, that is told.
        extraction_.covers(room_ ? part_.bytes.first(part_.bytes.size() - rest_.size()) : part_.bytes);
        if (rest_.size() == part_.bytes.size()) last_ = {PackedState::damaged, "its header breaks off"};
        if (!add(std::move(output)) || !room_ || last_.state != PackedState::whole) return;
        const bool is_padding = std::ranges::all_of(rest_, [](std::byte b) { return b == std::byte{0}; });
        if (!is_padding) add_rest();
    }

private:
    // False: the Budget is spent.
    bool take_member(Output& output) {
        const PackedMember member =
            format_.take(rest_, extraction_.budget(), [&](Bytes bytes) { return output.write(bytes); });
        if (member.state == PackedState::refused) return false;
        last_ = member;
        return true;
    }

    bool add(Output output) {
        ChildSpec spec;
        spec.name = name_inside(part_, format_.kind);
        spec.opened_by = format_.name;
        const bool whole = last_.state == PackedState::whole;
        if (!whole) {
            extraction_.findings().add("archive.damaged", part_.id, last_.why);
            spec.flags.set(last_.state == PackedState::cut ? PartFlag::truncated : PartFlag::damaged);
        }
        if (!room_) spec.flags.set(PartFlag::truncated);
        if (output.size() > 0 || (whole && room_))
            return extraction_.add_child(std::move(spec), std::move(output));
        if (!whole) extraction_.findings().add("archive.member-skipped", part_.id, spec.name);
        return extraction_.add_skipped(std::move(spec));
    }

    // What other programs may see in the same file.
    void add_rest() {
        extraction_.findings().add("archive.damaged", part_.id,
                                   fmt::format("{} bytes behind it", rest_.size()));
        ChildSpec spec;
        spec.label = "behind";
        spec.opened_by = format_.name;
        if (extraction_.budget().spend_bytes(rest_.size()))
            (void)extraction_.add_child(std::move(spec), rest_);
    }

    const Part& part_;
    Extraction& extraction_;
    const PackedFormat& format_;
    Bytes rest_;
    PackedMember last_;
    bool room_ = true;  // in the Budget
};

}  // namespace

void open_packed_file(const Part& part, Extraction& extraction, const PackedFormat& format) {
    Opening(part, extraction, format).run();
}

}  // namespace sekisho::scanner::containers
