#include "daemon/waiting_room.h"

#include <algorithm>
#include <array>
#include <exception>
#include <iterator>
#include <optional>
#include <utility>

#include "base/hash.h"
#include "base/log.h"

namespace sekisho::daemon {

namespace {

using std::chrono::steady_clock;
using std::chrono::system_clock;

constexpr std::uint32_t max_looked_at = 10'000;        // of each state; the quarantine takes no more
constexpr std::chrono::milliseconds least_pause{250};  // however many mails name passwords
// Scans in one sweep end here: deadlines are looked at between them.
constexpr std::chrono::seconds sweep_time{10};

// Whatever looks like an address in a From field. One that stands in a name there only makes the field count
// for less: each of them has to agree with the envelope.
std::vector<std::string> addresses_in(std::string_view from) {
    constexpr std::string_view separators = " \t\r\n<>,;:\"()";
    std::vector<std::string> out;
    for (std::size_t at = 0; at < from.size();) {
        const std::size_t begin = from.find_first_not_of(separators, at);
        if (begin == std::string_view::npos) break;
        at = std::min(from.find_first_of(separators, begin), from.size());
        const std::string_view word = from.substr(begin, at - begin);
        if (word.contains('@')) out.emplace_back(word);
    }
    return out;
}

quarantine::Correspondence correspondence_of(const model::Envelope& envelope, const std::string& from) {
    return {.direction = envelope.direction,
            .mail_from = envelope.mail_from,
            .from = addresses_in(from),
            .recipients = envelope.recipients};
}

std::string digest_of(const std::string& password) {
    return base::hex(base::sha256(base::as_bytes(password)));
}

}  // namespace

void log_waiting(base::LogLevel level, std::string_view event, std::string_view id, std::string_view why) {
    base::LogLine line("waiting-room");
    line.add("event", event);
    if (!id.empty()) line.add("id", id);
    if (!why.empty()) line.add("why", why);
    base::log(level, line.text());
}

WaitingRoom::WaitingRoom(Rooms rooms, std::chrono::milliseconds every)
    : rooms_(std::move(rooms)), thread_([this, every](const std::stop_token& stop) {
          while (!stop.stop_requested()) {
              work(stop);
              std::unique_lock lock(mutex_);
              changed_.wait_for(lock, stop, std::min(every, least_pause), [] { return false; });
              changed_.wait_for(lock, stop, every, [this] { return woken_; });
              woken_ = false;
          }
      }) {}

void WaitingRoom::stop() {
    thread_.request_stop();
    if (thread_.joinable()) thread_.join();
}

void WaitingRoom::wake() {
    const std::scoped_lock lock(mutex_);
    woken_ = true;
    changed_.notify_all();
}

std::vector<model::MailedPassword> WaitingRoom::recall(const model::Envelope& envelope,
                                                       const std::string& from) {
    std::vector<model::MailedPassword> out;
    auto known = rooms_.book.recall(correspondence_of(envelope, from), rooms_.now());
    if (!known) {
        log_waiting(base::LogLevel::warning, "not-recalled", {}, known.error().message);
        return out;
    }
    for (const quarantine::Password& password : *known)
        out.push_back({std::string(password.text.view()), password.label});
    return out;
}

void WaitingRoom::remember(const model::Envelope& envelope, const std::string& from,
                           const std::vector<model::MailedPassword>& passwords) {
    std::vector<quarantine::Password> list;
    for (const model::MailedPassword& password : passwords) {
        list.push_back({.text = quarantine::Secret(password.text),
                        .label = password.label,
                        .rank = static_cast<std::uint32_t>(list.size())});
    }
    const auto kept = rooms_.book.remember(correspondence_of(envelope, from), list, rooms_.now());
    if (!kept) return log_waiting(base::LogLevel::warning, "not-kept", {}, kept.error().message);
    wake();
}

void WaitingRoom::work(const std::stop_token& stop) {
    try {
        sweep(stop);
    } catch (const std::exception& error) {
        log_waiting(base::LogLevel::error, "sweep-failed", {}, error.what());
    }
}

// Deadlines first: a scan may take a minute.
void WaitingRoom::sweep(const std::stop_token& stop) {
    std::vector<store::QuarantineRow> rows;
    for (const std::string_view state : {awaiting_password, being_released, delivered_unopened}) {
        auto some = rooms_.store.list_quarantine({.state = std::string(state), .limit = max_looked_at});
        if (!some) return log_waiting(base::LogLevel::warning, "not-listed", {}, some.error().message);
        std::ranges::move(*some, std::back_inserter(rows));
    }
    std::ranges::sort(rows, {}, &store::QuarantineRow::deadline);
    {
        const std::scoped_lock lock(acting_);
        std::erase_if(memos_, [&](const auto& memo) {
            return std::ranges::find(rows, memo.first, &store::QuarantineRow::id) == rows.end();
        });
    }
    for (const store::QuarantineRow& row : rows) {
        if (stop.stop_requested()) return;
        if (row.state != delivered_unopened && rooms_.now() >= row.deadline) guarded(row, &WaitingRoom::end);
    }
    const auto until = steady_clock::now() + sweep_time;
    for (const store::QuarantineRow& row : rows) {
        if (stop.stop_requested()) return;
        if (row.state != being_released) guarded(row, &WaitingRoom::try_passwords);
        if (steady_clock::now() > until) return wake();
    }
}

// One message that nothing can be done with keeps no other from its turn.
void WaitingRoom::guarded(const store::QuarantineRow& row, void (WaitingRoom::*act)(store::QuarantineRow)) {
    try {
        const std::scoped_lock lock(acting_);
        (this->*act)(row);
    } catch (const std::exception& error) {
        log_waiting(base::LogLevel::error, "failed", row.id, error.what());
    }
}

WaitingRoom::Known WaitingRoom::known_for(const store::QuarantineRow& row) {
    Known out;
    Memo& memo = memos_[row.id];
    if (!memo.known) {
        const auto who = rooms_.quarantine.correspondents(row.id);
        if (!who) return out;
        memo.correspondence = correspondence_of(who->envelope, who->from);
        memo.known = true;
    }
    const auto known = rooms_.book.recall(memo.correspondence, rooms_.now());
    if (!known) return out;
    for (const quarantine::Password& password : *known) {
        const std::string text(password.text.view());
        out.is_new = out.is_new || (password.at > row.tried_until && !memo.tried.contains(digest_of(text)));
        out.newest = std::max(out.newest, password.at);
        out.passwords.push_back({text, password.label});
    }
    return out;
}

void WaitingRoom::note_tried(const std::string& id, const Known& known) {
    for (const model::MailedPassword& password : known.passwords)
        memos_[id].tried.insert(digest_of(password.text));
}

}  // namespace sekisho::daemon
