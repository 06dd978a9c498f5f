#include "scanner/containers/arj_open.h"

#include <algorithm>
#include <optional>
#include <string>
#include <utility>

#include <fmt/format.h>

#include "base/cursor.h"
#include "scanner/containers/arj_headers.h"
#include "scanner/containers/arj_unpack.h"
#include "scanner/containers/locked_names.h"
#include "scanner/unlock/key_search.h"

namespace sekisho::scanner::containers {

namespace {

using base::Bytes;
using State = ArjUnpacked::State;
using unlock::ArjGarble;
using unlock::Fit;

constexpr std::size_t max_listed = 200;  // members that are named after the archive was left
constexpr std::uint64_t bytes_per_microsecond = 10;
constexpr std::size_t cheap_member = 4u << 10;  // so small that every short number may be tried on it

// Versions 0 and 1 are the garbling, the others ciphers.
bool is_ciphered(const ArjHeader& main) { return main.encryption > 1; }

ArjPacked packed_of(const ArjMember& member) {
    return {.method = member.header.method, .size = member.header.size, .data = member.data};
}

Fit fit_of(const ArjMember& member, std::string_view password) {
    const ArjUnpacked plain = unpack_arj(packed_of(member), ArjGarble(password, member.header.modifier),
                                         [](Bytes) { return true; });
    const bool all_out = plain.state == State::whole || member.header.method == 0;
    return all_out && plain.crc == member.header.crc ? Fit::exact : Fit::no;
}

class Opening {
public:
    Opening(const Part& part, Extraction& extraction)
        : part_(part),
          extraction_(extraction),
          budget_(extraction.budget()),
          keys_(extraction.passwords(), extraction.budget(), unlock::PasswordBytes::utf8_or_cp932) {}

    void run() {
        if (!budget_.spend_steps(part_.bytes.size())) return;
        archive_ = read_arj(part_.bytes, budget_);
        extraction_.covers(base::head(part_.bytes, archive_.end));
        if (!archive_.damage.empty()) damaged(archive_.damage);
        for (const ArjMember& member : archive_.members) {
            if (!is_listed_only(member)) names_.add_file(member.header.name, member.header.garbled());
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

    // Directories and labels, whatever their headers say of a size.
    static bool is_listed_only(const ArjMember& member) {
        const ArjType type = member.header.type;
        const bool no_file =
            type == ArjType::directory || type == ArjType::volume_label || type == ArjType::chapter_label;
        return no_file && member.data.empty();
    }

    // All members have one password as a rule: the smallest tells it at the least cost.
    void try_smallest() {
        const ArjMember* smallest = nullptr;
        for (const ArjMember& member : archive_.members) {
            if (!member.header.garbled() || member.data.empty() || member.cut) continue;
            if (smallest == nullptr || member.data.size() < smallest->data.size()) smallest = &member;
        }
        if (smallest != nullptr) (void)find_key(*smallest);
    }

    std::optional<unlock::Key> find_key(const ArjMember& member) {
        if (is_ciphered(archive_.main) || member.data.empty()) return std::nullopt;
        const std::uint64_t bytes = std::max<std::uint64_t>(member.data.size(), member.header.size);
        const unlock::Price price{.microseconds = 1 + bytes / bytes_per_microsecond,
                                  .numbers = bytes <= cheap_member};
        return keys_.find(price, [&](std::string_view key) { return fit_of(member, key); });
    }

    ChildSpec spec_of(const ArjMember& member) const {
        ChildSpec spec;
        spec.name = member.header.name;
        spec.opened_by = "arj";
        if (member.header.garbled()) spec.flags.set(PartFlag::encrypted);
        if (member.cut || member.header.continues() || member.header.is_continued())
            spec.flags.set(PartFlag::truncated);
        return spec;
    }

    // False: the archive is to be left, a limit is reached.
    bool take(const ArjMember& member) {
        if (is_listed_only(member)) return true;
        ChildSpec spec = spec_of(member);
        if (member.header.continues() || member.header.is_continued())
            damaged(fmt::format("{}: the rest is in another volume", spec.name));
        std::string password;
        if (member.header.garbled() && !member.data.empty()) {
            const auto key = find_key(member);
            if (!key) {
                if (keys_.ran_out()) budget_.reach("limit.passwords");
                names_.note_unopened();
                return extraction_.add_skipped(std::move(spec));
            }
            names_.note_unlocked();
            spec.flags.set(PartFlag::unlocked);
            spec.unlocked_by = key->label;
            spec.password = key->password;
            password = key->bytes;
        }
        return take_packed(member, std::move(spec), ArjGarble(password, member.header.modifier));
    }

    bool take_packed(const ArjMember& member, ChildSpec spec, ArjGarble key) {
        Output output = extraction_.new_output();
        const ArjUnpacked plain =
            unpack_arj(packed_of(member), std::move(key), [&](Bytes bytes) { return output.write(bytes); });
        if (plain.state == State::unsupported) {
            find("archive.unsupported", fmt::format("{}: method {}", spec.name, member.header.method));
            return extraction_.add_skipped(std::move(spec));
        }
        const bool whole = plain.state == State::whole && plain.crc == member.header.crc;
        if (!whole && plain.state != State::refused) {
            spec.flags.set(PartFlag::damaged);
            damaged(fmt::format(
                "{}: {}", spec.name,
                plain.state == State::whole ? "its checksum does not hold" : "packed data is broken"));
        }
        return extraction_.add_child(std::move(spec), std::move(output)) && plain.state != State::refused;
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
    unlock::KeySearch keys_;
    ArjArchive archive_;
    LockedNames names_;
    bool said_damaged_ = false;
};

}  // namespace

Confidence is_arj(Bytes bytes, std::string_view) {
    if (const auto record = read_arj_record(bytes)) return record->header.is_main() ? sure_match : no_match;
    base::Cursor in(bytes);
    const std::uint16_t mark = in.u16_le().value_or(0);
    const std::uint16_t size = in.u16_le().value_or(0);
    return mark == 0xEA60 && size >= 30 && size <= 2'600 && bytes.size() >= 30 ? good_match : no_match;
}

Turn turn_of_arj(const Part& part) { return may_be_garbled(part.bytes) ? Turn::locked : Turn::heavy; }

void open_arj(const Part& part, Extraction& extraction) { Opening(part, extraction).run(); }

}  // namespace sekisho::scanner::containers
