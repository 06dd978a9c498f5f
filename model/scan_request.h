// What travels to a worker: no secret, no envelope beyond what rules may see.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "base/json.h"
#include "base/result.h"
#include "model/limits.h"
#include "model/verdict.h"

namespace sekisho::model {

enum class InputKind : std::uint8_t {
    message,  // an RFC 5322 message, whatever its first bytes look like
    file,     // anything; a mail is recognised by content
};

struct ScanRequest {
    std::uint64_t id = 0;  // chosen by the caller; each answer frame repeats it
    InputKind kind = InputKind::message;
    std::string name;  // file name as given, for reports and the rules' externals; hostile
    Direction direction = Direction::inbound;
    ScanLimits limits;
    std::vector<std::string> passwords;   // configured candidates, UTF-8
    std::vector<std::string> skip_parts;  // paths of parts that crashed a worker before: listed, not opened
    bool want_parts = false;              // stream each part's bytes back (sekisho unpack)
};

base::Json to_json(const ScanRequest& request);
base::Result<ScanRequest> scan_request_from(const base::Json& json);

}  // namespace sekisho::model
