#include "store/shared_log.h"

#include <fmt/format.h>
#include <sys/eventfd.h>
#include <unistd.h>

#include <algorithm>
#include <utility>

#include "base/log.h"

namespace sekisho::store {

namespace {

// A server that lost what it confirmed gets it again: as much as the others may not have read yet.
constexpr std::chrono::seconds sent_again{10};
constexpr std::size_t most_sent_again = 20'000;
// So long an answer to a put is waited for.
constexpr std::chrono::seconds put_limit{1};
// A server that is slow now and then is not a line of the log each time.
constexpr std::chrono::seconds quiet_between{60};

std::uint64_t microseconds_now() {
    return static_cast<std::uint64_t>(std::chrono::duration_cast<std::chrono::microseconds>(
                                          std::chrono::system_clock::now().time_since_epoch())
                                          .count());
}

std::uint64_t after_last(const SharedCursor& cursor, std::uint64_t origin) {
    const auto last = cursor.numbers.find(origin);
    const std::uint64_t next = last == cursor.numbers.end() ? 1 : last->second + 1;
    return std::max(next, microseconds_now());
}

}  // namespace

bool SharedCursor::take(const SharedRecord& record) {
    place = std::max(place, record.place);
    const auto known = numbers.find(record.origin);
    if (known != numbers.end()) {
        if (record.number <= known->second) return false;
        known->second = record.number;
        return true;
    }
    // Gateways that are gone for good: their numbers are of the time when they were.
    if (numbers.size() >= max_origins)
        numbers.erase(std::ranges::min_element(numbers, {}, &decltype(numbers)::value_type::second));
    numbers.emplace(record.origin, record.number);
    return true;
}

SharedLog::SharedLog(config::RedisSettings settings, std::uint64_t origin, SharedCursor cursor, Bounds bounds)
    : settings_(std::move(settings)),
      origin_(origin),
      bounds_(bounds),
      first_number_(after_last(cursor, origin)),
      log_key_(settings_.prefix + ":log"),
      values_key_(settings_.prefix + ":values"),
      origin_text_(fmt::format("{:016x}", origin)),
      wake_(::eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK)),
      next_number_(first_number_),
      cursor_(std::move(cursor)) {}

void SharedLog::start(Handlers handlers) {
    handlers_ = std::move(handlers);
    thread_ = std::thread([this] { loop(); });
}

SharedLog::~SharedLog() { stop(); }

void SharedLog::stop() {
    {
        const std::scoped_lock lock(mutex_);
        stop_ = true;
    }
    changed_.notify_all();
    ::eventfd_write(wake_.get(), 1);
    if (thread_.joinable()) thread_.join();
    const std::scoped_lock lock(mutex_);
    stats_.connected = false;
    stats_.alone = true;
}

void SharedLog::queue(Item item) {
    item.number = next_number_++;
    item.at = Clock::now();
    items_bytes_ += item.bytes.size();
    if (item.done) ++asking_;
    items_.push_back(std::move(item));
    bound();
}

std::uint64_t SharedLog::append(char kind, std::string bytes) {
    std::uint64_t number = 0;
    {
        const std::scoped_lock lock(mutex_);
        number = next_number_;
        queue({.kind = kind, .bytes = std::move(bytes), .value = {}, .done = {}});
    }
    ::eventfd_write(wake_.get(), 1);
    return number;
}

void SharedLog::put(SharedValue value, std::function<void(bool news)> done) {
    std::function<void(bool)> answer;
    {
        const std::scoped_lock lock(mutex_);
        if (!stats_.connected) answer = std::exchange(done, {});
        queue({.kind = 's',
               .bytes = {},
               .value = std::make_shared<SharedValue>(std::move(value)),
               .done = std::move(done)});
    }
    ::eventfd_write(wake_.get(), 1);
    if (answer) answer(true);
}

void SharedLog::drop_front() {
    Item& item = items_.front();
    items_bytes_ -= item.bytes.size();
    if (confirmed_ > 0)
        --confirmed_;
    else
        ++stats_.dropped;
    if (unsent_ > 0) --unsent_;
    if (item.done) orphans_.push_back(take_done(item));
    items_.pop_front();
}

std::function<void(bool)> SharedLog::take_done(Item& item) {
    if (item.done) --asking_;
    return std::exchange(item.done, {});
}

// Keeps what waits within its bounds, and what was confirmed only for a while.
void SharedLog::bound() {
    const auto old = Clock::now() - sent_again;
    while (confirmed_ > 0 && unsent_ > 0 && (confirmed_ > most_sent_again || items_.front().at < old))
        drop_front();
    while (items_.size() > bounds_.records || items_bytes_ > bounds_.bytes)
        drop_front();
}

bool SharedLog::wait(std::uint64_t number) {
    std::unique_lock lock(mutex_);
    if (stats_.alone) return false;
    const auto over = [&] { return confirmed_number_ >= number || stats_.alone || stop_; };
    if (!changed_.wait_for(lock, settings_.wait, over)) {
        stats_.error = fmt::format("no answer within {} ms", settings_.wait.count());
        begin_gap();
    }
    return confirmed_number_ >= number;
}

void SharedLog::begin_gap() {
    if (stats_.alone && gap_began_ != Clock::time_point{}) return;
    stats_.alone = true;
    ++stats_.gaps;
    gap_began_ = Clock::now();
    changed_.notify_all();
    if (said_ != Clock::time_point{} && gap_began_ - said_ < quiet_between) return;
    said_ = gap_began_;
    base::log(base::LogLevel::warning,
              base::LogLine("outbound").add("redis", "away").add("why", stats_.error).text());
}

void SharedLog::end_gap_if_over() {
    // A server that answers more slowly than mail waits would delay each mail for nothing.
    if (!stats_.alone || !stats_.connected || !heard_ || round_trip_ > settings_.wait) return;
    if (confirmed_ < items_.size() && Clock::now() - items_.at(confirmed_).at > settings_.wait) return;
    stats_.alone = false;
    if (gap_began_ == Clock::time_point{}) return;
    const auto lasted = std::chrono::ceil<std::chrono::seconds>(Clock::now() - gap_began_);
    const bool was_said = said_ == std::exchange(gap_began_, Clock::time_point{});
    stats_.gap_seconds += static_cast<std::uint64_t>(lasted.count());
    if (!was_said) return;
    base::log(base::LogLevel::info, base::LogLine("outbound")
                                        .add("redis", "back")
                                        .add("seconds", lasted.count())
                                        .add("dropped", static_cast<std::int64_t>(stats_.dropped))
                                        .text());
}

void SharedLog::note_lost(const base::Error& error) {
    const std::scoped_lock lock(mutex_);
    stats_.connected = false;
    stats_.error = error.message;
    begin_gap();
}

void SharedLog::confirm(std::uint64_t number) {
    {
        const std::scoped_lock lock(mutex_);
        const auto now = Clock::now();
        while (confirmed_ < unsent_ && items_.at(confirmed_).number <= number)
            items_.at(confirmed_++).at = now;
        if (number > confirmed_number_) proved_ = true;
        confirmed_number_ = std::max(confirmed_number_, number);
        bound();
    }
    changed_.notify_all();
}

void SharedLog::give_up_asking(Clock::time_point now) {
    std::vector<std::function<void(bool)>> late;
    {
        const std::scoped_lock lock(mutex_);
        late = std::exchange(orphans_, {});
        for (std::size_t i = confirmed_; i < items_.size() && asking_ > 0; ++i) {
            Item& item = items_.at(i);
            if (item.done && (!stats_.connected || stop_ || now - item.at > put_limit))
                late.push_back(take_done(item));
        }
    }
    for (const auto& done : late)
        done(true);
}

SharedStats SharedLog::stats() const {
    const std::scoped_lock lock(mutex_);
    SharedStats out = stats_;
    out.waiting = items_.size() - confirmed_;
    return out;
}

}  // namespace sekisho::store
