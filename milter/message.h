// One received message, whole: what the pipeline works on.
#pragma once

#include <chrono>
#include <cstdint>
#include <map>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "config/settings.h"
#include "milter/message_buffer.h"
#include "model/envelope.h"

namespace sekisho::milter {

// The few fields that the gate itself must know, noted as they pass by. Everything else is the worker's.
// Bounded: what is beyond the limits is counted, not kept.
class HeaderNotes {
public:
    static constexpr std::size_t max_received = 10;
    static constexpr std::size_t max_subjects = 10;
    static constexpr std::uint32_t max_ours = 1'000;
    static constexpr std::size_t max_from = 4'000;

    void note(std::string_view name, std::string_view value);

    // X-Sekisho-* and MIME-Ambiguity-Results fields that came in, by lower-case name: how it was written
    // first, and how often it occurs.
    struct Ours {
        std::string name;
        std::uint32_t count = 0;
    };
    const std::map<std::string, Ours, std::less<>>& ours() const { return ours_; }
    bool too_many_ours() const { return too_many_ours_; }

    const std::vector<std::string>& received() const { return received_; }  // topmost first
    const std::vector<std::string>& subjects() const {
        return subjects_;
    }  // raw values, trimmed at both ends
    const std::vector<std::string>& tokens() const {
        return tokens_;
    }  // of quarantine::token_header, at most two
    // The values of all From fields, joined by commas. Where they are longer than is kept the end is an
    // address of no domain that there is.
    const std::string& from() const { return from_; }

private:
    std::map<std::string, Ours, std::less<>> ours_;
    std::uint32_t ours_total_ = 0;
    bool too_many_ours_ = false;
    std::vector<std::string> received_;
    std::vector<std::string> subjects_;
    std::vector<std::string> tokens_;
    std::string from_;
};

// Of draft-chen-email-mime-ambiguity-defense-00: for the mail systems of one administrative domain.
inline constexpr std::string_view ambiguity_results_header = "MIME-Ambiguity-Results";

// Recipients that the MTA refused by itself: they are none of the message's.
struct Refused {
    std::uint32_t rejected = 0, deferred = 0;  // 5xx, 4xx
    std::string first;                         // address
    bool any() const { return rejected + deferred > 0; }
    void add(bool for_now, std::string_view address) {
        if (!any()) first = address;
        std::uint32_t& count = for_now ? deferred : rejected;
        if (count < max_counted) ++count;
    }
    static constexpr std::uint32_t max_counted = 1'000'000;
};

struct Message {
    std::shared_ptr<const config::Settings> settings;  // as they were at MAIL
    std::string id;                                    // make_message_id()
    std::string hostname;                              // of the MTA, macro j
    model::Envelope envelope;
    std::vector<std::string> raw_recipients;  // as in RCPT, with <>; one for each of envelope.recipients
    Refused refused;
    std::string connecting_addr;  // the host that connects, where envelope.client_addr is a relay's word
    HeaderNotes headers;
    MessageBuffer buffer;                               // sealed
    std::chrono::system_clock::time_point tried_until;  // passwords of other mails that came until then
    std::chrono::steady_clock::time_point ended;        // when the end of the message arrived
};

}  // namespace sekisho::milter
