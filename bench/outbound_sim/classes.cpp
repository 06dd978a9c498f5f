#include "bench/outbound_sim/classes.h"

#include "policy/outbound.h"

namespace sekisho::outbound_sim {

namespace {

constexpr std::size_t most_kept = 200'000;

}  // namespace

Classes::Classes(const std::vector<config::SenderClass>& rows) {
    auto& outbound = settings_.outbound;
    for (const config::SenderClass& row : rows) {
        if (row.name == "default")
            outbound.limits = row;
        else
            outbound.overrides.push_back(row);
    }
    for (config::SenderClass& row : outbound.overrides)
        for (const auto field : config::sender_limits)
            if (!(row.*field)) row.*field = outbound.limits.*field;
}

const config::SenderClass& Classes::of(const outbound::Transaction& transaction) {
    std::string key = transaction.account + ' ' + transaction.client + ' ' + transaction.sender;
    if (const auto known = known_.find(key); known != known_.end()) return *known->second;
    if (known_.size() >= most_kept) known_.clear();
    const config::SenderClass& found =
        policy::limits_for(settings_, {transaction.account, transaction.client, transaction.sender});
    known_.emplace(std::move(key), &found);
    return found;
}

}  // namespace sekisho::outbound_sim
