#include "scanner/mime/smuggling.h"

#include <algorithm>
#include <array>

#include "base/text.h"
#include "scanner/mime/header.h"

namespace sekisho::scanner::mime {

namespace {

constexpr bool is_break(char c) { return c == '\r' || c == '\n' || c == '\0'; }

// The line break that ends at `at`: CRs, LFs and NULs in a row.
std::string_view break_before(std::string_view text, std::size_t at) {
    constexpr std::size_t longest = 8;
    std::size_t begin = at;
    while (begin > 0 && at - begin < longest && is_break(text[begin - 1]))
        --begin;
    return text.substr(begin, at - begin);
}

std::string_view break_behind(std::string_view text, std::size_t at) {
    constexpr std::size_t longest = 8;
    std::size_t end = at;
    while (end < text.size() && end - at < longest && is_break(text[end]))
        ++end;
    return text.substr(at, end - at);
}

// SMTP commands (RFC 5321 section 4.1.1), or the first fields of a message.
bool goes_on_as_mail(std::string_view behind) {
    constexpr std::array<std::string_view, 14> starts{
        "MAIL FROM:", "RCPT TO:", "EHLO ",    "HELO ", "RSET",  "DATA",        "BDAT ",
        "Received:",  "From:",    "Subject:", "To:",   "Date:", "Message-ID:", "MIME-Version:"};
    return std::ranges::any_of(
        starts, [behind](std::string_view start) { return base::starts_with_ignoring_case(behind, start); });
}

// Past SMTP commands, one a line.
std::size_t behind_commands(std::string_view message, std::size_t at) {
    constexpr std::array<std::string_view, 9> commands{"MAIL ", "RCPT ", "EHLO ", "HELO ", "RSET",
                                                       "DATA",  "BDAT ", "NOOP",  "QUIT"};
    constexpr int most = 1'000;
    for (int i = 0; i < most; ++i) {
        const std::string_view rest = message.substr(at);
        if (std::ranges::none_of(commands, [rest](std::string_view command) {
                return base::starts_with_ignoring_case(rest, command);
            })) {
            break;
        }
        at = std::min(message.find_first_of("\r\n", at), message.size());
        at += break_behind(message, at).size();
    }
    return at;
}

}  // namespace

std::optional<Smuggling> find_smuggling(std::string_view message, std::size_t from) {
    constexpr std::size_t shown = 100;
    const std::size_t lf = message.find('\n');
    const bool crlf = lf != message.npos && lf > 0 && message[lf - 1] == '\r';
    for (std::size_t at = message.find('.', from); at != message.npos; at = message.find('.', at + 1)) {
        if (at == 0 || !is_break(message[at - 1])) continue;
        const std::string_view behind = break_behind(message, at + 1);
        if (behind.empty()) continue;
        const std::string_view before = break_before(message, at);
        // Blank lines around a dot are a matter of taste; their breaks are whole all the same.
        const auto whole = [crlf](std::string_view text) {
            const std::string_view one = crlf ? "\r\n" : "\n";
            while (text.starts_with(one))
                text.remove_prefix(one.size());
            return text.empty();
        };
        const std::string_view rest = message.substr(at + 1 + behind.size());
        const bool odd = !whole(before) || !whole(behind);
        if (odd || goes_on_as_mail(rest)) {
            return Smuggling{.place = message.substr(at - before.size(), shown),
                             .mail = behind_commands(message, at + 1 + behind.size()),
                             .next = at + 1};
        }
    }
    return std::nullopt;
}

}  // namespace sekisho::scanner::mime
