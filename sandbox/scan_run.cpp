#include "sandbox/scan_run.h"

#include <fmt/format.h>

#include <algorithm>
#include <optional>
#include <utility>

#include "base/escape.h"
#include "base/json.h"
#include "model/telling.h"
#include "sandbox/answer.h"

namespace sekisho::sandbox {

using base::Cause;
using std::chrono::microseconds;

namespace {

constexpr std::size_t max_part_text = 1'000;  // of a path, escaped

class Run {
public:
    Run(Child& child, const model::ScanRequest& request, const RunLimits& limits, PartReceiver* parts,
        const LaneQuestion& costly)
        : child_(child), request_(request), limits_(limits), costly_(costly), answer_(request, parts) {}

    RunResult run(int message) {
        const Clock::time_point begin = Clock::now();
        cpu_before_ = child_.process->cpu_time().value_or(std::chrono::nanoseconds(0));
        next_look_ = begin + limits_.first_look;
        moving_since_ = begin;
        ++child_.messages;
        if (send_request(message)) listen();
        RunResult out = finish();
        out.outcome.scan_time = std::chrono::duration_cast<microseconds>(Clock::now() - begin);
        return out;
    }

private:
    bool send_request(int message) {
        const std::string text = base::dump_json(to_json(request_));
        std::vector<std::byte> out;
        append_message(out, FrameType::request, request_.id, base::as_bytes(text));
        const auto sent = send_all(child_.socket.get(), out, message, limits_.deadline);
        if (sent) return true;
        if (sent.error().cause == Cause::limit) {
            stop(ScanStatus::timed_out, "the request was not read in time");
        } else {
            died_ = true;
        }
        return false;
    }

    void listen() {
        while (!verdict_ && !died_ && !answer_.ended()) {
            const bool readable = wait_readable(child_.socket.get(), std::min(next_look_, limits_.deadline));
            if (readable) take();
            if (!verdict_ && !died_ && !answer_.ended() &&
                Clock::now() >= std::min(next_look_, limits_.deadline)) {
                look();
            }
        }
    }

    void take() {
        const bool answering = answer_.answering();
        const Received got = receive(child_.socket.get(), child_.reader.room());
        child_.reader.received(got.bytes);
        died_ = !got.open;
        while (!answer_.ended()) {
            const auto frame = child_.reader.next();
            if (!frame) return stop(ScanStatus::protocol, frame.error().message);
            if (!*frame) break;
            const auto taken = answer_.take(**frame);
            if (!taken && taken.error().cause == Cause::unavailable) {
                return stop(ScanStatus::unavailable, taken.error().message);
            }
            if (!taken) return stop(ScanStatus::protocol, taken.error().message);
            moving_since_ = Clock::now();
        }
        if (!answering && answer_.answering()) moving_since_ = Clock::now();
    }

    void look() {
        const Clock::time_point now = Clock::now();
        next_look_ = now + limits_.look_every;
        const bool mid_answer = child_.reader.in_frame() || answer_.answering();
        if (now >= limits_.deadline) {
            if (mid_answer && !parked_) return stop(ScanStatus::protocol, "the answer came too slowly");
            return stop(ScanStatus::timed_out, "wall clock");
        }
        if (mid_answer && !parked_ && now - moving_since_ >= limits_.stall_time) {
            return stop(ScanStatus::protocol, "the answer came too slowly");
        }
        const auto resident = child_.process->resident_bytes();
        if (resident && *resident > limits_.memory_bytes) {
            return stop(ScanStatus::timed_out, fmt::format("memory: {} bytes resident", *resident));
        }
        if (!on_slow_lane_ && cpu_used() >= limits_.slow_after) change_lane(now);
    }

    void change_lane(Clock::time_point now) {
        const Lanes::Place place = costly_();
        if (place == Lanes::Place::parked && !parked_) {
            child_.process->stop();
            child_.process->be_nice();
            parked_ = true;
        } else if (place == Lanes::Place::slow) {
            if (!parked_) child_.process->be_nice();
            child_.process->resume();
            parked_ = false;
            on_slow_lane_ = true;
            moving_since_ = now;
        }
    }

    std::chrono::nanoseconds cpu_used() {
        if (const auto now = child_.process->cpu_time()) cpu_now_ = *now;
        return std::max(cpu_now_ - cpu_before_, std::chrono::nanoseconds(0));
    }

    void stop(ScanStatus status, std::string detail) {
        verdict_ = status;
        detail_ = std::move(detail);
    }

    RunResult finish() {
        RunResult out;
        ScanOutcome& outcome = out.outcome;
        outcome.cpu_time = std::chrono::duration_cast<microseconds>(cpu_used());
        if (answer_.report()) outcome.report = *answer_.report();
        if (answer_.end()) out.denied_calls = answer_.end()->denied_calls;
        if (verdict_) {
            out.killed = !died_;
            out.died = true;
            child_.process->kill();
            outcome.status = *verdict_;
            outcome.detail = detail_;
        } else if (answer_.ended() && answer_.end()->out_of_memory) {
            out.died = true;
            outcome.status = ScanStatus::timed_out;
            outcome.detail = "memory: the address space was used up";
        } else if (answer_.ended()) {
            outcome.status = ScanStatus::ok;
            out.reusable = is_reusable();
        } else {
            out.died = true;
            tell_death(outcome);
        }
        if (outcome.status != ScanStatus::ok) outcome.part = base::escape(last_part(), max_part_text);
        return out;
    }

    // A child says at which part it is from the second one on: each word wakes the gate.
    std::string_view last_part() const {
        if (!answer_.part().empty() || request_.kind != model::InputKind::message) return answer_.part();
        return "message";
    }

    // One that was parked in the moment in which it answered is stopped still: the next message in it would
    // wait until its deadline.
    bool is_reusable() {
        const model::WorkerReport& report = *answer_.report();
        return !died_ && !parked_ && !on_slow_lane_ && !answer_.end()->leaving &&
               answer_.end()->denied_calls == 0 && !report.risky &&
               !model::tells_of_danger(report.findings) && !child_.reader.in_frame();
    }

    void tell_death(ScanOutcome& outcome) {
        const auto wait_status = child_.process->wait_status(limits_.exit_time);
        const bool forked = !wait_status || static_cast<std::uint32_t>(*wait_status) != never_started;
        outcome.status = forked ? ScanStatus::crashed : ScanStatus::unavailable;
        outcome.detail = "worker child: " + describe_wait_status(wait_status);
    }

    Child& child_;
    const model::ScanRequest& request_;
    const RunLimits& limits_;
    const LaneQuestion& costly_;
    Answer answer_;
    std::chrono::nanoseconds cpu_before_{0};
    std::chrono::nanoseconds cpu_now_{0};
    Clock::time_point next_look_;
    Clock::time_point moving_since_;  // the last time that a whole frame came
    bool died_ = false;               // the socket has closed
    bool parked_ = false;
    bool on_slow_lane_ = false;
    std::optional<ScanStatus> verdict_;  // we end it: why
    std::string detail_;
};

}  // namespace

RunResult run_scan(Child& child, const model::ScanRequest& request, int message, const RunLimits& limits,
                   PartReceiver* parts, const LaneQuestion& costly) {
    return Run(child, request, limits, parts, costly).run(message);
}

}  // namespace sekisho::sandbox
