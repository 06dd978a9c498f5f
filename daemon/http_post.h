// One POST over HTTP through libcurl. Besides quarantine/reinject.cpp the one file that includes curl.h.
#pragma once

#include <chrono>
#include <stop_token>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"

namespace sekisho::daemon {

struct HttpPost {
    std::string url;                   // of the settings: https, or http to the loopback
    std::vector<std::string> headers;  // "Name: value", ours alone
    std::string_view body;
    std::string ca_file;              // empty: the system's authorities
    std::chrono::seconds within{10};  // all in all
    std::stop_token stop;             // ends it within a second
};

// The status of the answer, whatever it is: redirects are not followed, and of the answer's body at most 64
// KB is read, and thrown away. TLS 1.2 or newer, with the server's name and chain checked; no proxy, whatever
// the environment says. Cause::unavailable: there was no answer, and why.
base::Result<int> http_post(const HttpPost& what);

}  // namespace sekisho::daemon
