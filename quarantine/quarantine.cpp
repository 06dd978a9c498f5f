#include "quarantine/quarantine.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <atomic>
#include <condition_variable>
#include <limits>
#include <map>
#include <mutex>
#include <set>

#include "base/escape.h"
#include "base/hash.h"
#include "base/log.h"
#include "base/network.h"
#include "base/text.h"
#include "quarantine/content_hash.h"
#include "quarantine/entry.h"
#include "quarantine/files.h"
#include "quarantine/reinject.h"
#include "quarantine/token.h"

namespace sekisho::quarantine {

namespace {

using std::chrono::system_clock;

constexpr std::size_t max_release_recipients = 1'000;
constexpr std::uint32_t expire_bite = 1'000;  // entries per call of expire()

std::chrono::days keep_of(const config::QuarantineSettings& settings, std::string_view verdict_text) {
    const model::Verdict verdict = model::verdict_from(verdict_text).value_or(model::Verdict::unscannable);
    if (const auto at = settings.keep_days.find(verdict); at != settings.keep_days.end()) return at->second;
    switch (verdict) {
        case model::Verdict::malicious:
            return std::chrono::days(90);
        case model::Verdict::suspicious:
        case model::Verdict::unscannable:
            return std::chrono::days(30);
        case model::Verdict::clean:
            break;
    }
    return std::chrono::days(7);
}

// What start-up does with a file, by the state of its row.
enum class Fate : std::uint8_t { keep, index, finish_removal };
Fate fate_of(const store::QuarantineRow* row) {
    if (row == nullptr || row->state == "lost") return Fate::index;
    if (row->state == "deleted" || row->state == "expired") return Fate::finish_removal;
    return Fate::keep;
}

class FileQuarantine final : public Quarantine {
public:
    FileQuarantine(config::QuarantineSettings settings, store::Store& store, Files files, ReleaseKey key)
        : settings_(std::move(settings)), store_(store), files_(std::move(files)), key_(std::move(key)) {}

    // At the start nothing else runs yet: stale files go, begun removals are finished, and the bytes are
    // counted.
    base::Result<void> reconcile(bool at_start);

    base::Result<std::string> put(const Deposit& deposit) override;
    base::Result<store::QuarantineRow> show(const std::string& id) override;
    base::Result<std::string> message(const std::string& id) override;
    base::Result<std::string> report(const std::string& id) override;
    base::Result<void> release(const std::string& id, const std::vector<std::string>& recipients) override;
    base::Result<void> remove(const std::string& id) override;
    base::Result<std::vector<std::string>> expire(system_clock::time_point now) override;
    std::uint64_t bytes() const override { return bytes_.load(std::memory_order_relaxed); }
    base::Result<std::string> redeem_token(std::string_view token, const std::string& client_addr,
                                           const std::vector<std::string>& recipients,
                                           base::Bytes message) override;

private:
    // A token on its way to the server: the gate takes it until the server's answer is there.
    class UnderWay {
    public:
        UnderWay(FileQuarantine& owner, std::string spend_id)
            : owner_(owner), spend_id_(std::move(spend_id)) {
            const std::lock_guard lock(owner_.mutex_);
            owner_.under_way_.insert(spend_id_);
        }
        ~UnderWay() {
            const std::lock_guard lock(owner_.mutex_);
            owner_.under_way_.erase(spend_id_);
        }
        UnderWay(const UnderWay&) = delete;
        UnderWay& operator=(const UnderWay&) = delete;

    private:
        FileQuarantine& owner_;
        std::string spend_id_;
    };

    // Holds an id for one thread; others that want the same id wait.
    class Hold {
    public:
        Hold(FileQuarantine& owner, const std::string& id) : owner_(owner), id_(id) {
            std::unique_lock lock(owner_.mutex_);
            owner_.freed_.wait(lock, [&] { return owner_.held_.insert(id_).second; });
        }
        ~Hold() {
            const std::lock_guard lock(owner_.mutex_);
            owner_.held_.erase(id_);
            owner_.freed_.notify_all();
        }
        Hold(const Hold&) = delete;
        Hold& operator=(const Hold&) = delete;

    private:
        FileQuarantine& owner_;
        std::string id_;
    };

    base::Result<void> reserve(std::uint64_t bytes);
    base::Result<void> index_again(const std::string& id, system_clock::time_point now);
    base::Result<void> drop(const std::string& id, const std::string& state);
    base::Result<Entry> entry(const std::string& id) const;
    void tell(std::string kind, const std::string& id, base::JsonObject detail);

    const config::QuarantineSettings settings_;
    store::Store& store_;
    Files files_;
    const ReleaseKey key_;
    std::atomic<std::uint64_t> bytes_{0};
    std::atomic<std::uint64_t> reconciled_{std::numeric_limits<std::uint64_t>::max()};  // store generation
    std::mutex mutex_;
    std::condition_variable freed_;
    std::set<std::string> held_;
    std::set<std::string> under_way_;  // spend ids
};

void FileQuarantine::tell(std::string kind, const std::string& id, base::JsonObject detail) {
    (void)store_.record_now({.at = system_clock::now(),
                             .kind = std::move(kind),
                             .queue_id = "",
                             .subject_id = id,
                             .detail = std::move(detail)});
}

// max_bytes is held exactly: the room is taken before the files are written. min_free is what the disk says
// now.
base::Result<void> FileQuarantine::reserve(std::uint64_t bytes) {
    const std::uint64_t free = SEKISHO_TRY(files_.free_bytes());
    if (free < settings_.min_free || bytes > free - settings_.min_free) {
        return base::fail(base::Cause::limit,
                          fmt::format("quarantine: {} bytes free, min_free is {}", free, settings_.min_free));
    }
    std::uint64_t used = bytes_.load();
    do {
        if (used > settings_.max_bytes || bytes > settings_.max_bytes - used) {
            return base::fail(base::Cause::limit, fmt::format("quarantine: {} bytes kept, max_bytes is {}",
                                                              used, settings_.max_bytes));
        }
    } while (!bytes_.compare_exchange_weak(used, used + bytes));
    return {};
}

base::Result<std::string> FileQuarantine::put(const Deposit& deposit) {
    if (deposit.envelope == nullptr)
        return base::fail(base::Cause::internal, "a deposit without an envelope");
    const base::Sha256 digest = base::sha256(deposit.message);
    std::string id = entry_id(digest, deposit.envelope->mail_from, deposit.recipients, deposit.reason);
    const Hold hold(*this, id);

    const std::string verdict(deposit.report != nullptr ? model::to_string(deposit.report->verdict)
                                                        : "unscannable");
    const Entry fresh = entry_of(deposit, id, digest, system_clock::now(), keep_of(settings_, verdict));
    if (files_.exists(id)) {
        const auto known = show(id);
        if (known && known->state == "held") return id;
    } else {
        const std::string sidecar = to_text(fresh);
        const std::uint64_t size = deposit.message.size() + sidecar.size();
        SEKISHO_TRY(reserve(size));
        if (auto written = files_.write(id, deposit.message, sidecar); !written) {
            bytes_ -= size;
            return std::unexpected(std::move(written).error());
        }
    }
    // Without its row the entry is not safe: an old row may say "deleted", and start-up would believe it. The
    // caller defers, and the retry finds the file.
    SEKISHO_TRY(store_.put_quarantine(fresh.row));
    return id;
}

base::Result<store::QuarantineRow> FileQuarantine::show(const std::string& id) {
    if (!is_id(id)) return base::fail(base::Cause::invalid, "no such quarantine id");
    auto rows = SEKISHO_TRY(store_.list_quarantine({.id_prefix = id, .limit = 1}));
    if (rows.empty()) return base::fail(base::Cause::invalid, "no such quarantine id");
    return std::move(rows.front());
}

// The row is asked only where there is no file: a lost store keeps no message from being exported.
base::Result<std::string> FileQuarantine::message(const std::string& id) {
    auto text = files_.message(id);
    if (text) return text;
    const store::QuarantineRow row = SEKISHO_TRY(show(id));
    if (row.state != "held" && row.state != "released") {
        return base::fail(base::Cause::invalid, "this entry is " + base::escape(row.state));
    }
    return text;
}

base::Result<std::string> FileQuarantine::report(const std::string& id) {
    return base::dump_json(SEKISHO_TRY(entry(id)).report);
}

base::Result<Entry> FileQuarantine::entry(const std::string& id) const {
    return entry_from(SEKISHO_TRY(files_.sidecar(id)));
}

base::Result<void> FileQuarantine::release(const std::string& id,
                                           const std::vector<std::string>& recipients) {
    const store::QuarantineRow row = SEKISHO_TRY(show(id));
    if (row.state != "held" && row.state != "released") {
        return base::fail(base::Cause::invalid, "this entry is " + base::escape(row.state));
    }
    const Hold hold(*this, id);
    const Entry kept = SEKISHO_TRY(entry(id));
    const std::string original = SEKISHO_TRY(files_.message(id));
    if (base::hex(base::sha256(base::as_bytes(original))) != kept.message_sha256) {
        return base::fail(base::Cause::io, "the kept message is not what was written; it is not released");
    }
    std::vector<std::string> to = recipients.empty() ? kept.row.recipients : recipients;
    if (to.empty() || to.size() > max_release_recipients) {
        return base::fail(base::Cause::invalid, fmt::format("{} recipients: 1 to {} are wanted", to.size(),
                                                            max_release_recipients));
    }
    const std::string text = for_the_wire(base::as_bytes(original), token_header);
    const auto expires =
        std::chrono::time_point_cast<std::chrono::seconds>(system_clock::now()) + settings_.token_ttl;
    const std::string token = sign_token(key_, id, expires, to, base::as_bytes(text));
    const TokenFields fields = SEKISHO_TRY(read_token(token));
    const UnderWay under_way(*this, fields.spend_id());
    const std::string reply =
        SEKISHO_TRY(reinject({.server = settings_.release_to,
                              .helo = settings_.release_helo,
                              .mail_from = kept.row.mail_from,
                              .recipients = to,
                              .text = fmt::format("{}: {}\r\n{}", token_header, token, text)}));

    (void)store_.spend_token(fields.spend_id(), expires);
    base::JsonArray list;
    for (const std::string& recipient : to)
        list.emplace_back(base::escape(recipient));
    tell("released", id, {{"recipients", std::move(list)}, {"reply", reply}});
    if (auto done = store_.set_quarantine_state(id, "released"); !done) {
        base::log(base::LogLevel::warning,
                  base::LogLine("quarantine")
                      .add("released", id)
                      .add("error", "its row was not changed: " + done.error().message)
                      .text());
    }
    return {};
}

// The row first: a file whose row says "deleted" is removed at the next start, whatever happens in between.
base::Result<void> FileQuarantine::drop(const std::string& id, const std::string& state) {
    const Hold hold(*this, id);
    SEKISHO_TRY(store_.set_quarantine_state(id, state));
    const std::uint64_t size = files_.bytes_of(id);
    SEKISHO_TRY(files_.remove(id));
    bytes_ -= std::min(size, bytes_.load());
    return {};
}

base::Result<void> FileQuarantine::remove(const std::string& id) {
    const store::QuarantineRow row = SEKISHO_TRY(show(id));
    if (row.state == "deleted" || row.state == "expired") {
        return base::fail(base::Cause::invalid, "this entry is " + base::escape(row.state));
    }
    return drop(id, "deleted");
}

base::Result<std::vector<std::string>> FileQuarantine::expire(system_clock::time_point now) {
    if (reconciled_ != store_.generation()) SEKISHO_TRY(reconcile(false));
    std::vector<std::string> out;
    for (const char* state : {"held", "released"}) {
        const auto rows = SEKISHO_TRY(
            store_.list_quarantine({.state = state, .limit = expire_bite, .expires_before = now}));
        for (const store::QuarantineRow& row : rows) {
            SEKISHO_TRY(drop(row.id, "expired"));
            tell("expired", row.id, {{"verdict", row.verdict}, {"reason", row.reason}, {"was", row.state}});
            out.push_back(row.id);
        }
    }
    return out;
}

base::Result<void> FileQuarantine::index_again(const std::string& id, system_clock::time_point now) {
    const Hold hold(*this, id);
    auto known = entry(id);
    if (!known || known->row.id != id) {
        const std::string original = SEKISHO_TRY(files_.message(id));
        known = recovered_entry(id, base::as_bytes(original), now, keep_of(settings_, "unscannable"));
        SEKISHO_TRY(files_.write_sidecar(id, to_text(*known)));
    }
    SEKISHO_TRY(store_.put_quarantine(known->row));
    tell("quarantine-indexed", id, {{"reason", known->row.reason}});
    return {};
}

// The files are the truth: those without a row get one, rows without a file become `lost`, removals that were
// begun are finished.
base::Result<void> FileQuarantine::reconcile(bool at_start) {
    const std::uint64_t generation = store_.generation();
    if (at_start) SEKISHO_TRY(files_.remove_stale());
    const auto found = SEKISHO_TRY(files_.scan());
    if (at_start) {
        std::uint64_t total = 0;
        for (const Files::Found& file : found)
            total += file.bytes;
        bytes_ = total;
    }

    std::map<std::string, store::QuarantineRow> rows;
    auto listed = SEKISHO_TRY(store_.list_quarantine({.limit = std::numeric_limits<std::uint32_t>::max()}));
    for (store::QuarantineRow& row : listed)
        rows.emplace(row.id, std::move(row));

    const auto now = system_clock::now();
    std::set<std::string> there;
    for (const Files::Found& file : found) {
        there.insert(file.id);
        const auto at = rows.find(file.id);
        switch (fate_of(at == rows.end() ? nullptr : &at->second)) {
            case Fate::keep:
                break;
            case Fate::index:
                SEKISHO_TRY(index_again(file.id, now));
                break;
            case Fate::finish_removal:
                // Later, a file of such a row is one that is just being put again.
                if (at_start) SEKISHO_TRY(drop(file.id, at->second.state));
                break;
        }
    }
    for (const auto& [id, row] : rows) {
        const Hold hold(*this, id);
        if ((row.state != "held" && row.state != "released") || there.contains(id) || files_.exists(id))
            continue;
        SEKISHO_TRY(store_.set_quarantine_state(id, "lost"));
        tell("quarantine-lost", id, {{"verdict", row.verdict}, {"was", row.state}});
        base::log(base::LogLevel::error, base::LogLine("quarantine").add("lost", id).text());
    }
    reconciled_ = generation;
    return {};
}

base::Result<std::string> FileQuarantine::redeem_token(std::string_view token, const std::string& client_addr,
                                                       const std::vector<std::string>& recipients,
                                                       base::Bytes message) {
    if (!base::any_contains(settings_.release_networks, client_addr)) {
        return base::fail(base::Cause::invalid, "from outside of release_networks");
    }
    const TokenFields fields =
        SEKISHO_TRY(verify_token(key_, base::trim(token), recipients, message, system_clock::now()));
    const std::string spend_id = fields.spend_id();
    {
        const std::lock_guard lock(mutex_);
        if (under_way_.contains(spend_id)) return fields.quarantine_id;
    }
    if (!SEKISHO_TRY(store_.spend_token(spend_id, fields.expires)))
        return base::fail(base::Cause::invalid, "already spent");
    return fields.quarantine_id;
}

}  // namespace

base::Result<std::unique_ptr<Quarantine>> Quarantine::open(const config::QuarantineSettings& settings,
                                                           store::Store& store) {
    Files files = SEKISHO_TRY(Files::open(settings.directory));
    ReleaseKey key = SEKISHO_TRY(ReleaseKey::load_or_create(settings.key_file));
    auto out = std::make_unique<FileQuarantine>(settings, store, std::move(files), std::move(key));
    if (auto done = out->reconcile(true); !done) {
        // A lost store is back some time: expire() then tries again.
        base::log(base::LogLevel::error,
                  base::LogLine("quarantine").add("not_reconciled", done.error().message).text());
    }
    return out;
}

}  // namespace sekisho::quarantine
