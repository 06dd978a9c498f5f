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
    if (domain.empty() || header.from.name.empty()) return;
    for (const AddressInText& shown : addresses_in(header.from.name, most)) {
        const std::string_view other = domain_in(shown.address);
        if (same_organisation(other, domain) || header.reply_to.address == shown.address) continue;
        const bool own = known.is_own(other) && !known.is_own(domain);
        findings.add(own ? "mail.from.own-address-in-name" : "mail.from.address-in-name", part,
                     fmt::format("{} is shown, {} is meant", shown.address, header.from.address));
    }
    if (known.is_borrowed(header.from.name, header.from.address) && !known.is_own(domain))
        findings.add("mail.from.known-name", part,
                     fmt::format("{} <{}>", header.from.name, header.from.address));
}

}  // namespace sekisho::scanner::mail
