#include "sandbox/answer.h"

#include <limits>
#include <utility>

#include "base/json.h"
#include "model/json_reader.h"

namespace sekisho::sandbox {

using base::Cause;
using base::fail;
using base::Result;

namespace {

constexpr std::size_t max_text = 64u << 10;

Result<void> breach(std::string what) { return fail(Cause::malformed, std::move(what)); }

}  // namespace

Answer::Answer(const model::ScanRequest& request, PartReceiver* parts)
    : request_(request),
      receiver_(request.want_parts ? parts : nullptr),
      parts_left_(request.limits.max_parts),
      part_bytes_left_(request.limits.max_bytes_out) {
    // The message itself is a part, and its bytes are charged to no limit of decoded bytes.
    constexpr std::uint64_t message_room = 4ull << 30;
    part_bytes_left_ += std::min(message_room, std::numeric_limits<std::uint64_t>::max() - part_bytes_left_);
}

Result<void> Answer::take(const Frame& frame) {
    if (frame.id != request_.id) return breach("an answer to a request that was not its own");
    if (end_) return breach("a frame behind the end");
    if (frame.more && frame.type != FrameType::report && frame.type != FrameType::part_begin) {
        return breach("a message that goes on and may not");
    }
    switch (frame.type) {
        case FrameType::progress:
            if (progress_left_ == 0) return breach("too many reports of progress");
            --progress_left_;
            if (answering() || part_text_.begun() || frame.payload.size() > max_path_bytes) {
                return breach("a report of progress out of place");
            }
            part_ = base::as_text(frame.payload);
            return {};
        case FrameType::part_begin:
        case FrameType::part_data:
        case FrameType::part_end:
            return take_part(frame);
        case FrameType::report:
            return take_report(frame);
        case FrameType::end:
            return take_end(frame);
        case FrameType::request:
        case FrameType::ready:
        case FrameType::failed:
        case FrameType::forked:
        case FrameType::child_exit:
        case FrameType::fork:
        case FrameType::release:
            break;
    }
    return breach("a frame that a child may not send");
}

Result<void> Answer::take_report(const Frame& frame) {
    if (report_ || in_part_ || part_text_.begun()) return breach("a report out of place");
    if (!SEKISHO_TRY(report_text_.add(frame))) return {};
    const base::Json json =
        SEKISHO_TRY(base::parse_json(report_text_.take(), {.max_bytes = max_report_bytes}));
    report_ = SEKISHO_TRY(model::worker_report_from(json));
    return {};
}

Result<void> Answer::begin_part(const Frame& frame) {
    if (in_part_) return breach("a part within a part");
    if (!SEKISHO_TRY(part_text_.add(frame))) return {};
    const model::PartSummary part = SEKISHO_TRY(part_from_json(part_text_.take()));
    if (parts_left_ == 0) return breach("too many parts");
    --parts_left_;
    in_part_ = true;
    if (!receiver_->begin(part)) return fail(Cause::unavailable, "the receiver of the parts wants no more");
    return {};
}

Result<void> Answer::take_part(const Frame& frame) {
    if (receiver_ == nullptr) return breach("a part that nobody asked for");
    if (answering()) return breach("a part behind the report");
    if (frame.type == FrameType::part_begin) return begin_part(frame);
    if (!in_part_) return breach("bytes of no part");
    bool wanted = true;
    if (frame.type == FrameType::part_data) {
        if (frame.payload.size() > part_bytes_left_) return breach("parts over their limit");
        part_bytes_left_ -= frame.payload.size();
        wanted = receiver_->data(frame.payload);
    } else {
        if (!frame.payload.empty()) return breach("an end of a part with a payload");
        in_part_ = false;
        wanted = receiver_->end();
    }
    if (!wanted) return fail(Cause::unavailable, "the receiver of the parts wants no more");
    return {};
}

Result<void> Answer::take_end(const Frame& frame) {
    const EndFacts facts = SEKISHO_TRY(end_facts_from(frame.payload));
    if (facts.out_of_memory == report_.has_value()) return breach("an end that does not fit the report");
    if (!facts.out_of_memory && (in_part_ || part_text_.begun())) return breach("an end within a part");
    end_ = facts;
    return {};
}

std::string part_to_json(const model::PartSummary& part) {
    base::JsonArray flags(part.flags.begin(), part.flags.end());
    base::JsonObject out{
        {"id", part.id},     {"path", part.path}, {"name", part.name},           {"name_raw", part.name_raw},
        {"type", part.type}, {"size", part.size}, {"opened_by", part.opened_by}, {"flags", std::move(flags)},
    };
    if (part.parent) out.emplace_back("parent", *part.parent);
    return base::dump_json(out);
}

Result<model::PartSummary> part_from_json(std::string_view text) {
    const base::Json json = SEKISHO_TRY(base::parse_json(text));
    model::JsonReader reader(json, "part");
    model::PartSummary part;
    constexpr std::uint64_t max_id = std::numeric_limits<model::PartId>::max();
    part.id = static_cast<model::PartId>(reader.number("id", max_id));
    if (reader.has("parent")) part.parent = static_cast<model::PartId>(reader.number("parent", max_id));
    part.path = reader.text("path", max_report_bytes);
    part.name = reader.text("name", max_report_bytes);
    part.name_raw = reader.text("name_raw", max_report_bytes);
    part.type = reader.text("type", max_text);
    part.size = reader.number("size", std::numeric_limits<std::int64_t>::max());
    part.opened_by = reader.text("opened_by", max_text);
    part.flags = reader.optional_texts("flags", 100, 1'000);
    SEKISHO_TRY(reader.finish());
    return part;
}

}  // namespace sekisho::sandbox
