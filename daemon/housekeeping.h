// What is to be done about once a minute.
#pragma once

#include <chrono>
#include <thread>

#include "quarantine/quarantine.h"

namespace sekisho::daemon {

// Expires quarantine entries on a thread of its own: a slow disk holds up nothing else.
class Housekeeping {
public:
    explicit Housekeeping(quarantine::Quarantine& quarantine,
                          std::chrono::milliseconds every = std::chrono::minutes(1));
    Housekeeping(const Housekeeping&) = delete;
    Housekeeping& operator=(const Housekeeping&) = delete;

private:
    std::jthread thread_;
};

}  // namespace sekisho::daemon
