// What is said over the control socket, and who may say it.
//
// Frames: one type byte, four bytes of length (big endian), that many bytes.
//   'Q'  request: JSON {"v":1,"command":"…","args":{…},"reason":"…"}, at most 64 KB
//   'D'  a piece of the answer's data, at most 64 KB; none or more, 1 GB in all
//   'R'  the answer, last: JSON {"ok":true,"result":…} or {"ok":false,"cause":"…","error":"…"}, at most 4 MB
// Client and server take turns; a connection may carry several requests.
#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>

#include "base/json.h"
#include "base/result.h"

namespace sekisho::control {

inline constexpr std::size_t max_request_bytes = 64U << 10;
inline constexpr std::size_t max_piece_bytes = 64U << 10;
inline constexpr std::size_t max_answer_bytes = 4U << 20;
inline constexpr std::uint64_t max_data_bytes = 1ULL << 30;
inline constexpr std::size_t max_reason_bytes = 500;

enum class Permission : std::uint8_t { view, operate, read_mail };
std::string_view to_string(Permission permission);

// What a request must name: args.id, a quarantine id, or args.name, an account or a client.
enum class Wants : std::uint8_t { nothing, id, name };

// One row per command: the server, the client's help and the docs come from this table.
struct Command {
    std::string_view name;
    Permission permission;
    bool audited;       // an audit event is durable before the act
    bool wants_reason;  // the request must say why
    Wants wants;
    std::string_view help;
};
std::span<const Command> commands();
const Command* find_command(std::string_view name);  // null for an unknown one

// Who is at the other end, by the kernel's word (SO_PEERCRED).
struct Peer {
    std::uint32_t uid = 0;
    std::uint32_t gid = 0;
    std::int32_t pid = 0;
};

struct Request {
    std::string command;
    base::Json args;     // an object
    std::string reason;  // printable UTF-8, trimmed; may be empty
    Peer peer;           // filled by the server, and so is the next
    bool may_read_mail = false;
};

// Checks form and sizes; Cause::malformed, Cause::limit, Cause::unsupported (another version), Cause::invalid
// (unknown command, reason or id missing).
base::Result<Request> parse_request(std::string_view text);
std::string to_text(const Request& request);

// The answer's JSON, and back.
std::string answer_text(const base::Result<base::Json>& result);
base::Result<base::Json> parse_answer(std::string_view text);

// Frames. `header` is the five bytes.
inline constexpr std::size_t frame_header_bytes = 5;
enum class FrameType : char { request = 'Q', data = 'D', answer = 'R' };
struct FrameHeader {
    FrameType type;
    std::uint32_t size;
};
// Cause::malformed for an unknown type, Cause::limit for a size over that type's limit.
base::Result<FrameHeader> parse_frame_header(std::string_view header);
std::string frame_header(FrameType type, std::uint32_t size);

}  // namespace sekisho::control
