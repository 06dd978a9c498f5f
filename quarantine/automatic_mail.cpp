#include "quarantine/automatic_mail.h"

#include <fmt/chrono.h>
#include <fmt/format.h>

#include <algorithm>

#include "base/base64.h"
#include "base/escape.h"
#include "base/hash.h"

namespace sekisho::quarantine {

namespace {

constexpr std::size_t max_value = 120;
constexpr std::size_t base64_line = 76;  // RFC 2045 section 6.8

std::string base64_lines(std::string_view text) {
    const std::string whole = base::base64_encode(base::as_bytes(text));
    std::string out;
    for (std::size_t at = 0; at < whole.size(); at += base64_line)
        out += whole.substr(at, base64_line) + "\r\n";
    return out;
}

}  // namespace

// Mail clients make links of names with a dot and of addresses: the stranger's words are to stay words.
std::string shown(std::string_view untrusted) {
    std::string out;
    for (const char c : base::escape(untrusted, max_value)) {
        if (c == '.')
            out += "[.]";
        else if (c == ':')
            out += "[:]";
        else
            out += c;
    }
    return out.empty() ? "<>" : out;
}

std::string utc(std::chrono::system_clock::time_point at, const char* form) {
    return fmt::format(fmt::runtime(form), fmt::gmtime(std::chrono::system_clock::to_time_t(at)));
}

std::string subject_word(std::string_view text) {
    if (std::ranges::all_of(text, [](char c) { return c >= ' ' && c <= '~'; })) return std::string(text);
    return "=?UTF-8?B?" + base::base64_encode(base::as_bytes(text)) + "?=";
}

std::string automatic_mail(const AutomaticMail& mail) {
    const std::string host = base::escape_ascii(mail.host, max_value);
    const std::string from = mail.from.empty() ? "postmaster@" + host : mail.from;
    std::string out;
    out += "From: Mail filter <" + from + ">\r\n";
    out += "To: <" + base::escape_ascii(mail.to, 512) + ">\r\n";
    out += "Subject: " + std::string(mail.subject) + "\r\n";
    out += "Date: " + utc(mail.now, "{:%a, %d %b %Y %H:%M:%S} +0000") + "\r\n";
    out += "Message-ID: <" + base::hex(base::sha256(base::as_bytes(mail.unique))).substr(0, 24) + "@" + host +
           ">\r\n";
    out +=
        "Auto-Submitted: auto-generated\r\n"
        "MIME-Version: 1.0\r\n"
        "Content-Type: text/plain; charset=UTF-8\r\n"
        "Content-Transfer-Encoding: base64\r\n"
        "\r\n";
    return out + base64_lines(mail.body);
}

}  // namespace sekisho::quarantine
