#include "scanner/containers/seven_zip_open.h"

#include <algorithm>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include <fmt/format.h>

#include "base/charset.h"
#include "scanner/containers/locked_names.h"
#include "scanner/containers/seven_zip_archive.h"
#include "scanner/containers/seven_zip_decode.h"
#include "scanner/containers/seven_zip_members.h"

namespace sekisho::scanner::containers {

namespace {

using base::Bytes;
using base::Cause;
using unlock::Fit;

constexpr std::size_t max_listed = 200;            // members that are named after the archive was left
constexpr std::uint64_t steps_per_member = 1'000;  // a header, whatever stands in it

// One archive that is being opened.
class Opening {
public:
    Opening(const Part& part, Extraction& extraction)
        : part_(part),
          extraction_(extraction),
          budget_(extraction.budget()),
          keys_(extraction.passwords(), extraction.budget()) {}

    void run() {
        if (!budget_.spend_steps(part_.bytes.size())) return;
        auto archive = read_seven_zip(part_.bytes, &keys_, budget_);
        if (archive) {
            archive_ = *std::move(archive);
            walk();
        } else {
            report(archive.error());
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

    void report(const base::Error& error) {
        switch (error.cause) {
            case Cause::encrypted:
                names_.note_hidden();
                break;
            case Cause::limit:  // the Budget knows
                break;
            case Cause::unsupported:
                find("archive.unsupported", error.message);
                break;
            default:
                damaged(error.message.empty() ? "its header breaks off" : error.message);
        }
    }

    void report_locks() {
        if (!keys_.too_dear().empty()) find("archive.encrypted.kdf-cost", keys_.too_dear());
        names_.report(extraction_.findings(), part_.id, keys_.tried());
        if (names_.any_unopened() && keys_.ran_out()) budget_.reach("limit.passwords");
    }

    void walk() {
        if (!archive_.damage.empty()) damaged(archive_.damage);
        if (archive_.header.too_many) budget_.reach("limit.parts");
        if (archive_.header.files.empty() && !archive_.rest.empty()) damaged("no member was found");
        match_names();
        try_smallest();
        if (!take_surplus("before", archive_.before) || !take_surplus("behind", archive_.behind)) return;
        const auto& folders = archive_.header.streams.folders;
        for (std::size_t i = 0; i < folders.size(); ++i) {
            if (take(folders[i])) continue;
            list_rest(folders[i].first_member + folders[i].members);
            return;
        }
        for (const SevenZipFile& file : archive_.header.files) {
            if (!file.has_bytes && !file.directory && !take_empty(file)) return;
        }
    }

    // Files that have bytes stand in the order of the members.
    void match_names() {
        const SevenZipStreams& streams = archive_.header.streams;
        file_of_.resize(streams.members.size(), nullptr);
        is_locked_.resize(streams.members.size(), archive_.header_key.has_value());
        for (const SevenZipFolder& folder : streams.folders) {
            if (!folder.locked()) continue;
            for (std::size_t i = 0; i < folder.members; ++i)
                is_locked_[folder.first_member + i] = true;
        }
        std::size_t next = 0;
        std::size_t without_bytes = 0;
        for (const SevenZipFile& file : archive_.header.files) {
            if (file.directory) continue;
            const bool matched = file.has_bytes && next < file_of_.size();
            if (file.has_bytes && !matched) ++without_bytes;
            names_.add_file(name_of(file), matched ? is_locked_[next] : archive_.header_key.has_value());
            if (matched) file_of_[next++] = &file;
        }
        if (without_bytes > 0) damaged(fmt::format("{} files have no bytes", without_bytes));
        if (next < file_of_.size() && !archive_.header.too_many)
            damaged(fmt::format("{} members have no name", file_of_.size() - next));
    }

    static std::string name_of(const SevenZipFile& file) { return base::to_utf8(file.name, "utf-16le"); }
    std::string name_of(std::size_t member) const {
        return file_of_[member] != nullptr ? name_of(*file_of_[member]) : std::string();
    }

    // The members of an archive have one password as a rule: the smallest folder tells it at the least cost.
    void try_smallest() {
        const SevenZipFolder* smallest = nullptr;
        std::uint64_t least = 0;
        std::size_t locked = 0;
        for (const SevenZipFolder& folder : archive_.header.streams.folders) {
            if (!folder.locked() || folder.members == 0 || !unknown_coder(folder).empty()) continue;
            ++locked;
            const std::uint64_t size = folder.size();
            if (smallest != nullptr && size >= least) continue;
            smallest = &folder;
            least = size;
        }
        if (locked > 1) (void)unlock(*smallest);
    }

    std::optional<SevenZipOpened> unlock(const SevenZipFolder& folder) {
        return keys_.open(folder, archive_.packed_of(folder), archive_.members_of(folder));
    }

    // Bytes that belong to no archive: what other programs may see in the same file.
    bool take_surplus(std::string_view label, Bytes bytes) {
        if (bytes.empty()) return true;
        damaged(fmt::format("{} bytes {} it", bytes.size(), label));
        ChildSpec spec;
        spec.label = label;
        spec.opened_by = "7z";
        return budget_.spend_bytes(bytes.size()) && extraction_.add_child(std::move(spec), bytes);
    }

    ChildSpec spec_of(std::size_t member, const std::optional<SevenZipOpened>& opened) const {
        return described(name_of(member), is_locked_[member], opened);
    }
    static ChildSpec described(std::string name, bool locked, const std::optional<SevenZipOpened>& opened) {
        ChildSpec spec;
        spec.name = std::move(name);
        spec.opened_by = "7z";
        if (locked) spec.flags.set(PartFlag::encrypted);
        if (!opened) return spec;
        spec.flags.set(PartFlag::unlocked);
        spec.unlocked_by = opened->label;
        spec.password = opened->password;
        return spec;
    }

    bool take_empty(const SevenZipFile& file) {
        ChildSpec spec = described(name_of(file), archive_.header_key.has_value(), archive_.header_key);
        if (archive_.header_key) names_.note_unlocked();
        return budget_.spend_steps(steps_per_member) && extraction_.add_child(std::move(spec), Bytes());
    }

    // False: the archive is to be left, a limit is reached.
    bool take(const SevenZipFolder& folder) {
        if (folder.members == 0) return true;
        std::uint64_t steps = steps_per_member * folder.members;
        const std::vector<Bytes> packed = archive_.packed_of(folder);
        for (const Bytes stream : packed)
            steps += stream.size();
        if (!budget_.spend_steps(steps)) return false;
        if (const std::string unknown = unknown_coder(folder); !unknown.empty()) {
            find("archive.unsupported", fmt::format("{}: {}", unknown, name_of(folder.first_member)));
            return folder.locked() ? list_locked(folder) : list(folder, archive_.header_key);
        }
        std::optional<SevenZipOpened> opened = archive_.header_key;
        if (folder.locked()) {
            opened = unlock(folder);
            if (!opened) return list_locked(folder);
        }
        if (opened) names_.note_unlocked(folder.members);
        return decode(folder, packed, opened);
    }

    bool decode(const SevenZipFolder& folder, std::span<const Bytes> packed,
                const std::optional<SevenZipOpened>& opened) {
        const SevenZipMembers::SpecOf spec = [&](std::size_t i) {
            return spec_of(folder.first_member + i, opened);
        };
        const SevenZipMembers::Damaged broken = [&](std::size_t i) {
            damaged(fmt::format("{}: its data is broken", name_of(folder.first_member + i)));
        };
        SevenZipMembers members(archive_.members_of(folder), extraction_, spec, broken);
        const SevenZipDecoded decoded =
            decode_seven_zip(folder, packed, opened ? opened->keys : nullptr, budget_,
                             [&](Bytes bytes) { return members.put(bytes); });
        members.finish(decoded.state == Decoded::State::damaged);
        const std::size_t from = folder.first_member + members.done();
        const std::size_t end = folder.first_member + folder.members;
        const std::size_t at = std::min(from, end - 1);  // it may fail behind its last member
        switch (decoded.state) {
            case Decoded::State::whole:
                return from == end;
            case Decoded::State::refused:
                return list(from, end, opened) && decoded.window_refused;
            case Decoded::State::unsupported:
                find("archive.unsupported", fmt::format("{}: {}", decoded.reason, name_of(at)));
                return list(from, end, opened);
            case Decoded::State::damaged:
                break;
        }
        damaged(fmt::format("{}: packed data is broken", name_of(at)));
        if (from < end) find("archive.member-skipped", name_of(from));
        return list(from, end, opened);
    }

    bool list_locked(const SevenZipFolder& folder) {
        names_.note_unopened(folder.members);
        return list(folder, std::nullopt);
    }
    bool list(const SevenZipFolder& folder, const std::optional<SevenZipOpened>& opened) {
        return list(folder.first_member, folder.first_member + folder.members, opened);
    }

    // Members that are not decoded.
    bool list(std::size_t from, std::size_t end, const std::optional<SevenZipOpened>& opened) {
        for (std::size_t i = from; i < end; ++i) {
            if (!extraction_.add_skipped(spec_of(i, opened))) return false;
        }
        return true;
    }

    void list_rest(std::size_t from) {
        const std::size_t end = archive_.header.streams.members.size();
        if (from == end) return;
        find("archive.member-skipped", fmt::format("{} members behind a limit", end - from));
        (void)list(from, std::min(end, from + max_listed), std::nullopt);
    }

    const Part& part_;
    Extraction& extraction_;
    Budget& budget_;
    SevenZipKeyring keys_;
    SevenZipArchive archive_;
    LockedNames names_;
    std::vector<const SevenZipFile*> file_of_;  // by member; null where there is none
    std::vector<bool> is_locked_;               // by member
    bool said_damaged_ = false;
};

}  // namespace

void open_seven_zip(const Part& part, Extraction& extraction) { Opening(part, extraction).run(); }

Turn turn_of_seven_zip(const Part& part) {
    model::ScanLimits limits;
    limits.max_bytes_out = 4u << 20;
    limits.max_resident_bytes = 64u << 20;
    Budget small(limits, part.bytes.size());
    const auto archive = read_seven_zip(part.bytes, nullptr, small);
    if (archive) return archive->has_locked() ? Turn::locked : Turn::heavy;
    const Cause cause = archive.error().cause;
    return cause == Cause::encrypted || cause == Cause::limit ? Turn::locked : Turn::heavy;
}

}  // namespace sekisho::scanner::containers
