// One message over SMTP to a configured server, through libcurl. curl.h is included by reinject.cpp alone.
#pragma once

#include <chrono>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"

namespace sekisho::quarantine {

struct Reinjection {
    std::string server;  // "inet:host:port", "inet:[::1]:port" or "unix:/path": a setting, not from a message
    std::string helo;    // empty: the name of this machine
    std::string mail_from;  // empty: the null sender
    std::vector<std::string> recipients;
    std::string_view
        text;  // with CRLF; sent byte for byte (dots are stuffed, CRLF is added at the end where none is)
    std::chrono::seconds connect_within{10};
    std::chrono::seconds within{120};  // all in all
};

// All recipients or none: one that is refused ends the attempt. ok: the server's 250 has come; the reply's
// text. Cause::unavailable: try again later (4xx, no connection, time is over; the server may have taken it
// all the same). Cause::invalid: refused for good (5xx), or an address that cannot be sent.
base::Result<std::string> reinject(const Reinjection& what);

// True for what may stand between < and > in an SMTP command: no control character, < or >; at most 512
// bytes.
bool is_sendable_address(std::string_view address);

}  // namespace sekisho::quarantine
