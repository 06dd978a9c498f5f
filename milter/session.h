// One SMTP connection, as the milter protocol tells it. Knows nothing of libmilter: callbacks.cpp forwards to
// it.
//
//   idle --mail--> envelope --rcpt--> recipients --data--> data --header--> headers --end_of_header--> body
//     ^                                                                                                 |
//     +------------------ end_of_message, abort (RSET, lost peer), helo, any refusal ------------------+
//
// Everything that belongs to one message lives in one object that is thrown away when the message ends,
// however it ends: nothing can leak into the next.
#pragma once

#include <array>
#include <cstdint>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>

#include "base/bytes.h"
#include "milter/message.h"
#include "milter/mta.h"
#include "milter/services.h"

namespace sekisho::milter {

enum class State : std::uint8_t { idle, envelope, recipients, data, headers, body };
enum class Step : std::uint8_t {
    connect,
    helo,
    mail,
    rcpt,
    data,
    header,
    end_of_header,
    body,
    end_of_message
};

std::string_view to_string(State state);
std::string_view to_string(Step step);

// In which states a step may come, and where it leads. A step out of order drops the message and is answered
// 4xx.
struct StepRow {
    Step step;
    std::uint8_t from;  // bit per State
    State to;
};
std::span<const StepRow> step_table();

// Who connects, from xxfi_connect.
struct Peer {
    std::string name;        // as the MTA resolved it
    std::string address;     // textual; empty where the connection is not over IP
    std::uint16_t port = 0;  // Postfix's cleanup(8) gives 0 for mail that did not come by SMTP
};

// One thread at a time (libmilter calls the callbacks of one connection one after the other, on changing
// threads).
class Session {
public:
    static constexpr std::size_t max_recipients = 10'000;  // more: 452 4.5.3; MTAs allow 1,000 by default

    explicit Session(const Services& services) : services_(services) {}
    ~Session();
    Session(const Session&) = delete;
    Session& operator=(const Session&) = delete;

    Reply on_connect(Mta& mta, const Peer& peer);
    void on_helo(std::string_view name);
    Reply on_mail(Mta& mta,
                  std::span<const std::string_view> arguments);  // the address with <>, then ESMTP words
    Reply on_rcpt(Mta& mta, std::span<const std::string_view> arguments);
    // These four are not answered (SMFIP_NR_*: a round trip less each); what goes wrong is told at the end.
    void on_data(Mta& mta);
    void on_header(Mta& mta, std::string_view name, std::string_view value);
    void on_end_of_header(Mta& mta);
    void on_body(base::Bytes chunk);
    Reply on_end_of_message(Mta& mta);
    void on_abort();  // at any moment; drops the message
    void on_close();

    State state() const { return state_; }

private:
    // What is known of the connection; the message's own facts are in Incoming.
    struct Connection {
        Peer peer;
        std::string client_addr, client_name, helo, daemon_name, daemon_port, hostname;
    };
    // Why the message that is being received will be refused at its end.
    struct Trouble {
        std::string reason;  // for the log
        std::string enhanced;
        std::string text;
    };
    // A message that is being received.
    struct Incoming {
        std::shared_ptr<const config::Settings> settings;
        model::Envelope envelope;
        std::vector<std::string> raw_recipients;
        HeaderNotes headers;
        std::optional<MessageBuffer> buffer;  // gone once `trouble` is set
        std::optional<Trouble> trouble;
        bool too_many_told = false;
        Refused refused;
        bool attempt_counted = false;
        std::optional<model::Decision> by_standing;  // of the sender, asked at the first recipient
    };

    bool enter(Step step);
    Reply refuse(Mta& mta, std::string_view reason, int code, const std::string& enhanced,
                 const std::string& text);
    void trouble(std::string reason, std::string enhanced, std::string text);
    void after(Stored stored);
    void note_queue_id(Mta& mta);
    void drop();
    std::optional<Reply> refuse_by_standing(Mta& mta);
    // A recipient that the MTA refuses: counted, and none of the message's.
    bool note_refused(Mta& mta, std::string_view address);
    Message finish_message(Mta& mta);

    const Services& services_;
    Connection connection_;
    State state_ = State::idle;
    std::unique_ptr<Incoming> incoming_;  // set exactly while state_ is not idle
};

}  // namespace sekisho::milter
