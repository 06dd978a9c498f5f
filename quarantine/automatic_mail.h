// What the mails that we write ourselves have in common: their header, and texts of strangers within them.
#pragma once

#include <chrono>
#include <string>
#include <string_view>

namespace sekisho::quarantine {

struct AutomaticMail {
    std::string from;          // address; empty: postmaster@host
    std::string to;            // address
    std::string_view host;     // of the gateway
    std::string_view subject;  // of subject_word()s, at most 998 bytes
    std::string_view body;     // UTF-8, lines end with \n
    std::string_view unique;   // for the Message-ID
    std::chrono::system_clock::time_point now;
};

// RFC 5322 with CRLF, ASCII with a body in base64, `Auto-Submitted: auto-generated` (RFC 3834).
std::string automatic_mail(const AutomaticMail& mail);

// As it is where that is printable ASCII, else one encoded-word: `text` is short enough for its 75 characters
// (RFC 2047 section 2).
std::string subject_word(std::string_view text);

// Escaped, at most 120 bytes, and nothing in it that a mail client makes a link of; "<>" where it is empty.
std::string shown(std::string_view untrusted);

// `form` is fmt's, such as "{:%Y-%m-%d %H:%M} UTC".
std::string utc(std::chrono::system_clock::time_point at, const char* form);

}  // namespace sekisho::quarantine
