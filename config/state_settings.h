// [state]: where the numbers of the outbound guard live.
#pragma once

#include <chrono>
#include <cstdint>
#include <string>

namespace sekisho::config {

// [state.redis]
struct RedisSettings {
    std::string address = "inet:127.0.0.1:6379";  // inet:host:port or unix:/path
    std::string user;                             // of Redis' ACL; empty: its default user
    std::string password_file;                    // empty: no AUTH
    bool tls = false;
    std::string tls_ca;    // empty: the system's
    std::string tls_cert;  // ours, with tls_key; empty: none
    std::string tls_key;
    std::string tls_name;                // that the server's certificate is to bear; empty: that of `address`
    std::string prefix = "sekisho";      // of all keys
    std::chrono::milliseconds wait{50};  // so long a mail waits for the others' counts at most
    std::uint32_t max_records = 500'000;  // in the log that the gateways share
    bool operator==(const RedisSettings&) const = default;
};

// [state]
struct StateSettings {
    std::string engine = "embedded";  // embedded, redis
    RedisSettings redis;
};

}  // namespace sekisho::config
