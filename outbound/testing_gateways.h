// For tests: the guard of one gateway, or those of two that share a log in Redis, behind one interface. What
// is noted goes to each in turn; what is asked is asked of all, who must agree.
#pragma once

#include <gtest/gtest.h>

#include <memory>
#include <mutex>
#include <ostream>
#include <string>
#include <utility>
#include <vector>

#include "outbound/testing.h"
#include "store/redis_testing.h"
#include "store/shared_log.h"

namespace sekisho::outbound::testing {

enum class Engine : std::uint8_t { embedded, redis };
inline void PrintTo(Engine engine, std::ostream* out) {
    *out << (engine == Engine::redis ? "redis" : "embedded");
}

using store::testing::comes_true;

// One gateway: its guard, and its end of the log.
class Gateway {
public:
    Gateway(const config::RedisSettings& settings, std::uint64_t origin, GuardLimits limits = {},
            store::HotState* state = nullptr)
        : guard_(*SeenBefore::in_memory(1 << 20), limits) {
        if (state != nullptr) {
            EXPECT_TRUE(guard_.attach(*state, default_limits()));
        }
        log_ = std::make_unique<store::SharedLog>(settings, origin, guard_.cursor());
        guard_.share({.log = log_.get(),
                      .rules = [](const Transaction&) { return Sharing::Rules{default_limits()}; },
                      .report =
                          [this](const Change& change, bool news) {
                              const std::scoped_lock lock(mutex_);
                              (news ? reports_ : heard_).push_back(change);
                          }});
    }
    ~Gateway() { log_.reset(); }
    Gateway(const Gateway&) = delete;
    Gateway& operator=(const Gateway&) = delete;

    Guard& guard() { return guard_; }
    const store::SharedLog& log() const { return *log_; }
    bool is_there() const {
        return comes_true([&] { return !log_->stats().alone; });
    }
    std::vector<Change> reports() const {
        const std::scoped_lock lock(mutex_);
        return reports_;
    }
    // What another gateway told.
    std::vector<Change> heard() const {
        const std::scoped_lock lock(mutex_);
        return heard_;
    }
    // Knows all that `other` has noted.
    bool knows(const Gateway& other) const {
        const auto number = [&](const Gateway& of) {
            const auto numbers = of.guard_.cursor().numbers;
            const auto found = numbers.find(other.log_->origin());
            return found == numbers.end() ? 0 : found->second;
        };
        return number(*this) >= number(other);
    }

private:
    mutable std::mutex mutex_;
    std::vector<Change> reports_, heard_;
    Guard guard_;
    std::unique_ptr<store::SharedLog> log_;  // ends before the guard
};

class Gateways {
public:
    explicit Gateways(Engine engine, GuardLimits limits = {}) {
        if (engine == Engine::embedded) {
            alone_ = std::make_unique<Guard>(*SeenBefore::in_memory(1 << 20), limits);
            return;
        }
        server_ = std::make_unique<store::testing::RedisServer>();
        for (const std::uint64_t origin : {1u, 2u}) {
            gateways_.push_back(std::make_unique<Gateway>(server_->settings(), origin, limits));
            EXPECT_TRUE(gateways_.back()->is_there());
        }
    }

    Answer note(const Transaction& transaction) {
        Answer out = next().note(transaction, default_limits());
        told_.insert(told_.end(), out.changes.begin(), out.changes.end());
        return out;
    }
    Change set(const Key& key, model::StandingLevel level, const std::string& by, Moment now) {
        const Change out = next().set(key, level, by, now);
        for (Guard* guard : all())
            EXPECT_TRUE(comes_true([&] {
                const auto found = guard->find(key, now);
                return (found ? found->row.state.level : model::StandingLevel::normal) == level;
            }));
        return out;
    }
    Answer standing_of(const std::string& account, const std::string& client, Moment now) {
        settle();
        Answer out;
        for (Guard* guard : all()) {
            Answer one = guard->standing_of(account, client, now);
            if (guard != all().front()) {
                EXPECT_EQ(one.standing.level, out.standing.level);
            }
            out = std::move(one);
        }
        return out;
    }
    std::optional<Guard::View> find(const Key& key, Moment now) {
        settle();
        return all().back()->find(key, now);
    }
    std::vector<Guard::Row> list(Subject subject, bool every, Moment now) {
        settle();
        return all().back()->list(subject, every, now);
    }
    Guard::Size size() {
        settle();
        return all().back()->size();
    }
    void sweep(Moment now) {
        settle();
        for (Guard* guard : all())
            while (guard->sweep(now, 7)) {
            }
    }
    // Changes that anybody was told of.
    std::vector<Change> told() {
        settle();
        if (alone_) return told_;
        EXPECT_TRUE(comes_true([&] {
            return gateways_[0]->log().stats().waiting == 0 && gateways_[1]->log().stats().waiting == 0;
        }));
        std::vector<Change> out;
        for (const auto& gateway : gateways_) {
            const auto reports = gateway->reports();
            out.insert(out.end(), reports.begin(), reports.end());
        }
        return out;
    }

private:
    std::vector<Guard*> all() {
        if (alone_) return {alone_.get()};
        return {&gateways_[0]->guard(), &gateways_[1]->guard()};
    }
    Guard& next() {
        const auto guards = all();
        return *guards[turn_++ % guards.size()];
    }
    void settle() const {
        for (const auto& one : gateways_)
            for (const auto& other : gateways_)
                EXPECT_TRUE(comes_true([&] { return one->knows(*other); }));
    }

    std::unique_ptr<Guard> alone_;
    std::unique_ptr<store::testing::RedisServer> server_;
    std::vector<std::unique_ptr<Gateway>> gateways_;
    std::size_t turn_ = 0;
    std::vector<Change> told_;
};

inline Answer note(Gateways& guard, const Transaction& transaction) { return guard.note(transaction); }

}  // namespace sekisho::outbound::testing
