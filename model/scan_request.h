// What travels to a worker: no secret, no envelope beyond what rules may see.
#pragma once

#include <cstddef>
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

// A password that another mail of the same correspondence brought, UTF-8.
struct MailedPassword {
    std::string text;
    std::string label;  // "keyword ja, mail text line 12": where it stood; a-z, digits, blanks and commas
    bool operator==(const MailedPassword&) const = default;
};

struct ScanRequest {
    std::uint64_t id = 0;  // chosen by the caller; each answer frame repeats it
    InputKind kind = InputKind::message;
    std::string name;  // file name as given, for reports and the rules' externals; hostile
    Direction direction = Direction::inbound;
    ScanLimits limits;
    std::vector<std::string> passwords;   // configured candidates, UTF-8
    std::vector<MailedPassword> earlier;  // best first
    std::vector<std::string> skip_parts;  // paths of parts that crashed a worker before: listed, not opened
    bool want_parts = false;              // stream each part's bytes back (sekisho unpack)
    // Of a mail that speaks of files: tell the passwords that it names, for locks of other mails.
    bool want_passwords = false;
    bool slow = false;  // goes to the slow lane at once; not on the wire
};

// On the wire, in both directions.
constexpr std::size_t max_mailed_passwords = 100;
base::Json to_json(const std::vector<MailedPassword>& passwords);
base::Result<std::vector<MailedPassword>> mailed_passwords_from(const base::JsonArray& array);

base::Json to_json(const ScanRequest& request);
base::Result<ScanRequest> scan_request_from(const base::Json& json);

}  // namespace sekisho::model
