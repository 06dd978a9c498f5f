// What a child answers to one request, taken frame by frame and believed nowhere. Pure: no socket, no clock.
#pragma once

#include <cstdint>
#include <optional>
#include <string>

#include "base/result.h"
#include "model/scan_report.h"
#include "model/scan_request.h"
#include "sandbox/frames.h"
#include "sandbox/pool.h"

namespace sekisho::sandbox {

// The bytes of the frames that a scan of `parts` parts may take beyond parts and report: progress, mostly.
constexpr std::uint64_t max_progress_frames = 100'000;

class Answer {
public:
    // Borrows both. `parts` is null where none were asked for.
    Answer(const model::ScanRequest& request, PartReceiver* parts);

    // One more frame. Malformed or limit: the child breaks the protocol, and what was taken before stays.
    // Unavailable: the receiver of the parts does not want more.
    base::Result<void> take(const Frame& frame);

    bool ended() const { return end_.has_value(); }
    const std::optional<EndFacts>& end() const { return end_; }
    // The whole report, once it is there and valid; with out_of_memory there is none.
    const std::optional<model::WorkerReport>& report() const { return report_; }
    // True from the first byte of the report on: the scan is over, and the rest must come at once.
    bool answering() const { return report_text_.begun() || report_.has_value(); }
    const std::string& part() const { return part_; }  // path in work; as the child wrote it

private:
    base::Result<void> take_report(const Frame& frame);
    base::Result<void> take_part(const Frame& frame);
    base::Result<void> begin_part(const Frame& frame);
    base::Result<void> take_end(const Frame& frame);

    const model::ScanRequest& request_;
    PartReceiver* receiver_;
    MessageJoiner report_text_{max_report_bytes};
    MessageJoiner part_text_{max_report_bytes};
    bool in_part_ = false;
    std::uint64_t parts_left_;
    std::uint64_t part_bytes_left_;
    std::uint64_t progress_left_ = max_progress_frames;
    std::string part_;
    std::optional<model::WorkerReport> report_;
    std::optional<EndFacts> end_;
};

// How a part is announced. sha256, claimed_type and readings stand in the report alone.
std::string part_to_json(const model::PartSummary& part);
base::Result<model::PartSummary> part_from_json(std::string_view text);

}  // namespace sekisho::sandbox
