#include "scanner/containers/odf_open.h"

#include <algorithm>
#include <utility>

#include <fmt/format.h>

#include "scanner/containers/zip_decode.h"

namespace sekisho::scanner::containers {

namespace {

constexpr std::string_view manifest_name = "META-INF/manifest.xml";
constexpr std::size_t max_manifest = 4u << 20;

std::string manifest_of(const ZipDirectory& directory) {
    std::string out;
    const auto at = std::ranges::find_if(directory.members, [](const ZipMember& member) {
        return member.header.name == manifest_name && !member.header.locked();
    });
    if (at == directory.members.end()) return out;
    const PackedMember packed{.method = at->header.method, .packed = at->data.size()};
    if (packed.method != zip_stored && packed.method != zip_deflated) return out;
    (void)decode(packed, source_of(at->data), [&](base::Bytes bytes) {
        out += base::as_text(bytes);
        return out.size() < max_manifest;
    });
    return out;
}

// True where what comes out is a whole deflate stream of the size that the manifest says.
bool unpacks(unlock::OdfPlain& plain, const OdfEntry& entry, Budget& budget) {
    std::vector<std::byte> buffer(4'096);
    const PackedSource source = [&] { return base::Bytes(buffer).first(plain.read(buffer)); };
    const Decoded out = decode({.method = zip_deflated}, source,
                               [&](base::Bytes bytes) { return budget.spend_steps(bytes.size()); });
    return out.state == Decoded::State::whole && out.size == entry.size;
}

}  // namespace

bool has_odf_locks(const ZipDirectory& directory) {
    return !encrypted_entries(base::as_bytes(manifest_of(directory))).empty();
}

OdfLocks::OdfLocks(const ZipDirectory& directory, Extraction& extraction)
    : extraction_(extraction),
      keys_(extraction.passwords(), extraction.budget(), unlock::PasswordBytes::utf8) {
    const std::string manifest = manifest_of(directory);
    if (manifest.empty() || !extraction.budget().spend_steps(manifest.size())) return;
    entries_ = encrypted_entries(base::as_bytes(manifest));
    for (const OdfEntry& entry : entries_)
        by_path_.try_emplace(entry.path, &entry);
    if (!entries_.empty()) search(directory);
}

const OdfEntry* OdfLocks::entry_of(const ZipMember& member) const {
    const auto at = by_path_.find(member.header.name);
    return at == by_path_.end() ? nullptr : at->second;
}

unlock::OdfLock OdfLocks::lock_of(const ZipMember& member, const OdfEntry& entry) const {
    unlock::OdfLock lock = *entry.lock;
    lock.data = member.data;
    lock.confirm = [&entry, this](unlock::OdfPlain& plain) {
        return unpacks(plain, entry, extraction_.budget());
    };
    return lock;
}

void OdfLocks::search(const ZipDirectory& directory) {
    const ZipMember* smallest = nullptr;
    for (const ZipMember& member : directory.members) {
        const OdfEntry* entry = entry_of(member);
        if (entry == nullptr || !entry->lock || member.data.empty()) continue;
        if (smallest == nullptr || member.data.size() < smallest->data.size()) smallest = &member;
    }
    if (smallest == nullptr) return;
    const unlock::OdfLock lock = lock_of(*smallest, *entry_of(*smallest));
    key_ = keys_.find(unlock::price_of(lock), [&](std::string_view password) {
        return unlock::fit_of(lock, password, extraction_.budget());
    });
}

std::shared_ptr<unlock::OdfPlain> OdfLocks::open(const ZipMember& member, const OdfEntry& entry,
                                                 ChildSpec& spec) {
    spec.flags.set(PartFlag::encrypted);
    foreign_ = foreign_ || !entry.lock;
    std::optional<unlock::OdfPlain> plain;
    if (key_ && entry.lock) {
        const unlock::OdfLock lock = lock_of(member, entry);
        const unlock::Price price = unlock::price_of(lock);
        // The key of a known password is work like any other decoding; what a lock costs is its own business.
        if (price.microseconds <= extraction_.budget().limits().max_kdf_ms * 1'000 &&
            extraction_.budget().spend_steps(price.microseconds * 1'000))
            plain = unlock::OdfPlain::open(lock, key_->bytes);
    }
    if (!plain) {
        ++unopened_;
        return nullptr;
    }
    spec.flags.set(PartFlag::unlocked);
    spec.unlocked_by = key_->label;
    spec.password = key_->password;
    return std::make_shared<unlock::OdfPlain>(std::move(*plain));
}

void OdfLocks::report(PartId part) {
    if (entries_.empty()) return;
    Findings& findings = extraction_.findings();
    if (key_) findings.add("document.encrypted.unlocked", part, key_->label);
    if (keys_.too_dear()) findings.add("document.encrypted.kdf-cost", part, "OpenDocument");
    if (unopened_ == 0) return;
    if (!key_ && keys_.ran_out()) extraction_.budget().reach("limit.passwords");
    findings.add("document.encrypted.unopened", part,
                 fmt::format("OpenDocument, {} members{}; {}", unopened_,
                             foreign_ ? ", a cipher that is not read" : "", keys_.tried()));
}

}  // namespace sekisho::scanner::containers
