#include "scanner/active/coding.h"

#include <algorithm>
#include <array>

#include "base/text.h"
#include "base/utf8.h"

namespace sekisho::scanner::active {

namespace {

constexpr std::uint8_t no_value = 0xFF;

constexpr std::array<std::uint8_t, 256> base64_values(bool url) {
    std::array<std::uint8_t, 256> values{};
    values.fill(no_value);
    std::uint8_t next = 0;
    for (char c = 'A'; c <= 'Z'; ++c)
        values[static_cast<unsigned char>(c)] = next++;
    for (char c = 'a'; c <= 'z'; ++c)
        values[static_cast<unsigned char>(c)] = next++;
    for (char c = '0'; c <= '9'; ++c)
        values[static_cast<unsigned char>(c)] = next++;
    values[static_cast<unsigned char>(url ? '-' : '+')] = next++;
    values[static_cast<unsigned char>(url ? '_' : '/')] = next;
    return values;
}
constexpr auto standard_values = base64_values(false);
constexpr auto url_values = base64_values(true);

}  // namespace

bool is_base64(char c) {
    const auto b = static_cast<unsigned char>(c);
    return standard_values.at(b) != no_value || url_values.at(b) != no_value || c == '=';
}

std::optional<std::uint32_t> hex_at(std::string_view text, std::size_t at, std::size_t digits) {
    if (text.size() - std::min(at, text.size()) < digits) return std::nullopt;
    std::uint32_t value = 0;
    for (std::size_t i = 0; i < digits; ++i) {
        const int digit = base::hex_value(text[at + i]);
        if (digit < 0) return std::nullopt;
        value = value << 4u | static_cast<std::uint32_t>(digit);
    }
    return value;
}

void append_code(std::uint32_t c, std::string& out) {
    if (c < 0x100) {
        out += static_cast<char>(c);
    } else {
        base::append_utf8(c > 0x10FFFF ? 0xFFFD : c, out);
    }
}

std::string_view to_string(Coding coding) {
    switch (coding) {
        case Coding::plain:
            return "escaped";
        case Coding::percent:
            return "percent-encoded";
        case Coding::hex:
            return "hexadecimal";
        case Coding::base64:
        case Coding::base64_url:
            return "base64";
        case Coding::numbers:
            return "a list of numbers";
    }
    return "";
}

void CodingReader::feed(std::string_view text, std::string& out) {
    switch (coding_) {
        case Coding::plain:
            out += text;
            return;
        case Coding::percent:
            for (const char c : text)
                feed_percent(c, out);
            return;
        case Coding::numbers:
            for (const char c : text)
                feed_number(c, out);
            return;
        case Coding::hex:
            for (const char c : text) {
                const int digit = base::hex_value(c);
                have_ = digit < 0 ? 0 : have_ + 1;
                value_ = value_ << 4u | static_cast<std::uint32_t>(std::max(digit, 0));
                if (have_ < 2) continue;
                out += static_cast<char>(value_ & 0xFFu);
                have_ = 0;
            }
            return;
        case Coding::base64:
        case Coding::base64_url: {
            const auto& values = coding_ == Coding::base64 ? standard_values : url_values;
            for (const char c : text) {
                if (c == '=') have_ = 0;
                const std::uint8_t value = values.at(static_cast<unsigned char>(c));
                if (value == no_value) continue;
                value_ = value_ << 6u | value;
                have_ += 6;
                if (have_ < 8) continue;
                have_ -= 8;
                out += static_cast<char>(value_ >> have_ & 0xFFu);
            }
            return;
        }
    }
}

void CodingReader::finish(std::string& out) {
    if (coding_ == Coding::numbers) put_number(out);
    if (coding_ == Coding::percent) out += pending_;
    pending_.clear();
}

void CodingReader::feed_percent(char c, std::string& out) {
    if (pending_.empty() && c != '%') {
        out += c;
        return;
    }
    pending_ += c;
    const bool wide = pending_.size() > 1 && pending_[1] == 'u';
    const std::size_t whole = wide ? 6 : 3;
    const bool fits = pending_.size() < 2 || wide || base::hex_value(pending_[1]) >= 0;
    if (fits && pending_.size() < whole) return;
    const auto value = hex_at(pending_, wide ? 2 : 1, whole - (wide ? 2 : 1));
    if (value) {
        append_code(*value, out);
    } else {
        out += pending_;
    }
    pending_.clear();
}

void CodingReader::feed_number(char c, std::string& out) {
    const int digit = base::hex_value(c);
    const bool marks_hex = (c == 'x' || c == 'X') && have_ == 1 && value_ == 0;
    if (marks_hex) {
        is_hex_ = true;
    } else if (digit >= 0 && (is_hex_ || digit < 10)) {
        value_ = value_ * (is_hex_ ? 16u : 10u) + static_cast<std::uint32_t>(digit);
        ++have_;
    } else {
        put_number(out);
        negative_ = c == '-';
    }
}

void CodingReader::put_number(std::string& out) {
    if (have_ > 0) out += static_cast<char>((negative_ ? 0u - value_ : value_) & 0xFFu);
    value_ = 0;
    have_ = 0;
    is_hex_ = false;
    negative_ = false;
}

std::vector<Coding> likely_codings(std::string_view lead) {
    const auto count = [&](auto is) { return static_cast<std::size_t>(std::ranges::count_if(lead, is)); };
    const auto most = [&](std::size_t n) { return n >= lead.size() - lead.size() / 8; };
    std::vector<Coding> out;
    if (lead.empty()) return out;
    const std::size_t percents = count([](char c) { return c == '%'; });
    if (percents >= 3 && percents >= lead.size() / 32) out.push_back(Coding::percent);
    const std::size_t digits = count([](char c) { return base::is_digit(c); });
    const std::size_t hex = count([](char c) { return base::hex_value(c) >= 0; });
    const std::size_t parting = count([](char c) {
        return base::is_space(c) || c == ',' || c == ';' || c == ':' || c == '|' || c == '-' || c == '.';
    });
    const std::size_t marks = count([](char c) { return c == 'x' || c == 'X'; });
    if (parting >= lead.size() / 8 && (most(digits + parting) || most(hex + parting + marks))) {
        if (digits + parting == lead.size() || marks > 0) out.push_back(Coding::numbers);
        out.push_back(Coding::hex);
        return out;
    }
    if (hex == lead.size()) out.push_back(Coding::hex);
    const std::size_t blanks = count([](char c) { return c == ' '; });
    if (most(count(is_base64)) && blanks <= lead.size() / 32) {
        const bool url = lead.find_first_of("-_") != lead.npos && lead.find_first_of("+/") == lead.npos;
        out.push_back(url ? Coding::base64_url : Coding::base64);
    }
    return out;
}

}  // namespace sekisho::scanner::active
