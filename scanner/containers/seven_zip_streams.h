// The part of a 7z header that says where packed bytes stand and which decoders they go through: StreamsInfo
// (7zFormat.txt, "Streams Info", "Folder", "SubStreams Info").
//
// A folder is one run of bytes that is packed together: a tree of coders whose leaves read packed streams and
// whose root gives the bytes of the members, one behind the other.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <vector>

#include "base/bytes.h"
#include "base/cursor.h"
#include "base/result.h"

namespace sekisho::scanner::containers {

constexpr std::size_t max_seven_zip_members = 20'000;  // folders, members or files of one archive
constexpr std::size_t max_seven_zip_coders = 32;       // of one folder; it has as many inputs at most

constexpr std::uint64_t seven_zip_aes = 0x06F10701;  // AES-256 in CBC mode, keys by SHA-256

struct SevenZipCoder {
    struct Input {
        bool packed = true;    // a packed stream; otherwise another coder's output
        std::size_t from = 0;  // its number within the folder
    };
    std::uint64_t id = 0;
    base::Bytes properties;  // a view into the header
    std::vector<Input> inputs;
    std::uint64_t size = 0;  // bytes that come out, as said
};

struct SevenZipFolder {
    std::vector<SevenZipCoder> coders;  // never empty
    std::size_t root = 0;               // the coder that nothing else reads
    std::size_t first_packed = 0;       // its first packed stream, counted in the archive
    std::size_t packed_streams = 0;
    std::optional<std::uint32_t> crc;  // of what the root gives
    std::size_t first_member = 0;      // counted in the archive
    std::size_t members = 1;

    std::uint64_t size() const { return coders[root].size; }
    bool locked() const;
};

// One member's bytes within the output of its folder.
struct SevenZipMember {
    std::uint64_t size = 0;
    std::optional<std::uint32_t> crc;
};

struct SevenZipStreams {
    struct Range {
        std::uint64_t offset = 0;  // behind the start header
        std::uint64_t size = 0;
    };
    std::vector<Range> packed;  // one behind the other; not checked against the archive here
    std::vector<SevenZipFolder> folders;
    std::vector<SevenZipMember> members;  // of all folders, in order
};

// Bits, high ones first, over borrowed bytes.
class SevenZipBits {
public:
    SevenZipBits() = default;
    // One bit for each of `count`. Truncated where there are fewer bytes.
    static base::Result<SevenZipBits> read(base::Cursor& in, std::uint64_t count);
    // The same behind a byte that says whether all are set; then no bits follow.
    static base::Result<SevenZipBits> read_optional(base::Cursor& in, std::uint64_t count);
    bool at(std::uint64_t index) const;

private:
    base::Bytes bits_;
    bool all_ = false;
};

// 7z's number: the leading one bits of the first byte tell how many bytes follow, low ones first.
base::Result<std::uint64_t> read_seven_zip_number(base::Cursor& in);

// Everything behind the byte 04 (or 17) that announces it, its own end mark included. Cause::limit beyond
// max_seven_zip_members. Coders that form a loop, or of which one is read twice, are Cause::malformed; a
// coder with several outputs, which no decoder has, is Cause::unsupported. Linear.
base::Result<SevenZipStreams> read_seven_zip_streams(base::Cursor& in);

}  // namespace sekisho::scanner::containers
