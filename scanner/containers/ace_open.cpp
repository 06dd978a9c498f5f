// Known weakness: members with a password stay shut, though the mail may tell the password.
#include "scanner/containers/ace_open.h"

#include <string>
#include <utility>

#include <fmt/format.h>

#include "scanner/containers/ace_headers.h"
#include "scanner/containers/ace_unpack.h"
#include "scanner/containers/locked_names.h"

namespace sekisho::scanner::containers {

namespace {

using base::Bytes;
using State = AceUnpacked::State;

constexpr std::size_t max_listed = 200;  // members that are named after the archive was left

class Opening {
public:
    Opening(const Part& part, Extraction& extraction)
        : part_(part), extraction_(extraction), budget_(extraction.budget()), decoder_(extraction.budget()) {}

    void run() {
        find("archive.ace", part_.name);
        if (!budget_.spend_steps(part_.bytes.size())) return;
        archive_ = read_ace(part_.bytes, budget_);
        extraction_.covers(base::head(part_.bytes, archive_.end));
        if (!archive_.damage.empty()) damaged(archive_.damage);
        for (const AceMember& member : archive_.members) {
            if (!is_listed_only(member)) names_.add_file(member.name, member.locked());
        }
        for (std::size_t i = 0; i < archive_.members.size(); ++i) {
            if (take(archive_.members[i])) continue;
            list_rest(i + 1);
            break;
        }
        names_.report(extraction_.findings(), part_.id);
    }

private:
    void find(std::string_view id, std::string_view evidence) {
        extraction_.findings().add(id, part_.id, evidence);
    }
    // Once per archive: a broken one has something to say on every member.
    void damaged(std::string_view evidence) {
        if (!std::exchange(said_damaged_, true)) find("archive.damaged", evidence);
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
        if (member.locked() && !member.data.empty()) {
            names_.note_unopened();
            return extraction_.add_skipped(std::move(spec));
        }
        if (member.method == 0) return take_stored(member, std::move(spec));
        if (member.is_continued()) {
            find("archive.member-skipped", spec.name);
            return extraction_.add_skipped(std::move(spec));
        }
        return take_packed(member, std::move(spec));
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

void open_ace(const Part& part, Extraction& extraction) { Opening(part, extraction).run(); }

}  // namespace sekisho::scanner::containers
