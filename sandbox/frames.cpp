#include "sandbox/frames.h"

#include <algorithm>
#include <cassert>
#include <utility>

#include "base/cursor.h"

namespace sekisho::sandbox {

using base::Bytes;
using base::Cause;
using base::fail;
using base::Result;

namespace {

constexpr std::uint8_t flag_more = 1;

template <class T>
void append_number(std::vector<std::byte>& out, T value) {
    for (std::size_t i = 0; i < sizeof(T); ++i) {
        out.push_back(static_cast<std::byte>((static_cast<std::uint64_t>(value) >> (8 * i)) & 0xff));
    }
}

struct Header {
    FrameType type = FrameType::end;
    bool more = false;
    std::uint32_t length = 0;
    std::uint64_t id = 0;
};

Result<Header> header_from(Bytes bytes) {
    base::Cursor cursor(bytes);
    Header header;
    const std::uint8_t type = SEKISHO_TRY(cursor.u8());
    const std::uint8_t flags = SEKISHO_TRY(cursor.u8());
    const std::uint16_t zero = SEKISHO_TRY(cursor.u16_le());
    header.length = SEKISHO_TRY(cursor.u32_le());
    header.id = SEKISHO_TRY(cursor.u64_le());
    if (type == 0 || type > last_frame_type) return fail(Cause::malformed, "a frame of no known type");
    if ((flags & ~flag_more) != 0 || zero != 0) return fail(Cause::malformed, "a frame with unknown flags");
    if (header.length > max_payload_bytes) return fail(Cause::malformed, "a frame that is too long");
    header.type = static_cast<FrameType>(type);
    header.more = (flags & flag_more) != 0;
    return header;
}

template <class T>
Result<T> only(Result<T> value, const base::Cursor& cursor) {
    if (!value || !cursor.at_end()) return fail(Cause::malformed, "a payload of the wrong size");
    return value;
}

}  // namespace

void append_frame(std::vector<std::byte>& out, const Frame& frame) {
    assert(frame.payload.size() <= max_payload_bytes);
    append_number(out, static_cast<std::uint8_t>(frame.type));
    append_number(out, frame.more ? flag_more : std::uint8_t{0});
    append_number(out, std::uint16_t{0});
    append_number(out, static_cast<std::uint32_t>(frame.payload.size()));
    append_number(out, frame.id);
    out.insert(out.end(), frame.payload.begin(), frame.payload.end());
}

void append_message(std::vector<std::byte>& out, FrameType type, std::uint64_t id, Bytes payload) {
    do {
        const Bytes piece = base::head(payload, max_payload_bytes);
        payload = payload.subspan(piece.size());
        append_frame(out, {.type = type, .more = !payload.empty(), .id = id, .payload = piece});
    } while (!payload.empty());
}

std::span<std::byte> FrameReader::room() {
    if (begin_ > 0) {
        const auto left = whole().subspan(begin_, end_ - begin_);
        std::ranges::copy(left, whole().begin());  // to the front: forward copying is right
        end_ -= begin_;
        begin_ = 0;
    }
    return whole().subspan(end_);
}

void FrameReader::received(std::size_t bytes) {
    assert(bytes <= max_frame_bytes - end_);
    end_ += bytes;
}

Result<std::optional<Frame>> FrameReader::next() {
    if (broken_) return fail(Cause::malformed, "a stream that was broken before");
    const Bytes waiting = Bytes(whole()).subspan(begin_, end_ - begin_);
    if (waiting.size() < frame_header_bytes) return std::nullopt;
    const Result<Header> header = header_from(waiting.first(frame_header_bytes));
    if (!header) {
        broken_ = true;
        return std::unexpected(header.error());
    }
    if (waiting.size() - frame_header_bytes < header->length) return std::nullopt;
    begin_ += frame_header_bytes + header->length;
    return Frame{.type = header->type,
                 .more = header->more,
                 .id = header->id,
                 .payload = waiting.subspan(frame_header_bytes, header->length)};
}

Result<bool> MessageJoiner::add(const Frame& frame) {
    if (frame.payload.size() > max_bytes_ - text_.size()) {
        return fail(Cause::limit, "a message over its cap");
    }
    begun_ = true;
    text_.append(base::as_text(frame.payload));
    return !frame.more;
}

std::string MessageJoiner::take() {
    begun_ = false;
    return std::exchange(text_, {});
}

std::vector<std::byte> encode(const EndFacts& facts) {
    std::vector<std::byte> out;
    append_number(out, static_cast<std::uint8_t>(facts.leaving));
    append_number(out, static_cast<std::uint8_t>(facts.out_of_memory));
    append_number(out, facts.denied_calls);
    return out;
}

Result<EndFacts> end_facts_from(Bytes payload) {
    base::Cursor cursor(payload);
    EndFacts facts;
    const std::uint8_t leaving = SEKISHO_TRY(cursor.u8());
    const std::uint8_t out_of_memory = SEKISHO_TRY(cursor.u8());
    if (leaving > 1 || out_of_memory > 1) return fail(Cause::malformed, "a flag that is neither 0 nor 1");
    facts.leaving = leaving == 1;
    facts.out_of_memory = out_of_memory == 1;
    facts.denied_calls = SEKISHO_TRY(only(cursor.u32_le(), cursor));
    return facts;
}

std::vector<std::byte> encode_u32(std::uint32_t value) {
    std::vector<std::byte> out;
    append_number(out, value);
    return out;
}

std::vector<std::byte> encode_u64(std::uint64_t value) {
    std::vector<std::byte> out;
    append_number(out, value);
    return out;
}

Result<std::uint32_t> u32_from(Bytes payload) {
    base::Cursor cursor(payload);
    auto value = cursor.u32_le();
    return only(std::move(value), cursor);
}

Result<std::uint64_t> u64_from(Bytes payload) {
    base::Cursor cursor(payload);
    auto value = cursor.u64_le();
    return only(std::move(value), cursor);
}

}  // namespace sekisho::sandbox
