#include "scanner/fold/vba_functions.h"

#include <algorithm>
#include <utility>

#include <fmt/format.h>

#include "base/text.h"

namespace sekisho::scanner::fold::vba {

namespace {

class Call {
public:
    Call(const std::vector<Node>& arguments, Allowance& allowance, FoldCounts& counts)
        : arguments_(arguments), allowance_(allowance), counts_(counts) {}

    Value run(Word function);
    Value convert(Word function) const;

private:
    std::size_t size() const { return arguments_.size(); }
    const Value& value(std::size_t i) const {
        static const Value missing;
        return i < size() ? arguments_[i].value : missing;
    }
    Value text(std::size_t i) const { return as_string(value(i)); }
    std::int64_t number(std::size_t i, std::int64_t otherwise) const {
        return as_number(value(i)).value_or(otherwise);
    }

    Value chr(bool wide) const {
        const auto code = as_number(value(0));
        if (!code || size() != 1 || *code < -32'768 || *code > 0xFFFF) return {};
        if (*code < 0 && !wide) return {};
        return character(*code < 0 ? *code + 0x10000 : *code);
    }
    Value replace() {
        const Value from = text(0);
        const Value what = text(1);
        const Value with = text(2);
        if (!from.is_string() || !what.is_string() || !with.is_string() || size() > 6) return {};
        // Start and Count are left out, or the values that mean the same; the last one compares without case.
        if (number(3, 1) != 1 || number(4, -1) != -1) return {};
        const bool ignore_case = size() == 6 && number(5, 0) == 1;
        Value out = replaced(from, what.text(), with.text(), ignore_case, false, allowance_);
        if (out.is_string() && out.text() != from.text()) ++counts_.replaced;
        return out;
    }
    Value split_text() const {
        if (size() > 1 && !text(1).is_string()) return {};
        return size() == 0 || size() > 4 ? Value()
                                         : split(text(0), size() > 1 ? text(1).text() : " ", allowance_);
    }
    Value join_list() const {
        if (size() > 1 && !text(1).is_string()) return {};
        return joined(value(0), size() > 1 ? text(1).text() : " ", allowance_);
    }
    Value mid() const {
        const auto first = as_number(value(1));
        const auto count = size() > 2 ? as_number(value(2)) : max_number;
        if (!first || !count || *first < 1) return {};
        return slice(text(0), *first - 1, *count, allowance_);
    }
    Value right() const {
        const Value from = text(0);
        const auto count = as_number(value(1));
        if (!count || *count < 0 || !from.is_string()) return {};
        const std::int64_t length = length_of(from, allowance_);
        return slice(from, std::max<std::int64_t>(0, length - *count), *count, allowance_);
    }
    Value left() const {
        const auto count = as_number(value(1));
        return count ? slice(text(0), 0, *count, allowance_) : Value();
    }
    Value repeated(const Value& what, std::int64_t times) const {
        const Value one = what.is_number() ? character(what.number()) : slice(what, 0, 1, allowance_);
        if (!one.is_string() || times < 0 || times > (64 << 10)) return {};
        if (!allowance_.spend(static_cast<std::uint64_t>(times) * one.text().size())) return {};
        std::string out;
        for (std::int64_t i = 0; i < times; ++i)
            out.append(one.text());
        return Value::of(std::move(out));
    }
    Value trimmed(bool front, bool back) const {
        const Value from = text(0);
        std::string_view rest = from.text();
        while (front && rest.starts_with(' '))
            rest.remove_prefix(1);
        while (back && rest.ends_with(' '))
            rest.remove_suffix(1);
        return from.is_string() ? Value::of(rest) : Value();
    }
    Value in_string() const {
        const std::size_t base = size() > 2 && as_number(value(0)) ? 1 : 0;
        const Value in = text(base);
        const Value what = text(base + 1);
        if (!in.is_string() || !what.is_string() || !in.is_ascii() || (base == 1 && number(0, 0) < 1))
            return {};
        if (!allowance_.spend(in.text().size())) return {};
        const std::size_t from = base == 1 ? static_cast<std::size_t>(number(0, 1) - 1) : 0;
        const std::size_t hit = in.text().find(what.text(), from);
        return Value::of(hit == std::string_view::npos ? std::int64_t{0}
                                                       : static_cast<std::int64_t>(hit) + 1);
    }
    Value list() const {
        std::vector<Value> items;
        items.reserve(size());
        for (const Node& node : arguments_)
            items.push_back(node.value);
        return Value::list(std::move(items));
    }
    Value number_value() const {
        const auto out = as_number(value(0));
        return out ? Value::of(*out) : Value();
    }
    Value digits(bool hex) const {
        const auto from = as_number(value(0));
        if (!from) return {};
        const auto bits = static_cast<std::uint32_t>(*from);
        return Value::of(hex ? fmt::format("{:X}", bits) : fmt::format("{:o}", bits));
    }
    Value code() const {
        const Value from = text(0);
        const std::int64_t out = from.is_string() ? code_at(from, 0, allowance_) : -1;
        return out < 0 ? Value() : Value::of(out);
    }

    const std::vector<Node>& arguments_;
    Allowance& allowance_;
    FoldCounts& counts_;
};

Value Call::run(Word function) {
    switch (function) {
        case w_chr:
        case w_chrb:
            return chr(false);
        case w_chrw:
            return chr(true);
        case w_asc:
        case w_ascb:
        case w_ascw:
            return code();
        case w_strreverse: {
            const Value from = text(0);
            if (from.is_string() && !from.text().empty()) ++counts_.reversed;
            return from.is_string() ? reversed(from, allowance_) : Value();
        }
        case w_replace:
            return replace();
        case w_split:
            return split_text();
        case w_join:
            return join_list();
        case w_mid:
            return mid();
        case w_left:
            return left();
        case w_right:
            return right();
        case w_array:
            return list();
        case w_lcase:
            return cased(text(0), false, allowance_);
        case w_ucase:
            return cased(text(0), true, allowance_);
        case w_trim:
            return trimmed(true, true);
        case w_ltrim:
            return trimmed(true, false);
        case w_rtrim:
            return trimmed(false, true);
        case w_space:
            return repeated(Value::of(" "), number(0, -1));
        case w_string:
            return repeated(value(1), number(0, -1));
        case w_cstr:
            return text(0);
        case w_cvar:
            return value(0);
        default:
            return convert(function);
    }
}

// Those that give a number, or take one or a list.
Value Call::convert(Word function) const {
    switch (function) {
        case w_hex:
            return digits(true);
        case w_oct:
            return digits(false);
        case w_len:
            return text(0).is_string() ? Value::of(length_of(text(0), allowance_)) : Value();
        case w_val:
        case w_cint:
        case w_clng:
        case w_cbyte:
        case w_int:
        case w_fix:
            return number_value();
        case w_abs:
            return as_number(value(0)) ? Value::of(std::abs(number(0, 0))) : Value();
        case w_instr:
            return in_string();
        case w_ubound:
            return value(0).is_list() ? Value::of(length_of(value(0), allowance_) - 1) : Value();
        case w_lbound:
            return value(0).is_list() ? Value::of(std::int64_t{0}) : Value();
        // Bytes to a string: vbUnicode. The other way round gives no string.
        case w_strconv:
            return text_of_codes(value(0), allowance_);
        default:
            return {};
    }
}

}  // namespace

Value call(Word function, const std::vector<Node>& arguments, Allowance& allowance, FoldCounts& counts) {
    return allowance.spend(1) ? Call(arguments, allowance, counts).run(function) : Value();
}

Value constant(Word name) {
    switch (name) {
        case w_vbcrlf:
        case w_vbnewline:
            return Value::of("\r\n");
        case w_vbcr:
            return Value::of("\r");
        case w_vblf:
            return Value::of("\n");
        case w_vbtab:
            return Value::of("\t");
        case w_vbnullstring:
            return Value::of("");
        case w_vbnullchar:
            return Value::of(std::string(1, '\0'));
        case w_true:
            return Value::of(std::int64_t{-1});
        case w_false:
            return Value::of(std::int64_t{0});
        default:
            return {};
    }
}

}  // namespace sekisho::scanner::fold::vba
