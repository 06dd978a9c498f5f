// A Session with its fake MTA, spoken to in a few words.
#pragma once

#include <gtest/gtest.h>

#include <array>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "milter/session.h"
#include "milter/testing_fakes.h"

namespace sekisho::milter::testing {

// One connection with its MTA.
struct Talk {
    explicit Talk(Rig& rig) : session(rig.services) {
        session.on_connect(mta, {"client.example.net", "203.0.113.5", 4711});
    }

    Reply mail(std::string_view from = "<a@example.net>", std::string_view word = "BODY=8BITMIME") {
        const std::array<std::string_view, 2> arguments{from, word};
        return session.on_mail(mta, arguments);
    }
    Reply rcpt(std::string_view to = "<b@example.com>") {
        const std::array<std::string_view, 1> arguments{to};
        return session.on_rcpt(mta, arguments);
    }
    void header(std::string_view name, std::string_view value) { session.on_header(mta, name, value); }
    void body(std::string_view text) { session.on_body(base::as_bytes(text)); }
    // A whole plain message.
    Reply send(std::string_view text = "hello\r\n") {
        mail();
        rcpt();
        return content(text);
    }
    Reply content(std::string_view text = "hello\r\n") {
        mta.macros["i"] = "4XQ1";
        session.on_data(mta);
        header("Subject", " greetings");
        session.on_end_of_header(mta);
        body(text);
        return session.on_end_of_message(mta);
    }

    FakeMta mta;
    Session session;
};

struct Sent {
    Reply reply = Reply::proceed;
    FakeMta mta;
};

// One message on a connection of its own.
inline Sent send(Rig& rig, const std::vector<std::string>& recipients = {"<b@example.com>"},
                 const std::vector<std::pair<std::string, std::string>>& headers = {{"Subject", " hi"}},
                 const std::string& client = "203.0.113.5", const std::string& body = "text\r\n") {
    Sent out;
    out.mta.macros["{client_addr}"] = client;
    out.mta.macros["i"] = "4XQ1";
    Session session(rig.services);
    session.on_connect(out.mta, {"client.example.net", client, 4711});
    const std::array<std::string_view, 1> from{"<a@example.net>"};
    session.on_mail(out.mta, from);
    for (const auto& recipient : recipients) {
        const std::array<std::string_view, 1> to{recipient};
        session.on_rcpt(out.mta, to);
    }
    session.on_data(out.mta);
    for (const auto& [name, value] : headers)
        session.on_header(out.mta, name, value);
    session.on_end_of_header(out.mta);
    session.on_body(base::as_bytes(body));
    out.reply = session.on_end_of_message(out.mta);
    EXPECT_EQ(rig.in_flight.messages(), 0u);
    return out;
}

}  // namespace sekisho::milter::testing
