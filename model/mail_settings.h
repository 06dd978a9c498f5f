// What an installation knows of its mail: what the worker judges senders by.
#pragma once

#include <string>
#include <vector>

namespace sekisho::model {

// Holds for one generation of workers. On the worker's command line, so that other users of the host can read
// it; nothing of it is secret.
struct MailSettings {
    std::vector<std::string> own_domains;    // "example.com", ".example.com" with all below it; lower case
    std::vector<std::string> known_senders;  // "Name <address>" or "Name <domain>"
    std::vector<std::string> authserv_ids;   // whose Authentication-Results are believed (RFC 8601)
    bool operator==(const MailSettings&) const = default;
};

}  // namespace sekisho::model
