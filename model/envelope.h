// What SMTP said of a message (RFC 5321), and who the client is.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "model/verdict.h"

namespace sekisho::model {

struct Envelope {
    std::string queue_id;     // macro i; empty before DATA on Postfix
    std::string client_addr;  // textual IP address; of the real client where a trusted relay wrote it down
    std::string client_name;  // as the MTA resolved it
    std::string helo;
    std::string auth_authen;  // SASL login; empty where not authenticated
    std::string auth_type;
    std::string daemon_name;
    std::string daemon_port;
    std::string tls_version;
    std::string mail_from;                // without <>; empty for the null sender
    std::vector<std::string> recipients;  // without <>, as accepted by the MTA
    Direction direction = Direction::inbound;
    bool via_smtp = true;  // false for mail that was submitted locally (non_smtpd_milters)
};

}  // namespace sekisho::model
