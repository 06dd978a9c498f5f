#include "scanner/fold/js_functions.h"

#include <algorithm>
#include <utility>

#include <fmt/format.h>

#include "base/text.h"
#include "scanner/fold/decode.h"

namespace sekisho::scanner::fold::js {

namespace {

// %HH and %uHHHH. `utf8`: the bytes are UTF-8, as decodeURIComponent takes them; else each is a character.
Value percent_decoded(std::string_view text, bool utf8, Allowance& allowance) {
    if (!allowance.spend(text.size())) return {};
    std::string out;
    for (std::size_t at = 0; at < text.size();) {
        const auto digits = [&](std::size_t from, std::size_t count) -> std::int64_t {
            const std::string_view hex = text.substr(std::min(at + from, text.size()), count);
            return hex.size() == count ? parse_number(hex, 16).value_or(-1) : -1;
        };
        const bool wide = text[at] == '%' && at + 1 < text.size() && text[at + 1] == 'u';
        const std::int64_t code = text[at] != '%' ? -1 : wide ? digits(2, 4) : digits(1, 2);
        if (code < 0) {
            out.push_back(text[at++]);
            continue;
        }
        if (utf8 && !wide) {
            out.push_back(static_cast<char>(code));
        } else {
            append_utf8(out, static_cast<std::uint32_t>(code));
        }
        at += wide ? 6 : 3;
    }
    return Value::of(std::move(out));
}

std::int64_t number_or(const std::vector<Value>& arguments, std::size_t i, std::int64_t otherwise) {
    return i < arguments.size() ? as_number(arguments[i]).value_or(otherwise) : otherwise;
}

Value parsed_int(const std::vector<Value>& arguments) {
    if (arguments.empty()) return {};
    if (arguments[0].is_number()) return arguments[0];
    std::string_view text = base::trim(arguments[0].text());
    auto radix = number_or(arguments, 1, 10);
    if (base::starts_with_ignoring_case(text, "0x") && (arguments.size() < 2 || radix == 16)) {
        text.remove_prefix(2);
        radix = 16;
    }
    if (radix < 2 || radix > 36) return {};
    // Digits count up to the first character that is none.
    std::size_t end = text.starts_with('-') ? 1 : 0;
    for (; end < text.size() && end < 20; ++end) {
        const char c = base::ascii_lower(text[end]);
        const int digit = base::is_digit(c) ? c - '0' : c >= 'a' && c <= 'z' ? c - 'a' + 10 : 99;
        if (digit >= radix) break;
    }
    const auto value = parse_number(text.substr(0, end), static_cast<int>(radix));
    return value ? Value::of(*value) : Value();
}

// Both kinds have positions from the end, if negative.
Value part_of(const Value& self, std::int64_t from, std::int64_t to, Allowance& allowance) {
    if (from < 0 || to < from) return self.is_list() ? Value::list({}) : Value::of("");
    if (!self.is_list()) return slice(self, from, to - from, allowance);
    const auto size = static_cast<std::int64_t>(self.items().size());
    if (!allowance.spend(static_cast<std::uint64_t>(size))) return {};
    const auto begin = self.items().begin();
    return Value::list({begin + std::min(from, size), begin + std::min(to, size)});
}

Value slice_method(Word method, const Value& self, const std::vector<Value>& arguments,
                   Allowance& allowance) {
    if (arguments.empty() || !as_number(arguments[0])) return {};
    const std::int64_t length = length_of(self, allowance);
    std::int64_t from = number_or(arguments, 0, 0);
    std::int64_t to = number_or(arguments, 1, length);
    if (method == w_substring) {
        from = std::clamp<std::int64_t>(from, 0, length);
        to = std::clamp<std::int64_t>(to, 0, length);
        return part_of(self, std::min(from, to), std::max(from, to), allowance);
    }
    if (from < 0) from = std::max<std::int64_t>(0, length + from);
    if (method == w_substr) {
        const std::int64_t count = number_or(arguments, 1, length);
        return part_of(self, from, from + std::clamp<std::int64_t>(count, 0, length), allowance);
    }
    if (to < 0) to = length + to;
    return part_of(self, std::min(from, length), std::min(to, length), allowance);
}

Value concatenated(const Value& self, const std::vector<Value>& arguments, Allowance& allowance) {
    if (self.is_string()) {
        Value out = self;
        for (const Value& argument : arguments)
            if (!out.append(as_string(argument), allowance)) return {};
        return out;
    }
    std::vector<Value> items = self.items();
    for (const Value& argument : arguments) {
        if (!allowance.spend(items.size() + argument.items().size())) return {};
        if (!argument.is_list()) items.push_back(argument);
        items.insert(items.end(), argument.items().begin(), argument.items().end());
    }
    return Value::list(std::move(items));
}

Value to_radix(const Value& self, const std::vector<Value>& arguments) {
    if (self.is_string()) return self;
    if (arguments.empty()) return as_string(self);
    const std::int64_t radix = number_or(arguments, 0, 10);
    std::int64_t rest = self.number();
    if (!self.is_number() || rest < 0 || radix < 2 || radix > 36) return {};
    std::string out;
    do {
        out.push_back("0123456789abcdefghijklmnopqrstuvwxyz"[rest % radix]);
        rest /= radix;
    } while (rest > 0);
    std::ranges::reverse(out);
    return Value::of(std::move(out));
}

Value replace_method(Word method, const Value& self, const std::vector<Value>& arguments,
                     Allowance& allowance, FoldCounts& counts) {
    if (arguments.size() != 2 || !arguments[0].is_string() || !arguments[1].is_string()) return {};
    Value out =
        replaced(self, arguments[0].text(), arguments[1].text(), false, method == w_replace, allowance);
    if (out.is_string() && out.text() != self.text()) ++counts.replaced;
    return out;
}

Value string_method(Word method, const Value& self, const std::vector<Value>& arguments,
                    Allowance& allowance) {
    switch (method) {
        case w_split:
            if (arguments.empty() || !arguments[0].is_string()) return {};
            return split(self, arguments[0].text(), allowance);
        case w_char_at:
            return slice(self, number_or(arguments, 0, 0), 1, allowance);
        case w_char_code_at: {
            const std::int64_t code = code_at(self, number_or(arguments, 0, 0), allowance);
            return code < 0 ? Value() : Value::of(code);
        }
        case w_to_lower:
            return cased(self, false, allowance);
        case w_to_upper:
            return cased(self, true, allowance);
        case w_trim:
            return Value::of(base::trim(self.text()));
        case w_index_of: {
            if (arguments.size() != 1 || !arguments[0].is_string() || !self.is_ascii()) return {};
            if (!allowance.spend(self.text().size())) return {};
            const std::size_t hit = self.text().find(arguments[0].text());
            return Value::of(hit == std::string_view::npos ? std::int64_t{-1}
                                                           : static_cast<std::int64_t>(hit));
        }
        default:
            return {};
    }
}

}  // namespace

Value call(Word function, const std::vector<Value>& arguments, Allowance& allowance, FoldCounts& counts) {
    const Value first = arguments.empty() ? Value() : arguments[0];
    switch (function) {
        case w_unescape:
            return first.is_string() ? percent_decoded(first.text(), false, allowance) : Value();
        case w_decode_uri:
        case w_decode_uri_component:
            return first.is_string() ? percent_decoded(first.text(), true, allowance) : Value();
        case w_atob: {
            if (!first.is_string() || !allowance.spend(first.text().size())) return {};
            const auto bytes = decode_base64(first.text());
            return bytes ? Value::of(latin1_text(*bytes)) : Value();
        }
        case w_parse_int:
            return parsed_int(arguments);
        case w_string:
            return as_string(first);
        case w_number: {
            const auto number = as_number(first);
            return number ? Value::of(*number) : Value();
        }
        case w_array:
            return arguments.size() == 1 && first.is_number() ? Value() : Value::list(arguments);
        case w_from_char_code:
            ++counts.char_calls;
            return text_of_codes(Value::list(arguments), allowance);
        default:
            return {};
    }
}

Value call_method(Word method, const Value& self, const std::vector<Value>& arguments, Allowance& allowance,
                  FoldCounts& counts) {
    if (!allowance.spend(1) || !self.known()) return {};
    switch (method) {
        case w_substr:
        case w_substring:
        case w_slice:
            return slice_method(method, self, arguments, allowance);
        case w_concat:
            return concatenated(self, arguments, allowance);
        case w_to_string:
            return to_radix(self, arguments);
        case w_replace:
        case w_replace_all:
            return replace_method(method, self, arguments, allowance, counts);
        case w_reverse:
            if (!self.is_list()) return {};
            ++counts.reversed;
            return reversed(self, allowance);
        case w_join:
            if (!arguments.empty() && !arguments[0].is_string()) return {};
            return joined(self, arguments.empty() ? "," : arguments[0].text(), allowance);
        default:
            return self.is_string() ? string_method(method, self, arguments, allowance) : Value();
    }
}

std::optional<Pattern> plain_pattern(std::string_view regex) {
    const std::size_t end = regex.rfind('/');
    if (regex.size() < 3 || regex[0] != '/' || end == 0 || end == std::string_view::npos) return std::nullopt;
    Pattern out;
    for (const char flag : regex.substr(end + 1)) {
        out.all = out.all || flag == 'g';
        out.ignore_case = out.ignore_case || flag == 'i';
    }
    std::string_view inner = regex.substr(1, end - 1);
    const bool in_class = inner.size() == 3 && inner.front() == '[' && inner.back() == ']' && inner[1] != '^';
    if (in_class) inner = inner.substr(1, 1);
    for (std::size_t i = 0; i < inner.size(); ++i) {
        char c = inner[i];
        constexpr std::string_view meta = ".*+?()[]{}|^$";
        if (c == '\\' && i + 1 < inner.size()) {
            c = inner[++i];
            if (base::is_digit(c) || (base::ascii_lower(c) >= 'a' && base::ascii_lower(c) <= 'z'))
                return std::nullopt;
        } else if (!in_class && meta.find(c) != std::string_view::npos) {
            return std::nullopt;
        }
        out.text.push_back(c);
    }
    return out.text.empty() ? std::nullopt : std::optional(std::move(out));
}

}  // namespace sekisho::scanner::fold::js
