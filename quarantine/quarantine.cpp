#include "quarantine/quarantine.h"

#include <algorithm>

#include <fmt/format.h>

#include "base/escape.h"
#include "base/hash.h"
#include "base/log.h"
#include "quarantine/file_quarantine.h"

namespace sekisho::quarantine {

namespace {

using std::chrono::system_clock;

constexpr std::uint32_t expire_bite = 1'000;  // entries per call of expire()

// A retry adds nothing: what waits goes on waiting, and what was opened and sent is not sent a second time.
bool is_done(const store::QuarantineRow& known, const Deposit& deposit) {
    const bool was_let_go =
        known.state == "releasing" || known.state == "released" || known.state == "delivered";
    return known.state == "held" || known.state == "awaiting password" || (deposit.wait && was_let_go);
}

}  // namespace

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
    std::unique_lock waiting(waiting_mutex_, std::defer_lock);
    if (deposit.wait) {
        waiting.lock();
        SEKISHO_TRY(look_for_room(deposit, id));
    }

    const std::string verdict(deposit.report != nullptr ? model::to_string(deposit.report->verdict)
                                                        : "unscannable");
    const Entry fresh = entry_of(deposit, id, digest, system_clock::now(), keep_of(settings_, verdict));
    if (files_.exists(id)) {
        if (const auto known = show(id); known && is_done(*known, deposit)) return id;
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
    if (!row.is_kept()) return base::fail(base::Cause::invalid, "this entry is " + base::escape(row.state));
    return text;
}

base::Result<std::string> FileQuarantine::report(const std::string& id) {
    return base::dump_json(SEKISHO_TRY(entry(id)).report);
}

base::Result<Entry> FileQuarantine::entry(const std::string& id) const {
    return entry_from(SEKISHO_TRY(files_.sidecar(id)));
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
    for (const char* state : {"held", "awaiting password", "releasing", "released", "delivered"}) {
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
