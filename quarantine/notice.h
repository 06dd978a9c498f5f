// What people are told of a mail that was held back, and the text of the mail that tells it.
#pragma once

#include <chrono>
#include <cstdint>
#include <span>
#include <string>
#include <vector>

#include "config/settings.h"
#include "model/decision.h"

namespace sekisho::quarantine {

// All texts come from the mail itself and are untrusted.
struct Notice {
    std::string id;                       // to be named to the postmaster: of the entry, else of the message
    std::string host;                     // of the gateway
    std::string mail_from;                // envelope sender
    std::string subject;                  // without the passwords that were found in it
    std::vector<std::string> recipients;  // whose mail it is: for a recipient himself alone, as Bcc stays Bcc
    std::string verdict;                  // "suspicious", "unscannable (locked)"
    model::Action action = model::Action::quarantine;
    std::chrono::system_clock::time_point at;
};

// A whole mail, RFC 5322 with CRLF, ASCII with a body in base64: bilingual by default, `Auto-Submitted` (RFC
// 3834), nothing in it that a mail client makes a link of. `unlisted` more notices are only counted.
// `notices` is not empty.
std::string notice_mail(const config::NoticeSettings& settings, const std::string& to,
                        std::span<const Notice> notices, std::uint64_t unlisted,
                        std::chrono::system_clock::time_point now);

}  // namespace sekisho::quarantine
