// [outbound.notice] and [outbound.webhook]: who is told when the standing of an account or a host changes.
#pragma once

#include <chrono>
#include <string>
#include <vector>

namespace sekisho::config {

// What is told: the standing that it rose to, "released" (by a person), "calmed" (it fell by itself).
struct OutboundNoticeSettings {
    std::vector<std::string> operators;  // empty: those of [notice]
    std::vector<std::string> on{"throttled", "blocked", "released"};
    std::chrono::seconds interval{300};  // between two mails; what comes meanwhile is in the next
};

struct WebhookSettings {
    std::string url;  // empty: off
    std::string secret_file;
    std::string ca_file;  // empty: the system's
    std::vector<std::string> on{"watched", "throttled", "blocked", "released", "calmed"};
    std::chrono::seconds within{10};             // of one try, all in all
    std::chrono::seconds give_up_after{86'400};  // since it happened
};

}  // namespace sekisho::config
