#include "scanner/mail/address.h"

#include <algorithm>
#include <array>

#include "base/charset.h"
#include "base/text.h"
#include "scanner/mime/words.h"

namespace sekisho::scanner::mail {

namespace {

constexpr std::size_t longest_local = 64;  // RFC 5321 section 4.5.3.1
constexpr std::size_t longest_domain = 255;

bool is_domain_char(char c) {
    const char lower = base::ascii_lower(c);
    return (lower >= 'a' && lower <= 'z') || base::is_digit(c) || c == '-' || c == '.';
}
bool is_local_char(char c) {
    constexpr std::string_view others = "!#$%&'*+-/=?^_`{|}~.";
    const char lower = base::ascii_lower(c);
    return (lower >= 'a' && lower <= 'z') || base::is_digit(c) || others.find(c) != others.npos;
}

// Where the mailbox of the field ends and where its '<' stands, quotes and comments left out.
struct Cut {
    std::size_t end = 0;
    std::size_t angle = std::string_view::npos;
    bool broken = false;  // a quote or comment that does not end
};

Cut cut_mailbox(std::string_view value) {
    Cut out{.end = value.size()};
    bool quoted = false;
    bool in_address = false;
    int comments = 0;
    for (std::size_t i = 0; i < value.size(); ++i) {
        const char c = value[i];
        if (c == '\\' && (quoted || comments > 0)) {
            ++i;
        } else if (comments == 0 && c == '"') {
            quoted = !quoted;
        } else if (quoted) {
            continue;
        } else if (c == '(') {
            ++comments;
        } else if (c == ')' && comments > 0) {
            --comments;
        } else if (comments == 0 && c == '<') {
            out.angle = i;
            in_address = true;
        } else if (comments == 0 && c == '>') {
            in_address = false;
        } else if (comments == 0 && c == ',' && !in_address) {
            out.end = i;
            return out;
        }
    }
    out.broken = quoted || comments > 0;
    return out;
}

// A phrase without its quotes and backslashes, decoded.
std::string name_of(std::string_view phrase) {
    std::string plain;
    plain.reserve(phrase.size());
    for (std::size_t i = 0; i < phrase.size(); ++i) {
        if (phrase[i] == '"') continue;
        if (phrase[i] == '\\' && i + 1 < phrase.size()) ++i;
        plain += phrase[i];
    }
    const std::string decoded = mime::decode_words(base::trim(plain));
    const auto is_edge = [](char c) { return base::is_space(c) || c == '"' || c == '\''; };
    return std::string(base::trim(std::string_view(decoded), is_edge));
}

std::string_view comment_in(std::string_view text) {
    const std::size_t open = text.find('(');
    const std::size_t close = text.rfind(')');
    if (open == text.npos || close == text.npos || close < open) return {};
    return text.substr(open + 1, close - open - 1);
}

std::vector<std::string> words_of(std::string_view name) {
    std::string folded = base::fold_case(base::nfkc(name));
    constexpr std::string_view ideographic_blank = "\xE3\x80\x80";
    for (std::size_t at = folded.find(ideographic_blank); at != folded.npos;
         at = folded.find(ideographic_blank, at)) {
        folded.replace(at, ideographic_blank.size(), " ");
    }
    std::vector<std::string> out(1);
    for (const char c : folded) {
        constexpr std::string_view dropped = "\"'`()[]";
        if (base::is_space(c) || c == ',' || c == '.' || c == '_' || c == '-') {
            if (!out.back().empty()) out.emplace_back();
        } else if (dropped.find(c) == dropped.npos) {
            out.back() += c;
        }
    }
    if (out.back().empty()) out.pop_back();
    return out;
}

std::string joined(const std::vector<std::string>& words) {
    std::string out;
    for (const std::string& word : words)
        out += word;
    return out;
}

}  // namespace

std::string_view Mailbox::domain() const {
    const std::string_view all = address;
    const std::size_t at = all.rfind('@');
    return at == all.npos ? std::string_view() : all.substr(at + 1);
}

std::vector<AddressInText> addresses_in(std::string_view text, std::size_t most) {
    std::vector<AddressInText> out;
    for (std::size_t at = text.find('@'); at != text.npos && out.size() < most; at = text.find('@', at + 1)) {
        std::size_t begin = at;
        while (begin > 0 && at - begin < longest_local && is_local_char(text[begin - 1]))
            --begin;
        std::size_t end = at + 1;
        while (end < text.size() && end - at <= longest_domain && is_domain_char(text[end]))
            ++end;
        std::string_view domain = text.substr(at + 1, end - at - 1);
        while (domain.ends_with('.') || domain.ends_with('-'))
            domain.remove_suffix(1);
        if (begin == at || domain.find('.') == domain.npos || domain.starts_with('.')) continue;
        out.push_back({begin, base::to_lower(text.substr(begin, at - begin)) + "@" + base::to_lower(domain)});
    }
    return out;
}

Mailbox first_mailbox(std::string_view value) {
    const Cut cut = cut_mailbox(value);
    std::string_view whole = value.substr(0, cut.end);
    std::size_t angle = cut.angle;
    // A quote that does not end hides the address from whoever counts quotes, and from no mail client.
    if (cut.broken || angle == whole.npos) angle = whole.rfind('<');
    Mailbox out;
    const bool has_angle = angle != whole.npos;
    const std::string_view place = has_angle ? whole.substr(angle + 1) : whole;
    if (const auto found = addresses_in(place, 1); !found.empty()) out.address = found.front().address;
    out.name = name_of(has_angle ? whole.substr(0, angle) : comment_in(whole));
    return out;
}

std::string squeezed(std::string_view name) { return joined(words_of(name)); }

std::string sorted_words(std::string_view name) {
    std::vector<std::string> words = words_of(name);
    if (words.size() < 2) return {};
    std::ranges::sort(words);
    return joined(words);
}

}  // namespace sekisho::scanner::mail
