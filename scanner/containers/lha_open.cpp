#include "scanner/containers/lha_open.h"

#include <algorithm>
#include <array>
#include <string>
#include <string_view>
#include <utility>

#include <fmt/format.h>

#include "base/charset.h"
#include "base/text.h"
#include "scanner/containers/crc16.h"
#include "scanner/containers/lha_headers.h"
#include "scanner/containers/lzh_unpack.h"

namespace sekisho::scanner::containers {

namespace {

using base::Bytes;
using State = LzhUnpacked::State;

constexpr std::size_t max_listed = 200;  // members that are named after the archive was left

struct Method {
    std::string_view name;
    LzhMethod lzh;  // a window of zero: stored
};
constexpr std::array methods{
    Method{"-lh0-", {}},
    Method{"-lz4-", {}},
    Method{"-lh4-", {.window = 4u << 10, .distance_codes = 14, .count_bits = 4, .prefilled = true}},
    Method{"-lh5-", {.window = 8u << 10, .distance_codes = 14, .count_bits = 4, .prefilled = true}},
    Method{"-lh6-", {.window = 32u << 10, .distance_codes = 16, .count_bits = 5, .prefilled = true}},
    Method{"-lh7-", {.window = 64u << 10, .distance_codes = 17, .count_bits = 5, .prefilled = true}},
};

// Two names, of which one may be shown as harmless. Letters beyond ASCII are written differently in both.
bool names_differ(const LhaHeader& header) {
    if (header.name.empty() || header.unicode.empty()) return false;
    const std::string one = base::extension_of(header.name);
    const std::string other = base::extension_of(header.unicode);
    return one != other && base::is_ascii(one) && base::is_ascii(other);
}

class Opening {
public:
    Opening(const Part& part, Extraction& extraction)
        : part_(part), extraction_(extraction), budget_(extraction.budget()) {}

    void run() {
        if (!budget_.spend_steps(part_.bytes.size())) return;
        const LhaArchive archive = read_lha(part_.bytes, budget_);
        extraction_.covers(part_.bytes.first(archive.end));
        if (!archive.damage.empty()) damaged(archive.damage);
        for (std::size_t i = 0; i < archive.members.size(); ++i) {
            if (take(archive.members[i])) continue;
            list_rest(archive, i + 1);
            return;
        }
    }

private:
    void find(std::string_view id, std::string_view evidence) {
        extraction_.findings().add(id, part_.id, evidence);
    }
    // Once per archive: a broken one has something to say on every member.
    void damaged(std::string_view evidence) {
        if (!std::exchange(said_damaged_, true)) find("archive.damaged", evidence);
    }

    ChildSpec spec_of(const LhaMember& member) const {
        ChildSpec spec;
        spec.name = member.header.shown_name();
        spec.opened_by = "lha";
        if (member.cut || member.header.several_disks) spec.flags.set(PartFlag::truncated);
        return spec;
    }

    // False: the archive is to be left, a limit is reached.
    bool take(const LhaMember& member) {
        const LhaHeader& header = member.header;
        ChildSpec spec = spec_of(member);
        if (names_differ(header))
            find("archive.header-mismatch", fmt::format("{} is also named {}", header.name, header.unicode));
        if (header.several_disks) damaged(fmt::format("{}: the rest is on another disk", spec.name));
        if (header.is_directory()) return member.data.empty() || add_view(member, std::move(spec));
        const auto method = std::ranges::find(methods, header.method, &Method::name);
        if (method == methods.end()) {
            find("archive.unsupported", fmt::format("{}: method {}", spec.name, header.method));
            return extraction_.add_skipped(std::move(spec));
        }
        return method->lzh.window == 0 ? take_stored(member, std::move(spec))
                                       : take_packed(member, method->lzh, std::move(spec));
    }

    bool add_view(const LhaMember& member, ChildSpec spec) {
        return budget_.spend_bytes(member.data.size()) && extraction_.add_child(std::move(spec), member.data);
    }

    bool take_stored(const LhaMember& member, ChildSpec spec) {
        const bool whole = !member.cut && member.data.size() == member.header.size;
        check(member, whole, crc16_of(member.data), spec);
        return add_view(member, std::move(spec));
    }

    bool take_packed(const LhaMember& member, const LzhMethod& method, ChildSpec spec) {
        Output output = extraction_.new_output();
        std::uint16_t crc = 0;
        const LzhUnpacked plain =
            unpack_lzh(method, member.data, member.header.size, {"", 0}, [&](Bytes bytes) {
                crc = crc16_of(bytes, crc);
                return output.write(bytes);
            });
        if (plain.state != State::refused) check(member, plain.state == State::whole, crc, spec);
        return extraction_.add_child(std::move(spec), std::move(output)) && plain.state != State::refused;
    }

    void check(const LhaMember& member, bool whole, std::uint16_t crc, ChildSpec& spec) {
        if (whole && crc == member.header.crc) return;
        spec.flags.set(PartFlag::damaged);
        damaged(
            fmt::format("{}: {}", spec.name, whole ? "its checksum does not hold" : "packed data is broken"));
    }

    void list_rest(const LhaArchive& archive, std::size_t from) {
        const std::size_t left = archive.members.size() - from;
        if (left == 0) return;
        find("archive.member-skipped", fmt::format("{} members behind a limit", left));
        for (std::size_t i = from; i < archive.members.size() && i - from < max_listed; ++i) {
            if (!extraction_.add_skipped(spec_of(archive.members[i]))) return;
        }
    }

    const Part& part_;
    Extraction& extraction_;
    Budget& budget_;
    bool said_damaged_ = false;
};

}  // namespace

void open_lha(const Part& part, Extraction& extraction) { Opening(part, extraction).run(); }

}  // namespace sekisho::scanner::containers
