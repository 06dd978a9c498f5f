#include "scanner/containers/wim_resource.h"

#include <algorithm>
#include <bit>
#include <vector>

#include "base/cursor.h"

namespace sekisho::scanner::containers {

namespace {

using base::Bytes;
using base::Cause;
using base::Cursor;
using base::Result;

constexpr std::uint32_t least_chunk = 4u << 10;
constexpr std::uint64_t decoder_bytes = 256u << 10;
constexpr std::uint32_t largest_chunk = 128u << 20;  // twice of what Windows uses for solid resources

// The packed sizes of the chunks, one after the other.
class ChunkTable {
public:
    ChunkTable(const WimPacked& packed, std::uint64_t chunks, Cursor table, std::uint64_t all)
        : solid_(packed.solid), wide_(packed.size > UINT32_MAX), left_(chunks), table_(table), all_(all) {}

    // Where one begins is what the table says of all but the first; a solid one says sizes.
    Result<std::uint64_t> next() {
        --left_;
        if (solid_) return SEKISHO_TRY(table_.u32_le());
        std::uint64_t end = all_;
        if (left_ > 0) end = wide_ ? SEKISHO_TRY(table_.u64_le()) : SEKISHO_TRY(table_.u32_le());
        if (end < begin_) return base::fail(Cause::malformed, "chunks that end before they begin");
        const std::uint64_t size = end - begin_;
        begin_ = end;
        return size;
    }

private:
    bool solid_;
    bool wide_;
    std::uint64_t left_;
    Cursor table_;
    std::uint64_t all_;
    std::uint64_t begin_ = 0;
};

// Of what comes out at once.
std::size_t largest_piece(const WimPacked& packed) {
    return static_cast<std::size_t>(std::min<std::uint64_t>(packed.chunk, packed.size));
}

Result<void> unpack_chunks(const WimPacked& packed, WimDecoder& decoder,
                           const std::function<bool(Bytes)>& sink) {
    const std::uint64_t chunks = packed.size / packed.chunk + (packed.size % packed.chunk != 0);
    const std::uint64_t entry_bytes = !packed.solid && packed.size > UINT32_MAX ? 8 : 4;
    const std::uint64_t entries = packed.solid ? chunks : chunks - 1;
    if (entries > packed.chunks.size() / entry_bytes)
        return base::fail(Cause::truncated, "its table of chunks");
    Cursor in(packed.chunks);
    const Cursor table = SEKISHO_TRY(in.sub(entries * entry_bytes));
    ChunkTable sizes(packed, chunks, table, in.left());
    std::vector<std::byte> plain(largest_piece(packed));
    for (std::uint64_t left = packed.size; left > 0;) {
        const std::span<std::byte> out =
            std::span(plain).first(static_cast<std::size_t>(std::min<std::uint64_t>(left, packed.chunk)));
        const Bytes bytes = SEKISHO_TRY(in.take(SEKISHO_TRY(sizes.next())));
        const bool stored = bytes.size() == out.size();
        if (!stored && (bytes.empty() || !decoder.decode(bytes, out)))
            return base::fail(Cause::malformed, "a chunk is broken");
        if (!sink(stored ? bytes : Bytes(out))) return base::fail(Cause::limit);
        left -= out.size();
    }
    return {};
}

}  // namespace

Result<WimPacked> find_wim_resource(Bytes file, const WimHeader& header, const WimResource& resource) {
    if (!base::in_range(resource.offset, resource.packed, file.size()))
        return base::fail(Cause::truncated, "a resource behind the end of the file");
    WimPacked out;
    out.chunks =
        file.subspan(static_cast<std::size_t>(resource.offset), static_cast<std::size_t>(resource.packed));
    out.size = resource.size;
    out.chunk = header.chunk;
    out.method = resource.compressed ? header.method : WimMethod::none;
    out.solid = resource.solid;
    if (!out.solid) {
        if (resource.compressed && out.method == WimMethod::none)
            return base::fail(Cause::malformed, "a packed resource in a file without a method");
        return out;
    }
    Cursor in(out.chunks);
    out.size = SEKISHO_TRY(in.u64_le());
    out.chunk = SEKISHO_TRY(in.u32_le());
    const std::uint32_t method = SEKISHO_TRY(in.u32_le());
    if (method > static_cast<std::uint32_t>(WimMethod::lzms))
        return base::fail(Cause::unsupported, "a method of compression that is not known");
    out.method = static_cast<WimMethod>(method);
    out.chunks = in.rest();
    return out;
}

Result<void> unpack_wim(const WimPacked& packed, Budget& budget, const std::function<bool(Bytes)>& sink) {
    if (packed.size == 0) return {};
    if (packed.method == WimMethod::none) {
        if (packed.chunks.size() < packed.size)
            return base::fail(Cause::truncated, "it holds less than it says");
        return sink(packed.chunks.first(static_cast<std::size_t>(packed.size))) ? Result<void>()
                                                                                : base::fail(Cause::limit);
    }
    if (packed.chunk < least_chunk || packed.chunk > largest_chunk || !std::has_single_bit(packed.chunk))
        return base::fail(Cause::unsupported, "chunks of a size that is not known");
    const std::uint64_t memory = largest_piece(packed) + decoder_bytes;
    if (!budget.spend_resident(memory)) return base::fail(Cause::limit);
    Result<void> result = base::fail(Cause::unsupported, "chunks of a size that is not known");
    if (auto decoder = WimDecoder::create(packed.method, packed.chunk))
        result = unpack_chunks(packed, *decoder, sink);
    budget.return_resident(memory);
    return result;
}

}  // namespace sekisho::scanner::containers
