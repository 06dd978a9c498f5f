#include "scanner/budget.h"

#include <algorithm>

namespace sekisho::scanner {

namespace {

// Looking at the clock costs about 25 ns; once per so many steps it is lost in the noise.
constexpr std::uint64_t steps_per_look = 1u << 20;

// A message with an ambiguity has ten readings or so, and other messages within it.
constexpr std::uint64_t readings_of_all = 40;
constexpr std::uint64_t small_message = 1u << 20;

}  // namespace

Budget::Budget(const model::ScanLimits& limits, std::uint64_t input_bytes, std::chrono::milliseconds spent,
               PageStore* pages)
    : pages_(pages),
      limits_(limits),
      deadline_(Clock::now() + limits.max_time - std::min(spent, limits.max_time)),
      parts_left_(limits.max_parts),
      bytes_left_(limits.max_bytes_out),
      resident_left_(limits.max_resident_bytes),
      steps_left_(limits.max_steps),
      password_left_(limits.max_password_cost),
      reading_bytes_left_(std::max(input_bytes, small_message) * readings_of_all),
      ratio_left_(std::max(limits.max_ratio_bytes, input_bytes * 100)) {}

bool Budget::fail(std::string_view limit_id) {
    reach(limit_id);
    return false;
}

void Budget::reach(std::string_view limit_id) {
    if (std::ranges::find(reached_, limit_id) == reached_.end()) reached_.emplace_back(limit_id);
}

bool Budget::spend_part(std::uint32_t depth) {
    if (depth > limits_.max_depth) return fail("limit.depth");
    if (parts_left_ == 0) return fail("limit.parts");
    --parts_left_;
    return in_time();
}

bool Budget::spend_bytes(std::uint64_t decoded) {
    if (decoded > bytes_left_) return fail("limit.bytes");
    bytes_left_ -= decoded;
    return spend_steps(decoded);
}

bool Budget::spend_ratio(std::uint64_t decoded) {
    if (decoded > ratio_left_) return fail("limit.ratio");
    ratio_left_ -= decoded;
    return true;
}

bool Budget::spend_resident(std::uint64_t bytes) {
    if (bytes > resident_left_) return fail("limit.memory");
    resident_left_ -= bytes;
    return true;
}

void Budget::return_resident(std::uint64_t bytes) { resident_left_ += bytes; }

bool Budget::spend_steps(std::uint64_t steps) {
    if (steps > steps_left_) return fail("limit.steps");
    steps_left_ -= steps;
    steps_since_clock_ += std::min(steps, steps_per_look);
    if (steps_since_clock_ < steps_per_look) return true;
    steps_since_clock_ = 0;
    return in_time();
}

bool Budget::spend_reading(std::uint64_t bytes) {
    if (readings_left_ == 0 || bytes > reading_bytes_left_) return fail("mime.readings.limit");
    --readings_left_;
    reading_bytes_left_ -= bytes;
    return in_time();
}

bool Budget::spend_password(std::uint64_t microseconds) {
    if (microseconds > limits_.max_kdf_ms * 1'000)
        return false;  // the caller reports archive.encrypted.kdf-cost
    if (microseconds > password_left_) return fail("limit.passwords");
    password_left_ -= microseconds;
    return in_time();
}

bool Budget::in_time() { return Clock::now() < deadline_ || fail("limit.time"); }

std::uint64_t Budget::output_room() const {
    return std::min({bytes_left_, limits_.max_part_bytes, ratio_left_, steps_left_});
}

std::chrono::milliseconds Budget::time_left() const {
    return std::max(std::chrono::milliseconds(0),
                    std::chrono::duration_cast<std::chrono::milliseconds>(deadline_ - Clock::now()));
}

}  // namespace sekisho::scanner
