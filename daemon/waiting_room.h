// Mail that waits for its password, and the passwords that other mails bring.
//
// A locked mail waits in the quarantine, state "awaiting password". When a mail of the same correspondence
// names passwords the waiting one is scanned with them: what policy then lets pass is released, the rest
// stays, and what is harmful is an incident. Where nothing came by its deadline it is kept and the recipients
// are told, or it goes out marked, as [passwords] says. Whatever must survive a restart is in the store
// before it is acted on: a message is sent a second time only where the gate ended between the server's 250
// and the row.
#pragma once

#include <chrono>
#include <condition_variable>
#include <cstdint>
#include <functional>
#include <map>
#include <mutex>
#include <set>
#include <stop_token>
#include <string>
#include <string_view>
#include <thread>
#include <vector>

#include "base/json.h"
#include "base/result.h"
#include "milter/services.h"
#include "model/envelope.h"
#include "model/scan_report.h"
#include "model/scan_request.h"
#include "policy/decide.h"
#include "quarantine/password_book.h"
#include "quarantine/quarantine.h"
#include "sandbox/pool.h"
#include "store/store.h"

namespace sekisho::daemon {

// Scans of one waiting mail, at most. Each has a Budget of its own.
constexpr std::uint32_t max_attempts = 10;

// Thread-safe. One thread of its own scans, so that waiting mail never takes more than one worker.
class WaitingRoom {
public:
    // All outlive it.
    struct Rooms {
        const milter::CurrentSettings& settings;
        sandbox::Pool& pool;
        store::Store& store;
        quarantine::Quarantine& quarantine;
        quarantine::PasswordBook& book;
        std::function<void(const std::string& to, quarantine::Notice)> tell = [](const auto&, const auto&) {};
        std::function<std::chrono::system_clock::time_point()> now = [] {
            return std::chrono::system_clock::now();
        };
    };
    explicit WaitingRoom(Rooms rooms, std::chrono::milliseconds every = std::chrono::seconds(10));
    // No new scan begins. The room can still be asked.
    void request_stop() { thread_.request_stop(); }
    void stop();  // the same, and waits for the scan that runs

    // For the gate, while it holds a mail. `from`: its From fields. Never the text of a password in an error.
    std::vector<model::MailedPassword> recall(const model::Envelope& envelope, const std::string& from);
    // Durable when it returns, or lost and logged; then the waiting mail of the recipients is looked at.
    void remember(const model::Envelope& envelope, const std::string& from,
                  const std::vector<model::MailedPassword>& passwords);
    void wake();

    // Scans a kept entry with this password and does what follows. {"verdict", "outcome": "released" | "kept"
    // | "still locked"}. Cause::invalid where there is no such entry, Cause::unavailable where no scan took
    // place.
    base::Result<base::Json> unlock(const std::string& id, const std::string& password);

private:
    using Time = std::chrono::system_clock::time_point;
    enum class Outcome : std::uint8_t { released, kept, still_locked };

    // What need not survive a restart.
    struct Memo {
        bool known = false;  // that what stands below was read
        quarantine::Correspondence correspondence;
        std::set<std::string> tried;  // SHA-256 of passwords that do not fit
        Time next_try;                // each try doubles the pause
        bool failed_once = false;     // a worker crashed over it or took too long
        bool must_stay = false;       // opened, and not let pass; that could not be written yet
    };
    // Passwords of the book for one entry.
    struct Known {
        std::vector<model::MailedPassword> passwords;
        Time newest;
        bool is_new = false;  // one of them was not tried
    };

    // waiting_room.cpp
    void work(const std::stop_token& stop);
    void sweep(const std::stop_token& stop);
    void guarded(const store::QuarantineRow& row, void (WaitingRoom::*act)(store::QuarantineRow));
    Known known_for(const store::QuarantineRow& row);
    void note_tried(const std::string& id, const Known& known);

    // waiting_scan.cpp
    void try_passwords(store::QuarantineRow row);
    base::Result<model::ScanReport> scan(const store::QuarantineRow& row, const model::Envelope& envelope,
                                         std::vector<model::MailedPassword> passwords);
    base::Result<Outcome> settle(store::QuarantineRow row, const model::Envelope& envelope,
                                 const model::ScanReport& report);
    base::Result<void> stay(store::QuarantineRow row, const model::ScanReport& report,
                            const policy::Disposition& said);
    base::Result<void> incident(const store::QuarantineRow& row, const model::ScanReport& report);

    // waiting_end.cpp
    void end(store::QuarantineRow row);
    void deliver(store::QuarantineRow row);
    void release_again(store::QuarantineRow row);
    base::Result<void> send_opened(const store::QuarantineRow& row);
    void keep_for_good(const store::QuarantineRow& row);
    void tell_operators(const store::QuarantineRow& row, std::string_view verdict, model::Action action);
    void tell_recipients(const store::QuarantineRow& row, std::string_view verdict);
    quarantine::Notice notice(const store::QuarantineRow& row, std::string_view verdict,
                              model::Action action) const;

    Rooms rooms_;
    std::mutex acting_;  // one scan and what follows it at a time; guards memos_
    std::map<std::string, Memo> memos_;
    std::mutex mutex_;
    std::condition_variable_any changed_;
    bool woken_ = true;  // at the start everything is looked at
    std::jthread thread_;
};

// One line for the log. Never the text of a password.
void log_waiting(base::LogLevel level, std::string_view event, std::string_view id,
                 std::string_view why = {});
// How long until a message is sent again: longer the longer it has been waiting.
std::chrono::seconds pause_before_sending(const store::QuarantineRow& row,
                                          std::chrono::system_clock::time_point now);

inline constexpr std::string_view awaiting_password = "awaiting password";
inline constexpr std::string_view delivered_unopened = "delivered";
inline constexpr std::string_view being_released = "releasing";

}  // namespace sekisho::daemon
