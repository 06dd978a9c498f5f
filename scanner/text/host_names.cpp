#include "scanner/text/host_names.h"

#include <algorithm>
#include <array>
#include <cstdint>
#include <vector>

#include <fmt/format.h>

#include "base/network.h"
#include "base/text.h"
#include "base/utf8.h"

namespace sekisho::scanner::text {

namespace {

constexpr std::size_t max_label = 63;  // RFC 1035 section 2.3.4

// RFC 3492 section 6.1.
std::uint32_t adapt(std::uint32_t delta, std::uint32_t points, bool first) {
    delta = first ? delta / 700 : delta / 2;
    delta += delta / points;
    std::uint32_t k = 0;
    for (; delta > ((36 - 1) * 26) / 2; k += 36)
        delta /= 36 - 1;
    return k + (36 * delta) / (delta + 38);
}

// RFC 3492 section 6.2; nothing where the label is no Punycode. At most 63 characters go in.
std::optional<std::u32string> decode_punycode(std::string_view label) {
    if (label.size() > max_label) return std::nullopt;
    const std::size_t dash = label.rfind('-');
    std::u32string out;
    if (dash != label.npos) {
        for (const char c : label.substr(0, dash))
            out += static_cast<char32_t>(static_cast<unsigned char>(c));
    }
    std::uint64_t n = 128;
    std::uint64_t i = 0;
    std::uint32_t bias = 72;
    for (std::size_t at = dash == label.npos ? 0 : dash + 1; at < label.size();) {
        const std::uint64_t before = i;
        std::uint64_t weight = 1;
        for (std::uint32_t k = 36;; k += 36) {
            if (at == label.size()) return std::nullopt;
            const char c = label[at++];
            const bool letter = c >= 'a' && c <= 'z';
            if (!letter && !base::is_digit(c)) return std::nullopt;
            const auto digit = static_cast<std::uint32_t>(letter ? c - 'a' : c - '0' + 26);
            i += digit * weight;
            const std::uint32_t t = k <= bias ? 1 : k >= bias + 26 ? 26 : k - bias;
            if (digit < t) break;
            weight *= 36 - t;
            if (weight > UINT32_MAX || i > UINT32_MAX) return std::nullopt;
        }
        const auto points = static_cast<std::uint32_t>(out.size() + 1);
        if (i > UINT32_MAX) return std::nullopt;
        bias = adapt(static_cast<std::uint32_t>(i - before), points, before == 0);
        n += i / points;
        i %= points;
        if (n > 0x10FFFF || (n >= 0xD800 && n < 0xE000)) return std::nullopt;
        out.insert(out.begin() + static_cast<std::ptrdiff_t>(i), static_cast<char32_t>(n));
        ++i;
    }
    return out;
}

struct Number {
    std::uint64_t value = 0;
    bool odd = false;  // hexadecimal or octal
};
// One part of an address, as strtoul() with base 0 reads it.
std::optional<Number> read_number(std::string_view text) {
    if (text.empty() || text.size() > 16) return std::nullopt;
    Number number;
    unsigned radix = 10;
    if (text.starts_with("0x")) {
        radix = 16;
        text.remove_prefix(2);
        number.odd = true;
    } else if (text.size() > 1 && text[0] == '0') {
        radix = 8;
        number.odd = true;
    }
    for (const char c : text) {
        const int digit = base::hex_value(c);
        if (digit < 0 || static_cast<unsigned>(digit) >= radix) return std::nullopt;
        number.value = number.value * radix + static_cast<unsigned>(digit);
    }
    return number;
}

// People pad with zeros: "192.168.001.010".
bool is_padded_decimal(const std::vector<std::string_view>& parts) {
    return parts.size() == 4 && std::ranges::all_of(parts, [](std::string_view part) {
               return part.size() == 3 && std::ranges::all_of(part, base::is_digit);
           });
}

bool is_private(const base::Address& address) {
    static const std::vector<std::string> networks{
        "0.0.0.0/8",     "10.0.0.0/8",     "100.64.0.0/10", "127.0.0.0/8", "169.254.0.0/16",
        "172.16.0.0/12", "192.168.0.0/16", "::1/128",       "fc00::/7",    "fe80::/10"};
    return base::any_contains(networks, address.text());
}

enum class Letters : std::uint8_t { none, latin, greek, cyrillic, other };
Letters letters_of(char32_t c) {
    if ((c >= 'a' && c <= 'z') || (c >= 0xC0 && c <= 0x24F)) return Letters::latin;
    if (c < 0x80) return Letters::none;
    if (c >= 0x370 && c <= 0x3FF) return Letters::greek;
    if (c >= 0x400 && c <= 0x52F) return Letters::cyrillic;
    return Letters::other;
}

std::u32string code_points(std::string_view utf8) {
    std::u32string out;
    for (std::size_t at = 0; at < utf8.size();) {
        const auto first = static_cast<unsigned char>(utf8[at]);
        const std::size_t size = first < 0x80 ? 1 : first < 0xE0 ? 2 : first < 0xF0 ? 3 : 4;
        char32_t c = size == 1 ? first : first & (0xFFu >> (size + 1));
        for (std::size_t k = 1; k < size && at + k < utf8.size(); ++k)
            c = c << 6u | (static_cast<unsigned char>(utf8[at + k]) & 0x3Fu);
        out += c;
        at += size;
    }
    return out;
}

}  // namespace

std::string percent_decode(std::string_view text) {
    std::string out;
    for (std::size_t at = 0; at < text.size(); ++at) {
        const bool whole = text[at] == '%' && text.size() - at > 2;
        const int high = whole ? base::hex_value(text[at + 1]) : -1;
        const int low = whole ? base::hex_value(text[at + 2]) : -1;
        if (high >= 0 && low >= 0) {
            out += static_cast<char>(high * 16 + low);
            at += 2;
        } else {
            out += text[at];
        }
    }
    return out;
}

std::string unicode_host(std::string_view host) {
    if (host.find("xn--") == host.npos) return std::string(host);
    std::string out;
    for (const std::string_view label : base::split(host, '.')) {
        if (!out.empty()) out += '.';
        const auto decoded = label.starts_with("xn--") ? decode_punycode(label.substr(4)) : std::nullopt;
        if (!decoded) {
            out += label;
            continue;
        }
        for (const char32_t c : *decoded)
            base::append_utf8(c, out);
    }
    return out;
}

void read_address(Url& url) {
    const std::string_view host = url.host;
    if (host.starts_with('[')) {
        const auto address = base::Address::parse(host);
        if (address) url.kind = is_private(*address) ? HostKind::private_address : HostKind::address;
        return;
    }
    if (host.empty() || !base::is_digit(host[0])) return;
    const std::vector<std::string_view> parts = base::split(host, '.');
    if (parts.size() > 4) return;
    std::uint64_t value = 0;
    bool odd = parts.size() != 4;
    const bool padded = is_padded_decimal(parts);
    for (std::size_t i = 0; i < parts.size(); ++i) {
        auto number = read_number(parts[i]);
        if (padded)
            number = Number{.value = static_cast<std::uint64_t>(
                                (parts[i][0] - '0') * 100 + (parts[i][1] - '0') * 10 + (parts[i][2] - '0'))};
        if (!number) return;
        const bool last = i + 1 == parts.size();
        const std::size_t bits = last ? 8 * (4 - i) : 8;
        if (number->value >> bits != 0) return;
        value = value << bits | number->value;
        odd = odd || number->odd;
    }
    url.host = fmt::format("{}.{}.{}.{}", value >> 24u & 0xFFu, value >> 16u & 0xFFu, value >> 8u & 0xFFu,
                           value & 0xFFu);
    const auto address = base::Address::parse(url.host);
    if (!address) return;
    url.kind = is_private(*address) ? HostKind::private_address
               : odd                ? HostKind::disguised
                                    : HostKind::address;
}

bool looks_like_host(std::string_view lower) {
    constexpr std::array<std::string_view, 24> domains{
        "com", "net",  "org",  "info",  "biz",    "edu",     "gov",     "mil",
        "int", "app",  "dev",  "cloud", "online", "shop",    "site",    "xyz",
        "top", "live", "club", "store", "tokyo",  "example", "invalid", "test"};
    // Two letters are a country's, but for those that end the names of files.
    constexpr std::array<std::string_view, 12> files{"js", "vb", "cs", "ps", "py", "rb",
                                                     "md", "ai", "db", "so", "gz", "7z"};
    const std::size_t dot = lower.rfind('.');
    if (dot == lower.npos || dot == 0) return false;
    const std::string_view last = lower.substr(dot + 1);
    const bool sound = std::ranges::all_of(lower, [](char c) {
        return (c >= 'a' && c <= 'z') || base::is_digit(c) || c == '.' || c == '-' ||
               static_cast<unsigned char>(c) >= 0x80;
    });
    if (!sound || lower.find("..") != lower.npos) return false;
    if (std::ranges::find(domains, last) != domains.end()) return true;
    return last.size() == 2 && !std::ranges::any_of(last, base::is_digit) &&
           std::ranges::find(files, last) == files.end();
}

bool has_mixed_letters(std::string_view host) {
    if (std::ranges::all_of(host, [](char c) { return static_cast<unsigned char>(c) < 0x80; })) return false;
    constexpr std::u32string_view latin_looks = U"аеорсухіјѕһԁԛԝӏвкмнтг";
    const std::u32string all = code_points(host);
    const std::size_t dot = all.rfind(U'.');
    const bool latin_domain = dot == all.npos || letters_of(all.back()) == Letters::latin;
    std::size_t begin = 0;
    while (begin <= all.size()) {
        const std::size_t end = std::min(all.find(U'.', begin), all.size());
        const std::u32string_view label = std::u32string_view(all).substr(begin, end - begin);
        bool latin = false;
        bool foreign = false;
        bool all_look = !label.empty();
        for (const char32_t c : label) {
            const Letters letters = letters_of(c);
            latin = latin || letters == Letters::latin;
            foreign = foreign || letters == Letters::greek || letters == Letters::cyrillic;
            all_look = all_look && (letters == Letters::none || latin_looks.find(c) != latin_looks.npos);
        }
        if (foreign && (latin || (all_look && latin_domain))) return true;
        begin = end + 1;
    }
    return false;
}

}  // namespace sekisho::scanner::text
