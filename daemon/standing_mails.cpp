#include "daemon/standing_mails.h"

#include <algorithm>
#include <utility>

#include "base/log.h"
#include "daemon/standing_mail.h"
#include "quarantine/reinject.h"

namespace sekisho::daemon {

namespace {

using std::chrono::system_clock;

constexpr std::chrono::hours idle{1};
constexpr std::chrono::seconds first_pause{30};
constexpr std::chrono::seconds longest_pause{900};

void say(base::LogLevel level, std::string_view event, std::string_view of, std::string_view why = {}) {
    base::LogLine line("standing-mail");
    line.add("event", event);
    if (!of.empty()) line.add("of", of);
    if (!why.empty()) line.add("why", why);
    base::log(level, line.text());
}

const std::vector<std::string>& operators_of(const config::Settings& settings) {
    return settings.outbound.notice.operators.empty() ? settings.notice.operators
                                                      : settings.outbound.notice.operators;
}

int weight_of(const base::Json& news) {
    const std::string change = news.string_or("change");
    if (change == "blocked") return 0;
    return change == "throttled" ? 1 : 2;
}

}  // namespace

StandingMails::Send StandingMails::through_smtp() {
    return [](const config::Settings& settings, const std::string& to,
              const std::string& mail) -> base::Result<void> {
        SEKISHO_TRY(quarantine::reinject({.server = settings.quarantine.release_to,
                                          .helo = settings.quarantine.release_helo,
                                          .mail_from = "",
                                          .recipients = {to},
                                          .text = mail}));
        return {};
    };
}

base::Result<std::unique_ptr<StandingMails>> StandingMails::open(const std::string& folder, Settings settings,
                                                                 Send send) {
    Outbox outbox = SEKISHO_TRY(Outbox::open(folder, most_waiting));
    return std::unique_ptr<StandingMails>(
        new StandingMails(std::move(outbox), std::move(settings), std::move(send)));
}

StandingMails::StandingMails(Outbox outbox, Settings settings, Send send)
    : settings_(std::move(settings)), send_(std::move(send)), loop_(std::move(outbox)) {
    loop_.start([this](const std::stop_token&) { return round(); });
}

void StandingMails::add(const base::Json& news) {
    if (const auto put = loop_.add(news); !put)
        say(base::LogLevel::error, "lost", news.string_or("name"), put.error().message);
}

StandingMails::Clock::time_point StandingMails::round() {
    if (Clock::now() < next_) return next_;
    if (batch_.empty()) begin_batch();
    if (batch_.empty()) return Clock::now() + idle;
    const auto settings = settings_();
    // By the clock of the wall: it is to hold across restarts.
    const bool too_old = system_clock::now() - Outbox::time_of(batch_.front()) > give_up_after;
    const bool done = send_batch(*settings);
    if (!done && !too_old) {
        next_ = Clock::now() +
                std::min<std::chrono::seconds>(first_pause * (1 << std::min(failed_, 6)), longest_pause);
        ++failed_;
        return next_;
    }
    if (!done) say(base::LogLevel::error, "given up", "", "not taken within a day");
    if (reached_)
        loop_.count_told(batch_.size());
    else
        loop_.count_lost(batch_.size());
    for (const std::string& name : batch_)
        loop_.outbox().remove(name);
    batch_.clear();
    failed_ = 0;
    next_ = Clock::now() + settings->outbound.notice.interval;
    return next_;
}

void StandingMails::begin_batch() {
    batch_.clear();
    listed_.clear();
    unlisted_.clear();
    told_.clear();
    reached_ = false;
    std::vector<base::Json> all;
    for (const std::string& name : loop_.outbox().names()) {
        auto news = loop_.outbox().read(name);
        if (news) {
            all.push_back(*std::move(news));
            batch_.push_back(name);
        } else {
            say(base::LogLevel::error, "lost", name, news.error().message);
            if (news.error().cause == base::Cause::io) continue;
            loop_.outbox().remove(name);
            loop_.count_lost(1);
        }
    }
    for (const int weight : {0, 1, 2}) {
        for (const base::Json& news : all) {
            if (weight_of(news) != weight) continue;
            if (listed_.size() < most_listed)
                listed_.push_back(news);
            else
                ++unlisted_[news.string_or("change")];
        }
    }
}

bool StandingMails::send_batch(const config::Settings& settings) {
    bool all = true;
    for (const std::string& to : operators_of(settings)) {
        if (told_.contains(to)) continue;
        const auto sent =
            send_(settings, to, standing_mail(settings.notice, to, listed_, unlisted_, system_clock::now()));
        const bool for_good = !sent && sent.error().cause == base::Cause::invalid;
        if (sent)
            say(base::LogLevel::info, "sent", to);
        else
            say(base::LogLevel::warning, for_good ? "refused" : "put off", to, sent.error().message);
        if (sent) reached_ = true;
        if (sent || for_good)
            told_.insert(to);
        else
            all = false;
    }
    return all;
}

}  // namespace sekisho::daemon
