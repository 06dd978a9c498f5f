#include <algorithm>
#include <optional>
#include <utility>

#include <fmt/format.h>

#include "base/escape.h"
#include "base/hash.h"
#include "base/log.h"
#include "base/network.h"
#include "base/text.h"
#include "quarantine/content_hash.h"
#include "quarantine/file_quarantine.h"
#include "quarantine/marked_mail.h"
#include "quarantine/reinject.h"

namespace sekisho::quarantine {

namespace {

using std::chrono::system_clock;

constexpr std::size_t max_release_recipients = 1'000;

// Those of an entry that waits, or is to go out by itself, to whom it is not released now.
std::vector<std::string> others_that_wait(const store::QuarantineRow& row,
                                          const std::vector<std::string>& recipients) {
    const bool waits = row.state == "awaiting password" || row.state == "releasing";
    if (!waits || recipients.empty()) return {};
    std::vector<std::string> rest = row.recipients;
    std::erase_if(rest, [&](const std::string& each) {
        return std::ranges::find(recipients, each) != recipients.end();
    });
    return rest;
}

}  // namespace

base::Result<std::string> FileQuarantine::original_of(const Entry& kept) const {
    std::string original = SEKISHO_TRY(files_.message(kept.row.id));
    if (base::hex(base::sha256(base::as_bytes(original))) != kept.message_sha256)
        return base::fail(base::Cause::io, "the kept message is not what was written; it is not released");
    return original;
}

// Gives the server's reply.
base::Result<std::string> FileQuarantine::send(const Entry& kept, const std::vector<std::string>& to,
                                               std::string_view message) {
    if (to.empty() || to.size() > max_release_recipients) {
        return base::fail(base::Cause::invalid, fmt::format("{} recipients: 1 to {} are wanted", to.size(),
                                                            max_release_recipients));
    }
    const std::string text = for_the_wire(base::as_bytes(message), token_header);
    const auto expires =
        std::chrono::time_point_cast<std::chrono::seconds>(system_clock::now()) + settings_.token_ttl;
    const std::string token = sign_token(key_, kept.row.id, expires, to, base::as_bytes(text));
    const TokenFields fields = SEKISHO_TRY(read_token(token));
    const UnderWay under_way(*this, fields.spend_id());
    std::string reply =
        SEKISHO_TRY(reinject({.server = settings_.release_to,
                              .helo = settings_.release_helo,
                              .mail_from = kept.row.mail_from,
                              .recipients = to,
                              .text = fmt::format("{}: {}\r\n{}", token_header, token, text)}));
    (void)store_.spend_token(fields.spend_id(), expires);
    return reply;
}

// It is out: whatever happens to the row, nobody is told that it is not.
void FileQuarantine::note_sent(const std::string& kind, store::QuarantineRow row,
                               const std::vector<std::string>& to, const std::string& reply) {
    base::JsonArray list;
    for (const std::string& recipient : to)
        list.emplace_back(base::escape(recipient));
    tell(kind, row.id, {{"recipients", std::move(list)}, {"reply", reply}});
    if (auto done = store_.put_quarantine(row); !done) {
        base::log(base::LogLevel::warning,
                  base::LogLine("quarantine")
                      .add(kind, row.id)
                      .add("error", "its row was not changed: " + done.error().message)
                      .text());
        const std::lock_guard lock(mutex_);
        sent_.insert_or_assign(row.id, std::move(row));
    }
}

// The row of an entry that may be sent, once. An empty state: any in which the message is still there.
base::Result<store::QuarantineRow> FileQuarantine::row_to_send(const std::string& id,
                                                               std::string_view state) {
    std::optional<store::QuarantineRow> sent;
    {
        const std::lock_guard lock(mutex_);
        if (const auto at = sent_.find(id); at != sent_.end()) sent = at->second;
    }
    if (sent) {
        SEKISHO_TRY(store_.put_quarantine(*sent));
        const std::lock_guard lock(mutex_);
        sent_.erase(id);
    }
    store::QuarantineRow row = SEKISHO_TRY(show(id));
    if (state.empty() ? !row.is_kept() : row.state != state)
        return base::fail(base::Cause::invalid, "this entry is " + base::escape(row.state));
    return row;
}

// What is sent, or kept for good, waits for nothing where the database is lost.
base::Result<void> FileQuarantine::forget_deadline(Entry& kept) {
    if (kept.row.deadline == system_clock::time_point()) return {};
    kept.row.deadline = {};
    return rewrite_sidecar(kept);
}

base::Result<void> FileQuarantine::rewrite_sidecar(const Entry& kept) {
    const std::uint64_t before = files_.bytes_of(kept.row.id);
    SEKISHO_TRY(files_.write_sidecar(kept.row.id, to_text(kept)));
    bytes_ += files_.bytes_of(kept.row.id) - before;
    return {};
}

base::Result<void> FileQuarantine::release(const std::string& id,
                                           const std::vector<std::string>& recipients) {
    const Hold hold(*this, id);
    store::QuarantineRow row = SEKISHO_TRY(row_to_send(id, {}));
    Entry kept = SEKISHO_TRY(entry(id));
    const std::string original = SEKISHO_TRY(original_of(kept));
    if (auto rest = others_that_wait(row, recipients); !rest.empty())
        return release_to_some(std::move(row), std::move(kept), recipients, std::move(rest), original);
    SEKISHO_TRY(forget_deadline(kept));
    const std::vector<std::string>& to = recipients.empty() ? kept.row.recipients : recipients;
    const std::string reply = SEKISHO_TRY(send(kept, to, original));
    row.state = "released";
    note_sent("released", std::move(row), to, reply);
    return {};
}

// The entry stays as it is for the others. What goes out is gone from the sidecar first, so that nothing goes
// out twice where the database is lost.
base::Result<void> FileQuarantine::release_to_some(store::QuarantineRow row, Entry kept,
                                                   const std::vector<std::string>& to,
                                                   std::vector<std::string> rest, std::string_view original) {
    const std::vector<std::string> all = std::exchange(kept.row.recipients, rest);
    SEKISHO_TRY(rewrite_sidecar(kept));
    const auto reply = send(kept, to, original);
    if (!reply) {
        kept.row.recipients = all;
        SEKISHO_TRY(rewrite_sidecar(kept));
        return std::unexpected(reply.error());
    }
    row.recipients = std::move(rest);
    note_sent("released", std::move(row), to, *reply);
    return {};
}

base::Result<void> FileQuarantine::release_opened(const std::string& id) {
    const Hold hold(*this, id);
    store::QuarantineRow row = SEKISHO_TRY(row_to_send(id, "releasing"));
    Entry kept = SEKISHO_TRY(entry(id));
    const std::string marked = marked_mail(SEKISHO_TRY(original_of(kept)), kept.subject_prefix);
    SEKISHO_TRY(forget_deadline(kept));
    const std::string reply = SEKISHO_TRY(send(kept, kept.row.recipients, marked));
    row.state = "released";
    note_sent("released", std::move(row), kept.row.recipients, reply);
    return {};
}

base::Result<void> FileQuarantine::deliver_unscanned(const std::string& id, std::chrono::seconds keep) {
    const Hold hold(*this, id);
    store::QuarantineRow row = SEKISHO_TRY(row_to_send(id, "awaiting password"));
    Entry kept = SEKISHO_TRY(entry(id));
    const std::string marked = marked_mail(SEKISHO_TRY(original_of(kept)), unscanned_prefix);
    SEKISHO_TRY(forget_deadline(kept));
    const std::string reply = SEKISHO_TRY(send(kept, kept.row.recipients, marked));
    row.state = "delivered";
    row.expires = system_clock::now() + keep;
    note_sent("delivered", std::move(row), kept.row.recipients, reply);
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

}  // namespace sekisho::quarantine
