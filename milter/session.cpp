#include "milter/session.h"

#include <fmt/format.h>

#include <charconv>
#include <utility>

#include "base/network.h"
#include "base/text.h"
#include "milter/direction.h"
#include "milter/id.h"
#include "milter/outbound_step.h"
#include "milter/pipeline.h"
#include "milter/received.h"
#include "milter/record.h"

namespace sekisho::milter {

namespace {

constexpr std::uint8_t bit(State state) {
    return static_cast<std::uint8_t>(1u << static_cast<unsigned>(state));
}
constexpr std::uint8_t any_state = 0xff;

constexpr auto busy = "Mail filter is busy, please try again";
constexpr auto no_resources = "Mail filter is out of resources, please try again";
constexpr auto lost_track = "Mail filter lost track of this message, please try again";
constexpr auto shutting_down = "Mail filter is shutting down, please try again";

constexpr std::uint8_t before_body = bit(State::recipients) | bit(State::data) | bit(State::headers);

// DATA may be missing (old MTAs do not report it), and so may header fields and the end of the header.
constexpr std::array table{
    StepRow{Step::connect, any_state, State::idle},
    StepRow{Step::helo, any_state, State::idle},  // RFC 5321 section 4.1.4: EHLO in mid-session resets
    StepRow{Step::mail, any_state, State::envelope},
    StepRow{Step::rcpt, bit(State::envelope) | bit(State::recipients), State::recipients},
    StepRow{Step::data, bit(State::recipients), State::data},
    StepRow{Step::header, before_body, State::headers},
    StepRow{Step::end_of_header, before_body, State::body},
    StepRow{Step::body, bit(State::body), State::body},
    StepRow{Step::end_of_message, before_body | bit(State::body), State::idle},
};

// "<user@example.com>" without its brackets.
std::string_view bare_address(std::string_view argument) {
    argument = base::trim(argument);
    if (argument.size() >= 2 && argument.front() == '<' && argument.back() == '>') {
        argument = argument.substr(1, argument.size() - 2);
    }
    return argument;
}

// RFC 1870 SIZE=; 0 where it is not announced.
std::uint64_t announced_size(std::span<const std::string_view> arguments) {
    for (const auto argument : arguments) {
        if (!base::starts_with_ignoring_case(argument, "SIZE=")) continue;
        std::uint64_t size = 0;
        const auto digits = argument.substr(5);
        const auto [end, error] = std::from_chars(digits.data(), digits.data() + digits.size(), size);
        if (error == std::errc{} && end == digits.data() + digits.size()) return size;
    }
    return 0;
}

// Sendmail writes "IPv6:" before an IPv6 address.
std::string canonical_address(const std::string& text) {
    const auto address = base::Address::parse(text);
    return address ? address->text() : text;
}

// Cleanup(8) reports mail that was not received by SMTP as coming from the loopback, port 0.
bool came_by_smtp(const Peer& peer) {
    const auto address = base::Address::parse(peer.address);
    return !address || peer.port != 0;
}

}  // namespace

std::string_view to_string(Reply reply) {
    switch (reply) {
        case Reply::proceed:
            return "proceed";
        case Reply::reject:
            return "reject";
        case Reply::defer:
            return "defer";
        case Reply::discard:
            return "discard";
    }
    return "?";
}

std::string_view to_string(State state) {
    constexpr std::array<std::string_view, 6> names{"idle", "envelope", "recipients",
                                                    "data", "headers",  "body"};
    return names.at(static_cast<std::size_t>(state));
}

std::string_view to_string(Step step) {
    constexpr std::array<std::string_view, 9> names{
        "connect", "helo", "mail", "rcpt", "data", "header", "end_of_header", "body", "end_of_message"};
    return names.at(static_cast<std::size_t>(step));
}

std::span<const StepRow> step_table() { return table; }

Session::~Session() { drop(); }

bool Session::enter(Step step) {
    const StepRow& row = table.at(static_cast<std::size_t>(step));
    if ((row.from & bit(state_)) != 0) {
        state_ = row.to;
        return true;
    }
    // Libmilter keeps the order, so this is a bug somewhere. A message that may be incomplete is not judged.
    if (incoming_)
        trouble(fmt::format("out-of-order {} in {}", to_string(step), to_string(state_)), "4.3.0",
                lost_track);
    return false;
}

// What is given up, or never had a recipient that the MTA takes, is counted here; what reaches its end,
// there.
void Session::drop() {
    const auto gone = std::move(incoming_);
    state_ = State::idle;
    if (gone && gone->refused.any() && !gone->attempt_counted)
        count_refused(services_, *gone->settings, gone->envelope, gone->refused);
}

// Before there is a message to decide on: an answer of our own making, logged as NOQUEUE.
Reply Session::refuse(Mta& mta, std::string_view reason, int code, const std::string& enhanced,
                      const std::string& text) {
    if (incoming_) {
        record_refusal(services_, incoming_->envelope, reason, code);
    } else {
        model::Envelope envelope;
        envelope.client_addr = connection_.client_addr;
        envelope.client_name = connection_.client_name;
        envelope.helo = connection_.helo;
        record_refusal(services_, envelope, reason, code);
    }
    drop();
    mta.set_reply(code, enhanced, text);
    return Reply::defer;
}

Reply Session::on_connect(Mta& mta, const Peer& peer) {
    drop();
    services_.metrics.connection();
    connection_ = {};
    connection_.peer = peer;
    const std::string address = mta.macro("{client_addr}");
    connection_.client_addr = canonical_address(address.empty() ? peer.address : address);
    connection_.client_name = mta.macro("{client_name}");
    if (connection_.client_name.empty()) connection_.client_name = peer.name;
    if (connection_.client_name.empty()) connection_.client_name = mta.macro("_");
    connection_.daemon_name = mta.macro("{daemon_name}");
    connection_.daemon_port = mta.macro("{daemon_port}");
    connection_.hostname = mta.macro("j");
    if (services_.draining) return refuse(mta, "shutting-down", 421, "4.3.2", shutting_down);
    return Reply::proceed;
}

void Session::on_helo(std::string_view name) {
    drop();
    connection_.helo = name;
}

Reply Session::on_mail(Mta& mta, std::span<const std::string_view> arguments) {
    drop();
    enter(Step::mail);
    incoming_ = std::make_unique<Incoming>();
    incoming_->settings = services_.settings.get();

    auto& envelope = incoming_->envelope;
    envelope.client_addr = connection_.client_addr;
    envelope.client_name = connection_.client_name;
    envelope.helo = connection_.helo;
    envelope.daemon_name = connection_.daemon_name;
    envelope.daemon_port = connection_.daemon_port;
    envelope.auth_authen = mta.macro("{auth_authen}");
    envelope.auth_type = mta.macro("{auth_type}");
    envelope.tls_version = mta.macro("{tls_version}");
    envelope.via_smtp = came_by_smtp(connection_.peer);
    if (!arguments.empty()) envelope.mail_from = bare_address(arguments.front());
    note_queue_id(mta);

    if (services_.draining) return refuse(mta, "shutting-down", 421, "4.3.2", shutting_down);
    const auto& limits = incoming_->settings->milter;
    auto ticket = services_.in_flight.admit({limits.max_in_flight_bytes, limits.max_in_flight_messages},
                                            announced_size(arguments));
    if (!ticket) return refuse(mta, "in-flight-limit", 451, "4.3.2", busy);
    auto buffer = MessageBuffer::create(limits.max_message_bytes, std::move(ticket));
    if (!buffer) return refuse(mta, buffer.error().message, 451, "4.3.0", no_resources);
    incoming_->buffer.emplace(*std::move(buffer));
    return Reply::proceed;
}

// With SMFIP_RCPT_REJ the MTA shows those that it refuses as well, and takes no notice of the answer: the
// mailer is "error", the host its enhanced status code, the address the text of the reply (Sendmail's
// libmilter/docs/smfi_negotiate.html, Postfix's MILTER_README). Sendmail shows none that its rulesets refuse.
// A transport of Postfix that is called "error" has a host of its own, and the recipient as the address.
bool Session::note_refused(Mta& mta, std::string_view address) {
    if (!incoming_ || mta.macro("{rcpt_mailer}") != "error") return false;
    const std::string code = mta.macro("{rcpt_host}");
    const std::string text = mta.macro("{rcpt_addr}");
    if (!code.empty() && code.find_first_not_of("0123456789.") != std::string::npos) return false;
    if (base::equals_ignoring_case(text, bare_address(address))) return false;
    incoming_->refused.add(code.starts_with('4') || (code.empty() && text.starts_with('4')),
                           bare_address(address));
    return true;
}

Reply Session::on_rcpt(Mta& mta, std::span<const std::string_view> arguments) {
    if (!arguments.empty() && note_refused(mta, arguments.front())) return Reply::proceed;
    if (!enter(Step::rcpt)) return refuse(mta, "out-of-order", 451, "4.3.0", lost_track);
    note_queue_id(mta);
    if (arguments.empty()) return Reply::proceed;
    if (incoming_->raw_recipients.size() >= max_recipients) {
        mta.set_reply(452, "4.5.3", "Too many recipients");
        if (!std::exchange(incoming_->too_many_told, true)) {
            record_refusal(services_, incoming_->envelope, "too-many-recipients", 452);
        }
        return Reply::defer;  // of this recipient alone; the message goes on
    }
    incoming_->raw_recipients.emplace_back(arguments.front());
    incoming_->envelope.recipients.emplace_back(bare_address(arguments.front()));
    return refuse_by_standing(mta).value_or(Reply::proceed);
}

// A sender that is throttled or blocked is told so before it sends the message. All recipients get the same
// answer.
std::optional<Reply> Session::refuse_by_standing(Mta& mta) {
    Incoming& in = *incoming_;
    if (!in.by_standing) {
        in.by_standing = ask_guard(services_, *in.settings, in.envelope, in.refused);
        in.attempt_counted = in.by_standing->smtp_code != 250;
        if (in.by_standing->smtp_code != 250)
            record_refusal(services_, in.envelope, in.by_standing->rule, in.by_standing->smtp_code);
    }
    if (in.by_standing->smtp_code == 250) return std::nullopt;
    in.raw_recipients.clear();
    in.envelope.recipients.clear();
    mta.set_reply(in.by_standing->smtp_code, in.by_standing->enhanced_code, in.by_standing->text);
    return in.by_standing->smtp_code < 500 ? Reply::defer : Reply::reject;
}

void Session::on_data(Mta& mta) {
    if (enter(Step::data)) note_queue_id(mta);
}

void Session::on_header(Mta& mta, std::string_view name, std::string_view value) {
    if (!enter(Step::header)) return;
    if (!incoming_->buffer) return;
    incoming_->headers.note(name, value);
    after(incoming_->buffer->header(name, value, mta.leading_space()));
}

void Session::on_end_of_header(Mta& mta) {
    if (!enter(Step::end_of_header)) return;
    note_queue_id(mta);
    if (incoming_->buffer) after(incoming_->buffer->end_of_header());
}

void Session::on_body(base::Bytes chunk) {
    if (enter(Step::body) && incoming_->buffer) after(incoming_->buffer->body(chunk));
}

// Gives the memory back at once: the rest of the message is let run through.
void Session::trouble(std::string reason, std::string enhanced, std::string text) {
    incoming_->buffer.reset();
    incoming_->trouble = Trouble{std::move(reason), std::move(enhanced), std::move(text)};
}

void Session::after(Stored stored) {
    switch (stored) {
        case Stored::ok:
        case Stored::over_message_limit:
            return;
        case Stored::over_total_limit:
            trouble("in-flight-limit", "4.3.2", busy);
            return;
        case Stored::failed:
            trouble("memory", "4.3.0", no_resources);
            return;
    }
}

// Postfix knows the queue id from the first accepted recipient or DATA on, Sendmail from MAIL on.
void Session::note_queue_id(Mta& mta) {
    if (incoming_->envelope.queue_id.empty()) incoming_->envelope.queue_id = mta.macro("i");
}

Message Session::finish_message(Mta& mta) {
    auto& in = *incoming_;
    const auto relayed =
        real_client(connection_.client_addr, in.settings->milter.trusted_relays, in.headers.received());
    if (relayed.through_relay) {
        in.envelope.client_addr = relayed.address;
        in.envelope.client_name.clear();  // it is the relay's
    }
    in.envelope.direction = direction_of(*in.settings, in.envelope, relayed.through_relay);
    return Message{
        .settings = std::move(in.settings),
        .id = make_message_id(services_.now()),
        .hostname = connection_.hostname.empty() ? mta.macro("j") : connection_.hostname,
        .envelope = std::move(in.envelope),
        .raw_recipients = std::move(in.raw_recipients),
        .refused = std::move(in.refused),
        .connecting_addr = connection_.client_addr,
        .headers = std::move(in.headers),
        .buffer = *std::move(in.buffer),
        .ended = std::chrono::steady_clock::now(),
    };
}

Reply Session::on_end_of_message(Mta& mta) {
    // A message without an end of header: what came is a header alone.
    if (state_ != State::body && state_ != State::idle) on_end_of_header(mta);
    if (!enter(Step::end_of_message)) return refuse(mta, "out-of-order", 451, "4.3.0", lost_track);
    note_queue_id(mta);
    if (incoming_->buffer && !incoming_->buffer->seal()) trouble("memory", "4.3.0", no_resources);
    if (incoming_->trouble) {
        const Trouble why = *incoming_->trouble;
        return refuse(mta, why.reason, 451, why.enhanced, why.text);
    }
    Message message = finish_message(mta);
    incoming_.reset();
    return process(services_, message, mta);
}

void Session::on_abort() {
    if (state_ != State::idle) services_.metrics.aborted();
    drop();
}

void Session::on_close() { on_abort(); }

}  // namespace sekisho::milter
