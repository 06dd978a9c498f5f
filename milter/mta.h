// What a Session asks of the MTA. Implemented over libmilter by callbacks.cpp and by a fake in the tests.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

namespace sekisho::milter {

// The answer to one step of the milter protocol.
enum class Reply : std::uint8_t {
    proceed,  // go on; at the end of a message: accept it
    reject,   // 5xx
    defer,    // 4xx
    discard,  // answer 250 and drop the message
};

std::string_view to_string(Reply reply);

// One connection's MTA. Edits are allowed at the end of a message only; each call says whether the MTA took
// it. Strings hold no CR, LF or NUL, but for a header value, where LF may part the lines of a folded field.
class Mta {
public:
    virtual ~Mta() = default;

    // A macro by its name ("i", "{client_addr}"); empty where it is not set.
    virtual std::string macro(const char* name) = 0;
    // True where header values come with what stood behind the colon (SMFIP_HDR_LEADSPC was granted).
    virtual bool leading_space() const = 0;

    // The text that goes with the Reply::reject (5xx) or Reply::defer (4xx) of this step.
    virtual bool set_reply(int code, const std::string& enhanced, const std::string& text) = 0;
    // At the very top. The value comes without a leading blank.
    virtual bool insert_header(const std::string& name, const std::string& value) = 0;
    // The `nth` field of that name, from 1.
    virtual bool change_header(const std::string& name, std::uint32_t nth, const std::string& value) = 0;
    virtual bool delete_header(const std::string& name, std::uint32_t nth) = 0;
    // As it stood in RCPT, with its <>.
    virtual bool remove_recipient(const std::string& recipient) = 0;
    // Into the MTA's hold queue, once the message is accepted.
    virtual bool hold(const std::string& reason) = 0;
};

}  // namespace sekisho::milter
