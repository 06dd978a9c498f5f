#include "quarantine/notices.h"

#include <utility>

#include "base/log.h"
#include "quarantine/reinject.h"

namespace sekisho::quarantine {

namespace {

void say(base::LogLevel level, std::string_view event, const std::string& to, std::string_view why) {
    base::LogLine line("notice");
    line.add("event", event).add("to", to);
    if (!why.empty()) line.add("why", why);
    base::log(level, line.text());
}

}  // namespace

Notices::Notices(Settings settings)
    : settings_(std::move(settings)), thread_([this](const std::stop_token& stop) { run(stop); }) {}

void Notices::tell(const std::string& to, Notice notice) {
    {
        const std::scoped_lock lock(mutex_);
        if (!queue_.add(to, std::move(notice), NoticeQueue::Clock::now())) {
            say(base::LogLevel::warning, "dropped", to, "too many addresses wait for notices");
            return;
        }
    }
    changed_.notify_one();
}

void Notices::run(const std::stop_token& stop) {
    std::unique_lock lock(mutex_);
    while (!stop.stop_requested()) {
        const auto settings = settings_();
        if (auto batch = queue_.take(NoticeQueue::Clock::now(), settings->notice.interval)) {
            lock.unlock();
            const bool done = deliver(*batch, *settings);
            lock.lock();
            const std::string to = batch->to;
            if (!done && !queue_.give_back(*std::move(batch), NoticeQueue::Clock::now()))
                say(base::LogLevel::error, "dropped", to, "not taken within a day");
        } else if (const auto next = queue_.next()) {
            changed_.wait_until(lock, stop, *next, [&] { return queue_.next() != next; });
        } else {
            changed_.wait(lock, stop, [&] { return queue_.next().has_value(); });
        }
    }
}

bool Notices::deliver(const NoticeQueue::Batch& batch, const config::Settings& settings) {
    const std::string mail = notice_mail(settings.notice, batch.to, batch.notices, batch.unlisted,
                                         std::chrono::system_clock::now());
    const auto sent = reinject({.server = settings.quarantine.release_to,
                                .helo = settings.quarantine.release_helo,
                                .mail_from = "",
                                .recipients = {batch.to},
                                .text = mail});
    if (sent) {
        say(base::LogLevel::info, "sent", batch.to, "");
        return true;
    }
    const bool for_good = sent.error().cause == base::Cause::invalid;
    say(base::LogLevel::warning, for_good ? "dropped" : "put off", batch.to, sent.error().message);
    return for_good;
}

}  // namespace sekisho::quarantine
