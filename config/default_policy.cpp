// The shipped [[direction]] and [[rule]] rows, as they stand in sekisho.toml: the table of DESIGN.md
// section 6.
#include "config/schema.h"

namespace sekisho::config {

std::string_view default_directions() {
    return R"([[direction]] # submitted on this host, for us
direction = "internal"
smtp = false
recipients_local = true

[[direction]] # submitted on this host, for others
direction = "outbound"
smtp = false

[[direction]] # someone logged in writes to us
direction = "internal"
authenticated = true
recipients_local = true

[[direction]] # someone logged in writes to others
direction = "outbound"
authenticated = true

[[direction]] # bounces of this host that leave
direction = "outbound"
null_sender = true
recipients_local = false
networks = ["127.0.0.0/8", "::1/128"]

[[direction]] # any other bounce
direction = "inbound"
null_sender = true

[[direction]] # our own networks write to us in our name; put your public ones here
direction = "internal"
sender_local = true
recipients_local = true
networks = ["127.0.0.0/8", "::1/128", "10.0.0.0/8", "172.16.0.0/12", "192.168.0.0/16", "fc00::/7"]

[[direction]] # our own networks write to others, in whosever name
direction = "outbound"
recipients_local = false
networks = ["127.0.0.0/8", "::1/128", "10.0.0.0/8", "172.16.0.0/12", "192.168.0.0/16", "fc00::/7"]

[[direction]] # everything else
direction = "inbound"
)";
}

// NOLINTNEXTLINE(readability-function-size): a table holds nothing else
std::string_view default_rules() {
    return R"([[rule]] # we never send it, and the sender is told at once
name = "malicious-outbound"
directions = ["outbound"]
verdicts = ["malicious"]
action = "reject"
text = "Message refused: harmful content. Ask your postmaster, id {id}"

[[rule]] # the sender gets its 250 and learns nothing
name = "malicious"
verdicts = ["malicious"]
action = "quarantine"

[[rule]] # kept in the MTA's own hold queue
name = "suspicious-outbound"
directions = ["outbound"]
verdicts = ["suspicious"]
action = "hold"

[[rule]]
name = "suspicious"
verdicts = ["suspicious"]
action = "quarantine"
notify = true

[[rule]] # it crashed or overran the scanner
name = "crashed-outbound"
directions = ["outbound"]
verdicts = ["unscannable"]
unscannable = ["crashed", "time"]
action = "hold"

[[rule]]
name = "crashed"
verdicts = ["unscannable"]
unscannable = ["crashed", "time"]
action = "quarantine"

[[rule]] # own people may send locked files; it is recorded
name = "unscannable-outbound"
directions = ["outbound"]
verdicts = ["unscannable"]
action = "accept"

[[rule]] # it waits for the mail with its password
name = "locked"
verdicts = ["unscannable"]
unscannable = ["locked"]
action = "quarantine"
wait_for_password = true
notify = true

[[rule]] # something in it can run
name = "unscannable-active"
verdicts = ["unscannable"]
findings = ["file.*", "office.macro", "office.vba.*", "office.xlm.*", "archive.encrypted.executable"]
action = "quarantine"
notify = true

[[rule]]
name = "unscannable"
verdicts = ["unscannable"]
unscannable = ["large", "deep", "broken", "unsupported"]
action = "tag"

[[rule]]
name = "clean"
verdicts = ["clean"]
action = "accept"

[[rule]] # nothing gets here; if it does, it is kept rather than passed
name = "rest"
action = "quarantine"
)";
}

}  // namespace sekisho::config
