#include "quarantine/marked_mail.h"

#include <algorithm>

#include "base/base64.h"
#include "base/text.h"

namespace sekisho::quarantine {

namespace {

bool is_ascii_print(char c) { return c >= ' ' && c <= '~'; }

// The size of "Subject:" at the beginning of `line`, 0 where there is none. Blanks before the colon are
// allowed by RFC 5322 section 4.5.
std::size_t subject_name(std::string_view line) {
    constexpr std::string_view name = "subject";
    if (!base::starts_with_ignoring_case(line, name)) return 0;
    const std::size_t colon = line.find_first_not_of(" \t", name.size());
    return colon != std::string_view::npos && line[colon] == ':' ? colon + 1 : 0;
}

}  // namespace

std::string prefixed_subject(std::string_view prefix, std::string_view subject) {
    if (std::ranges::all_of(prefix, is_ascii_print)) {
        const bool apart = prefix.empty() || prefix.ends_with(' ') || subject.empty();
        return std::string(prefix) + (apart ? "" : " ") + std::string(subject);
    }
    std::string text(prefix);
    if (!subject.empty() && !text.ends_with(' ')) text += ' ';
    const std::string word = "=?UTF-8?B?" + base::base64_encode(base::as_bytes(text)) + "?=";
    return subject.empty() ? word : word + " " + std::string(subject);
}

std::string marked_mail(std::string_view message, std::string_view prefix) {
    if (prefix.empty()) return std::string(message);
    std::string out;
    bool marked = false;
    std::size_t at = 0;
    while (at < message.size()) {
        const std::size_t newline = message.find('\n', at);
        const std::size_t next = newline == std::string_view::npos ? message.size() : newline + 1;
        const std::string_view line = message.substr(at, next - at);
        if (line == "\r\n" || line == "\n") break;  // the body
        if (const std::size_t name = subject_name(line); name > 0) {
            const std::string_view value = line.substr(name);
            out += line.substr(0, name);
            out += ' ';
            out += prefixed_subject(prefix, value.starts_with(' ') ? value.substr(1) : value);
            marked = true;
        } else {
            out += line;
        }
        at = next;
    }
    out += message.substr(at);
    if (marked) return out;
    return "Subject: " + prefixed_subject(prefix, "") + "\r\n" + out;
}

}  // namespace sekisho::quarantine
