#include "sandbox/pool.h"

#include "sandbox/gate_pool.h"

namespace sekisho::sandbox {

std::string_view to_string(ScanStatus status) {
    switch (status) {
        case ScanStatus::ok:
            return "ok";
        case ScanStatus::crashed:
            return "crashed";
        case ScanStatus::timed_out:
            return "timed_out";
        case ScanStatus::protocol:
            return "protocol";
        case ScanStatus::overloaded:
            return "overloaded";
        case ScanStatus::unavailable:
            return "unavailable";
    }
    return "?";
}

base::Result<std::unique_ptr<Pool>> Pool::create(const config::WorkerSettings& settings) {
    std::unique_ptr<Pool> out = SEKISHO_TRY(GatePool::create(settings, {}));
    return out;
}

}  // namespace sekisho::sandbox
