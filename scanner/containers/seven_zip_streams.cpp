#include "scanner/containers/seven_zip_streams.h"

#include <algorithm>
#include <array>
#include <bit>
#include <limits>
#include <utility>

namespace sekisho::scanner::containers {

namespace {

using base::Bytes;
using base::Cause;
using base::Cursor;
using base::Result;

// The property ids of 7zFormat.txt that stand within StreamsInfo.
enum Property : std::uint8_t {
    end = 0x00,
    pack_info = 0x06,
    unpack_info = 0x07,
    substreams_info = 0x08,
    sizes = 0x09,
    digests = 0x0A,
    folder = 0x0B,
    coders_sizes = 0x0C,
    member_counts = 0x0D,
};

constexpr std::size_t max_packed = 2 * max_seven_zip_members;
constexpr std::size_t max_coders_in_all = 4 * max_seven_zip_members;

// Of how many things the header may speak. Each of them is at least a byte of it.
Result<std::size_t> count_of(Cursor& in, std::size_t most) {
    const std::uint64_t said = SEKISHO_TRY(read_seven_zip_number(in));
    if (said > in.left()) return base::fail(Cause::truncated, "more is announced than follows");
    if (said > most) return base::fail(Cause::limit, "too many members");
    return static_cast<std::size_t>(said);
}

Result<void> skip_property(Cursor& in) { return in.skip(SEKISHO_TRY(read_seven_zip_number(in))); }

// Hands each digest that is there to `take(index, crc)`.
template <class Take>
Result<void> read_digests(Cursor& in, std::uint64_t count, Take take) {
    const SevenZipBits defined = SEKISHO_TRY(SevenZipBits::read_optional(in, count));
    for (std::uint64_t i = 0; i < count; ++i) {
        if (defined.at(i)) take(i, SEKISHO_TRY(in.u32_le()));
    }
    return {};
}

Result<void> read_pack_info(Cursor& in, SevenZipStreams& out) {
    std::uint64_t offset = SEKISHO_TRY(read_seven_zip_number(in));
    const std::size_t count = SEKISHO_TRY(count_of(in, max_packed));
    for (std::uint64_t type = SEKISHO_TRY(read_seven_zip_number(in)); type != end;
         type = SEKISHO_TRY(read_seven_zip_number(in))) {
        if (type == sizes) {
            while (out.packed.size() < count) {
                const std::uint64_t size = SEKISHO_TRY(read_seven_zip_number(in));
                if (size > std::numeric_limits<std::uint64_t>::max() - offset)
                    return base::fail(Cause::malformed, "packed streams beyond any file");
                out.packed.push_back({offset, size});
                offset += size;
            }
        } else if (type == digests) {
            SEKISHO_TRY(read_digests(in, count, [](std::uint64_t, std::uint32_t) {}));
        } else {
            SEKISHO_TRY(skip_property(in));
        }
    }
    if (out.packed.size() != count) return base::fail(Cause::malformed, "packed sizes are missing");
    return {};
}

Result<SevenZipCoder> read_coder(Cursor& in) {
    SevenZipCoder out;
    const std::uint8_t flags = SEKISHO_TRY(in.u8());
    if ((flags & 0xC0u) != 0) return base::fail(Cause::unsupported, "coder with alternatives");
    const Bytes id = SEKISHO_TRY(in.take(flags & 0x0Fu));
    if (id.size() > sizeof(out.id)) return base::fail(Cause::unsupported, "coder with a long id");
    for (const std::byte byte : id)
        out.id = (out.id << 8) | std::to_integer<std::uint64_t>(byte);
    std::uint64_t inputs = 1;
    if ((flags & 0x10u) != 0) {
        inputs = SEKISHO_TRY(read_seven_zip_number(in));
        if (SEKISHO_TRY(read_seven_zip_number(in)) != 1)
            return base::fail(Cause::unsupported, "coder with several outputs");
    }
    if (inputs == 0 || inputs > max_seven_zip_coders)
        return base::fail(Cause::malformed, "coder with too many inputs");
    out.inputs.resize(static_cast<std::size_t>(inputs));
    if ((flags & 0x20u) != 0) out.properties = SEKISHO_TRY(in.take(SEKISHO_TRY(read_seven_zip_number(in))));
    return out;
}

// The inputs of all coders of a folder under one number, as bind pairs and packed streams name them.
class Inputs {
public:
    explicit Inputs(SevenZipFolder& folder) {
        for (SevenZipCoder& coder : folder.coders) {
            for (SevenZipCoder::Input& input : coder.inputs)
                all_.push_back({&input, false});
        }
    }
    std::size_t size() const { return all_.size(); }
    bool is_set(std::size_t index) const { return all_[index].set; }
    // False where there is no such input or it has its source already.
    bool set(std::uint64_t index, SevenZipCoder::Input source) {
        if (index >= all_.size() || std::exchange(all_[static_cast<std::size_t>(index)].set, true))
            return false;
        *all_[static_cast<std::size_t>(index)].input = source;
        return true;
    }

private:
    struct Row {
        SevenZipCoder::Input* input;
        bool set;
    };
    std::vector<Row> all_;
};

// The root is what no bind pair names. Each output is read once, so what can be reached from the root is a
// tree; coders that cannot be reached from it read each other in a loop.
Result<void> find_root(SevenZipFolder& out, const std::vector<bool>& is_read) {
    out.root = static_cast<std::size_t>(std::ranges::find(is_read, false) - is_read.begin());
    std::vector<std::size_t> reached{out.root};
    for (std::size_t i = 0; i < reached.size(); ++i) {
        for (const SevenZipCoder::Input& input : out.coders[reached[i]].inputs) {
            if (!input.packed) reached.push_back(input.from);
        }
    }
    if (reached.size() != out.coders.size()) return base::fail(Cause::malformed, "coders in a loop");
    return {};
}

Result<void> bind(Cursor& in, SevenZipFolder& out) {
    Inputs inputs(out);
    const std::size_t pairs = out.coders.size() - 1;
    if (inputs.size() > max_seven_zip_coders || inputs.size() < pairs)
        return base::fail(Cause::malformed, "coders that do not fit together");
    std::vector<bool> is_read(out.coders.size());
    for (std::size_t i = 0; i < pairs; ++i) {
        const std::uint64_t input = SEKISHO_TRY(read_seven_zip_number(in));
        const std::uint64_t output = SEKISHO_TRY(read_seven_zip_number(in));
        if (output >= is_read.size() || is_read[static_cast<std::size_t>(output)] ||
            !inputs.set(input, {.packed = false, .from = static_cast<std::size_t>(output)}))
            return base::fail(Cause::malformed, "a coder is bound twice");
        is_read[static_cast<std::size_t>(output)] = true;
    }
    out.packed_streams = inputs.size() - pairs;
    for (std::size_t i = 0; i < out.packed_streams; ++i) {
        std::uint64_t input = 0;
        if (out.packed_streams > 1) {
            input = SEKISHO_TRY(read_seven_zip_number(in));
        } else {
            while (inputs.is_set(static_cast<std::size_t>(input)))
                ++input;
        }
        if (!inputs.set(input, {.packed = true, .from = i}))
            return base::fail(Cause::malformed, "a coder is bound twice");
    }
    return find_root(out, is_read);
}

Result<SevenZipFolder> read_folder(Cursor& in) {
    SevenZipFolder out;
    const std::uint64_t coders = SEKISHO_TRY(read_seven_zip_number(in));
    if (coders == 0 || coders > max_seven_zip_coders)
        return base::fail(Cause::malformed, "folder with too many coders, or none");
    for (std::uint64_t i = 0; i < coders; ++i)
        out.coders.push_back(SEKISHO_TRY(read_coder(in)));
    SEKISHO_TRY(bind(in, out));
    return out;
}

Result<void> read_folders(Cursor& in, SevenZipStreams& out) {
    const std::size_t count = SEKISHO_TRY(count_of(in, max_seven_zip_members));
    if (SEKISHO_TRY(in.u8()) != 0) return base::fail(Cause::unsupported, "folders in another stream");
    std::size_t coders = 0;
    std::size_t packed = 0;
    for (std::size_t i = 0; i < count; ++i) {
        SevenZipFolder folder = SEKISHO_TRY(read_folder(in));
        coders += folder.coders.size();
        if (coders > max_coders_in_all) return base::fail(Cause::limit, "too many coders");
        folder.first_packed = packed;
        packed += folder.packed_streams;
        if (packed > out.packed.size())
            return base::fail(Cause::malformed, "folders read more packed streams than there are");
        out.folders.push_back(std::move(folder));
    }
    return {};
}

Result<void> read_unpack_info(Cursor& in, SevenZipStreams& out) {
    if (SEKISHO_TRY(read_seven_zip_number(in)) != folder)
        return base::fail(Cause::malformed, "no folders where they should be");
    SEKISHO_TRY(read_folders(in, out));
    bool has_sizes = false;
    for (std::uint64_t type = SEKISHO_TRY(read_seven_zip_number(in)); type != end;
         type = SEKISHO_TRY(read_seven_zip_number(in))) {
        if (type == coders_sizes) {
            has_sizes = true;
            for (SevenZipFolder& folder_of : out.folders) {
                for (SevenZipCoder& coder : folder_of.coders)
                    coder.size = SEKISHO_TRY(read_seven_zip_number(in));
            }
        } else if (type == digests) {
            SEKISHO_TRY(read_digests(in, out.folders.size(), [&](std::uint64_t i, std::uint32_t crc) {
                out.folders[static_cast<std::size_t>(i)].crc = crc;
            }));
        } else {
            SEKISHO_TRY(skip_property(in));
        }
    }
    if (!has_sizes) return base::fail(Cause::malformed, "sizes of folders are missing");
    return {};
}

// The sizes of all members but the last of a folder are written down; that one has what is left.
Result<void> read_member_sizes(Cursor& in, bool has_sizes, SevenZipStreams& out) {
    for (SevenZipFolder& folder_of : out.folders) {
        folder_of.first_member = out.members.size();
        if (folder_of.members > max_seven_zip_members - out.members.size())
            return base::fail(Cause::limit, "too many members");
        std::uint64_t left = folder_of.size();
        for (std::size_t i = 0; i < folder_of.members; ++i) {
            std::uint64_t size = left;
            if (i + 1 < folder_of.members) {
                if (!has_sizes) return base::fail(Cause::malformed, "sizes of members are missing");
                size = SEKISHO_TRY(read_seven_zip_number(in));
            }
            if (size > left) return base::fail(Cause::malformed, "members larger than their folder");
            left -= size;
            out.members.push_back({.size = size, .crc = {}});
        }
        if (folder_of.members == 1) out.members.back().crc = folder_of.crc;
    }
    return {};
}

// The members whose checksum is not that of their folder.
std::vector<std::size_t> without_crc(const SevenZipStreams& streams) {
    std::vector<std::size_t> out;
    for (std::size_t i = 0; i < streams.members.size(); ++i) {
        if (!streams.members[i].crc) out.push_back(i);
    }
    return out;
}

Result<void> read_substreams_info(Cursor& in, SevenZipStreams& out) {
    std::uint64_t type = SEKISHO_TRY(read_seven_zip_number(in));
    for (; type != end && type != sizes && type != digests; type = SEKISHO_TRY(read_seven_zip_number(in))) {
        if (type != member_counts) {
            SEKISHO_TRY(skip_property(in));
            continue;
        }
        for (SevenZipFolder& folder_of : out.folders) {
            const std::uint64_t members = SEKISHO_TRY(read_seven_zip_number(in));
            if (members > max_seven_zip_members) return base::fail(Cause::limit, "too many members");
            folder_of.members = static_cast<std::size_t>(members);
        }
    }
    SEKISHO_TRY(read_member_sizes(in, type == sizes, out));
    if (type == sizes) type = SEKISHO_TRY(read_seven_zip_number(in));
    for (; type != end; type = SEKISHO_TRY(read_seven_zip_number(in))) {
        if (type != digests) {
            SEKISHO_TRY(skip_property(in));
            continue;
        }
        const std::vector<std::size_t> open = without_crc(out);
        SEKISHO_TRY(read_digests(in, open.size(), [&](std::uint64_t i, std::uint32_t crc) {
            out.members[open[static_cast<std::size_t>(i)]].crc = crc;
        }));
    }
    return {};
}

}  // namespace

bool SevenZipFolder::locked() const {
    return std::ranges::any_of(coders, [](const SevenZipCoder& coder) { return coder.id == seven_zip_aes; });
}

Result<SevenZipBits> SevenZipBits::read(Cursor& in, std::uint64_t count) {
    SevenZipBits out;
    out.bits_ = SEKISHO_TRY(in.take(count / 8 + (count % 8 != 0 ? 1u : 0u)));
    return out;
}

Result<SevenZipBits> SevenZipBits::read_optional(Cursor& in, std::uint64_t count) {
    if (SEKISHO_TRY(in.u8()) == 0) return read(in, count);
    SevenZipBits out;
    out.all_ = true;
    return out;
}

bool SevenZipBits::at(std::uint64_t index) const {
    if (all_) return true;
    if (index / 8 >= bits_.size()) return false;
    const auto byte = std::to_integer<unsigned>(bits_[static_cast<std::size_t>(index / 8)]);
    return (byte & (0x80u >> (index % 8))) != 0;
}

Result<std::uint64_t> read_seven_zip_number(Cursor& in) {
    const std::uint8_t first = SEKISHO_TRY(in.u8());
    const auto more = static_cast<unsigned>(std::countl_one(first));
    std::uint64_t value = 0;
    for (unsigned i = 0; i < more; ++i)
        value |= static_cast<std::uint64_t>(SEKISHO_TRY(in.u8())) << (8 * i);
    // What is left of the first byte is the highest of the number.
    if (more < 7) value |= static_cast<std::uint64_t>(first & (0x7Fu >> more)) << (8 * more);
    return value;
}

Result<SevenZipStreams> read_seven_zip_streams(Cursor& in) {
    SevenZipStreams out;
    std::uint64_t type = SEKISHO_TRY(read_seven_zip_number(in));
    if (type == pack_info) {
        SEKISHO_TRY(read_pack_info(in, out));
        type = SEKISHO_TRY(read_seven_zip_number(in));
    }
    if (type == unpack_info) {
        SEKISHO_TRY(read_unpack_info(in, out));
        type = SEKISHO_TRY(read_seven_zip_number(in));
    }
    if (type == substreams_info) {
        SEKISHO_TRY(read_substreams_info(in, out));
        type = SEKISHO_TRY(read_seven_zip_number(in));
    } else {
        SEKISHO_TRY(read_member_sizes(in, false, out));
    }
    if (type != end) return base::fail(Cause::malformed, "unknown part of a header");
    return out;
}

}  // namespace sekisho::scanner::containers
