#include "milter/received.h"

#include <algorithm>

#include "base/network.h"
#include "base/text.h"

namespace sekisho::milter {

namespace {

constexpr std::size_t max_looked_at = 2'000;
constexpr std::size_t max_hops = 10;

// The end of the from-clause: the word "by" outside of comments, or ';'.
std::size_t end_of_from_clause(std::string_view value) {
    int depth = 0;
    for (std::size_t i = 0; i < value.size(); ++i) {
        if (value[i] == '(') ++depth;
        if (value[i] == ')' && depth > 0) --depth;
        if (depth > 0) continue;
        if (value[i] == ';') return i;
        const bool word_starts = i > 0 && (base::is_space(value[i - 1]) || value[i - 1] == ')');
        if (word_starts && base::starts_with_ignoring_case(value.substr(i), "by") &&
            (i + 2 == value.size() || base::is_space(value[i + 2]))) {
            return i;
        }
    }
    return value.size();
}

// The first balanced comment of `text`, without its parentheses; the rest of the text where it is not closed.
std::string_view first_comment(std::string_view text) {
    const auto open = text.find('(');
    if (open == std::string_view::npos) return {};
    int depth = 0;
    for (std::size_t i = open; i < text.size(); ++i) {
        if (text[i] == '(') ++depth;
        if (text[i] == ')' && --depth == 0) return text.substr(open + 1, i - open - 1);
    }
    return text.substr(open + 1);
}

// The last "[address]" in `text`.
std::optional<std::string> last_bracketed_address(std::string_view text) {
    while (true) {
        const auto open = text.rfind('[');
        if (open == std::string_view::npos) return std::nullopt;
        const auto close = text.find(']', open);
        if (close != std::string_view::npos) {
            if (const auto address = base::Address::parse(text.substr(open + 1, close - open - 1)))
                return address->text();
        }
        text = text.substr(0, open);
    }
}

}  // namespace

std::optional<std::string> client_of_received(std::string_view value) {
    value = base::trim(value.substr(0, max_looked_at));
    if (!base::starts_with_ignoring_case(value, "from") || value.size() < 5 || !base::is_space(value[4])) {
        return std::nullopt;
    }
    const std::string_view clause = value.substr(0, end_of_from_clause(value));
    // The relay writes what it knows into the first comment. What stands before it is the client's HELO, and
    // what follows may be the client's too: Exim's "helo=", the CN of a TLS certificate in Postfix's second
    // comment.
    std::string_view comment = first_comment(clause);
    const auto helo = base::find_ignoring_case(comment, "helo=");
    comment = comment.substr(0, helo);
    if (auto address = last_bracketed_address(comment)) return address;
    // Exim without a host name: "from [192.0.2.1] (helo=...)".
    if (helo == std::string_view::npos) return std::nullopt;
    return last_bracketed_address(clause.substr(0, clause.find('(')));
}

RelayedClient real_client(const std::string& connecting, const std::vector<std::string>& trusted,
                          const std::vector<std::string>& received) {
    RelayedClient out{.address = connecting, .through_relay = false};
    const std::size_t hops = std::min(received.size(), max_hops);
    for (std::size_t i = 0;; ++i) {
        if (!base::any_contains(trusted, out.address)) return out;
        out.through_relay = true;
        const auto next = i < hops ? client_of_received(received[i]) : std::nullopt;
        if (!next) {
            out.address.clear();
            return out;
        }
        out.address = *next;
    }
}

}  // namespace sekisho::milter
