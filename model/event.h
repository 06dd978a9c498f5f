// One row of the record: a message that was handled, or an operator's act.
#pragma once

#include <chrono>
#include <cstdint>
#include <string>

#include "base/json.h"

namespace sekisho::model {

struct Event {
    std::chrono::system_clock::time_point at;
    std::string kind;        // "message", "refused", "audit", "expired", "reload", ...
    std::string queue_id;    // where there is one
    std::string subject_id;  // our message id (X-Sekisho-Id), quarantine id or account
    base::Json detail;       // an object; no body text, no password
    // Of a message that one of ours sent: what standings are of, by which it is found (store/sent_mail.h).
    std::string account = {};  // login in lower case
    std::string host = {};     // client address, or its /64
};

}  // namespace sekisho::model
