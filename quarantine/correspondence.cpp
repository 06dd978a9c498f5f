#include "quarantine/correspondence.h"

#include <algorithm>
#include <optional>

#include "base/domain.h"
#include "base/text.h"

namespace sekisho::quarantine {

namespace {

constexpr std::size_t max_address = 320;
constexpr std::size_t max_from = 4;

std::optional<Address> address_of(std::string_view text) {
    while (text.ends_with('.'))
        text.remove_suffix(1);
    const std::size_t at = text.rfind('@');
    if (at == std::string_view::npos || at == 0 || at + 1 == text.size() || text.size() > max_address)
        return std::nullopt;
    std::string lower = base::to_lower(text);
    std::string domain = lower.substr(at + 1);
    return Address{.text = std::move(lower), .domain = std::move(domain)};
}

template <class T>
void add_once(std::vector<T>& list, const T& value) {
    if (std::ranges::find(list, value) == list.end()) list.push_back(value);
}

bool from_counts(const std::vector<std::string>& from, const Address& envelope,
                 const PublicDomains& public_domains) {
    if (from.empty() || from.size() > max_from) return false;
    const bool strangers = public_domains.contains(envelope.domain);
    return std::ranges::all_of(from, [&](const std::string& text) {
        const auto address = address_of(text);
        if (!address) return false;
        return strangers ? *address == envelope : base::aligned(address->domain, envelope.domain);
    });
}

}  // namespace

std::vector<Address> addresses_of(const std::vector<std::string>& texts) {
    std::vector<Address> out;
    for (const std::string& text : texts) {
        if (const auto address = address_of(text)) add_once(out, *address);
    }
    return out;
}

Senders senders_of(const Correspondence& mail, const PublicDomains& public_domains) {
    Senders out;
    const auto envelope = address_of(mail.mail_from);
    if (mail.direction == model::Direction::outbound || !envelope) return out;
    out.addresses.push_back(*envelope);

    if (!from_counts(mail.from, *envelope, public_domains)) return out;
    for (const Address& address : addresses_of(mail.from))
        add_once(out.addresses, address);
    for (const Address& address : out.addresses) {
        if (!public_domains.contains(address.domain)) add_once(out.domains, address.domain);
    }
    return out;
}

}  // namespace sekisho::quarantine
