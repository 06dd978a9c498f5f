// Carries out the orders of a spool folder (model/action_order.h), one by one, oldest first.
#pragma once

#include <chrono>
#include <functional>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "base/log.h"
#include "cli/action_folder.h"
#include "cli/action_process.h"
#include "config/outbound_settings.h"

namespace sekisho::cli {

// The command says by this exit status that the order can never be carried out (EX_DATAERR of sysexits.h).
inline constexpr int never = 65;

// What the command is told of an order, and nothing else: SEKISHO_ACTION (lock, unlock), SEKISHO_ACCOUNT,
// SEKISHO_STANDING, SEKISHO_WAS, SEKISHO_REASONS (with "; " between them), SEKISHO_BY, SEKISHO_AT (RFC 3339,
// UTC), SEKISHO_ORDER; PATH and LC_ALL; and of our own environment STATE_DIRECTORY and CREDENTIALS_DIRECTORY,
// which systemd sets.
std::vector<std::string> environment_for(const model::ActionOrder& order, const std::string& id);

// Not thread-safe. A run that fails is repeated after a pause that doubles, as often as `settings` says;
// then, and where the order is none, it is set aside. Of two orders for one account the later holds, the
// earlier is dropped.
class ActionRunner {
public:
    using Log = std::function<void(base::LogLevel, std::string_view)>;
    // All outlive it. `stop`: a descriptor that becomes readable when it is to end.
    ActionRunner(const ActionFolder& folder, const config::ActionSettings& settings, int stop,
                 Log log = base::log);

    // Until no order is left. False: told to stop; what was not carried out is still there. An error: the
    // folder is not what it has to be.
    base::Result<bool> run();

private:
    using Clock = std::chrono::steady_clock;
    struct Waiting {
        model::OrderName name;
        model::ActionOrder order;
        Clock::time_point due;
    };

    // What is new in the folder.
    base::Result<void> look();
    base::Result<void> take(const model::OrderName& name);
    base::Result<void> drop_outdated();
    // False: told to stop.
    base::Result<bool> carry_out(Waiting& waiting);
    base::Result<void> after(Waiting& waiting, const base::Result<RunOutcome>& outcome);
    bool pause(Clock::time_point until) const;
    std::chrono::seconds pause_after(std::uint32_t attempts) const;
    void say(base::LogLevel level, std::string_view event, const Waiting& waiting, std::string_view why = {},
             std::optional<std::int64_t> ms = {}) const;

    const ActionFolder& folder_;
    const config::ActionSettings& settings_;
    const int stop_;
    const Log log_;
    std::map<model::OrderName, Waiting> waiting_;  // by the name without its count
};

}  // namespace sekisho::cli
