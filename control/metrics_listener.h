// GET /metrics over HTTP/1.0 on loopback, for a Prometheus agent on the same machine.
#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <string>

#include "base/result.h"

namespace sekisho::control {

// One connection at a time, two seconds each, at most 4 KB of request. Owns its thread.
class MetricsListener {
public:
    virtual ~MetricsListener() = default;
    // "127.0.0.1:9119" or "[::1]:9119"; any other address is Cause::invalid. Port 0: any free one. `text` is
    // called on the listener's thread.
    static base::Result<std::unique_ptr<MetricsListener>> start(const std::string& listen,
                                                                std::function<std::string()> text);
    virtual std::uint16_t port() const = 0;
};

}  // namespace sekisho::control
