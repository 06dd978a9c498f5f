#include "scanner/mail/thread.h"

#include <algorithm>
#include <array>
#include <set>

#include "base/charset.h"
#include "base/domain.h"
#include "base/text.h"
#include "scanner/mail/address.h"
#include "scanner/mail/date.h"

namespace sekisho::scanner::mail {

namespace {

struct Prefix {
    std::string_view word;  // folded
    bool reply;
};
constexpr std::array prefixes{
    Prefix{"re", true},    Prefix{"res", true},   Prefix{"aw", true},     Prefix{"antw", true},
    Prefix{"rif", true},   Prefix{"r", true},     Prefix{"sv", true},     Prefix{"vs", true},
    Prefix{"odp", true},   Prefix{"ynt", true},   Prefix{"atb", true},    Prefix{"bls", true},
    Prefix{"回复", true},  Prefix{"回覆", true},  Prefix{"答复", true},   Prefix{"返信", true},
    Prefix{"fw", false},   Prefix{"fwd", false},  Prefix{"wg", false},    Prefix{"rv", false},
    Prefix{"tr", false},   Prefix{"enc", false},  Prefix{"i", false},     Prefix{"vb", false},
    Prefix{"转发", false}, Prefix{"転送", false}, Prefix{"re fwd", false}};

// Lines that begin what is quoted, folded: the labels of headers that are written out, and whole lines.
constexpr std::array<std::string_view, 20> quote_labels{"from:",
                                                        "von:",
                                                        "de:",
                                                        "da:",
                                                        "de :",
                                                        "差出人:",
                                                        "送信者:",
                                                        "发件人:",
                                                        "寄件者:",
                                                        "-----original message",
                                                        "-----ursprüngliche nachricht",
                                                        "-----message d'origine",
                                                        "-----messaggio originale",
                                                        "-----mensaje original",
                                                        "----- original message",
                                                        "-----元のメッセージ",
                                                        "---------- forwarded message",
                                                        "begin forwarded message",
                                                        "________________________________",
                                                        "------ original message"};
// How the line ends above a quote: "On Mon, 2 Mar 2026, Ann wrote:".
constexpr std::array<std::string_view, 9> quote_ends{
    "wrote:",    "schrieb:",  "a écrit :",         "a écrit:", "ha scritto:",
    "escribió:", "のメール:", "さんは書きました:", "写道:"};

std::string folded(std::string_view line) { return base::fold_case(base::nfkc(line)); }

constexpr std::size_t longest_heading = 300;

bool has_quote_end(std::string_view low) {
    return std::ranges::any_of(quote_ends, [&](std::string_view end) { return low.ends_with(end); });
}

bool ends_as_heading(std::string_view line) {
    line = base::trim(line);
    return !line.empty() && line.size() <= longest_heading && has_quote_end(folded(line));
}

bool begins_quote(std::string_view line) {
    line = base::trim(line);
    if (line.empty() || line.size() > longest_heading) return false;
    if (line.starts_with('>')) return true;
    const std::string low = folded(line);
    return std::ranges::any_of(quote_labels,
                               [&](std::string_view label) { return low.starts_with(label); }) ||
           has_quote_end(low);
}

// Cuts the next line off `rest`.
std::string_view take_line(std::string_view& rest) {
    const std::size_t end = std::min(rest.find('\n'), rest.size());
    const std::string_view line = rest.substr(0, end);
    rest.remove_prefix(std::min(end + 1, rest.size()));
    return line;
}

// Labels of the line that says when the quoted mail was sent, folded.
constexpr std::array<std::string_view, 14> date_labels{"date", "sent",    "gesendet", "datum",   "inviato",
                                                       "data", "enviado", "fecha",    "envoyé",  "送信日時",
                                                       "日時", "日付",    "发送时间", "发件时间"};

// The month that stands in the heading of a quote: in the line "On ..., Ann wrote:", which may stand above
// it, or behind a label.
std::optional<int> month_of_quote(std::string_view quoted, std::string_view above) {
    constexpr int heading = 8;
    if (ends_as_heading(above)) return month_in(above);
    for (int i = 0; i < heading && !quoted.empty(); ++i) {
        const std::string_view line = take_line(quoted);
        const std::string low =
            folded(base::trim(line.substr(0, 300), [](char c) { return base::is_space(c) || c == '>'; }));
        const bool labelled =
            std::ranges::any_of(date_labels, [&](std::string_view label) { return low.starts_with(label); });
        if (labelled || ends_as_heading(line)) {
            if (const auto month = month_in(low)) return month;
        }
    }
    return std::nullopt;
}

// From the last label of a subject on: "[2]:" and ":".
std::size_t size_of_colon(std::string_view text) {
    std::size_t at = 0;
    while (at < text.size() && text[at] == ' ')
        ++at;
    if (at < text.size() && (text[at] == '[' || text[at] == '^')) {
        ++at;
        while (at < text.size() && (base::is_digit(text[at]) || text[at] == ']'))
            ++at;
    }
    while (at < text.size() && text[at] == ' ')
        ++at;
    return at < text.size() && text[at] == ':' ? at + 1 : 0;
}

}  // namespace

SubjectPrefixes subject_prefixes(std::string_view subject) {
    constexpr std::size_t looked_at = 200;
    SubjectPrefixes out;
    const std::string text = folded(subject.substr(0, looked_at));
    std::string_view rest = base::trim(text);
    for (;;) {
        std::size_t used = 0;
        for (const Prefix& prefix : prefixes) {
            if (!rest.starts_with(prefix.word)) continue;
            const std::size_t colon = size_of_colon(rest.substr(prefix.word.size()));
            if (colon == 0) continue;
            used = prefix.word.size() + colon;
            ++(prefix.reply ? out.replies : out.forwards);
            break;
        }
        if (used == 0) return out;
        rest = base::trim(rest.substr(used));
    }
}

Thread split_thread(std::string_view text) {
    constexpr int most_lines = 400;
    std::string_view rest = text;
    std::string_view line;
    for (int i = 0; i < most_lines && !rest.empty(); ++i) {
        const std::size_t begin = text.size() - rest.size();
        const std::string_view before = line;
        line = take_line(rest);
        if (!begins_quote(line)) continue;
        const std::string_view quoted = text.substr(begin);
        return {text.substr(0, begin), quoted, month_of_quote(quoted, line.starts_with('>') ? before : line)};
    }
    return {text, {}, std::nullopt};
}

std::size_t lines_of(std::string_view text, std::size_t most) {
    std::set<std::string> lines;  // without blanks: HTML is rendered with and without them
    while (!text.empty() && lines.size() < most) {
        std::string line(take_line(text));
        std::erase_if(line, base::is_space);
        if (!line.empty()) lines.insert(std::move(line));
    }
    return lines.size();
}

std::optional<std::string> other_address_of(std::string_view name, std::string_view own,
                                            std::string_view text) {
    constexpr std::size_t most = 200;
    constexpr std::size_t before = 120;
    constexpr std::size_t shortest = 4;  // bytes: two characters of Japanese, "Li Na" squeezed
    const std::string wanted = squeezed(name);
    const std::string sorted = sorted_words(name);
    if (wanted.size() < shortest || wanted.find('@') != wanted.npos) return std::nullopt;
    const std::string_view own_domain = own.substr(own.rfind('@') + 1);
    std::optional<std::string> out;
    std::size_t last = 0;
    for (const AddressInText& found : addresses_in(text, most)) {
        // "a@b.c@d.e" reads as two that overlap.
        const std::size_t begin =
            std::min(found.begin, std::max(last, found.begin > before ? found.begin - before : 0));
        const std::string_view around = text.substr(begin, found.begin - begin);
        last = found.begin + found.address.size();
        // The lines right above it, as in a signature, and its own.
        const std::string near = squeezed(around);
        const bool beside =
            near.find(wanted) != near.npos || (!sorted.empty() && near.find(sorted) != near.npos);
        if (!beside) continue;
        const std::string_view domain = std::string_view(found.address).substr(found.address.rfind('@') + 1);
        if (base::organisation_of(domain) == base::organisation_of(own_domain)) return std::nullopt;
        if (!out) out = found.address;
    }
    return out;
}

}  // namespace sekisho::scanner::mail
