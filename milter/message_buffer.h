// The message as the MTA gives it, rebuilt byte for byte in a sealed memfd. Nothing here is parsed.
//
// What "as the MTA gives it" means: through libmilter a header field is a name and a value, the body is a run
// of bytes. With SMFIP_HDR_LEADSPC the value keeps what stood behind the colon, so `name:` + value is the
// field as it was. Lines of a folded value are parted by LF; they get their CRLF back.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "base/bytes.h"
#include "base/fd.h"
#include "base/hash.h"
#include "base/result.h"
#include "milter/in_flight.h"

namespace sekisho::milter {

// What became of a write.
enum class Stored : std::uint8_t {
    ok,
    over_message_limit,  // beyond max_message_bytes: counted and hashed, but not kept (truncated() from here
                         // on)
    over_total_limit,    // no room among the messages in flight: the caller answers 451 4.3.2
    failed,              // the memfd refused: the caller answers 451 4.3.0
};

// One message. A resource: moves, never copies. One thread at a time.
class MessageBuffer {
public:
    // `ticket` is charged for each byte that is kept.
    static base::Result<MessageBuffer> create(std::uint64_t max_message_bytes, InFlight::Ticket ticket);

    // `value` as libmilter gives it; where the MTA did not grant SMFIP_HDR_LEADSPC, `leading_space` is false
    // and one blank is put behind the colon, as the MTA took it away.
    Stored header(std::string_view name, std::string_view value, bool leading_space);
    Stored end_of_header();
    Stored body(base::Bytes chunk);

    // Writes what is left, seals the memfd against change and growth. Nothing can be written afterwards.
    base::Result<void> seal();

    // From here on after seal() only.
    int fd() const { return fd_.get(); }
    base::Bytes bytes() const { return mapping_.bytes(); }  // what was kept; valid as long as the buffer
    const base::Sha256& sha256() const { return digest_; }  // of the whole message, kept or not

    std::uint64_t size() const { return size_; }  // of the whole message, kept or not
    bool truncated() const { return truncated_; }

private:
    MessageBuffer(base::UniqueFd fd, std::uint64_t max_message_bytes, InFlight::Ticket ticket);
    Stored append(std::string_view text);
    Stored keep(base::Bytes bytes);
    bool flush();

    base::UniqueFd fd_;
    base::FileMapping mapping_;
    base::Sha256Stream hash_;
    base::Sha256 digest_{};
    InFlight::Ticket ticket_;
    std::string pending_;  // small writes, collected: a message has dozens of short fields
    std::uint64_t max_message_bytes_;
    std::uint64_t size_ = 0;
    std::uint64_t kept_ = 0;
    bool truncated_ = false;
};

}  // namespace sekisho::milter
