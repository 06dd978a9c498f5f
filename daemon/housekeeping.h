// What is to be done about once a minute.
#pragma once

#include <chrono>
#include <thread>

#include "quarantine/password_book.h"
#include "quarantine/quarantine.h"

namespace sekisho::daemon {

// Expires quarantine entries and passwords on a thread of its own: a slow disk holds up nothing else.
class Housekeeping {
public:
    Housekeeping(quarantine::Quarantine& quarantine, quarantine::PasswordBook& passwords,
                 std::chrono::milliseconds every = std::chrono::minutes(1));
    Housekeeping(const Housekeeping&) = delete;
    Housekeeping& operator=(const Housekeeping&) = delete;

private:
    std::jthread thread_;
};

}  // namespace sekisho::daemon
