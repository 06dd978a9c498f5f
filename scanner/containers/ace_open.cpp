// Known weakness: a member that goes on with others is opened by the password of a member before it, and by
// no other one.
#include "scanner/containers/ace_open.h"

#include <algorithm>
#include <optional>
#include <string>
#include <utility>

#include <fmt/format.h>

#include "scanner/containers/ace_headers.h"
#include "scanner/containers/ace_unpack.h"
#include "scanner/containers/locked_names.h"
#include "scanner/unlock/ace_lock.h"
#include "scanner/unlock/key_search.h"

namespace sekisho::scanner::containers {

namespace {

using base::Bytes;
using State = AceUnpacked::State;
using unlock::AceLock;
using unlock::Fit;

constexpr std::size_t max_listed = 200;  // members that are named after the archive was left

constexpr std::uint64_t key_microseconds = 150;
constexpr std::uint64_t bytes_per_microsecond = 10;

class Opening {
public:
    Opening(const Part& part, Extraction& extraction)
        : part_(part),
          extraction_(extraction),
          budget_(extraction.budget()),
          decoder_(extraction.budget()),
          keys_(extraction.passwords(), extraction.budget(), unlock::PasswordBytes::utf8_or_cp932) {}

    void run() {
        find("archive.ace", part_.name);
        if (!budget_.spend_steps(part_.bytes.size())) return;
        archive_ = read_ace(part_.bytes, budget_);
        extraction_.covers(base::head(part_.bytes, archive_.end));
        if (!archive_.damage.empty()) damaged(archive_.damage);
        for (const AceMember& member : archive_.members) {
            if (!is_listed_only(member)) names_.add_file(member.name, member.locked());
        }
        try_smallest();
        for (std::size_t i = 0; i < archive_.members.size(); ++i) {
            if (take(archive_.members[i])) continue;
            list_rest(i + 1);
            break;
        }
        names_.report(extraction_.findings(), part_.id,
                      names_.any_unopened() ? keys_.tried() : std::string());
    }

private:
    void find(std::string_view id, std::string_view evidence) {
        extraction_.findings().add(id, part_.id, evidence);
    }
    // Once per archive: a broken one has something to say on every member.
    void damaged(std::string_view evidence) {
        if (!std::exchange(said_damaged_, true)) find("archive.damaged", evidence);
    }

    // A member of a solid archive needs what was unpacked before it.
    bool stands_alone(const AceMember& member) const {
        return !archive_.solid || member.method == 0 || &member == archive_.members.data();
    }

    // All members have one password as a rule: the smallest tells it at the least cost.
    void try_smallest() {
        const AceMember* smallest = nullptr;
        for (const AceMember& member : archive_.members) {
            if (!member.locked() || member.data.empty() || member.cut || !stands_alone(member)) continue;
            if (smallest == nullptr || member.data.size() < smallest->data.size()) smallest = &member;
        }
        if (smallest != nullptr) last_key_ = find_key(*smallest);
    }

    // A wrong key makes noise, which breaks off early where it is packed.
    Fit fit_of(const AceMember& member, std::string_view password) {
        if (password.empty() || password.size() > AceLock::longest_password) return Fit::no;
        AceLock lock(password);
        AceUnpack decoder(budget_);
        const AceUnpacked out =
            decoder.unpack({.method = member.method, .size = member.size, .data = member.data, .lock = &lock},
                           [](Bytes) { return true; });
        return out.state == State::whole && out.crc == member.crc ? Fit::exact : Fit::no;
    }

    std::optional<unlock::Key> find_key(const AceMember& member) {
        if (!stands_alone(member)) return last_key_;
        const std::uint64_t bytes = std::max<std::uint64_t>(member.data.size(), member.size);
        const unlock::Price price{.microseconds = key_microseconds + bytes / bytes_per_microsecond};
        return keys_.find(price, [&](std::string_view key) { return fit_of(member, key); });
    }

    static bool is_listed_only(const AceMember& member) { return member.is_no_file() && member.data.empty(); }

    static ChildSpec spec_of(const AceMember& member) {
        ChildSpec spec;
        spec.name = member.name;
        spec.opened_by = "ace";
        if (member.locked()) spec.flags.set(PartFlag::encrypted);
        if (member.cut || member.continues() || member.is_continued()) spec.flags.set(PartFlag::truncated);
        return spec;
    }

    // False: the archive is to be left, a limit is reached.
    bool take(const AceMember& member) {
        if (is_listed_only(member)) return true;
        ChildSpec spec = spec_of(member);
        if (member.continues() || member.is_continued())
            damaged(fmt::format("{}: the rest is in another volume", spec.name));
        if (member.locked() && !member.data.empty()) return take_locked(member, std::move(spec));
        if (member.method == 0) return take_stored(member, std::move(spec));
        if (member.is_continued()) {
            find("archive.member-skipped", spec.name);
            return extraction_.add_skipped(std::move(spec));
        }
        return take_packed(member, std::move(spec));
    }

    bool take_locked(const AceMember& member, ChildSpec spec) {
        const auto key = member.is_continued() ? std::nullopt : find_key(member);
        if (key) {
            last_key_ = key;
            AceLock lock(key->bytes);
            if (!budget_.spend_steps(member.data.size())) return false;
            Output output = extraction_.new_output();
            const AceUnpacked out = decoder_.unpack(
                {.method = member.method, .size = member.size, .data = member.data, .lock = &lock},
                [&](Bytes bytes) { return output.write(bytes); });
            const bool fits = out.state == State::whole && out.crc == member.crc;
            if (fits || out.state == State::refused) {
                names_.note_unlocked();
                spec.flags.set(PartFlag::unlocked);
                spec.unlocked_by = key->label;
                spec.password = key->password;
                return extraction_.add_child(std::move(spec), std::move(output)) && fits;
            }
        }
        if (keys_.ran_out()) budget_.reach("limit.passwords");
        names_.note_unopened();
        return extraction_.add_skipped(std::move(spec));
    }

    // All of it, whatever the header says of its size. The decoder is told for members that go on with it.
    bool take_stored(const AceMember& member, ChildSpec spec) {
        if (!budget_.spend_bytes(member.data.size())) return false;
        const AceUnpacked out =
            decoder_.unpack({.size = member.data.size(), .data = member.data}, [](Bytes) { return true; });
        const bool whole = !member.cut && member.data.size() == member.size;
        if (out.state != State::refused) judge(member, whole, out.crc, spec);
        return extraction_.add_child(std::move(spec), member.data) && out.state != State::refused;
    }

    bool take_packed(const AceMember& member, ChildSpec spec) {
        if (!budget_.spend_steps(member.data.size())) return false;
        Output output = extraction_.new_output();
        const AceUnpacked out =
            decoder_.unpack({.method = member.method, .size = member.size, .data = member.data},
                            [&](Bytes bytes) { return output.write(bytes); });
        if (out.state == State::unsupported) {
            find("archive.unsupported", fmt::format("{}: method {}", spec.name, member.method));
            if (output.size() == 0) return extraction_.add_skipped(std::move(spec));
            spec.flags.set(PartFlag::truncated);
        } else if (out.state != State::refused) {
            judge(member, out.state == State::whole, out.crc, spec);
        }
        return extraction_.add_child(std::move(spec), std::move(output)) && out.state != State::refused;
    }

    // The checksum is that of a whole file: a piece of one in several volumes has none.
    void judge(const AceMember& member, bool whole, std::uint32_t crc, ChildSpec& spec) {
        if (whole && crc == member.crc) return;
        spec.flags.set(PartFlag::damaged);
        damaged(
            fmt::format("{}: {}", spec.name, whole ? "its checksum does not hold" : "packed data is broken"));
    }

    void list_rest(std::size_t from) {
        const std::size_t left = archive_.members.size() - from;
        if (left == 0) return;
        find("archive.member-skipped", fmt::format("{} members behind a limit", left));
        for (std::size_t i = from; i < archive_.members.size() && i - from < max_listed; ++i) {
            if (!extraction_.add_skipped(spec_of(archive_.members[i]))) return;
        }
    }

    const Part& part_;
    Extraction& extraction_;
    Budget& budget_;
    AceUnpack decoder_;
    unlock::KeySearch keys_;
    std::optional<unlock::Key> last_key_;
    AceArchive archive_;
    LockedNames names_;
    bool said_damaged_ = false;
};

}  // namespace

Confidence is_ace(Bytes bytes, std::string_view) {
    constexpr std::size_t at = 7;
    return bytes.size() >= at && base::as_text(bytes.subspan(at)).starts_with("**ACE**") ? sure_match
                                                                                         : no_match;
}

Turn turn_of_ace(const Part& part) { return has_locked_ace_member(part.bytes) ? Turn::locked : Turn::heavy; }

void open_ace(const Part& part, Extraction& extraction) { Opening(part, extraction).run(); }

}  // namespace sekisho::scanner::containers
