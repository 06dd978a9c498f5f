#include "daemon/standing_news.h"

#include <unistd.h>

#include <algorithm>
#include <array>
#include <utility>

#include "base/escape.h"
#include "base/hash.h"
#include "base/log.h"
#include "daemon/incident.h"

namespace sekisho::daemon {

namespace {

using model::StandingLevel;
using std::chrono::steady_clock;

constexpr std::chrono::seconds flush_limit{10};

void complain(std::string_view what, std::string_view why) {
    base::log(base::LogLevel::error, base::LogLine("outbound").add("lost", what).add("why", why).text());
}

bool contains(const std::vector<std::string>& list, std::string_view word) {
    return std::ranges::find(list, word) != list.end();
}

bool wanted_by_mail(const config::Settings& settings, std::string_view word) {
    const bool anybody = !settings.outbound.notice.operators.empty() || !settings.notice.operators.empty();
    return anybody && contains(settings.outbound.notice.on, word);
}

bool wanted_by_webhook(const config::Settings& settings, std::string_view word) {
    return !settings.outbound.webhook.url.empty() && contains(settings.outbound.webhook.on, word);
}

std::string gateway_name(const config::Settings& settings) {
    if (!settings.milter.hostname.empty()) return settings.milter.hostname;
    std::array<char, 256> name{};
    if (::gethostname(name.data(), name.size() - 1) != 0 || name[0] == '\0') return "localhost";
    return name.data();
}

}  // namespace

std::string_view change_word(const outbound::Change& change) {
    const StandingLevel now = change.state.level;
    if (now == change.before) return {};
    if (now < change.before)
        return change.state.by.empty() || now != StandingLevel::normal ? "calmed" : "released";
    return model::to_string(now);
}

StandingNews::StandingNews(Rooms rooms, std::chrono::milliseconds settle, StandingMails::Send send)
    : rooms_(std::move(rooms)), settle_(settle) {
    const auto settings = [&current = rooms_.settings] { return current.get(); };
    if (auto mails = StandingMails::open(rooms_.folder + "/mail", settings, std::move(send)))
        mails_ = *std::move(mails);
    else
        complain("mail", mails.error().message);
    if (auto webhook =
            Webhook::open(rooms_.folder + "/webhook", [settings] { return settings()->outbound.webhook; }))
        webhook_ = *std::move(webhook);
    else
        complain("webhook", webhook.error().message);
    thread_ = std::jthread([this](const std::stop_token& stop) { run(stop); });
}

void StandingNews::add(outbound::Change change) {
    if (change_word(change).empty()) return;
    {
        const std::scoped_lock lock(mutex_);
        if (waiting_.size() >= most_waiting) {
            ++lost_;
            return;
        }
        waiting_.push_back({std::move(change), steady_clock::now() + settle_});
    }
    changed_.notify_one();
}

void StandingNews::stop() {
    thread_.request_stop();
    if (thread_.joinable()) thread_.join();
}

void StandingNews::run(const std::stop_token& stop) {
    std::unique_lock lock(mutex_);
    while (true) {
        changed_.wait(lock, stop, [this] { return !waiting_.empty(); });
        if (waiting_.empty()) return;  // stopped
        const auto due = waiting_.front().due;
        changed_.wait_until(lock, stop, due, [] { return false; });
        const outbound::Change change = std::move(waiting_.front().change);
        waiting_.pop_front();
        const std::uint64_t lost = std::exchange(lost_, 0);
        lock.unlock();
        if (lost > 0) complain("news", std::to_string(lost) + " changes of standing at once");
        tell(change);
        lock.lock();
    }
}

void StandingNews::tell(const outbound::Change& change) {
    const auto settings = rooms_.settings.get();
    const std::string_view word = change_word(change);
    base::Json incident = incident_for(change, word);
    const bool by_mail = mails_ && wanted_by_mail(*settings, word) && !change.is_again();
    const bool by_webhook = webhook_ && wanted_by_webhook(*settings, word);
    if (!by_mail && !by_webhook) return;
    const base::Json news = news_of(change, *settings, std::move(incident));
    if (by_mail) mails_->add(news);
    if (by_webhook) webhook_->add(news);
}

base::Json StandingNews::incident_for(const outbound::Change& change, std::string_view word) {
    if (word == "watched" || word == "calmed") return {};
    if (const auto flushed = rooms_.store.flush(flush_limit); !flushed)
        complain("incident", flushed.error().message);  // what is on record is told all the same
    const auto incident = incident_of(rooms_.store, change.key, {}, rooms_.now());
    if (!incident) {
        complain("incident", incident.error().message);
        return {};
    }
    base::JsonObject detail = incident_json(*incident);
    if (word != "released") {
        rooms_.store.record({.at = rooms_.now(),
                             .kind = "incident",
                             .queue_id = {},
                             .subject_id = base::escape(change.key.name),
                             .detail = detail});
    }
    return detail;
}

base::Json StandingNews::news_of(const outbound::Change& change, const config::Settings& settings,
                                 base::Json incident) {
    base::JsonArray reasons;
    for (const std::string& reason : change.state.reasons)
        reasons.emplace_back(base::escape(reason));
    const bool account = change.key.subject == outbound::Subject::account;
    return base::JsonObject{{"schema", 1},
                            {"id", base::hex(base::as_bytes(base::random_bytes(8)))},
                            {"at", std::int64_t{change.at}},
                            {"gateway", base::escape_ascii(gateway_name(settings))},
                            {"monitor", settings.monitor},
                            {"subject", account ? "account" : "host"},
                            {"name", base::escape(change.key.name, 320)},
                            {"change", change_word(change)},
                            {"standing", model::to_string(change.state.level)},
                            {"was", model::to_string(change.before)},
                            {"by", base::escape(change.state.by)},
                            {"reasons", std::move(reasons)},
                            {"incident", std::move(incident)}};
}

}  // namespace sekisho::daemon
