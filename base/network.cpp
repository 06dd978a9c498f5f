#include "base/network.h"

#include <arpa/inet.h>
#include <fmt/format.h>

#include <algorithm>
#include <charconv>
#include <cstring>

#include "base/escape.h"
#include "base/text.h"

namespace sekisho::base {

namespace {

constexpr int v4_prefix_bits = 96;  // of ::ffff:0:0/96

constexpr std::array<std::uint8_t, 12> v4_mapped{0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0xff, 0xff};

// True when every bit from `bits` on is zero.
bool host_bits_are_zero(const std::array<std::uint8_t, 16>& raw, int bits) {
    for (int i = bits; i < 128; ++i) {
        const auto byte = raw[static_cast<std::size_t>(i / 8)];
        if ((byte >> (7 - i % 8)) & 1) return false;
    }
    return true;
}

// "192.0.2.1" as inet_pton() takes it: no leading zeros. By hand, since the outbound guard asks for it
// with each message.
std::optional<std::uint32_t> dotted(std::string_view text) {
    std::uint32_t out = 0;
    for (int i = 0; i < 4; ++i) {
        std::uint32_t byte = 0;
        std::size_t digits = 0;
        for (; digits < text.size() && is_digit(text[digits]); ++digits) {
            if (digits == 3 || (digits == 1 && byte == 0)) return std::nullopt;
            byte = byte * 10 + static_cast<std::uint32_t>(text[digits] - '0');
        }
        if (digits == 0 || byte > 255) return std::nullopt;
        text.remove_prefix(digits);
        if (i < 3 && (text.empty() || text.front() != '.')) return std::nullopt;
        if (i < 3) text.remove_prefix(1);
        out = out << 8 | byte;
    }
    if (!text.empty()) return std::nullopt;
    return out;
}

// Fewer than 32 bits.
std::string dotted_network(std::uint32_t address, unsigned bits) {
    const std::uint32_t kept = bits == 0 ? 0 : address & (UINT32_MAX << (32 - bits));
    std::array<char, sizeof "255.255.255.255/32/"> text;
    std::size_t size = 0;
    // The digits of a byte, and `after` behind them.
    const auto put = [&](std::uint32_t byte, char after) {
        if (byte >= 100) text[size++] = static_cast<char>('0' + byte / 100);
        if (byte >= 10) text[size++] = static_cast<char>('0' + byte / 10 % 10);
        text[size++] = static_cast<char>('0' + byte % 10);
        text[size++] = after;
    };
    for (const unsigned shift : {24u, 16u, 8u})
        put(kept >> shift & 255, '.');
    put(kept & 255, '/');
    put(bits, '/');
    return {text.data(), size - 1};
}

}  // namespace

std::optional<Address> Address::parse(std::string_view text) {
    if (starts_with_ignoring_case(text, "ipv6:")) text.remove_prefix(5);
    if (text.size() >= 2 && text.front() == '[' && text.back() == ']') text = text.substr(1, text.size() - 2);
    if (text.empty() || text.size() > 45) return std::nullopt;  // 45: the longest textual IPv6 address

    const std::string terminated(text);
    Address out;
    if (text.find(':') == std::string_view::npos) {
        std::array<std::uint8_t, 4> v4{};
        if (::inet_pton(AF_INET, terminated.c_str(), v4.data()) != 1) return std::nullopt;
        std::ranges::copy(v4_mapped, out.raw_.begin());
        std::ranges::copy(v4, out.raw_.begin() + v4_mapped.size());
        return out;
    }
    if (::inet_pton(AF_INET6, terminated.c_str(), out.raw_.data()) != 1) return std::nullopt;
    return out;
}

bool Address::is_v4() const { return std::equal(v4_mapped.begin(), v4_mapped.end(), raw_.begin()); }

std::string Address::text() const {
    std::array<char, INET6_ADDRSTRLEN> out{};
    const bool ok =
        is_v4() ? ::inet_ntop(AF_INET, raw_.data() + v4_mapped.size(), out.data(), out.size()) != nullptr
                : ::inet_ntop(AF_INET6, raw_.data(), out.data(), out.size()) != nullptr;
    return ok ? std::string(out.data()) : std::string();
}

Result<Network> Network::parse(std::string_view text) {
    const auto slash = text.find('/');
    const auto address = Address::parse(text.substr(0, slash));
    const auto bad = [&](std::string_view what) {
        return fail(Cause::invalid, fmt::format("\"{}\": {}; right would be 192.0.2.0/24 or 2001:db8::/32",
                                                escape(text, 60), what));
    };
    if (!address) return bad("no IP address");

    Network out;
    out.base_ = *address;
    if (slash == std::string_view::npos) return out;

    const auto digits = text.substr(slash + 1);
    const bool v4 = address->is_v4() && text.substr(0, slash).find(':') == std::string_view::npos;
    int bits = 0;
    const auto [end, error] = std::from_chars(digits.data(), digits.data() + digits.size(), bits);
    if (error != std::errc{} || end != digits.data() + digits.size() || bits < 0 || bits > (v4 ? 32 : 128)) {
        return bad("the prefix length is no number from 0 to " + std::string(v4 ? "32" : "128"));
    }
    out.bits_ = v4 ? bits + v4_prefix_bits : bits;
    if (!host_bits_are_zero(out.base_.raw_, out.bits_)) return bad("bits are set behind the prefix");
    return out;
}

bool Network::contains(const Address& address) const {
    const auto whole = static_cast<std::size_t>(bits_ / 8);
    if (!std::equal(base_.raw_.begin(), base_.raw_.begin() + static_cast<std::ptrdiff_t>(whole),
                    address.raw_.begin())) {
        return false;
    }
    const int rest = bits_ % 8;
    if (rest == 0) return true;
    const int shift = 8 - rest;
    return (base_.raw_[whole] >> shift) == (address.raw_[whole] >> shift);
}

bool Network::contains(std::string_view address) const {
    const auto parsed = Address::parse(address);
    return parsed && contains(*parsed);
}

bool any_contains(const std::vector<std::string>& networks, std::string_view address) {
    const auto parsed = Address::parse(address);
    if (!parsed) return false;
    return std::ranges::any_of(networks, [&](const std::string& text) {
        const auto network = Network::parse(text);
        return network && network->contains(*parsed);
    });
}

NetworksAround::NetworksAround(std::string_view address) : text_(address), dotted_(dotted(address)) {
    if (!dotted_) address_ = Address::parse(address);
}

std::string NetworksAround::of(unsigned v4_bits, unsigned v6_bits) const {
    if (dotted_) return v4_bits == 32 ? std::string(text_) : dotted_network(*dotted_, v4_bits);
    if (!address_) return std::string(text_);
    Address network = *address_;
    const bool v4 = network.is_v4();
    const unsigned bits = v4 ? v4_bits : v6_bits;
    const unsigned kept = v4 ? bits + v4_prefix_bits : bits;
    for (unsigned byte = kept / 8; byte < 16; ++byte) {
        const unsigned left = byte == kept / 8 ? kept % 8 : 0;  // bits of it
        network.raw_.at(byte) &= static_cast<std::uint8_t>(0xff00u >> left);
    }
    std::string out = network.text();
    if (bits != (v4 ? 32u : 128u)) out.append("/").append(std::to_string(bits));
    return out;
}

std::string network_of(std::string_view address, unsigned v4_bits, unsigned v6_bits) {
    return NetworksAround(address).of(v4_bits, v6_bits);
}

std::string client_network(std::string_view address) { return NetworksAround(address).client(); }

}  // namespace sekisho::base
