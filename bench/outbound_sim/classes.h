// Which limits hold for a sender: the product's own choice, kept.
#pragma once

#include <string>
#include <unordered_map>
#include <vector>

#include "config/settings.h"
#include "outbound/transaction.h"

namespace sekisho::outbound_sim {

// Answers for the same sender are kept. Not thread-safe.
class Classes {
public:
    // The row `default` holds for whom no other names, and fills what they leave out.
    explicit Classes(const std::vector<config::SenderClass>& rows);
    const config::SenderClass& of(const outbound::Transaction& transaction);

private:
    config::Settings settings_;
    std::unordered_map<std::string, const config::SenderClass*> known_;
};

}  // namespace sekisho::outbound_sim
