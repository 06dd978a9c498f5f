#include "scanner/containers/seven_zip_archive.h"

#include <algorithm>
#include <utility>

#include "scanner/containers/crc32.h"
#include "scanner/containers/seven_zip_decode.h"

namespace sekisho::scanner::containers {

namespace {

using base::Bytes;
using base::Cause;
using base::Result;

constexpr int max_encodings = 4;  // of a header within a header; 7-Zip writes one

// The header that `archive.header`, an encoded one, stands for.
Result<Output> decode_header(SevenZipArchive& archive, SevenZipKeyring* keys, Budget& budget) {
    if (archive.header.streams.folders.empty()) return base::fail(Cause::malformed, "no header");
    const SevenZipFolder& folder = archive.header.streams.folders.front();
    const std::vector<Bytes> packed = archive.packed_of(folder);
    const SevenZipMember whole{.size = folder.size(), .crc = folder.crc};
    unlock::SevenZipKeys* key = nullptr;
    if (folder.locked()) {
        auto opened = keys != nullptr ? keys->open(folder, packed, {&whole, 1}) : std::nullopt;
        if (!opened) return base::fail(Cause::encrypted);
        key = opened->keys;
        archive.header_key = *std::move(opened);
    }
    Output out(budget);
    const SevenZipDecoded decoded =
        decode_seven_zip(folder, packed, key, budget, [&](Bytes bytes) { return out.write(bytes); });
    if (decoded.state == Decoded::State::refused) return base::fail(Cause::limit, "header");
    if (decoded.state == Decoded::State::unsupported)
        return base::fail(Cause::unsupported, "header: " + decoded.reason);
    const bool holds = !folder.crc || *folder.crc == crc32_of(out.view());
    if ((decoded.state != Decoded::State::whole || !holds) && archive.damage.empty())
        archive.damage = "its packed header is broken";
    return out;
}

}  // namespace

std::vector<Bytes> SevenZipArchive::packed_of(const SevenZipFolder& folder) const {
    std::vector<Bytes> out;
    const auto ranges = std::span(header.streams.packed).subspan(folder.first_packed, folder.packed_streams);
    for (const SevenZipStreams::Range& range : ranges) {
        const auto from = static_cast<std::size_t>(std::min<std::uint64_t>(range.offset, rest.size()));
        const Bytes there = rest.subspan(from);
        out.push_back(
            there.first(static_cast<std::size_t>(std::min<std::uint64_t>(range.size, there.size()))));
    }
    return out;
}

std::span<const SevenZipMember> SevenZipArchive::members_of(const SevenZipFolder& folder) const {
    return std::span(header.streams.members).subspan(folder.first_member, folder.members);
}

bool SevenZipArchive::has_locked() const {
    return header_key || std::ranges::any_of(header.streams.folders, &SevenZipFolder::locked);
}

Result<SevenZipArchive> read_seven_zip(Bytes bytes, SevenZipKeyring* keys, Budget& budget) {
    const std::size_t at = find_seven_zip(bytes);
    SevenZipArchive out;
    out.before = at < bytes.size() ? bytes.first(at) : Bytes();
    const SevenZipStart start = SEKISHO_TRY(read_seven_zip_start(bytes.subspan(out.before.size())));
    out.behind = start.behind;
    out.rest = start.rest;
    out.damage = start.damage;
    Bytes header = start.header;
    for (int encodings = 0; !header.empty(); ++encodings) {
        if (encodings > max_encodings) return base::fail(Cause::malformed, "headers within headers");
        if (!budget.spend_steps(header.size())) return base::fail(Cause::limit, "header");
        auto parsed = read_seven_zip_header(header);
        if (!parsed && parsed.error().cause == Cause::limit) budget.reach("limit.parts");
        out.header = SEKISHO_TRY(std::move(parsed));
        if (!out.header.encoded) break;
        out.storage.push_back(SEKISHO_TRY(decode_header(out, keys, budget)));
        header = out.storage.back().view();
    }
    return out;
}

}  // namespace sekisho::scanner::containers
