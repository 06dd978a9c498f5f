// How it goes with the orders to lock accounts (daemon/orders.h). A value.
#pragma once

#include <cstdint>

namespace sekisho::daemon {

struct OrderStats {
    std::uint64_t written = 0;
    std::uint64_t failed = 0;   // attempts to write one
    std::uint64_t waiting = 0;  // until one can be written
    std::uint64_t locked = 0;   // accounts that were ordered to be
};

}  // namespace sekisho::daemon
