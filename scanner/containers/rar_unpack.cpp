#include "scanner/containers/rar_unpack.h"

#include <algorithm>
#include <array>
#include <optional>
#include <utility>

#include "scanner/containers/archive_reader.h"
#include "scanner/containers/blake2sp.h"
#include "scanner/containers/crc32.h"
#include "scanner/containers/rar5_blocks.h"
#include "scanner/containers/rar5_headers.h"
#include "scanner/unlock/aes_cbc.h"
#include "scanner/unlock/rar5_lock.h"

namespace sekisho::scanner::containers {

namespace {

using base::Bytes;
using Checksum = RarUnpacked::Checksum;
using State = RarUnpacked::State;

constexpr std::size_t piece = 64u << 10;
// Decoders look ahead of what they need; in a real archive the next header stands there.
constexpr std::array<std::byte, 64> behind_the_last{};

// The packed bytes of one member, decrypted as they are asked for.
class PackedBytes {
public:
    // `most`: how many there are, padding left out.
    PackedBytes(const RarPacked& packed, std::uint64_t most) : left_(packed.member->data), most_(most) {
        if (packed.key == nullptr) return;
        const unlock::RarKey& key = *packed.key;
        const std::string& iv = key.iv.empty() ? packed.member->lock->iv : key.iv;
        stream_.emplace(left_, base::as_bytes(key.cipher), base::as_bytes(iv));
        buffer_.resize(std::min(piece, std::max(left_.size(), unlock::aes_block)));
    }
    static std::uint64_t padded_size(const RarPacked& packed) {
        const std::size_t size = packed.member->data.size();
        return packed.key == nullptr ? size : size / unlock::aes_block * unlock::aes_block;
    }

    // Valid until the next call; empty at the end.
    Bytes next() {
        if (most_ == 0) return {};
        const Bytes all = stream_ ? Bytes(buffer_).first(stream_->read(buffer_)) : std::exchange(left_, {});
        const Bytes next = all.first(static_cast<std::size_t>(std::min<std::uint64_t>(most_, all.size())));
        most_ -= next.size();
        return next;
    }

private:
    Bytes left_;
    std::uint64_t most_;
    std::optional<unlock::AesCbcStream> stream_;
    std::vector<std::byte> buffer_;
};

// libarchive takes the padding behind the last block of a RAR 5 for more blocks: the exact size counts.
std::uint64_t packed_size(const RarPacked& packed) {
    const std::uint64_t padded = PackedBytes::padded_size(packed);
    if (packed.key == nullptr) return padded;
    PackedBytes bytes(packed, padded);
    Rar5Blocks blocks;
    for (Bytes next = bytes.next(); !next.empty() && !blocks.end(); next = bytes.next())
        blocks.update(next);
    return std::min(padded, blocks.end().value_or(padded));
}

// The checksum that a header states, over what goes out.
class Checker {
public:
    explicit Checker(const RarPacked& packed) : packed_(packed) {
        if (!packed.member->blake2.empty()) blake2_.emplace();
    }
    void update(Bytes bytes) {
        crc_ = crc32_of(bytes, crc_);
        if (blake2_) blake2_->update(bytes);
    }
    Checksum result() {
        const RarMember& member = *packed_.member;
        // One that is split has the checksum of its packed bytes, or that of a whole which is not here.
        if (member.goes_on || member.from_before) return Checksum::none;
        const bool tweaked = packed_.key != nullptr && member.lock->tweaked;
        if (blake2_) {
            std::string digest = blake2_->finish();
            if (tweaked) digest = unlock::tweaked_blake2(*packed_.key, base::as_bytes(digest));
            return digest == member.blake2 ? Checksum::holds : Checksum::fails;
        }
        if (!member.crc) return Checksum::none;
        const std::uint32_t crc = tweaked ? unlock::tweaked_crc(*packed_.key, crc_) : crc_;
        return crc == *member.crc ? Checksum::holds : Checksum::fails;
    }

private:
    const RarPacked& packed_;
    std::uint32_t crc_ = 0;
    std::optional<Blake2sp> blake2_;
};

}  // namespace

RarUnpacked unpack_stored(const RarPacked& packed, const RarSink& sink) {
    RarUnpacked out;
    Checker checker(packed);
    const RarMember& member = *packed.member;
    // What lies behind the said end is the padding of the cipher.
    const std::uint64_t padded = PackedBytes::padded_size(packed);
    PackedBytes bytes(packed, member.size_unknown ? padded : std::min(padded, member.size));
    for (Bytes next = bytes.next(); !next.empty(); next = bytes.next()) {
        out.size += next.size();
        checker.update(next);
        if (sink(next)) continue;
        out.state = State::refused;
        return out;
    }
    if (!member.size_unknown && out.size != member.size) out.state = State::damaged;

    out.checksum = checker.result();
    return out;
}

RarUnpacked unpack_rar3(const RarPacked& packed, Rar3Unpack& decoder, const RarSink& sink) {
    const RarMember& member = *packed.member;
    PackedBytes bytes(packed, PackedBytes::padded_size(packed));
    Checker checker(packed);
    const Rar3Unpacked done = decoder.unpack([&bytes] { return bytes.next(); }, member.size, member.solid,
                                             [&](Bytes piece) {
                                                 checker.update(piece);
                                                 return sink(piece);
                                             });
    RarUnpacked out;
    out.state = done.state;
    out.size = done.size;
    out.warning = done.why;
    out.checksum = checker.result();
    return out;
}

struct RarRun::Impl {
    Impl(std::vector<RarPacked> members, Budget& budget_of_scan)
        : run(std::move(members)), budget(budget_of_scan) {}
    ~Impl() { budget.return_resident(window); }
    Impl(const Impl&) = delete;
    Impl& operator=(const Impl&) = delete;

    std::vector<RarPacked> run;
    Budget& budget;
    std::uint64_t window = 0;
    std::optional<ArchiveReader> reader;
    std::size_t read = 0;  // members of the run that next() was asked for
    bool dead = false;

    // What libarchive is given, in order.
    std::size_t given = 0;  // members whose header has been given
    std::string header;
    std::optional<PackedBytes> bytes;
    bool closed = false;

    std::string header_of(const RarPacked& packed, std::uint64_t size) const {
        return (given == 0 ? plain_rar5_start(run.size() > 1) : "") + plain_rar5_file(*packed.member, size);
    }

    Bytes next_block() {
        if (bytes) {
            const Bytes next = bytes->next();
            if (!next.empty()) return next;
            bytes.reset();
        }
        if (given == run.size()) return std::exchange(closed, true) ? Bytes() : Bytes(behind_the_last);
        const std::uint64_t size = packed_size(run[given]);
        header = header_of(run[given], size);
        bytes.emplace(run[given], size);
        ++given;

        return base::as_bytes(header);
    }
};

RarRun::RarRun(std::unique_ptr<Impl> impl) : impl_(std::move(impl)) {}
RarRun::~RarRun() = default;
RarRun::RarRun(RarRun&&) noexcept = default;
RarRun& RarRun::operator=(RarRun&&) noexcept = default;

base::Result<RarRun> RarRun::open(std::vector<RarPacked> run, Budget& budget) {
    auto impl = std::make_unique<Impl>(std::move(run), budget);
    std::uint64_t window = 0;
    for (const RarPacked& packed : impl->run)
        window = std::max(window, packed.member->window);
    if (!budget.spend_resident(window)) return base::fail(base::Cause::limit);
    impl->window = window;
    Impl* const state = impl.get();  // the reader is part of it
    impl->reader =
        SEKISHO_TRY(ArchiveReader::open([state] { return state->next_block(); }, ArchiveKind::rar5));
    return RarRun(std::move(impl));
}

const RarMember* RarRun::upcoming() const {
    return impl_->dead || impl_->read == impl_->run.size() ? nullptr : impl_->run[impl_->read].member;
}

RarUnpacked RarRun::next(const RarSink& sink) {
    const RarPacked& packed = impl_->run[impl_->read++];
    RarUnpacked out;
    ArchiveReader& reader = *impl_->reader;
    ArchiveEntry entry;
    if (reader.next(entry) != ArchiveReader::Step::entry) {
        impl_->dead = true;
        out.state = State::damaged;
        out.warning = reader.take_warning();
        return out;
    }
    Checker checker(packed);
    const auto data = reader.read([&](Bytes bytes) {
        checker.update(bytes);
        out.size += bytes.size();
        return sink(bytes);
    });
    out.warning = reader.take_warning();
    out.checksum = checker.result();
    const bool failed = data == ArchiveReader::Data::damaged && out.checksum == Checksum::none;
    if (out.size != packed.member->size || failed) out.state = State::damaged;
    if (data == ArchiveReader::Data::refused) out.state = State::refused;
    impl_->dead = data == ArchiveReader::Data::refused;
    return out;
}

}  // namespace sekisho::scanner::containers
