// Frames between sekishod and its workers: the encoding, and a reader that trusts nothing.
//
//   offset 0  u8   type
//          1  u8   flags: bit 0 "more": the payload goes on in the next frame of the same type and id
//          2  u16  zero
//          4  u32  length of the payload, at most 64 KB less the header
//          8  u64  id: of the request, on the control socket of the child
//         16       payload
// All numbers are little-endian.
#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "base/bytes.h"
#include "base/result.h"

namespace sekisho::sandbox {

enum class FrameType : std::uint8_t {
    // gate to child
    request = 1,  // JSON of a ScanRequest; the message's descriptor travels with the first frame
    // child to gate, in this order; progress may stand anywhere outside of a message that goes on
    progress = 2,    // path of the part that is being opened
    part_begin = 3,  // JSON of a PartSummary
    part_data = 4,
    part_end = 5,
    report = 6,  // JSON of a WorkerReport
    end = 7,     // EndFacts
    // template to gate
    ready = 8,        // JSON of ReadyFacts
    failed = 9,       // text: why the program could not become ready
    forked = 10,      // u32 pid of the child `id`
    child_exit = 11,  // u32 wait status of the child `id`, or never_started
    // gate to template
    fork = 12,     // u64 address space that the child may have; its socket travels with the frame
    release = 13,  // the gate is done with child `id`: it may be reaped once it is dead
};
constexpr std::uint8_t last_frame_type = 13;

constexpr std::size_t frame_header_bytes = 16;
constexpr std::size_t max_frame_bytes = 64u << 10;
constexpr std::size_t max_payload_bytes = max_frame_bytes - frame_header_bytes;
constexpr std::size_t max_report_bytes = 4u << 20;
constexpr std::size_t max_path_bytes = 4u << 10;      // of a progress frame; longer paths are cut
constexpr std::uint32_t never_started = 0xffff'ffff;  // in child_exit: the fork itself failed

struct Frame {
    FrameType type = FrameType::end;
    bool more = false;
    std::uint64_t id = 0;
    base::Bytes payload;  // borrowed; see FrameReader
};

// Appends one frame. `payload` holds at most max_payload_bytes.
void append_frame(std::vector<std::byte>& out, const Frame& frame);
// Appends as many frames as `payload` needs (at least one), all but the last with `more`.
void append_message(std::vector<std::byte>& out, FrameType type, std::uint64_t id, base::Bytes payload);

// Cuts a stream of bytes into frames. Holds at most one frame and never more than max_frame_bytes.
class FrameReader {
public:
    // Not filled with zeros: each fork would touch sixteen pages for a request that takes one.
    FrameReader() : buffer_(std::make_unique_for_overwrite<std::byte[]>(max_frame_bytes)) {}

    // Where the next bytes of the stream belong; never empty unless a whole frame waits in next().
    // Ends the life of payloads that next() gave out.
    std::span<std::byte> room();
    void received(std::size_t bytes);  // at most room().size(), just written there

    // The next whole frame, or nothing yet. Malformed where the stream is not one of frames; then it stays
    // so. The payload lives until the next call of room().
    base::Result<std::optional<Frame>> next();

    bool in_frame() const { return end_ != begin_; }  // a frame has begun and is not whole

private:
    std::span<std::byte> whole() { return {buffer_.get(), max_frame_bytes}; }

    std::unique_ptr<std::byte[]> buffer_;
    std::size_t begin_ = 0;  // first byte that was not given out
    std::size_t end_ = 0;    // behind the last byte that was received
    bool broken_ = false;
};

// Puts the frames of a message that went on in several of them together again, up to a cap.
class MessageJoiner {
public:
    explicit MessageJoiner(std::size_t max_bytes) : max_bytes_(max_bytes) {}
    // True when the message is whole. Limit where it passes the cap.
    base::Result<bool> add(const Frame& frame);
    bool begun() const { return begun_; }
    std::string take();

private:
    std::size_t max_bytes_;
    std::string text_;
    bool begun_ = false;
};

// Payloads of a fixed form.
struct EndFacts {
    bool leaving = false;            // the child serves no further message
    std::uint32_t denied_calls = 0;  // system calls that were refused since the fork
    bool out_of_memory = false;      // std::bad_alloc ended the scan: there is no report
};
std::vector<std::byte> encode(const EndFacts& facts);
base::Result<EndFacts> end_facts_from(base::Bytes payload);

std::vector<std::byte> encode_u32(std::uint32_t value);
std::vector<std::byte> encode_u64(std::uint64_t value);
base::Result<std::uint32_t> u32_from(base::Bytes payload);
base::Result<std::uint64_t> u64_from(base::Bytes payload);

}  // namespace sekisho::sandbox
