// The thread of a SharedLog: it alone talks to the server.
#include <fmt/format.h>
#include <pthread.h>

#include <algorithm>
#include <charconv>
#include <csignal>
#include <utility>

#include "base/escape.h"
#include "base/log.h"
#include "base/text.h"
#include "store/shared_log.h"
#include "store/shared_scripts.h"

namespace sekisho::store {

namespace {

using base::Cause;
using base::fail;
using std::chrono::milliseconds;
using std::chrono::seconds;
using std::chrono::system_clock;

constexpr milliseconds connect_limit{2'000};
constexpr milliseconds first_pause{50}, longest_pause{2'000};
constexpr seconds answer_limit{5};       // beyond it the connection is given up
constexpr milliseconds poll_every{200};  // others' records, where we have none to send
constexpr seconds list_every{3'600}, trim_every{60};
constexpr std::size_t most_sent = 16;  // commands whose answers are waited for
constexpr std::size_t batch_records = 64, batch_bytes = 256u << 10;
constexpr int read_records = 200;
constexpr seconds log_lifetime{26 * 3'600};  // the longest window, and a little
constexpr seconds values_lifetime{90 * 86'400};
constexpr milliseconds last_words{500};

base::Result<std::uint64_t> number_in(std::string_view text, int radix) {
    std::uint64_t out = 0;
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), out, radix);
    if (error != std::errc() || end != text.data() + text.size())
        return fail(Cause::malformed, "redis: a number is wanted");
    return out;
}

base::Result<SharedPlace> place_in(std::string_view text) {
    const std::size_t dash = text.find('-');
    if (dash == text.npos) return fail(Cause::malformed, "redis: an entry id is wanted");
    return SharedPlace{SEKISHO_TRY(number_in(text.substr(0, dash), 10)),
                       SEKISHO_TRY(number_in(text.substr(dash + 1), 10))};
}

std::string text_of(const SharedPlace& place) {
    return fmt::format("{}-{}", place.milliseconds, place.sequence);
}

base::Result<SharedRecord> record_in(const RedisReply& row) {
    if (row.items.size() != 5 || row.items[3].text.size() != 1)
        return fail(Cause::malformed, "redis: a record is wanted");
    return SharedRecord{.place = SEKISHO_TRY(place_in(row.items[0].text)),
                        .origin = SEKISHO_TRY(number_in(row.items[1].text, 16)),
                        .number = SEKISHO_TRY(number_in(row.items[2].text, 10)),
                        .kind = row.items[3].text[0],
                        .bytes = row.items[4].text};
}

std::int64_t unix_now() {
    return std::chrono::duration_cast<seconds>(system_clock::now().time_since_epoch()).count();
}

}  // namespace

void SharedLog::loop() {
    sigset_t pipe;
    sigemptyset(&pipe);
    sigaddset(&pipe, SIGPIPE);
    pthread_sigmask(SIG_BLOCK, &pipe, nullptr);
    milliseconds pause = first_pause;
    const auto ends = [&] {
        const std::scoped_lock lock(mutex_);
        return stop_;
    };
    while (!ends()) {
        base::Result<void> done = connect();
        if (done) {
            done = serve();
            // A server that lets us in and takes nothing is no better than one that is away.
            if (proved_) pause = first_pause;
        }
        connection_.reset();
        sent_.clear();
        if (done) return give_up_asking(Clock::now());
        note_lost(done.error());
        give_up_asking(Clock::now());
        std::unique_lock lock(mutex_);
        changed_.wait_for(lock, pause, [&] { return stop_; });
        pause = std::min(pause * 2, longest_pause);
    }
    give_up_asking(Clock::now());
}

base::Result<void> SharedLog::connect() {
    const auto deadline = Clock::now() + connect_limit;
    connection_ = SEKISHO_TRY(RedisConnection::open(settings_, deadline));
    const auto load = [&](std::string_view script) -> base::Result<std::string> {
        return SEKISHO_TRY(connection_->ask({"SCRIPT", "LOAD", script}, deadline)).text;
    };
    exchange_sha_ = SEKISHO_TRY(load(exchange_script));
    put_sha_ = SEKISHO_TRY(load(put_script));
    list_sha_ = SEKISHO_TRY(load(list_script));
    next_poll_ = next_list_ = next_trim_ = Clock::now();
    listing_ = behind_ = heard_ = proved_ = false;
    auto values = handlers_.values();
    const std::scoped_lock lock(mutex_);
    stats_.connected = true;
    ++stats_.connections;
    // Those of the last time that were not taken would pile up.
    const auto stale = std::remove_if(items_.begin() + static_cast<std::ptrdiff_t>(confirmed_), items_.end(),
                                      [](const Item& item) { return item.again; });
    items_.erase(stale, items_.end());
    unsent_ = 0;
    for (SharedValue& value : values)
        queue({.kind = 's',
               .bytes = {},
               .value = std::make_shared<SharedValue>(std::move(value)),
               .again = true,
               .done = {}});
    return {};
}

// Until the connection is lost, or all has been said at the end.
base::Result<void> SharedLog::serve() {
    std::optional<Clock::time_point> end;
    while (true) {
        send_waiting();
        SEKISHO_TRY(connection_->pump(until_next_task(), wake_.get()));
        while (!sent_.empty()) {
            const auto reply = SEKISHO_TRY(connection_->next());
            if (!reply) break;
            if (reply->is_error()) return fail(Cause::unavailable, "redis: " + base::escape(reply->text));
            const Sent sent = std::move(sent_.front());
            sent_.pop_front();
            round_trip_ = Clock::now() - sent.at;
            SEKISHO_TRY(sent.on_reply(*reply));
        }
        const auto now = Clock::now();
        if (!sent_.empty() && now - sent_.front().at > answer_limit)
            return fail(Cause::unavailable, "redis: no answer in time");
        give_up_asking(now);
        const std::scoped_lock lock(mutex_);
        end_gap_if_over();
        if (!stop_) continue;
        if (!end) end = now + last_words;
        if (now >= *end || confirmed_ == items_.size()) return {};
    }
}

milliseconds SharedLog::until_next_task() const {
    if (behind_ && sent_.empty()) return milliseconds(0);
    const auto left = std::chrono::ceil<milliseconds>(next_poll_ - Clock::now());
    return std::clamp(left, milliseconds(1), milliseconds(50));
}

void SharedLog::expect(std::function<base::Result<void>(const RedisReply&)> on_reply) {
    sent_.push_back({std::move(on_reply), Clock::now()});
    next_poll_ = Clock::now() + poll_every;
}

void SharedLog::send_waiting() {
    const auto now = Clock::now();
    if (!listing_ && now >= next_list_) {
        listing_ = true;
        next_list_ = now + list_every;
        send_list("0");
    }
    if (now >= next_trim_) {
        next_trim_ = now + trim_every;
        send_trim();
    }
    while (sent_.size() < most_sent) {
        std::vector<Item> records;
        std::optional<Item> put;
        {
            const std::scoped_lock lock(mutex_);
            std::size_t bytes = 0;
            for (; unsent_ < items_.size() && records.size() < batch_records && bytes < batch_bytes;
                 ++unsent_) {
                const Item& item = items_.at(unsent_);
                if (!item.value) {
                    bytes += item.bytes.size();
                    records.push_back({.number = item.number, .kind = item.kind, .bytes = item.bytes});
                } else if (unsent_ >= confirmed_) {
                    put = Item{.number = item.number, .value = item.value};
                    ++unsent_;
                    break;
                }
            }
        }
        const bool idle = sent_.empty() && (behind_ || now >= next_poll_);
        if (!records.empty() || (!put && idle)) send_exchange(records);
        if (put) send_put(*put);
        if (records.empty() && !put) return;
    }
}

void SharedLog::send_exchange(const std::vector<Item>& items) {
    const std::string after = text_of(cursor_.place), most = std::to_string(read_records),
                      most_records = std::to_string(settings_.max_records),
                      lifetime = std::to_string(log_lifetime.count());
    std::vector<std::string> numbers;
    numbers.reserve(items.size());
    RedisCommand command{"EVALSHA", exchange_sha_, "1",          log_key_, origin_text_,
                         after,     most,          most_records, lifetime, caught_up_ ? "1" : "0"};
    for (const Item& item : items) {
        numbers.push_back(std::to_string(item.number));
        command.insert(command.end(), {numbers.back(), std::string_view(&item.kind, 1), item.bytes});
    }
    connection_->send(command);
    expect([this, last = items.empty() ? 0 : items.back().number](const RedisReply& reply) {
        return on_exchange(reply, last);
    });
    const std::scoped_lock lock(mutex_);
    stats_.sent += items.size();
}

base::Result<void> SharedLog::on_exchange(const RedisReply& reply, std::uint64_t last_number) {
    if (reply.items.size() != 4) return fail(Cause::malformed, "redis: another answer is wanted");
    const SharedPlace last = SEKISHO_TRY(place_in(reply.items[0].text));
    const std::int64_t looked_at = reply.items[1].integer;
    std::vector<SharedRecord> fresh;
    for (const RedisReply& row : reply.items[3].items) {
        auto record = record_in(row);
        if (!record) {
            // Of another program, or a later version: what stands behind it counts all the same.
            if (unreadable_++ == 0)
                base::log(base::LogLevel::error, base::LogLine("outbound")
                                                     .add("unreadable", log_key_)
                                                     .add("why", record.error().message)
                                                     .text());
            continue;
        }
        const bool ours_now = record->origin == origin_ && record->number >= first_number_;
        // Two answers on their way may tell of the same records.
        if (!ours_now && cursor_.take(*record)) fresh.push_back(*std::move(record));
    }
    cursor_.place = std::max(cursor_.place, last);
    behind_ = looked_at >= read_records;
    if (!behind_) caught_up_ = heard_ = true;
    if (const std::string& newest = reply.items[2].text; !newest.empty()) {
        // The server began anew, with a clock that goes behind: its records stand before our place.
        if (SEKISHO_TRY(place_in(newest)) < cursor_.place) {
            cursor_.place = {};
            behind_ = true;
            heard_ = false;
        }
    }
    if (!fresh.empty()) {
        {
            const std::scoped_lock lock(mutex_);
            stats_.received += fresh.size();
        }
        handlers_.on_records(std::move(fresh));
    }
    confirm(last_number);
    return {};
}

void SharedLog::send_put(const Item& item) {
    const SharedValue& value = *item.value;
    const std::string number = std::to_string(item.number), now = std::to_string(unix_now()),
                      level = std::to_string(value.level), until = std::to_string(value.until),
                      since = std::to_string(value.since), most = std::to_string(settings_.max_records),
                      log_life = std::to_string(log_lifetime.count()),
                      values_life = std::to_string(values_lifetime.count());
    connection_->send({"EVALSHA", put_sha_, "2", values_key_, log_key_, origin_text_, number, value.field,
                       now, level, until, since, value.by_person ? "1" : "0", value.bytes, most, log_life,
                       values_life});
    expect([this, sent = item.number](const RedisReply& reply) { return on_put(reply, sent); });
}

base::Result<void> SharedLog::on_put(const RedisReply& reply, std::uint64_t number) {
    if (reply.items.size() != 2) return fail(Cause::malformed, "redis: another answer is wanted");
    std::function<void(bool)> done;
    {
        const std::scoped_lock lock(mutex_);
        const auto item = std::ranges::lower_bound(items_, number, {}, &Item::number);
        if (item != items_.end() && item->number == number) done = take_done(*item);
    }
    const bool news = reply.items[0].integer == 1;
    if (done) done(news);
    if (!news && !reply.items[1].text.empty()) handlers_.on_value(reply.items[1].text);
    confirm(number);
    return {};
}

void SharedLog::send_list(const std::string& cursor) {
    const std::string now = std::to_string(unix_now()), life = std::to_string(values_lifetime.count());
    connection_->send({"EVALSHA", list_sha_, "1", values_key_, cursor, now, life});
    expect([this](const RedisReply& reply) { return on_list(reply); });
}

base::Result<void> SharedLog::on_list(const RedisReply& reply) {
    if (reply.items.size() != 2) return fail(Cause::malformed, "redis: another answer is wanted");
    for (const RedisReply& value : reply.items[1].items)
        handlers_.on_value(value.text);
    if (reply.items[0].text == "0")
        listing_ = false;
    else
        send_list(reply.items[0].text);
    return {};
}

void SharedLog::send_trim() {
    const std::string oldest = std::to_string((unix_now() - log_lifetime.count()) * 1'000);
    connection_->send({"XTRIM", log_key_, "MINID", "~", oldest});
    expect([](const RedisReply&) { return base::Result<void>{}; });
}

}  // namespace sekisho::store
