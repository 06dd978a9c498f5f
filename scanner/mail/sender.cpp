#include "scanner/mail/sender.h"

#include <algorithm>

#include <fmt/format.h>

#include "base/domain.h"
#include "base/text.h"

namespace sekisho::scanner::mail {

namespace {

std::string_view domain_in(std::string_view address) {
    const std::size_t at = address.rfind('@');
    return at == address.npos ? address : address.substr(at + 1);
}

bool same_organisation(std::string_view a, std::string_view b) {
    return base::organisation_of(a) == base::organisation_of(b);
}

// The label that an organisation is called by: "example" of "mail.example.co.jp".
std::string_view label_of(std::string_view domain) {
    const std::string_view organisation = base::organisation_of(domain);
    return organisation.substr(0, organisation.find('.'));
}

// What the eye takes for the same is the same here.
std::string skeleton(std::string_view label) {
    std::string out;
    for (std::size_t i = 0; i < label.size(); ++i) {
        const std::string_view pair = label.substr(i, 2);
        if (pair == "rn" || pair == "vv") {
            out += pair == "rn" ? 'm' : 'w';
            ++i;
        } else if (label[i] != '-') {
            constexpr std::string_view look = "015i";
            constexpr std::string_view like = "olsl";
            const std::size_t at = look.find(label[i]);
            out += at == look.npos ? label[i] : like[at];
        }
    }
    return out;
}

// Equal but for one letter that is other, too many or too few.
bool one_edit_apart(std::string_view a, std::string_view b) {
    if (a.size() < b.size()) std::swap(a, b);
    if (a.size() - b.size() > 1) return false;
    const auto [in_a, in_b] = std::ranges::mismatch(a, b);
    const std::string_view rest_a(in_a, a.end());
    const std::string_view rest_b(in_b, b.end());
    if (rest_a.empty()) return false;
    return rest_a.substr(1) == (a.size() == b.size() ? rest_b.substr(1) : rest_b);
}

bool is_word_end(std::string_view text, std::size_t at) {
    if (at >= text.size()) return true;
    const char c = base::ascii_lower(text[at]);
    return !(c >= 'a' && c <= 'z') && !base::is_digit(c) && c != '-';
}

}  // namespace

Known::Known(const model::MailSettings& settings) {
    for (const std::string& domain : settings.own_domains)
        own_.push_back(base::to_lower(domain));
    for (const std::string& row : settings.known_senders) {
        const std::size_t angle = row.rfind('<');
        if (angle == row.npos) continue;  // config/checks.h keeps them out
        const std::string_view name = std::string_view(row).substr(0, angle);
        const std::string_view place = std::string_view(row).substr(angle + 1);
        Sender sender{squeezed(name), sorted_words(name),
                      base::to_lower(base::trim(place.substr(0, place.find('>'))))};
        if (!sender.name.empty() && !sender.place.empty()) senders_.push_back(std::move(sender));
    }
}

bool Known::is_own(std::string_view domain) const {
    return std::ranges::any_of(own_, [&](std::string_view own) {
        if (!own.starts_with('.')) return own == domain;
        return domain == own.substr(1) || domain.ends_with(own);
    });
}

std::string_view Known::own_domain_in(std::string_view name) const {
    const std::string text = base::to_lower(name);
    for (const std::string& row : own_) {
        const std::string_view own = std::string_view(row).substr(row.starts_with('.') ? 1 : 0);
        const std::size_t at = own.empty() ? text.npos : text.find(own);
        if (at == text.npos) continue;
        if ((at == 0 || is_word_end(text, at - 1)) && is_word_end(text, at + own.size())) return own;
    }
    return {};
}

std::string Known::looks_like(std::string_view domain) const {
    constexpr std::size_t shortest = 6;
    const std::string_view label = label_of(domain);
    std::string out;
    const auto compare = [&](std::string_view known) {
        const std::string_view other = label_of(known);
        if (other == label) return false;
        const bool alike = skeleton(other) == skeleton(label) || one_edit_apart(other, label);
        if (alike && other.size() >= shortest && label.size() >= shortest) out = known;
        return true;
    };
    for (const std::string& row : own_) {
        if (!compare(std::string_view(row).substr(row.starts_with('.') ? 1 : 0))) return {};
    }
    for (const Sender& sender : senders_) {
        if (!compare(domain_in(sender.place))) return {};
    }
    return out;
}

bool Known::is_borrowed(std::string_view name, std::string_view address) const {
    const std::string wanted = squeezed(name);
    const std::string sorted = sorted_words(name);
    bool is_known = false;
    for (const Sender& sender : senders_) {
        if (sender.name != wanted && (sorted.empty() || sender.sorted != sorted)) continue;
        const std::string_view domain = domain_in(address);
        const bool fits = sender.place.find('@') != sender.place.npos
                              ? sender.place == address
                              : domain == sender.place || base::aligned(sender.place, domain);
        if (fits) return false;
        is_known = true;
    }
    return is_known;
}

void judge_sender(const MailHeader& header, const Known& known, model::PartId part, Findings& findings) {
    constexpr std::size_t most = 5;
    const std::string_view domain = header.from.domain();
    if (domain.empty()) return;
    if (const std::string like = known.looks_like(domain); !like.empty())
        findings.add("mail.from.lookalike", part, fmt::format("{} is like {}", domain, like));
    if (header.from.name.empty()) return;
    for (const AddressInText& shown : addresses_in(header.from.name, most)) {
        const std::string_view other = domain_in(shown.address);
        if (same_organisation(other, domain) || header.reply_to.address == shown.address) continue;
        const bool own = known.is_own(other) && !known.is_own(domain);
        findings.add(own ? "mail.from.own-address-in-name" : "mail.from.address-in-name", part,
                     fmt::format("{} is shown, {} is meant", shown.address, header.from.address));
    }
    const std::string_view named = known.own_domain_in(header.from.name);
    if (!named.empty() && !known.is_own(domain) && header.from.name.find('@') == header.from.name.npos &&
        !base::aligned(named, domain))
        findings.add("mail.from.own-address-in-name", part,
                     fmt::format("{} is named, {} is meant", named, header.from.address));
    if (known.is_borrowed(header.from.name, header.from.address) && !known.is_own(domain))
        findings.add("mail.from.known-name", part,
                     fmt::format("{} <{}>", header.from.name, header.from.address));
}

}  // namespace sekisho::scanner::mail
