#include "scanner/containers/zip_open.h"

#include <algorithm>
#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include <fmt/format.h>

#include "scanner/containers/locked_names.h"
#include "scanner/containers/odf_open.h"
#include "scanner/containers/zip_decode.h"
#include "scanner/containers/zip_directory.h"
#include "scanner/containers/zip_headers.h"
#include "scanner/unlock/key_search.h"
#include "scanner/unlock/zip_lock.h"

namespace sekisho::scanner::containers {

namespace {

using base::Bytes;
using unlock::Fit;
using unlock::ZipLock;
using unlock::ZipPlain;

constexpr std::size_t max_listed = 200;  // members that are named after the archive was left
constexpr std::size_t piece = 64u << 10;

std::uint16_t method_of(const ZipMember& member) {
    const ZipHeader& header = member.header;
    return header.method == zip_winzip_aes && header.aes ? header.aes->method : header.method;
}

// Decrypts as the decoder asks for more.
template <class Plain>
PackedSource source_of_plain(std::shared_ptr<Plain> plain) {
    auto buffer = std::make_shared<std::vector<std::byte>>(piece);
    return [plain = std::move(plain), buffer] { return Bytes(*buffer).first(plain->read(*buffer)); };
}

std::uint64_t plain_size(const ZipMember& member) {
    const std::uint64_t around =
        member.header.aes ? 4u + 4u * member.header.aes->strength + 2u + 10u : std::uint64_t{12};
    return member.data.size() - std::min<std::uint64_t>(member.data.size(), around);
}

PackedMember packed(const ZipMember& member, std::uint64_t bytes) {
    return {.method = method_of(member),
            .flags = member.header.flags,
            .packed = bytes,
            .size = member.header.size};
}

// The lock of a member; empty where no decoder here knows it (PKWARE's strong encryption, AES without its
// extra field).
std::optional<ZipLock> lock_of(const ZipMember& member, Budget& budget) {
    const ZipHeader& header = member.header;
    if (header.strongly_locked() || (header.method == zip_winzip_aes && !header.aes)) return std::nullopt;
    ZipLock lock;
    lock.data = member.data;
    lock.method = method_of(member);
    lock.crc = header.crc;
    lock.dos_time = header.time;
    lock.streamed = header.streamed();
    if (header.method == zip_winzip_aes) {
        lock.cipher = unlock::ZipCipher::winzip_aes;
        lock.strength = header.aes->strength;
        lock.has_crc = header.aes->version == 1;
        return lock;
    }
    lock.confirm = [&member, &budget](ZipPlain& plain) {
        std::vector<std::byte> buffer(piece);
        const PackedSource source = [&] { return Bytes(buffer).first(plain.read(buffer)); };
        const Decoded out = decode(packed(member, plain_size(member)), source,
                                   [&](Bytes bytes) { return budget.spend_steps(bytes.size()); });
        if (out.state != Decoded::State::whole) return Fit::no;
        if (out.crc == member.header.crc) return Fit::exact;
        return plain.read(buffer) == 0 && out.size == member.header.size ? Fit::plausible : Fit::no;
    };
    return lock;
}

// One archive that is being opened.
class Opening {
public:
    Opening(const Part& part, Extraction& extraction)
        : part_(part),
          extraction_(extraction),
          budget_(extraction.budget()),
          keys_(extraction.passwords(), extraction.budget(), unlock::PasswordBytes::utf8_or_cp932) {}

    void run() {
        if (!budget_.spend_steps(part_.bytes.size())) return;
        const ZipDirectory directory = ZipDirectory::read(part_.bytes, max_zip_members);
        report_structure(directory);
        for (const ZipMember& member : directory.members) {
            cover(member);
            if (!member.is_directory()) names_.add_file(member.header.shown_name(), member.header.locked());
        }
        try_smallest(directory);
        odf_.emplace(directory, extraction_);
        for (std::size_t i = 0; i < directory.members.size(); ++i) {
            if (take(directory.members[i])) continue;
            list_rest(directory, i + 1);
            break;
        }
        names_.report(extraction_.findings(), part_.id);
        odf_->report(part_.id);
    }

private:
    void find(std::string_view id, std::string_view evidence = {}) {
        extraction_.findings().add(id, part_.id, evidence);
    }
    // Once per archive: a broken one has something to say on every member.
    void damaged(std::string_view evidence) {
        if (!std::exchange(said_damaged_, true)) find("archive.damaged", evidence);
    }
    void mismatch(std::string_view evidence) {
        if (!std::exchange(said_mismatch_, true)) find("archive.header-mismatch", evidence);
    }

    void report_structure(const ZipDirectory& directory) {
        for (const std::string& difference : directory.differences)
            mismatch(difference);
        if (!directory.damage.empty()) damaged(directory.damage);
        if (directory.overlapping) find("archive.bomb", "members share the same packed bytes");
        if (directory.too_many) budget_.reach("limit.parts");
    }

    // The members of an archive have one password as a rule: the smallest tells it at the least cost.
    void try_smallest(const ZipDirectory& directory) {
        const ZipMember* smallest = nullptr;
        std::size_t locked = 0;
        for (const ZipMember& member : directory.members) {
            if (!member.header.locked() || member.data.empty()) continue;
            ++locked;
            if (smallest == nullptr || member.data.size() < smallest->data.size()) smallest = &member;
        }
        if (locked < 2) return;
        if (const auto lock = lock_of(*smallest, budget_)) (void)find_key(*lock);
    }

    std::optional<unlock::Key> find_key(const ZipLock& lock) {
        return keys_.find(unlock::price_of(lock),
                          [&](std::string_view key) { return unlock::fit_of(lock, key, budget_); });
    }

    void cover(const ZipMember& member) {
        const auto offset = static_cast<std::size_t>(member.offset);
        if (const auto local = parse_local(part_.bytes, offset))
            extraction_.covers(part_.bytes.subspan(offset, local->end - offset));
        extraction_.covers(member.data);
    }

    ChildSpec spec_of(const ZipMember& member) const {
        ChildSpec spec;
        spec.name = member.header.shown_name();
        spec.opened_by = "zip";
        if (member.cut) spec.flags.set(PartFlag::truncated);
        if (member.header.locked()) spec.flags.set(PartFlag::encrypted);
        return spec;
    }

    // False: the archive is to be left, a limit is reached.
    bool take(const ZipMember& member) {
        if (member.is_directory()) return true;
        if (member.cut) damaged("it ends before a member does");
        if (member.header.locked()) return take_locked(member);
        if (const OdfEntry* entry = odf_->entry_of(member)) return take_odf(member, *entry);
        if (member.header.method == zip_stored) return take_stored(member);
        return take_decoded(member, spec_of(member), source_of(member.data), member.data.size());
    }

    bool take_locked(const ZipMember& member) {
        ChildSpec spec = spec_of(member);
        const auto lock = lock_of(member, budget_);
        const auto key = lock ? find_key(*lock) : std::nullopt;
        if (!key) {
            if (keys_.ran_out()) budget_.reach("limit.passwords");
            names_.note_unopened();
            return extraction_.add_skipped(std::move(spec));
        }
        auto plain = ZipPlain::open(*lock, key->bytes);
        if (!plain) return extraction_.add_skipped(std::move(spec));
        names_.note_unlocked();
        spec.flags.set(PartFlag::unlocked);
        spec.unlocked_by = key->label;
        spec.password = key->password;
        if (key->fit != Fit::exact) {
            spec.flags.set(PartFlag::damaged);
            damaged(fmt::format("{}: its checksum does not hold", spec.name));
        }
        return take_decoded(member, std::move(spec),
                            source_of_plain(std::make_shared<ZipPlain>(std::move(*plain))),
                            plain_size(member));
    }

    bool take_odf(const ZipMember& member, const OdfEntry& entry) {
        ChildSpec spec = spec_of(member);
        auto plain = odf_->open(member, entry, spec);
        if (!plain) return extraction_.add_skipped(std::move(spec));
        Output output = extraction_.new_output();
        const Decoded decoded = decode({.method = zip_deflated}, source_of_plain(std::move(plain)),
                                       [&](Bytes bytes) { return output.write(bytes); });
        if (decoded.state == Decoded::State::damaged ||
            (decoded.state == Decoded::State::whole && decoded.size != entry.size)) {
            spec.flags.set(PartFlag::damaged);
            damaged(fmt::format("{}: what was decrypted is broken", spec.name));
        }
        return extraction_.add_child(std::move(spec), std::move(output)) &&
               decoded.state != Decoded::State::refused;
    }

    // A view: nothing is copied. Where the sizes differ it may be deflated all the same.
    bool take_stored(const ZipMember& member) {
        if (!budget_.spend_bytes(member.data.size())) return false;
        ChildSpec spec = spec_of(member);
        if (member.header.size != member.data.size() && !member.cut) {
            mismatch(fmt::format("{}: stored, but packed and plain sizes differ", spec.name));
            if (!take_hidden_deflate(member)) return false;
        } else {
            Decoded whole =
                decode({.method = zip_stored}, source_of(member.data), [](Bytes) { return true; });
            check(member, whole, spec);
        }
        return extraction_.add_child(std::move(spec), member.data);
    }

    bool take_hidden_deflate(const ZipMember& member) {
        Output output = extraction_.new_output();
        const Decoded decoded = decode({.method = zip_deflated}, source_of(member.data),
                                       [&](Bytes bytes) { return output.write(bytes); });
        if (decoded.state == Decoded::State::damaged || decoded.size == 0) return true;  // it was no deflate
        return extraction_.add_child(spec_of(member), std::move(output)) &&
               decoded.state != Decoded::State::refused;
    }

    bool take_decoded(const ZipMember& member, ChildSpec spec, const PackedSource& source,
                      std::uint64_t bytes) {
        Output output = extraction_.new_output();
        const Decoded decoded =
            decode(packed(member, bytes), source, [&](Bytes piece_of) { return output.write(piece_of); });
        if (decoded.state == Decoded::State::unsupported) {
            find("archive.unsupported", fmt::format("{}: method {}", spec.name, method_of(member)));
            return extraction_.add_skipped(std::move(spec));
        }
        if (decoded.state == Decoded::State::damaged) {
            spec.flags.set(PartFlag::damaged);
            damaged(fmt::format("{}: packed data is broken", spec.name));
            // Bytes that are no deflate stream at all may be plain ones under a false label.
            if (decoded.size == 0 && !member.header.locked())
                return budget_.spend_bytes(member.data.size()) &&
                       extraction_.add_child(std::move(spec), member.data);
        }
        check(member, decoded, spec);
        return extraction_.add_child(std::move(spec), std::move(output)) &&
               decoded.state != Decoded::State::refused;
    }

    void check(const ZipMember& member, const Decoded& decoded, ChildSpec& spec) {
        if (decoded.state != Decoded::State::whole || member.cut) return;
        const ZipHeader& header = member.header;
        // A streamed member that only its local header knows, without a descriptor: nothing to compare with.
        if (header.streamed() && header.crc == 0 && header.size == 0) return;
        if (decoded.size != header.size) {
            mismatch(fmt::format("{}: {} bytes said, {} decoded", spec.name, header.size, decoded.size));
        }
        const bool has_crc = !header.aes || header.aes->version == 1;
        if (has_crc && decoded.crc != header.crc) {
            spec.flags.set(PartFlag::damaged);
            damaged(fmt::format("{}: its checksum does not hold", spec.name));
        }
    }

    void list_rest(const ZipDirectory& directory, std::size_t from) {
        const std::size_t left = directory.members.size() - from;
        if (left == 0) return;
        find("archive.member-skipped", fmt::format("{} members behind a limit", left));
        for (std::size_t i = from; i < directory.members.size() && i - from < max_listed; ++i) {
            if (!extraction_.add_skipped(spec_of(directory.members[i]))) return;
        }
    }

    const Part& part_;
    Extraction& extraction_;
    Budget& budget_;
    unlock::KeySearch keys_;
    LockedNames names_;
    std::optional<OdfLocks> odf_;
    bool said_damaged_ = false;
    bool said_mismatch_ = false;
};

}  // namespace

void open_zip(const Part& part, Extraction& extraction) { Opening(part, extraction).run(); }

}  // namespace sekisho::scanner::containers
