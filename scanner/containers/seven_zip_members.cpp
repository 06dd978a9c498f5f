#include "scanner/containers/seven_zip_members.h"

#include <algorithm>
#include <utility>

#include "scanner/containers/crc32.h"

namespace sekisho::scanner::containers {

using base::Bytes;

SevenZipMembers::SevenZipMembers(std::span<const SevenZipMember> members, Extraction& extraction,
                                 const SpecOf& spec_of, const Damaged& damaged)
    : members_(members), extraction_(extraction), spec_of_(spec_of), damaged_(damaged) {}

bool SevenZipMembers::put(Bytes bytes) {
    while (!bytes.empty()) {
        if (!output_ && !begin_next()) return false;
        const Bytes mine = bytes.size() > left_ ? bytes.first(static_cast<std::size_t>(left_)) : bytes;
        if (!write(mine)) return false;
        left_ -= mine.size();
        bytes = bytes.subspan(mine.size());
        if (left_ == 0 && !hand_on(true, false)) return false;
    }
    return true;
}

// The next member that has bytes; those before it are empty.
bool SevenZipMembers::begin_next() {
    while (done_ < members_.size()) {
        output_ = extraction_.new_output();
        left_ = members_[done_].size;
        crc_ = 0;
        if (left_ > 0) return true;
        if (!hand_on(true, false)) return false;
    }
    return false;  // not reached: a folder gives as many bytes as its members have
}

bool SevenZipMembers::write(Bytes bytes) {
    crc_ = crc32_of(bytes, crc_);
    return output_->write(bytes);
}

bool SevenZipMembers::hand_on(bool is_whole, bool is_damaged) {
    const SevenZipMember& member = members_[done_];
    ChildSpec spec = spec_of_(done_);
    if (!is_whole) spec.flags.set(PartFlag::truncated);
    if (is_damaged || (is_whole && member.crc && *member.crc != crc_)) {
        spec.flags.set(PartFlag::damaged);
        damaged_(done_);
    }
    Output output = *std::exchange(output_, std::nullopt);
    ++done_;
    return extraction_.add_child(std::move(spec), std::move(output));
}

void SevenZipMembers::finish(bool is_damaged) {
    if (output_ && output_->size() > 0) {
        hand_on(false, is_damaged);
        return;
    }
    output_.reset();
    while (!is_damaged && done_ < members_.size() && members_[done_].size == 0) {
        output_ = extraction_.new_output();
        crc_ = 0;
        if (!hand_on(true, false)) return;
    }
}

}  // namespace sekisho::scanner::containers
