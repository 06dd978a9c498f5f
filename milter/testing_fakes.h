// Fakes for the tests of this room and of daemon/: an MTA that notes what it is asked, and rooms that answer
// as told.
#pragma once

#include <atomic>
#include <functional>
#include <map>
#include <memory>
#include <mutex>
#include <string>
#include <utility>
#include <vector>

#include "base/fd.h"
#include "milter/mta.h"
#include "milter/services.h"

namespace sekisho::milter::testing {

class FakeMta final : public Mta {
public:
    std::map<std::string, std::string> macros{{"j", "mx.example.com"}, {"{client_addr}", "203.0.113.5"}};
    bool leadspc = true;
    bool refuse_hold = false;
    bool refuse_delrcpt = false;

    int code = 0;
    std::string enhanced, text;
    std::vector<std::pair<std::string, std::string>> inserted;  // in order of the calls
    std::vector<std::string> changed;                           // "Subject/1=value"
    std::vector<std::string> deleted;                           // "X-Sekisho-Id/2"
    std::vector<std::string> removed_recipients;
    std::vector<std::string> holds;

    std::string macro(const char* name) override {
        const auto at = macros.find(name);
        return at == macros.end() ? std::string() : at->second;
    }
    bool leading_space() const override { return leadspc; }
    bool set_reply(int new_code, const std::string& new_enhanced, const std::string& new_text) override {
        code = new_code;
        enhanced = new_enhanced;
        text = new_text;
        return true;
    }
    bool insert_header(const std::string& name, const std::string& value) override {
        inserted.emplace_back(name, value);
        return true;
    }
    bool change_header(const std::string& name, std::uint32_t nth, const std::string& value) override {
        changed.push_back(name + "/" + std::to_string(nth) + "=" + value);
        return true;
    }
    bool delete_header(const std::string& name, std::uint32_t nth) override {
        deleted.push_back(name + "/" + std::to_string(nth));
        return true;
    }
    bool remove_recipient(const std::string& recipient) override {
        if (refuse_delrcpt) return false;
        removed_recipients.push_back(recipient);
        return true;
    }
    bool hold(const std::string& reason) override {
        if (refuse_hold) return false;
        holds.push_back(reason);
        return true;
    }
    std::string header(const std::string& name) const {
        for (const auto& [key, value] : inserted) {
            if (key == name) return value;
        }
        return {};
    }
};

// Reads the message that it is given, then answers by `answer`.
class FakePool final : public sandbox::Pool {
public:
    FakePool() : rules_(std::make_shared<model::RuleTable>()) {}

    std::function<sandbox::ScanOutcome(const model::ScanRequest&, const std::string& message)> answer = clean;

    static sandbox::ScanOutcome clean(const model::ScanRequest&, const std::string&) {
        return with_findings({});
    }
    static sandbox::ScanOutcome with_findings(std::vector<std::string> ids) {
        sandbox::ScanOutcome out;
        out.status = sandbox::ScanStatus::ok;
        model::PartSummary root;
        root.path = "message";
        root.type = "message/rfc822";
        root.opened_by = "input";
        out.report.parts.push_back(std::move(root));
        for (auto& id : ids)
            out.report.findings.push_back({std::move(id), 0, ""});
        return out;
    }
    static sandbox::ScanOutcome failing(sandbox::ScanStatus status, std::string part = {}) {
        sandbox::ScanOutcome out;
        out.status = status;
        out.part = std::move(part);
        out.detail = "as told";
        return out;
    }

    sandbox::ScanOutcome scan(const model::ScanRequest& request, int message_fd, const std::string& lane,
                              sandbox::PartReceiver*) override {
        const auto mapping = base::FileMapping::map(message_fd);
        std::string message(mapping ? base::as_text(mapping->bytes()) : std::string_view("?"));
        {
            const std::scoped_lock lock(mutex_);
            requests_.push_back(request);
            lanes_.push_back(lane);
            messages_.push_back(message);
        }
        auto out = answer(request, message);
        if (!out.rules) out.rules = rules_;
        return out;
    }
    base::Result<void> reload(const config::WorkerSettings&) override { return {}; }
    std::shared_ptr<const model::RuleTable> rules() const override { return rules_; }
    sandbox::PoolStats stats() const override { return {}; }

    std::vector<model::ScanRequest> requests() const {
        const std::scoped_lock lock(mutex_);
        return requests_;
    }
    std::vector<std::string> lanes() const {
        const std::scoped_lock lock(mutex_);
        return lanes_;
    }
    std::vector<std::string> messages() const {
        const std::scoped_lock lock(mutex_);
        return messages_;
    }

private:
    mutable std::mutex mutex_;
    std::shared_ptr<const model::RuleTable> rules_;
    std::vector<model::ScanRequest> requests_;
    std::vector<std::string> lanes_;
    std::vector<std::string> messages_;
};

class FakeStore final : public store::Store {
public:
    std::atomic<bool> broken = false;

    bool record(model::Event event) override {
        const std::scoped_lock lock(mutex_);
        events_.push_back(std::move(event));
        return !broken;
    }
    base::Result<void> flush(std::chrono::milliseconds) override { return {}; }
    base::Result<void> record_now(model::Event event) override {
        record(std::move(event));
        return {};
    }
    base::Result<std::vector<model::Event>> events(std::string_view kind, std::uint32_t) override {
        const std::scoped_lock lock(mutex_);
        std::vector<model::Event> out;
        for (const auto& event : events_) {
            if (event.kind == kind) out.push_back(event);
        }
        return out;
    }
    base::Result<std::vector<model::Event>> events_about(std::string_view kind, std::string_view subject,
                                                         std::uint32_t limit) override {
        auto out = events(kind, limit);
        std::erase_if(*out, [&](const model::Event& event) { return event.subject_id != subject; });
        return out;
    }
    base::Result<void> sent(const store::SentFilter&, const std::function<bool(model::Event)>&) override {
        return {};
    }
    base::Result<std::vector<store::SentFrom>> sent_from(const store::SentFilter&) override {
        return std::vector<store::SentFrom>{};
    }
    base::Result<void> put_quarantine(const store::QuarantineRow&) override { return {}; }
    base::Result<std::vector<store::QuarantineRow>> list_quarantine(const store::QuarantineFilter&) override {
        return std::vector<store::QuarantineRow>{};
    }
    base::Result<void> set_quarantine_state(const std::string&, const std::string&) override { return {}; }
    base::Result<store::CrashRecord> crash_record(const std::string& sha256) override {
        if (broken) return base::fail(base::Cause::io, "broken as told");
        const std::scoped_lock lock(mutex_);
        return crashes_[sha256];
    }
    base::Result<void> note_crash(const std::string& sha256, const std::string& part) override {
        if (broken) return base::fail(base::Cause::io, "broken as told");
        const std::scoped_lock lock(mutex_);
        ++crashes_[sha256].count;
        crashes_[sha256].part = part;
        return {};
    }
    base::Result<bool> spend_token(const std::string&, std::chrono::system_clock::time_point) override {
        return true;
    }
    base::Result<void> put_sealed(std::vector<store::SealedRow>, const store::SealedLimits&) override {
        return {};
    }
    base::Result<std::vector<store::SealedRow>> sealed(std::span<const std::string>,
                                                       std::chrono::system_clock::time_point,
                                                       std::uint32_t) override {
        return std::vector<store::SealedRow>{};
    }
    base::Result<std::uint64_t> delete_expired_sealed(std::chrono::system_clock::time_point) override {
        return 0;
    }
    base::Result<std::uint64_t> delete_all_sealed() override { return 0; }
    std::uint64_t dropped_events() const override { return 0; }
    bool healthy() const override { return !broken; }

private:
    std::mutex mutex_;
    std::vector<model::Event> events_;
    std::map<std::string, store::CrashRecord> crashes_;
};

class FakeQuarantine final : public quarantine::Quarantine {
public:
    struct Kept {
        std::vector<std::string> recipients;
        std::string message, reason, finding;
        std::optional<std::chrono::seconds> wait;
        std::chrono::system_clock::time_point tried_until;
    };
    std::optional<base::Cause> fail_put;
    std::string good_token;  // redeem_token accepts this one alone

    base::Result<std::string> put(const quarantine::Deposit& deposit) override {
        const std::scoped_lock lock(mutex_);
        if (fail_put) return base::fail(*fail_put, "failing as told");
        kept_.push_back({deposit.recipients, std::string(base::as_text(deposit.message)), deposit.reason,
                         deposit.finding, deposit.wait, deposit.tried_until});
        return "q" + std::to_string(kept_.size());
    }
    base::Result<store::QuarantineRow> show(const std::string&) override { return none(); }
    base::Result<std::string> message(const std::string&) override { return none(); }
    base::Result<std::string> report(const std::string&) override { return none(); }
    base::Result<void> release(const std::string&, const std::vector<std::string>&) override {
        return none();
    }
    base::Result<quarantine::Correspondents> correspondents(const std::string&) override { return none(); }
    base::Result<void> release_opened(const std::string&) override { return none(); }
    base::Result<void> deliver_unscanned(const std::string&, std::chrono::seconds) override { return none(); }
    base::Result<void> judge_again(const std::string&, const std::string&,
                                   const quarantine::Rejudged&) override {
        return none();
    }
    base::Result<void> end_waiting(const std::string&) override { return none(); }
    base::Result<void> note_waiting(const store::QuarantineRow&) override { return none(); }
    base::Result<void> remove(const std::string&) override { return none(); }
    base::Result<std::vector<std::string>> expire(std::chrono::system_clock::time_point) override {
        return std::vector<std::string>{};
    }
    std::uint64_t bytes() const override { return 0; }
    base::Result<std::string> redeem_token(std::string_view token, const std::string& client_addr,
                                           const std::vector<std::string>&, base::Bytes) override {
        if (token != good_token || client_addr != "127.0.0.1")
            return base::fail(base::Cause::invalid, "no such token");
        return std::string("q-released");
    }

    std::vector<Kept> kept() const {
        const std::scoped_lock lock(mutex_);
        return kept_;
    }

private:
    static std::unexpected<base::Error> none() {
        return base::fail(base::Cause::invalid, "not in this fake");
    }
    mutable std::mutex mutex_;
    std::vector<Kept> kept_;
};

// Settings that act (no monitor mode): malicious is quarantined, suspicious tagged, the rest accepted.
inline config::Settings acting_settings() {
    config::Settings settings;
    settings.monitor = false;
    settings.local_domains = {"example.com"};
    settings.milter.max_message_bytes = 1u << 20;
    settings.milter.max_in_flight_bytes = 4u << 20;
    settings.milter.max_in_flight_messages = 8;
    const auto rule = [&](std::string name, model::Verdict verdict, model::Action action) {
        config::PolicyRule row;
        row.name = std::move(name);
        row.verdicts = {verdict};
        row.action = action;
        settings.rules.push_back(std::move(row));
    };
    rule("malicious", model::Verdict::malicious, model::Action::quarantine);
    rule("suspicious", model::Verdict::suspicious, model::Action::tag);
    rule("unscannable", model::Verdict::unscannable, model::Action::tag);
    rule("clean", model::Verdict::clean, model::Action::accept);
    return settings;
}

// Everything that a Session needs, all fake.
struct Rig {
    explicit Rig(config::Settings initial = acting_settings()) : settings(std::move(initial)) {
        services.tell = [this](const std::string& to, quarantine::Notice notice) {
            notices.emplace_back(to, std::move(notice));
        };
    }

    CurrentSettings settings;
    FakePool pool;
    FakeStore store;
    FakeQuarantine quarantine;
    InFlight in_flight;
    Metrics metrics;
    std::atomic<bool> draining = false;
    std::mutex lines_mutex;
    std::vector<std::string> lines;
    Services services{
        settings,
        pool,
        store,
        quarantine,
        in_flight,
        metrics,
        draining,
        [](const auto&, const auto&) {},
        [] { return std::chrono::system_clock::time_point(std::chrono::seconds(1'800'000'000)); },
        [this](base::LogLevel, std::string_view line) {
            const std::scoped_lock lock(lines_mutex);
            lines.emplace_back(line);
        }};
    std::vector<std::pair<std::string, quarantine::Notice>> notices;  // of the one thread that a test has

    std::string log_text() {
        const std::scoped_lock lock(lines_mutex);
        std::string out;
        for (const auto& line : lines)
            out += line + "\n";
        return out;
    }
    void change(const std::function<void(config::Settings&)>& edit) {
        config::Settings next = *settings.get();
        edit(next);
        settings.set(std::move(next));
    }
};

}  // namespace sekisho::milter::testing
