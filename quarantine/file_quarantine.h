// The Quarantine of files and rows. Its parts: putting and keeping (quarantine.cpp), letting go
// (file_release.cpp), messages that wait for a password (file_waiting.cpp), and making files and rows agree
// (file_reconcile.cpp).
#pragma once

#include <atomic>
#include <chrono>
#include <condition_variable>
#include <cstdint>
#include <limits>
#include <map>
#include <mutex>
#include <set>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "quarantine/entry.h"
#include "quarantine/files.h"
#include "quarantine/quarantine.h"
#include "quarantine/token.h"

namespace sekisho::quarantine {

// How long a message of that verdict is kept.
std::chrono::days keep_of(const config::QuarantineSettings& settings, std::string_view verdict);

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
    base::Result<Correspondents> correspondents(const std::string& id) override;
    base::Result<void> release(const std::string& id, const std::vector<std::string>& recipients) override;
    base::Result<void> release_opened(const std::string& id) override;
    base::Result<void> deliver_unscanned(const std::string& id, std::chrono::seconds keep) override;
    base::Result<void> judge_again(const std::string& id, const std::string& was,
                                   const Rejudged& again) override;
    base::Result<void> end_waiting(const std::string& id) override;
    base::Result<void> note_waiting(const store::QuarantineRow& row) override;
    base::Result<void> remove(const std::string& id) override;
    base::Result<std::vector<std::string>> expire(std::chrono::system_clock::time_point now) override;
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
    base::Result<void> look_for_room(const Deposit& deposit, const std::string& id);
    base::Result<store::QuarantineRow> row_to_send(const std::string& id, std::string_view state);
    base::Result<void> forget_deadline(Entry& kept);
    base::Result<void> release_to_some(store::QuarantineRow row, Entry kept,
                                       const std::vector<std::string>& to, std::vector<std::string> rest,
                                       std::string_view original);
    base::Result<void> rewrite_sidecar(const Entry& kept);
    base::Result<std::string> send(const Entry& kept, const std::vector<std::string>& to,
                                   std::string_view message);
    void note_sent(const std::string& kind, store::QuarantineRow row, const std::vector<std::string>& to,
                   const std::string& reply);
    base::Result<std::string> original_of(const Entry& kept) const;
    base::Result<void> index_again(const std::string& id, std::chrono::system_clock::time_point now);
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
    // What is out, but could not be written down: nothing is sent twice because the disk is full.
    std::map<std::string, store::QuarantineRow> sent_;
    std::mutex waiting_mutex_;  // held from the look at the quota until the entry counts
};

}  // namespace sekisho::quarantine
