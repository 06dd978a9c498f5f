#include "milter/metrics.h"

#include <algorithm>

namespace sekisho::milter {

namespace {

double seconds(std::chrono::microseconds time) { return std::chrono::duration<double>(time).count(); }

}  // namespace

void Metrics::connection() {
    const std::scoped_lock lock(mutex_);
    ++values_.connections;
}

void Metrics::aborted() {
    const std::scoped_lock lock(mutex_);
    ++values_.aborted;
}

void Metrics::refused() {
    const std::scoped_lock lock(mutex_);
    ++values_.refused;
}

void Metrics::standing_changed(std::string_view to) {
    const std::scoped_lock lock(mutex_);
    ++values_.standings[std::string(to)];
}

void Metrics::message(const Handled& handled) {
    const auto bucket = static_cast<std::size_t>(
        std::ranges::lower_bound(latency_bounds_ms,
                                 std::chrono::ceil<std::chrono::milliseconds>(handled.elapsed).count()) -
        latency_bounds_ms.begin());
    const std::scoped_lock lock(mutex_);
    ++values_.messages;
    values_.bytes += handled.bytes;
    if (handled.unscanned) ++values_.unscanned;
    if (handled.direction == model::Direction::outbound && handled.foreign_sender) ++values_.foreign_outbound;
    ++values_.verdicts[std::string(handled.verdict)];
    ++values_.actions[std::string(model::to_string(handled.action))];
    ++values_.directions[std::string(model::to_string(handled.direction))];
    ++values_.latency[bucket];
    values_.latency_seconds += seconds(handled.elapsed);
    values_.queue_seconds += seconds(handled.queued);
    values_.scan_seconds += seconds(handled.scanned);
}

MetricsSnapshot Metrics::snapshot() const {
    const std::scoped_lock lock(mutex_);
    return values_;
}

}  // namespace sekisho::milter
