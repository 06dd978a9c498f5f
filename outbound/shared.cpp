#include "outbound/shared.h"

#include <utility>

#include "outbound/coding.h"
#include "outbound/snapshot.h"

namespace sekisho::outbound {

namespace {

// Not the first byte of a transaction.
constexpr std::uint8_t shared_mark = 0xa1;
constexpr std::uint8_t version = 1;
constexpr std::size_t max_name = Transaction::max_text;

char letter_of(Subject subject) { return subject == Subject::account ? 'a' : 'h'; }

void put_numbers(std::string& out, const store::SharedPlace& place) {
    put_u64(out, place.milliseconds);
    put_u64(out, place.sequence);
}

base::Result<store::SharedPlace> place_in(base::Cursor& in) {
    store::SharedPlace out;
    out.milliseconds = SEKISHO_TRY(in.u64_le());
    out.sequence = SEKISHO_TRY(in.u64_le());
    return out;
}

}  // namespace

store::SharedValue value_of(const Change& change) {
    const StandingState& state = change.state;
    std::string bytes;
    put_u8(bytes, version);
    put_u8(bytes, static_cast<std::uint8_t>(change.key.subject));
    put_text(bytes, change.key.name);
    bytes += encode(state);
    const bool by_person = !state.by.empty();
    return {.field = std::string{letter_of(change.key.subject), ':'} + change.key.name,
            .level = static_cast<unsigned>(state.level),
            .until = state.held_until,
            .since = state.since,
            .by_person = by_person,
            .bytes = std::move(bytes)};
}

base::Result<Told> decode_standing(base::Bytes bytes) {
    base::Cursor in(bytes);
    if (SEKISHO_TRY(in.u8()) != version) return base::fail(base::Cause::unsupported, "another version");
    const std::uint8_t subject = SEKISHO_TRY(in.u8());
    if (subject > static_cast<std::uint8_t>(Subject::host))
        return base::fail(base::Cause::malformed, "no such subject");
    Told out{.key = {.subject = static_cast<Subject>(subject), .name = SEKISHO_TRY(text_up_to(in, max_name))},
             .state = {}};
    if (out.key.name.empty()) return base::fail(base::Cause::malformed, "a standing of nobody");
    out.state = SEKISHO_TRY(decode_standing_state(in.rest()));
    return out;
}

std::string encode_logged(const store::SharedRecord& record) {
    std::string out;
    put_u8(out, shared_mark);
    put_numbers(out, record.place);
    put_u64(out, record.origin);
    put_u64(out, record.number);
    return out += record.bytes;
}

base::Result<Logged> decode_logged(base::Bytes bytes) {
    Logged out;
    if (!bytes.empty() && std::to_integer<std::uint8_t>(bytes.front()) == shared_mark) {
        base::Cursor in(bytes.subspan(1));
        out.record.place = SEKISHO_TRY(place_in(in));
        out.record.origin = SEKISHO_TRY(in.u64_le());
        out.record.number = SEKISHO_TRY(in.u64_le());
        bytes = in.rest();
    }
    out.transaction = SEKISHO_TRY(decode_transaction(bytes));
    return out;
}

std::string encode(const store::SharedCursor& cursor) {
    std::string out;
    put_u8(out, version);
    put_numbers(out, cursor.place);
    put_varint(out, cursor.numbers.size());
    for (const auto& [origin, number] : cursor.numbers) {
        put_u64(out, origin);
        put_u64(out, number);
    }
    return out;
}

base::Result<store::SharedCursor> decode_cursor(base::Bytes bytes) {
    base::Cursor in(bytes);
    if (SEKISHO_TRY(in.u8()) != version) return base::fail(base::Cause::unsupported, "another version");
    store::SharedCursor out{.place = SEKISHO_TRY(place_in(in)), .numbers = {}};
    const std::uint64_t size = SEKISHO_TRY(varint_up_to(in, store::SharedCursor::max_origins));
    for (std::uint64_t i = 0; i < size; ++i) {
        const std::uint64_t origin = SEKISHO_TRY(in.u64_le());
        out.numbers[origin] = SEKISHO_TRY(in.u64_le());
    }
    if (!in.at_end()) return base::fail(base::Cause::malformed, "bytes behind the end");
    return out;
}

}  // namespace sekisho::outbound
