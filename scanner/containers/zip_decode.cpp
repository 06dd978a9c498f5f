#include "scanner/containers/zip_decode.h"

#include <algorithm>
#include <array>
#include <memory>
#include <string>
#include <utility>

#include "scanner/containers/archive_reader.h"
#include "scanner/containers/crc32.h"
#include "scanner/containers/inflate.h"
#include "scanner/containers/inflate64.h"
#include "scanner/containers/zip_directory.h"
#include "scanner/containers/zip_headers.h"

namespace sekisho::scanner::containers {

namespace {

using base::Bytes;
using Sink = std::function<bool(Bytes)>;
using State = Decoded::State;

constexpr std::size_t piece = 64u << 10;

// Counts and checks what goes into the sink.
class Tally {
public:
    explicit Tally(const Sink& sink) : sink_(sink) {}
    bool put(Bytes bytes) {
        result.crc = crc32_of(bytes, result.crc);
        result.size += bytes.size();
        return sink_(bytes);
    }
    Decoded result;

private:
    const Sink& sink_;
};

State copy_stored(const PackedSource& source, Tally& tally) {
    for (Bytes block = source(); !block.empty(); block = source()) {
        while (!block.empty()) {
            const Bytes part = base::head(block, piece);
            if (!tally.put(part)) return State::refused;
            block = block.subspan(part.size());
        }
    }
    return State::whole;
}

State state_of(Inflated inflated) {
    switch (inflated) {
        case Inflated::whole:
            return State::whole;
        case Inflated::refused:
            return State::refused;
        case Inflated::damaged:
            break;
    }
    return State::damaged;
}

// libarchive's streaming ZIP reader gets a local header of our own and the packed bytes behind it, so that it
// sees neither the archive's other members nor its encryption.
std::string local_header(const PackedMember& member) {
    std::string out;
    const auto put = [&](std::uint64_t value, int bytes) {
        for (int i = 0; i < bytes; ++i)
            out.push_back(static_cast<char>(value >> (8 * i)));
    };
    put(local_signature, 4);
    put(63, 2);
    put(member.flags & 0x0006u, 2);  // compression options; LZMA: bit 1 says that an end mark is there
    put(member.method, 2);
    put(0, 4);  // time and date
    put(0, 4);  // CRC: checked here
    put(member.packed, 4);
    put(member.size, 4);
    put(1, 2);
    put(0, 2);
    out += 'm';
    return out;
}

State through_libarchive(const PackedMember& member, const PackedSource& source, Tally& tally) {
    constexpr std::uint64_t most = 0xFFFFFFFE;
    if (member.packed > most || member.size > most) return State::unsupported;
    auto header = std::make_shared<std::string>(local_header(member));
    auto reader = ArchiveReader::open(
        [header, &source, first = true]() mutable {
            return std::exchange(first, false) ? base::as_bytes(*header) : source();
        },
        ArchiveKind::zip_member);
    ArchiveEntry entry;
    if (!reader || reader->next(entry) != ArchiveReader::Step::entry) return State::damaged;
    switch (reader->read([&](Bytes bytes) { return tally.put(bytes); })) {
        case ArchiveReader::Data::whole:
            return State::whole;
        case ArchiveReader::Data::refused:
            return State::refused;
        case ArchiveReader::Data::damaged:
            break;
    }
    return State::damaged;
}

constexpr std::array<std::uint16_t, 6> libarchive_methods{12, 14, 20, 93, 95, 98};

}  // namespace

PackedSource source_of(Bytes bytes) {
    return [bytes, given = false]() mutable { return std::exchange(given, true) ? Bytes() : bytes; };
}

Decoded decode(const PackedMember& member, const PackedSource& source, const Sink& sink) {
    Tally tally(sink);
    State state = State::unsupported;
    if (member.method == zip_stored) {
        state = copy_stored(source, tally);
    } else if (member.method == zip_deflated) {
        state = state_of(inflate(source, [&](Bytes bytes) { return tally.put(bytes); }));
    } else if (member.method == zip_deflated64) {
        state = state_of(inflate64(source, [&](Bytes bytes) { return tally.put(bytes); }));
    } else if (std::ranges::find(libarchive_methods, member.method) != libarchive_methods.end()) {
        state = through_libarchive(member, source, tally);
    }
    tally.result.state = state;
    return tally.result;
}

}  // namespace sekisho::scanner::containers
