#include "daemon/webhook.h"

#include <fmt/format.h>

#include <algorithm>
#include <utility>

#include "base/escape.h"
#include "base/fd.h"
#include "base/hash.h"
#include "base/log.h"
#include "base/text.h"
#include "daemon/http_post.h"

namespace sekisho::daemon {

namespace {

using std::chrono::system_clock;

constexpr std::size_t max_secret = 4'096;
constexpr std::chrono::seconds longest_pause{900};
constexpr std::chrono::hours idle{1};

void say(base::LogLevel level, std::string_view event, std::string_view id, std::string_view why = {}) {
    base::LogLine line("webhook");
    line.add("event", event);
    if (!id.empty()) line.add("id", id);
    if (!why.empty()) line.add("why", why);
    base::log(level, line.text());
}

base::Result<std::string> secret_of(const config::WebhookSettings& settings) {
    const std::string text = SEKISHO_TRY(base::read_file(settings.secret_file, max_secret));
    std::string secret(base::trim(text));
    if (secret.size() < Webhook::least_secret)
        return base::fail(base::Cause::invalid,
                          settings.secret_file + ": the secret is shorter than 16 bytes");
    return secret;
}

}  // namespace

std::string webhook_signature(std::string_view secret, std::string_view timestamp, std::string_view body) {
    const std::string text = fmt::format("{}.{}", timestamp, body);
    return "sha256=" + base::hex(base::hmac_sha256(base::as_bytes(secret), base::as_bytes(text)));
}

void Webhook::Retry::put_off(Clock::time_point now) {
    constexpr int doublings = 10;
    next = now + std::min<std::chrono::seconds>(std::chrono::seconds(1 << std::min(failed, doublings)),
                                                longest_pause);
    ++failed;
}

base::Result<std::unique_ptr<Webhook>> Webhook::open(const std::string& folder, Settings settings) {
    Outbox outbox = SEKISHO_TRY(Outbox::open(folder, most_waiting));
    return std::unique_ptr<Webhook>(new Webhook(std::move(outbox), std::move(settings)));
}

Webhook::Webhook(Outbox outbox, Settings settings)
    : settings_(std::move(settings)), loop_(std::move(outbox)) {
    loop_.start([this](const std::stop_token& stop) { return round(stop); });
}

void Webhook::add(const base::Json& news) {
    if (const auto put = loop_.add(news); !put)
        say(base::LogLevel::error, "lost", news.string_or("id"), put.error().message);
}

Webhook::Clock::time_point Webhook::round(const std::stop_token& stop) {
    const config::WebhookSettings settings = settings_();
    const auto names = loop_.outbox().names();
    std::erase_if(retries_, [&](const auto& row) { return !std::ranges::binary_search(names, row.first); });
    Clock::time_point next = Clock::now() + idle;
    for (const std::string& name : names) {
        if (stop.stop_requested()) return next;
        // By the clock of the wall: it is to hold across restarts. One that was set back makes it wait
        // longer.
        if (system_clock::now() - Outbox::time_of(name) > settings.give_up_after) {
            say(base::LogLevel::error, "given up", name, "not taken in time");
            loop_.count_lost(1);
            loop_.outbox().remove(name);
            continue;
        }
        if (settings.url.empty()) continue;  // it may be set again
        if (Clock::now() < server_.next) {
            next = std::min(next, server_.next);
            break;
        }
        auto retry = retries_.find(name);
        if (retry != retries_.end() && Clock::now() < retry->second.next) {
            next = std::min(next, retry->second.next);
            continue;
        }
        const int failed = retry == retries_.end() ? 0 : retry->second.failed;
        switch (deliver(name, settings, failed, stop)) {
            case Outcome::taken:
                server_ = {};
                loop_.outbox().remove(name);
                break;
            case Outcome::refused:
                server_ = {};
                retry = retries_.try_emplace(name).first;
                retry->second.put_off(Clock::now());
                next = std::min(next, retry->second.next);
                break;
            case Outcome::unreachable:
                server_.put_off(Clock::now());
                return std::min(next, server_.next);
        }
    }
    return next;
}

Webhook::Outcome Webhook::deliver(const std::string& name, const config::WebhookSettings& settings,
                                  int failed, const std::stop_token& stop) {
    const auto news = loop_.outbox().read(name);
    if (!news) {
        say(base::LogLevel::error, "lost", name, news.error().message);
        if (news.error().cause == base::Cause::io) return Outcome::refused;
        loop_.count_lost(1);
        return Outcome::taken;
    }
    const std::string id = news->string_or("id");
    const auto secret = secret_of(settings);
    if (!secret) {
        say(base::LogLevel::error, "put off", id, secret.error().message);
        return Outcome::unreachable;
    }
    const std::string body = base::dump_json(*news);
    const auto now = std::chrono::duration_cast<std::chrono::seconds>(system_clock::now().time_since_epoch());
    const std::string timestamp = fmt::format("{}", now.count());
    const auto status = http_post(
        {.url = settings.url,
         .headers = {"Content-Type: application/json", "Expect:", "X-Sekisho-Event: standing",
                     "X-Sekisho-Delivery: " + base::escape_ascii(id, 64),
                     fmt::format("X-Sekisho-Attempt: {}", failed + 1), "X-Sekisho-Timestamp: " + timestamp,
                     "X-Sekisho-Signature: " + webhook_signature(*secret, timestamp, body)},
         .body = body,
         .ca_file = settings.ca_file,
         .within = settings.within,
         .stop = stop});
    if (!status) {
        if (!stop.stop_requested()) say(base::LogLevel::warning, "put off", id, status.error().message);
        return Outcome::unreachable;
    }
    if (*status >= 200 && *status < 300) {
        say(base::LogLevel::info, "taken", id);
        loop_.count_told(1);
        return Outcome::taken;
    }
    say(base::LogLevel::warning, "put off", id, fmt::format("the server answered {}", *status));
    return Outcome::refused;
}

}  // namespace sekisho::daemon
