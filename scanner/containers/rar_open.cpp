#include "scanner/containers/rar_open.h"

#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include <fmt/format.h>

#include "scanner/containers/locked_names.h"
#include "scanner/containers/rar3_headers.h"
#include "scanner/containers/rar3_unpack.h"
#include "scanner/containers/rar5_headers.h"
#include "scanner/containers/rar_keys.h"
#include "scanner/containers/rar_unpack.h"

namespace sekisho::scanner::containers {

namespace {

using base::Bytes;
using Checksum = RarUnpacked::Checksum;
using State = RarUnpacked::State;

constexpr std::size_t max_listed = 200;            // members that are named after the archive was left
constexpr std::uint64_t steps_per_member = 1'000;  // a header, whatever stands in it

// One archive that is being opened.
class Opening {
public:
    Opening(const Part& part, Extraction& extraction, ArchiveKind kind)
        : part_(part),
          extraction_(extraction),
          budget_(extraction.budget()),
          kind_(kind),
          keys_(extraction, kind) {}

    void run() {
        if (!budget_.spend_steps(part_.bytes.size())) return;
        const RarHeaderKey key_of = [this](const unlock::RarLock& lock, const auto& holds) {
            return keys_.for_headers(lock, holds);
        };
        headers_ = kind_ == ArchiveKind::rar5 ? read_rar5_headers(part_.bytes, key_of)
                                              : read_rar3_headers(part_.bytes, key_of);
        report_structure();
        cover_stored();
        keys_.search(headers_.members);
        for (next_ = 0; next_ < headers_.members.size();) {
            if (budget_.spend_steps(steps_per_member) && take(headers_.members[next_++])) continue;
            list_rest();
            break;
        }
        report_locks();
    }

private:
    void find(std::string_view id, std::string_view evidence = {}) {
        extraction_.findings().add(id, part_.id, evidence);
    }
    // Once per archive: a broken one has something to say on every member.
    void damaged(std::string_view evidence) {
        if (!std::exchange(said_damaged_, true)) find("archive.damaged", evidence);
    }

    void report_structure() {
        if (!headers_.damage.empty()) damaged(headers_.damage);
        if (headers_.too_many) budget_.reach("limit.parts");
        if (headers_.hidden) names_.note_hidden(!headers_.unopened);
        for (const RarMember& member : headers_.members) {
            if (member.kind != RarKind::directory) names_.add_file(member.name, is_locked(member));
        }
    }

    // What is stored is seen to, or told where a limit or a lock keeps it shut. All else may hold a file that
    // other programs see: compressed bytes, and blocks that archivers keep for themselves.
    void cover_stored() {
        if (headers_.too_many) extraction_.covers(part_.bytes);
        for (const RarMember& member : headers_.members) {
            if (member.stored) extraction_.covers(member.data);
        }
    }

    void report_locks() {
        if (undecodable_ > 0) {
            find("archive.unsupported",
                 fmt::format("{}{}", first_undecodable_,
                             undecodable_ > 1 ? fmt::format(" and {} more", undecodable_ - 1) : ""));
        }
        if (const auto rounds = keys_.too_dear())
            find("archive.encrypted.kdf-cost", fmt::format("2^{} rounds", *rounds));
        if (keys_.ran_out() && names_.any_unopened()) budget_.reach("limit.passwords");
        names_.report(extraction_.findings(), part_.id, keys_.tried());
    }

    // Where the names are hidden everything is locked, whatever its own header says.
    bool is_locked(const RarMember& member) const { return member.lock || headers_.hidden; }

    ChildSpec spec_of(const RarMember& member) const {
        ChildSpec spec;
        spec.name = member.name;
        spec.opened_by = kind_ == ArchiveKind::rar5 ? "rar5" : "rar";
        if (member.cut) spec.flags.set(PartFlag::truncated);
        if (is_locked(member)) spec.flags.set(PartFlag::encrypted);
        return spec;
    }

    bool list_skipped(const RarMember& member) {
        find("archive.member-skipped", member.name);
        return extraction_.add_skipped(spec_of(member));
    }

    // False: the archive is to be left, a limit is reached.
    bool take(const RarMember& member) {
        if (member.kind == RarKind::directory) return true;
        if (member.kind == RarKind::link) return extraction_.add_skipped(spec_of(member));
        if (member.cut) damaged("it ends before a member does");
        if (member.from_before || member.goes_on) damaged("one volume of several");
        if (member.from_before) {
            note_missing(member);
            return list_skipped(member);
        }
        ChildSpec spec = spec_of(member);
        const auto packed = packed_of(member);
        if (!packed)
            return goes_on_with_opened(member) ? take_by_password_before(member) : leave_locked(member);
        if (is_locked(member)) note_opened(member, spec);
        if (member.size == 0 && !member.size_unknown) return extraction_.add_child(std::move(spec), Bytes());
        if (!member.decodable) {
            note_missing(member);
            note_undecodable(member);
            return extraction_.add_skipped(std::move(spec));
        }
        if (member.stored && packed->key == nullptr) return take_view(*packed, std::move(spec));
        if (!budget_.spend_steps(member.data.size())) return false;
        if (member.stored) return take_stored(*packed, std::move(spec));
        return kind_ == ArchiveKind::rar5 ? take_rar5(*packed, std::move(spec))
                                          : take_rar3(*packed, std::move(spec));
    }

    // Empty: locked, and no password opens it. What holds no bytes needs none.
    std::optional<RarPacked> packed_of(const RarMember& member) const {
        if (!member.lock) return RarPacked{&member, nullptr};
        if (const RarOpened* opened = keys_.of(*member.lock)) return RarPacked{&member, &opened->key};
        if (member.size == 0 && !member.size_unknown) return RarPacked{&member, nullptr};
        return std::nullopt;
    }

    void note_opened(const RarMember& member, ChildSpec& spec) {
        const RarOpened* opened = member.lock ? keys_.of(*member.lock) : nullptr;
        if (opened == nullptr) opened = keys_.headers();
        if (opened == nullptr) return;  // it holds no bytes
        last_found_ = opened->found;
        names_.note_unlocked();
        spec.flags.set(PartFlag::unlocked);
        spec.unlocked_by = opened->found.label;
        spec.password = opened->found.password;
    }

    void note_undecodable(const RarMember& member) {
        if (undecodable_++ == 0) first_undecodable_ = member.name;
    }

    // A view: nothing is copied.
    bool take_view(const RarPacked& packed, ChildSpec spec) {
        const RarMember& member = *packed.member;
        if (!budget_.spend_bytes(member.data.size())) return false;
        judge(unpack_stored(packed, [](Bytes) { return true; }), member, spec);
        return extraction_.add_child(std::move(spec), member.data);
    }

    bool take_stored(const RarPacked& packed, ChildSpec spec) {
        Output output = extraction_.new_output();
        const RarUnpacked out = unpack_stored(packed, [&](Bytes bytes) { return output.write(bytes); });
        return add(out, *packed.member, std::move(spec), std::move(output));
    }

    bool leave_locked(const RarMember& member) {
        note_missing(member);
        names_.note_unopened();
        if (!member.decodable) note_undecodable(member);
        return extraction_.add_skipped(spec_of(member));
    }

    // Members of RAR 3 have a salt each, and no key can be checked with one that goes on with those before
    // it.
    bool goes_on_with_opened(const RarMember& member) const {
        return kind_ == ArchiveKind::rar && member.solid && member.decodable && !missing_ &&
               decoder_ != nullptr && last_found_.has_value();
    }

    // Its checksum tells whether the password of the one before is that of this one too.
    bool take_by_password_before(const RarMember& member) {
        auto opened = keys_.assume(*member.lock, *last_found_);
        if (!opened) return leave_locked(member);
        if (!budget_.spend_steps(member.data.size())) return false;
        Output output = extraction_.new_output();
        const RarUnpacked out =
            unpack_rar3({&member, &opened->key}, *decoder_, [&](Bytes bytes) { return output.write(bytes); });
        if (out.state != State::refused && out.checksum != Checksum::holds) return leave_locked(member);
        keys_.keep(*member.lock, *std::move(opened));
        ChildSpec spec = spec_of(member);
        note_opened(member, spec);
        return add(out, member, std::move(spec), std::move(output));
    }

    // RAR 3 counts on all that was packed before, back to the last that is not solid.
    void note_missing(const RarMember& member) { missing_ = missing_ || !member.stored; }

    bool list_without_dictionary(const RarMember& member) {
        damaged(fmt::format("{}: it needs a member that was not read", member.name));
        return list_skipped(member);
    }

    // A member that is damaged leaves what it leaves: the checksum of the next one tells whether that is
    // enough.
    bool take_rar3(const RarPacked& packed, ChildSpec spec) {
        const RarMember& member = *packed.member;
        missing_ = missing_ && member.solid;
        if (missing_) return list_without_dictionary(member);
        if (!decoder_) decoder_ = std::make_unique<Rar3Unpack>(budget_);
        Output output = extraction_.new_output();
        const RarUnpacked out =
            unpack_rar3(packed, *decoder_, [&](Bytes bytes) { return output.write(bytes); });
        return add(out, member, std::move(spec), std::move(output));
    }

    bool take_rar5(const RarPacked& packed, ChildSpec spec) {
        const RarMember& member = *packed.member;
        if (!run_ || run_->upcoming() != &member) run_.reset();
        if (!run_ && member.solid) return list_without_dictionary(member);
        if (!run_) {
            auto opened = RarRun::open(run_from(packed), budget_);
            if (!opened) return opened.error().cause != base::Cause::limit && list_skipped(member);
            run_.emplace(*std::move(opened));
        }
        Output output = extraction_.new_output();
        const RarUnpacked out = run_->next([&](Bytes bytes) { return output.write(bytes); });
        if (run_->upcoming() == nullptr) run_.reset();  // its dictionary is let go
        return add(out, member, std::move(spec), std::move(output));
    }

    // The member and those behind it that go on with its dictionary. Stored and empty ones leave it alone.
    std::vector<RarPacked> run_from(const RarPacked& first) const {
        std::vector<RarPacked> run{first};
        for (std::size_t i = next_; i < headers_.members.size(); ++i) {
            const RarMember& member = headers_.members[i];
            if (member.kind != RarKind::file || member.stored || member.size == 0) continue;
            const auto packed = packed_of(member);
            if (!member.solid || !member.decodable || member.from_before || !packed) break;
            run.push_back(*packed);
        }
        return run;
    }

    bool add(const RarUnpacked& out, const RarMember& member, ChildSpec spec, Output output) {
        judge(out, member, spec);
        if (out.state == State::damaged && output.size() == 0) return list_skipped(member);
        return extraction_.add_child(std::move(spec), std::move(output)) && out.state != State::refused;
    }

    void judge(const RarUnpacked& out, const RarMember& member, ChildSpec& spec) {
        if (out.state == State::refused) return spec.flags.set(PartFlag::truncated);
        if (out.state == State::unsupported && out.checksum != Checksum::holds) {
            spec.flags.set(PartFlag::damaged);
            note_undecodable(member);
            return;
        }
        if (out.checksum != Checksum::fails && out.state != State::damaged) return;
        spec.flags.set(PartFlag::damaged);
        const std::string_view why = out.state == State::whole
                                         ? std::string_view("its checksum does not hold")
                                     : out.warning.empty() ? std::string_view("not as many bytes as it says")
                                                           : std::string_view(out.warning);
        damaged(fmt::format("{}: {}", member.name, why));
    }

    void list_rest() {
        const std::size_t left = headers_.members.size() - next_;
        if (left == 0) return;
        find("archive.member-skipped", fmt::format("{} members behind a limit", left));
        for (std::size_t i = next_; i < headers_.members.size() && i - next_ < max_listed; ++i) {
            if (!extraction_.add_skipped(spec_of(headers_.members[i]))) return;
        }
    }

    const Part& part_;
    Extraction& extraction_;
    Budget& budget_;
    ArchiveKind kind_;
    RarKeys keys_;
    RarHeaders headers_;
    std::size_t next_ = 0;  // of headers_.members
    std::optional<RarRun> run_;
    std::unique_ptr<Rar3Unpack> decoder_;
    bool missing_ = false;  // something that was packed in front of the next member, so that it can go on
    std::optional<unlock::Key> last_found_;
    LockedNames names_;
    std::size_t undecodable_ = 0;
    std::string first_undecodable_;
    bool said_damaged_ = false;
};

}  // namespace

void open_rar(const Part& part, Extraction& extraction, ArchiveKind kind) {
    Opening(part, extraction, kind).run();
}

}  // namespace sekisho::scanner::containers
