#include "scanner/fold/value.h"

#include <algorithm>
#include <charconv>
#include <utility>

#include "base/text.h"

namespace sekisho::scanner::fold {

namespace {

bool all_ascii(std::string_view text) {
    return std::ranges::all_of(text, [](char c) { return static_cast<unsigned char>(c) < 0x80; });
}

// Where the character `n` of `text` begins; its size where there are fewer.
std::size_t offset_of(const Value& value, std::size_t n, std::size_t from = 0) {
    const std::string_view text = value.text();
    if (value.is_ascii()) return std::min(n < text.size() ? from + n : text.size(), text.size());
    std::size_t at = from;
    while (n > 0 && at < text.size()) {
        (void)next_code(text, at);
        --n;
    }
    return at;
}

}  // namespace

void append_utf8(std::string& out, std::uint32_t code) {
    const auto put = [&out](std::uint32_t byte) { out.push_back(static_cast<char>(byte)); };
    if (code < 0x80) {
        put(code);
    } else if (code < 0x800) {
        put(0xC0U | (code >> 6));
        put(0x80U | (code & 0x3FU));
    } else if (code < 0x10000) {
        put(0xE0U | (code >> 12));
        put(0x80U | ((code >> 6) & 0x3FU));
        put(0x80U | (code & 0x3FU));
    } else {
        put(0xF0U | ((code >> 18) & 0x07U));
        put(0x80U | ((code >> 12) & 0x3FU));
        put(0x80U | ((code >> 6) & 0x3FU));
        put(0x80U | (code & 0x3FU));
    }
}

std::uint32_t next_code(std::string_view text, std::size_t& at) {
    const auto byte = [text](std::size_t i) {
        return static_cast<std::uint32_t>(static_cast<unsigned char>(text[i]));
    };
    const std::uint32_t first = byte(at++);
    const std::size_t more = first < 0xC2 ? 0 : first < 0xE0 ? 1 : first < 0xF0 ? 2 : first < 0xF5 ? 3 : 0;
    if (more == 0 || text.size() - at < more) return first;
    std::uint32_t code = first & (0x3FU >> more);
    for (std::size_t i = 0; i < more; ++i) {
        if ((byte(at + i) & 0xC0U) != 0x80U) return first;
        code = (code << 6) | (byte(at + i) & 0x3FU);
    }
    at += more;
    return code;
}

Value Value::of(std::string text) {
    if (text.size() > max_string) return {};
    Value value;
    value.kind_ = Kind::string;
    value.body_ = std::make_shared<Body>();
    value.body_->ascii = all_ascii(text);
    value.body_->text = std::move(text);
    return value;
}

Value Value::of(std::int64_t number) {
    if (number > max_number || number < -max_number) return {};
    Value value;
    value.kind_ = Kind::number;
    value.number_ = number;
    return value;
}

Value Value::list(std::vector<Value> items) {
    if (items.size() > max_items) return {};
    std::uint8_t depth = 0;
    for (const Value& item : items)
        if (item.is_list()) depth = std::max<std::uint8_t>(depth, item.body_->depth + 1);
    if (depth > max_list_depth) return {};
    Value value;
    value.kind_ = Kind::list;
    value.body_ = std::make_shared<Body>();
    value.body_->depth = depth;
    value.body_->items = std::move(items);
    return value;
}

const std::vector<Value>& Value::items() const {
    static const std::vector<Value> none;
    return is_list() ? body_->items : none;
}

bool Value::append(const Value& tail, Allowance& allowance) {
    if (!is_string() || !tail.is_string()) return false;
    const std::string_view more = tail.text();
    if (more.size() > max_string - body_->text.size()) {
        allowance.reach_limit();
        return false;
    }
    const bool alone = body_.use_count() == 1;
    if (!allowance.spend(1 + more.size() + (alone ? 0 : body_->text.size()))) return false;
    if (!alone) body_ = std::make_shared<Body>(*body_);
    body_->ascii = body_->ascii && tail.is_ascii();
    body_->text.append(more);
    return true;
}

std::int64_t length_of(const Value& value, Allowance& allowance) {
    if (value.is_list()) return static_cast<std::int64_t>(value.items().size());
    const std::string_view text = value.text();
    if (value.is_ascii()) return static_cast<std::int64_t>(text.size());
    if (!allowance.spend(text.size())) return 0;
    std::int64_t length = 0;
    for (std::size_t at = 0; at < text.size(); ++length)
        (void)next_code(text, at);
    return length;
}

Value slice(const Value& value, std::int64_t first, std::int64_t count, Allowance& allowance) {
    if (!value.is_string() || first < 0 || count < 0) return {};
    const std::string_view text = value.text();
    const auto taken = std::min<std::uint64_t>(static_cast<std::uint64_t>(count), text.size());
    if (!allowance.spend(1 + (value.is_ascii() ? taken : text.size()))) return {};
    const std::size_t begin = offset_of(value, static_cast<std::size_t>(first));
    if (value.is_ascii()) return Value::of(text.substr(begin, static_cast<std::size_t>(taken)));
    const std::size_t end = offset_of(value, static_cast<std::size_t>(count), begin);
    return Value::of(text.substr(begin, end - begin));
}

Value reversed(const Value& value, Allowance& allowance) {
    if (value.is_list()) {
        if (!allowance.spend(value.items().size())) return {};
        return Value::list({value.items().rbegin(), value.items().rend()});
    }
    const std::string_view text = value.text();
    if (!value.is_string() || !allowance.spend(text.size())) return {};
    if (value.is_ascii()) return Value::of(std::string(text.rbegin(), text.rend()));
    std::string out(text.size(), '\0');
    std::size_t end = out.size();
    for (std::size_t at = 0; at < text.size();) {
        const std::size_t begin = at;
        (void)next_code(text, at);
        end -= at - begin;
        std::ranges::copy(text.substr(begin, at - begin), out.begin() + static_cast<std::ptrdiff_t>(end));
    }
    return Value::of(std::move(out));
}

Value replaced(const Value& value, std::string_view what, std::string_view with, bool ignore_case, bool once,
               Allowance& allowance) {
    const std::string_view text = value.text();
    if (!value.is_string()) return {};
    if (what.empty()) return value;
    // find_ignoring_case compares each place with the needle: that is what may cost, not the text alone.
    const std::size_t per_byte = ignore_case ? std::min<std::size_t>(what.size(), 16) : 1;
    if (!allowance.spend(text.size() * per_byte)) return {};
    std::string out;
    std::size_t at = 0;
    for (;;) {
        const std::size_t hit = ignore_case ? base::find_ignoring_case(text, what, at) : text.find(what, at);
        if (hit == std::string_view::npos) break;
        if (!allowance.spend(with.size()) || out.size() + with.size() > max_string) {
            allowance.reach_limit();
            return {};
        }
        out.append(text.substr(at, hit - at)).append(with);
        at = hit + what.size();
        if (once) break;
    }
    if (at == 0) return value;
    out.append(text.substr(at));
    return Value::of(std::move(out));
}

Value split(const Value& value, std::string_view separator, Allowance& allowance) {
    const std::string_view text = value.text();
    if (!value.is_string() || !allowance.spend(text.size())) return {};
    std::vector<Value> items;
    std::size_t at = 0;
    while (items.size() <= max_items) {
        std::size_t end = text.size();
        std::size_t next = std::string_view::npos;
        if (separator.empty()) {
            if (at >= text.size()) return Value::list(std::move(items));
            end = at;
            (void)next_code(text, end);
            next = end;
        } else if (const std::size_t hit = text.find(separator, at); hit != std::string_view::npos) {
            end = hit;
            next = hit + separator.size();
        }
        if (!allowance.spend(16)) return {};
        items.push_back(Value::of(text.substr(at, end - at)));
        if (next == std::string_view::npos) return Value::list(std::move(items));
        at = next;
    }
    allowance.reach_limit();
    return {};
}

Value joined(const Value& list, std::string_view separator, Allowance& allowance) {
    if (!list.is_list()) return {};
    std::string out;
    bool first = true;
    for (const Value& item : list.items()) {
        const Value text = as_string(item);
        const std::string_view glue = first ? std::string_view() : separator;
        if (!text.is_string() || !allowance.spend(1 + glue.size() + text.text().size())) return {};
        if (out.size() + glue.size() + text.text().size() > max_string) {
            allowance.reach_limit();
            return {};
        }
        out.append(glue).append(text.text());
        first = false;
    }
    return Value::of(std::move(out));
}

Value cased(const Value& value, bool upper, Allowance& allowance) {
    if (!value.is_string() || !allowance.spend(value.text().size())) return {};
    std::string out = base::to_lower(value.text());
    if (upper) {
        out = std::string(value.text());
        for (char& c : out)
            c = c >= 'a' && c <= 'z' ? static_cast<char>(c - 'a' + 'A') : c;
    }
    return Value::of(std::move(out));
}

Value codes_of(const Value& value, Allowance& allowance) {
    const std::string_view text = value.text();
    if (!value.is_string() || text.size() > max_items || !allowance.spend(8 * text.size())) return {};
    std::vector<Value> items;
    items.reserve(text.size());
    for (std::size_t at = 0; at < text.size();)
        items.push_back(Value::of(static_cast<std::int64_t>(next_code(text, at))));
    return Value::list(std::move(items));
}

Value text_of_codes(const Value& list, Allowance& allowance) {
    if (!list.is_list() || !allowance.spend(list.items().size())) return {};
    std::string out;
    out.reserve(list.items().size());
    for (const Value& item : list.items()) {
        if (item.is_string()) {
            if (!allowance.spend(item.text().size()) || out.size() + item.text().size() > max_string)
                return {};
            out.append(item.text());
        } else if (item.is_number() && item.number() >= 0 && item.number() <= 0x10FFFF) {
            append_utf8(out, static_cast<std::uint32_t>(item.number()));
        } else {
            return {};
        }
    }
    return Value::of(std::move(out));
}

Value character(std::int64_t code) {
    if (code < 0 || code > 0x10FFFF) return {};
    std::string out;
    append_utf8(out, static_cast<std::uint32_t>(code));
    return Value::of(std::move(out));
}

std::int64_t code_at(const Value& value, std::int64_t position, Allowance& allowance) {
    const std::string_view text = value.text();
    if (position < 0 || !allowance.spend(value.is_ascii() ? 1 : text.size())) return -1;
    std::size_t at = offset_of(value, static_cast<std::size_t>(position));
    return at < text.size() ? static_cast<std::int64_t>(next_code(text, at)) : -1;
}

Value as_string(const Value& value) {
    if (value.is_string()) return value;
    return value.is_number() ? Value::of(std::to_string(value.number())) : Value();
}

std::optional<std::int64_t> parse_number(std::string_view digits, int radix) {
    std::int64_t value = 0;
    const auto [end, error] = std::from_chars(digits.data(), digits.data() + digits.size(), value, radix);
    const bool whole = error == std::errc{} && end == digits.data() + digits.size();
    if (!whole || value > max_number || value < -max_number) return std::nullopt;
    return value;
}

std::optional<std::int64_t> as_number(const Value& value) {
    if (value.is_number()) return value.number();
    const std::string_view text = base::trim(value.text());
    if (!value.is_string() || text.empty() || text.size() > 20) return std::nullopt;
    if (base::starts_with_ignoring_case(text, "&h") || base::starts_with_ignoring_case(text, "0x"))
        return parse_number(text.substr(2), 16);
    if (base::starts_with_ignoring_case(text, "&o")) return parse_number(text.substr(2), 8);
    return parse_number(text, 10);
}

}  // namespace sekisho::scanner::fold
