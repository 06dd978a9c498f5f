#include "outbound/snapshot.h"

#include <array>
#include <bit>
#include <utility>

#include "outbound/coding.h"

namespace sekisho::outbound {

namespace {

constexpr std::uint8_t version = 1;
constexpr std::size_t most_reasons = 16;
constexpr std::size_t max_reason = 400;

enum Presence : std::uint8_t { has_activity = 1, has_standing = 2 };

template <std::size_t kinds>
void put(std::string& out, const SlidingCounts<kinds>& counts) {
    for (const std::uint32_t newest : counts.newest())
        put_u32(out, newest);
    for (std::size_t kind = 0; kind < kinds; ++kind) {
        std::uint64_t used = 0;
        for (std::size_t i = 0; i < slot_count; ++i)
            if (counts.slot(kind, i) != 0) used |= std::uint64_t{1} << i;
        put_varint(out, used);
        for (std::size_t i = 0; i < slot_count; ++i)
            if (counts.slot(kind, i) != 0) put_varint(out, counts.slot(kind, i));
    }
}

template <std::size_t kinds>
base::Result<void> get(base::Cursor& in, SlidingCounts<kinds>& counts) {
    std::array<std::uint32_t, window_count> newest{};
    for (std::uint32_t& one : newest)
        one = SEKISHO_TRY(in.u32_le());
    counts.set_newest(newest);
    for (std::size_t kind = 0; kind < kinds; ++kind) {
        const std::uint64_t used = SEKISHO_TRY(varint(in));
        if (used >> slot_count != 0) return base::fail(base::Cause::malformed, "no such bucket");
        for (std::size_t i = 0; i < slot_count; ++i) {
            if ((used >> i & 1) == 0) continue;
            const std::uint64_t count = SEKISHO_TRY(varint_up_to(in, most_in_bucket));
            counts.set_slot(kind, i, static_cast<std::uint32_t>(count));
        }
    }
    return {};
}

template <std::size_t capacity>
void put(std::string& out, const DistinctSample<capacity>& sample) {
    const auto scale = sample.scale();
    put_u8(out, scale.size);
    put_u8(out, scale.level);
    put_u8(out, scale.older_level);
    for (const Moment moment : {scale.newest, scale.raised, scale.lowered})
        put_u32(out, moment);
    for (std::size_t i = 0; i < scale.size; ++i) {
        put_u32(out, sample.entry(i).hash);
        put_varint(out, since(sample.entry(i).last, scale.newest));
    }
}

template <std::size_t capacity>
base::Result<void> get(base::Cursor& in, DistinctSample<capacity>& sample) {
    typename DistinctSample<capacity>::Scale scale;
    scale.size = SEKISHO_TRY(in.u8());
    scale.level = SEKISHO_TRY(in.u8());
    scale.older_level = SEKISHO_TRY(in.u8());
    for (Moment* const moment : {&scale.newest, &scale.raised, &scale.lowered})
        *moment = SEKISHO_TRY(in.u32_le());
    if (scale.size > capacity) return base::fail(base::Cause::malformed, "a sample that is too large");
    std::array<typename DistinctSample<capacity>::Entry, capacity> entries{};
    for (std::size_t i = 0; i < scale.size; ++i) {
        entries[i].hash = SEKISHO_TRY(in.u32_le());
        entries[i].last = scale.newest - static_cast<Moment>(SEKISHO_TRY(varint_up_to(in, scale.newest)));
    }
    if (!sample.restore(scale, entries)) return base::fail(base::Cause::malformed, "no such sample");
    return {};
}

void put(std::string& out, const Measures& measures) {
    for (const float value : measures)
        put_float(out, value);
}
base::Result<void> get(base::Cursor& in, Measures& measures) {
    for (float& value : measures)
        value = SEKISHO_TRY(sound_float(in));
    return {};
}

void put(std::string& out, const Contents& contents) {
    for (const Contents::Entry& entry : contents.entries()) {
        put_u64(out, entry.hash);
        for (const std::uint32_t value : {entry.first, entry.last, entry.recipients, entry.messages})
            put_u32(out, value);
    }
}
base::Result<void> get(base::Cursor& in, Contents& contents) {
    for (Contents::Entry& entry : contents.entries()) {
        entry.hash = SEKISHO_TRY(in.u64_le());
        for (std::uint32_t* const value : {&entry.first, &entry.last, &entry.recipients, &entry.messages})
            *value = SEKISHO_TRY(in.u32_le());
    }
    return {};
}

// The one list of an activity's parts, for both ways.
template <class Activity, class Visit>
base::Result<void> each_part(Activity& activity, const Visit& visit) {
    SEKISHO_TRY(visit(activity.counts));
    SEKISHO_TRY(visit(activity.recipients));
    SEKISHO_TRY(visit(activity.recipient_domains));
    SEKISHO_TRY(visit(activity.clients));
    SEKISHO_TRY(visit(activity.networks));
    SEKISHO_TRY(visit(activity.strange_networks));
    SEKISHO_TRY(visit(activity.strange_regions));
    SEKISHO_TRY(visit(activity.from_names));
    SEKISHO_TRY(visit(activity.from_addresses));
    SEKISHO_TRY(visit(activity.strange_froms));
    SEKISHO_TRY(visit(activity.senders));
    SEKISHO_TRY(visit(activity.helos));
    SEKISHO_TRY(visit(activity.contents));
    return visit(activity.most);
}

void put(std::string& out, const Activity& activity) {
    (void)each_part(activity, [&](const auto& part) -> base::Result<void> {
        put(out, part);
        return {};
    });
    put_u32(out, activity.today);
    put_u8(out, activity.calm ? 1 : 0);
}
base::Result<void> get(base::Cursor& in, Activity& activity) {
    SEKISHO_TRY(each_part(activity, [&](auto& part) { return get(in, part); }));
    activity.today = SEKISHO_TRY(in.u32_le());
    activity.calm = SEKISHO_TRY(in.u8()) != 0;
    return {};
}

void put(std::string& out, const StandingState& state) {
    put_u8(out, static_cast<std::uint8_t>(static_cast<std::uint8_t>(state.level) | state.in_a_row << 2));
    for (const std::uint32_t value :
         {state.since, state.held_until, state.messages, state.throttles, state.first_throttle})
        put_u32(out, value);
    put_text(out, std::string_view(state.by).substr(0, max_reason));
    put_varint(out, std::min(state.reasons.size(), most_reasons));
    for (std::size_t i = 0; i < state.reasons.size() && i < most_reasons; ++i)
        put_text(out, std::string_view(state.reasons[i]).substr(0, max_reason));
}
base::Result<void> get(base::Cursor& in, StandingState& state) {
    const std::uint8_t level = SEKISHO_TRY(in.u8());
    state.level = static_cast<model::StandingLevel>(level & 3);  // there are four
    state.in_a_row = level >> 2;
    for (std::uint32_t* const value :
         {&state.since, &state.held_until, &state.messages, &state.throttles, &state.first_throttle})
        *value = SEKISHO_TRY(in.u32_le());
    state.by = SEKISHO_TRY(text_up_to(in, max_reason));
    const std::uint64_t reasons = SEKISHO_TRY(varint_up_to(in, most_reasons));
    for (std::uint64_t i = 0; i < reasons; ++i)
        state.reasons.push_back(SEKISHO_TRY(text_up_to(in, max_reason)));
    return {};
}

void put(std::string& out, const Baseline& baseline) {
    put(out, baseline.usual);
    for (const std::uint8_t step : baseline.hours)
        put_u8(out, step);
    for (const std::uint32_t value : {baseline.first_day, baseline.last_day})
        put_varint(out, value);
    put_varint(out, baseline.days);
    put_u8(out, baseline.fresh);
}
base::Result<void> get(base::Cursor& in, Baseline& baseline) {
    SEKISHO_TRY(get(in, baseline.usual));
    for (std::uint8_t& step : baseline.hours)
        step = SEKISHO_TRY(in.u8());
    for (std::uint32_t* const value : {&baseline.first_day, &baseline.last_day})
        *value = static_cast<std::uint32_t>(SEKISHO_TRY(varint_up_to(in, UINT32_MAX)));
    baseline.days = static_cast<std::uint16_t>(SEKISHO_TRY(varint_up_to(in, UINT16_MAX)));
    baseline.fresh = SEKISHO_TRY(in.u8());
    return {};
}

void put(std::string& out, const Sender& sender) {
    put_u8(out, static_cast<std::uint8_t>((sender.activity ? has_activity : 0) |
                                          (sender.standing ? has_standing : 0)));
    put_u32(out, sender.learned_hour);
    put(out, sender.baseline);
    if (sender.activity) put(out, *sender.activity);
    if (sender.standing) put(out, *sender.standing);
}
base::Result<void> get(base::Cursor& in, Sender& sender) {
    const std::uint8_t presence = SEKISHO_TRY(in.u8());
    sender.learned_hour = SEKISHO_TRY(in.u32_le());
    SEKISHO_TRY(get(in, sender.baseline));
    if ((presence & has_activity) != 0) SEKISHO_TRY(get(in, sender.awake()));
    if ((presence & has_standing) == 0) return {};
    sender.standing = std::make_unique<StandingState>();
    return get(in, *sender.standing);
}

void put(std::string& out, const Trail& trail) {
    put(out, trail.counts);
    put(out, trail.accounts);
    put(out, trail.clients);
    put(out, trail.networks);
    put(out, trail.addressees);
    put(out, trail.domains);
    put_u32(out, trail.last);
}
base::Result<void> get(base::Cursor& in, Trail& trail) {
    SEKISHO_TRY(get(in, trail.counts));
    SEKISHO_TRY(get(in, trail.accounts));
    SEKISHO_TRY(get(in, trail.clients));
    SEKISHO_TRY(get(in, trail.networks));
    SEKISHO_TRY(get(in, trail.addressees));
    SEKISHO_TRY(get(in, trail.domains));
    trail.last = SEKISHO_TRY(in.u32_le());
    return {};
}

template <class T>
std::string encode_whole(const T& value) {
    std::string out;
    put_u8(out, version);
    put(out, value);
    return out;
}
template <class T>
base::Result<T> decode_whole(base::Bytes bytes) {
    base::Cursor in(bytes);
    if (SEKISHO_TRY(in.u8()) != version) return base::fail(base::Cause::unsupported, "another version");
    T out;
    SEKISHO_TRY(get(in, out));
    if (!in.at_end()) return base::fail(base::Cause::malformed, "bytes behind the end");
    return out;
}

}  // namespace

std::string encode(const Sender& sender) { return encode_whole(sender); }
std::string encode(const Baseline& baseline) { return encode_whole(baseline); }
std::string encode(const StandingState& state) { return encode_whole(state); }
std::string encode(const Trail& trail) { return encode_whole(trail); }
base::Result<Sender> decode_sender(base::Bytes bytes) { return decode_whole<Sender>(bytes); }
base::Result<Baseline> decode_baseline(base::Bytes bytes) { return decode_whole<Baseline>(bytes); }
base::Result<StandingState> decode_standing_state(base::Bytes bytes) {
    return decode_whole<StandingState>(bytes);
}
base::Result<Trail> decode_trail(base::Bytes bytes) { return decode_whole<Trail>(bytes); }

}  // namespace sekisho::outbound
