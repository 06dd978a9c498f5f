// What the operators and methods of PowerShell make of constants.
#include <algorithm>
#include <utility>

#include "base/escape.h"
#include "base/text.h"
#include "scanner/fold/decode.h"
#include "scanner/fold/js_functions.h"
#include "scanner/fold/ps.h"

namespace sekisho::scanner::fold::ps {

namespace {

// A pattern that is a plain word; the regular expressions of .NET are written as those of JavaScript here.
std::optional<std::string> plain_word(const Value& pattern) {
    if (!pattern.is_string() || pattern.text().size() > 1'000) return std::nullopt;
    const auto found = js::plain_pattern("/" + std::string(pattern.text()) + "/");
    return found ? std::optional(found->text) : std::nullopt;
}

// x.Split('ab') parts at each of the characters.
Value split_at_any(const Value& self, std::string_view marks, Allowance& allowance) {
    const std::string_view text = self.text();
    if (!self.is_string() || marks.empty() || marks.size() > 64 ||
        !allowance.spend(text.size() * marks.size()))
        return {};
    std::vector<Value> items;
    std::size_t at = 0;
    for (;;) {
        const std::size_t hit = text.find_first_of(marks, at);
        if (items.size() > max_items || !allowance.spend(16)) return {};
        items.push_back(Value::of(text.substr(at, hit == std::string_view::npos ? hit : hit - at)));
        if (hit == std::string_view::npos) return Value::list(std::move(items));
        at = hit + 1;
    }
}

Value part(const Value& self, const std::vector<Value>& values, Allowance& allowance) {
    const auto from = values.empty() ? std::nullopt : as_number(values[0]);
    const auto count = values.size() > 1 ? as_number(values[1]) : max_number;
    return from && count ? slice(self, *from, *count, allowance) : Value();
}

Value without_part(const Value& self, const std::vector<Value>& values, Allowance& allowance) {
    const auto from = values.empty() ? std::nullopt : as_number(values[0]);
    const auto count = values.size() > 1 ? as_number(values[1]) : max_number;
    if (!from || !count || *from < 0 || *count < 0) return {};
    Value out = slice(self, 0, *from, allowance);
    const Value rest =
        *count == max_number ? Value::of("") : slice(self, *from + *count, max_number, allowance);
    return out.append(rest, allowance) ? out : Value();
}

Value with_part(const Value& self, const std::vector<Value>& values, Allowance& allowance) {
    const auto at = values.size() != 2 ? std::nullopt : as_number(values[0]);
    if (!at) return {};
    Value out = slice(self, 0, *at, allowance);
    const bool whole = out.append(as_string(values[1]), allowance) &&
                       out.append(slice(self, *at, max_number, allowance), allowance);
    return whole ? out : Value();
}

}  // namespace

Value characters(const Value& self, Allowance& allowance) {
    if (self.is_string()) return split(self, "", allowance);
    std::vector<Value> items;
    if (!self.is_list() || !allowance.spend(8 * self.items().size())) return {};
    for (const Value& item : self.items()) {
        const auto code = as_number(item);
        items.push_back(item.is_string() && item.text().size() <= 1 ? item
                        : code                                      ? character(*code)
                                                                    : Value());
        if (!items.back().known()) return {};
    }
    return Value::list(std::move(items));
}

Value formatted(const Value& format, const Value& list, Allowance& allowance) {
    if (!format.is_string()) return {};
    const std::vector<Value> single{list};
    const std::vector<Value>& items = list.is_list() ? list.items() : single;
    const std::string_view text = format.text();
    if (!allowance.spend(text.size())) return {};
    std::string out;
    for (std::size_t at = 0; at < text.size(); ++at) {
        const char c = text[at];
        if ((c == '{' || c == '}') && at + 1 < text.size() && text[at + 1] == c) {
            out.push_back(c);
            ++at;
            continue;
        }
        if (c != '{') {
            out.push_back(c);
            continue;
        }
        const std::size_t end = text.substr(at, 12).find('}');
        if (end == std::string_view::npos) return {};
        const auto place = parse_number(text.substr(at + 1, end - 1), 10);
        if (!place || *place < 0 || static_cast<std::uint64_t>(*place) >= items.size()) return {};
        const Value item = as_string(items[static_cast<std::size_t>(*place)]);
        if (!item.is_string() || !allowance.spend(item.text().size())) return {};
        if (out.size() + item.text().size() > max_string) return {};
        out.append(item.text());
        at += end;
    }
    return Value::of(std::move(out));
}

Value replaced_pattern(const Value& self, const Value& what, bool ignore_case, Allowance& allowance,
                       FoldCounts& counts) {
    const bool pair = what.is_list() && what.items().size() == 2;
    const auto word = plain_word(pair ? what.items()[0] : what);
    const Value with = pair ? as_string(what.items()[1]) : Value::of("");
    const Value from = as_string(self);
    if (!word || !with.is_string() || !from.is_string()) return {};
    Value out = replaced(from, *word, with.text(), ignore_case, false, allowance);
    if (out.is_string() && out.text() != from.text()) ++counts.replaced;
    return out;
}

Value split_pattern(const Value& self, const Value& what, Allowance& allowance) {
    const auto word = plain_word(what);
    return word ? split(as_string(self), *word, allowance) : Value();
}

Value indexed(const Value& self, const Value& place, Allowance& allowance) {
    const std::int64_t size = length_of(self, allowance);
    const auto one = [&](const Value& at) -> Value {
        const auto number = as_number(at);
        if (!number) return {};
        const std::int64_t i = *number < 0 ? size + *number : *number;
        if (i < 0 || i >= size) return {};
        return self.is_list() ? self.items()[static_cast<std::size_t>(i)] : slice(self, i, 1, allowance);
    };
    if (!self.is_list() && !self.is_string()) return {};
    if (!place.is_list()) return one(place);
    std::vector<Value> items;
    for (const Value& at : place.items()) {
        if (!allowance.spend(8)) return {};
        Value item = one(at);
        // What is out of range is left out.
        if (item.known()) items.push_back(std::move(item));
    }
    return Value::list(std::move(items));
}

Value text_of_bytes(const Value& bytes, std::uint32_t encoding, Allowance& allowance) {
    const Value text = bytes.is_list() ? text_of_codes(bytes, allowance) : bytes;
    if (!text.is_string() || !allowance.spend(2 * text.text().size())) return {};
    const auto raw = latin1_bytes(text.text());
    if (!raw) return {};
    if (encoding == w_unicode) {
        std::string out;
        for (std::size_t i = 0; i + 1 < raw->size(); i += 2) {
            append_utf8(out,
                        static_cast<std::uint32_t>(static_cast<unsigned char>((*raw)[i])) |
                            (static_cast<std::uint32_t>(static_cast<unsigned char>((*raw)[i + 1])) << 8));
        }
        return Value::of(std::move(out));
    }
    return base::is_utf8(*raw) ? Value::of(*raw) : text;
}

Value method(Word name, const Value& self, const std::vector<Value>& values, Allowance& allowance,
             FoldCounts& counts) {
    if (!allowance.spend(1)) return {};
    if (name == w_to_string && values.empty()) return as_string(self);
    if (!self.is_string()) return {};
    switch (name) {
        case w_replace: {
            if (values.size() != 2) return {};
            const Value what = as_string(values[0]);
            const Value with = as_string(values[1]);
            if (!what.is_string() || !with.is_string()) return {};
            Value out = replaced(self, what.text(), with.text(), false, false, allowance);
            if (out.is_string() && out.text() != self.text()) ++counts.replaced;
            return out;
        }
        case w_split: {
            std::string marks;
            for (const Value& value : values) {
                const Value text = value.is_list() ? joined(value, "", allowance) : as_string(value);
                if (!text.is_string() || !text.is_ascii()) return {};
                marks.append(text.text());
            }
            return split_at_any(self, marks, allowance);
        }
        case w_substring:
            return part(self, values, allowance);
        case w_remove:
            return without_part(self, values, allowance);
        case w_insert:
            return with_part(self, values, allowance);
        case w_to_lower:
        case w_invariant_lower:
            return cased(self, false, allowance);
        case w_to_upper:
        case w_invariant_upper:
            return cased(self, true, allowance);
        case w_trim:
            return values.empty() ? Value::of(base::trim(self.text())) : Value();
        case w_to_char_array:
            return split(self, "", allowance);
        default:
            return {};
    }
}

}  // namespace sekisho::scanner::fold::ps
