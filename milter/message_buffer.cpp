#include "milter/message_buffer.h"

#include <fcntl.h>
#include <sys/mman.h>

#include <algorithm>
#include <cerrno>
#include <utility>

namespace sekisho::milter {

namespace {

constexpr std::size_t pending_bytes = 64u << 10;

}  // namespace

MessageBuffer::MessageBuffer(base::UniqueFd fd, std::uint64_t max_message_bytes, InFlight::Ticket ticket)
    : fd_(std::move(fd)), ticket_(std::move(ticket)), max_message_bytes_(max_message_bytes) {}

base::Result<MessageBuffer> MessageBuffer::create(std::uint64_t max_message_bytes, InFlight::Ticket ticket) {
    return MessageBuffer(SEKISHO_TRY(base::make_memfd("sekisho-message")), max_message_bytes,
                         std::move(ticket));
}

Stored MessageBuffer::header(std::string_view name, std::string_view value, bool leading_space) {
    std::string field;
    field.reserve(name.size() + value.size() + 8);
    field += name;
    field += leading_space ? ":" : ": ";
    for (std::size_t i = 0; i < value.size(); ++i) {
        // Sendmail gives folded lines as LF; an MTA that sends CRLF keeps its CR.
        if (value[i] == '\n' && (i == 0 || value[i - 1] != '\r')) field += '\r';
        field += value[i];
    }
    field += "\r\n";
    return append(field);
}

Stored MessageBuffer::end_of_header() { return append("\r\n"); }

Stored MessageBuffer::body(base::Bytes chunk) { return keep(chunk); }

Stored MessageBuffer::append(std::string_view text) { return keep(base::as_bytes(text)); }

Stored MessageBuffer::keep(base::Bytes bytes) {
    hash_.update(bytes);
    size_ += bytes.size();
    if (truncated_) return Stored::over_message_limit;

    const std::uint64_t room = max_message_bytes_ - kept_;
    const base::Bytes kept =
        base::head(bytes, static_cast<std::size_t>(std::min<std::uint64_t>(room, bytes.size())));
    if (!ticket_.charge(kept.size())) return Stored::over_total_limit;
    kept_ += kept.size();

    if (kept.size() >= pending_bytes) {
        if (!flush() || !base::write_all(fd_.get(), kept)) return Stored::failed;
    } else {
        pending_ += base::as_text(kept);
        if (pending_.size() >= pending_bytes && !flush()) return Stored::failed;
    }
    if (kept.size() == bytes.size()) return Stored::ok;
    truncated_ = true;
    return Stored::over_message_limit;
}

bool MessageBuffer::flush() {
    if (pending_.empty()) return true;
    const bool written = base::write_all(fd_.get(), base::as_bytes(pending_)).has_value();
    pending_.clear();
    return written;
}

base::Result<void> MessageBuffer::seal() {
    if (!flush()) return base::fail(base::Cause::io, "the message could not be kept in memory");
    if (::fcntl(fd_.get(), F_ADD_SEALS, F_SEAL_SHRINK | F_SEAL_GROW | F_SEAL_WRITE | F_SEAL_SEAL) != 0) {
        return base::fail_errno("sealing the message", errno);
    }
    mapping_ = SEKISHO_TRY(base::FileMapping::map(fd_.get()));
    digest_ = hash_.finish();
    pending_.shrink_to_fit();
    return {};
}

}  // namespace sekisho::milter
