// What operators make of values, and how one kind of value becomes another.
#include <algorithm>
#include <charconv>
#include <cmath>

#include "base/text.h"
#include "scanner/office/xlm/pure.h"

namespace sekisho::scanner::office::xlm {

Value join(std::span<const Value> values) {
    std::string out;
    bool partial = false;
    for (const Value& value : values) {
        out += text_of(value);
        partial = partial || !value.is_known();
        if (out.size() > max_text) break;
    }
    if (out.size() > max_text) out.resize(max_text);
    Value joined = Value::of(std::move(out));
    joined.partial = partial;
    return joined;
}

Value operate(std::string_view operation, const Value& left, const Value& right) {
    if (!left.is_known() || !right.is_known()) return Value::unknown();
    const auto a = number_of(left);
    const auto b = number_of(right);
    const bool compares = operation.find_first_of("<=>") != operation.npos;
    if (compares) {
        int order = 0;
        const bool texts = left.type == Value::Type::text || right.type == Value::Type::text || !a || !b;
        if (texts) {
            order = base::to_lower(text_of(left)).compare(base::to_lower(text_of(right)));
        } else {
            order = *a < *b ? -1 : *a > *b ? 1 : 0;
        }
        if (operation == "=") return Value::of(order == 0);
        if (operation == "<>") return Value::of(order != 0);
        if (operation == "<") return Value::of(order < 0);
        if (operation == "<=") return Value::of(order <= 0);
        return Value::of(operation == ">" ? order > 0 : order >= 0);
    }
    if (!a || !b) return Value::failed("#VALUE!");
    double result = NAN;
    if (operation == "+") result = *a + *b;
    if (operation == "-") result = *a - *b;
    if (operation == "*") result = *a * *b;
    if (operation == "/" && *b != 0) result = *a / *b;
    if (operation == "^") result = std::pow(*a, *b);
    return std::isfinite(result) ? Value::of(result) : Value::failed("#NUM!");
}

std::optional<double> number_of(const Value& value) {
    if (!value.is_known()) return std::nullopt;
    switch (value.type) {
        case Value::Type::empty:
            return 0.0;
        case Value::Type::number:
        case Value::Type::boolean:
            return value.number;
        case Value::Type::text: {
            const std::string_view text = base::trim(value.text);
            double number = 0;
            const char* end = text.data() + text.size();  // NOLINT(*-pointer-arithmetic)
            const auto read = std::from_chars(text.data(), end, number);
            if (text.empty() || read.ec != std::errc() || read.ptr != end || !std::isfinite(number))
                return std::nullopt;
            return number;
        }
        case Value::Type::error:
        case Value::Type::area:
        case Value::Type::unknown:
            return std::nullopt;
    }
    return std::nullopt;
}

std::optional<bool> truth_of(const Value& value) {
    if (value.type == Value::Type::text) {
        if (base::equals_ignoring_case(value.text, "true")) return true;
        if (base::equals_ignoring_case(value.text, "false")) return false;
    }
    const auto number = number_of(value);
    if (!number) return std::nullopt;
    return *number != 0;
}

std::string text_of(const Value& value) {
    switch (value.type) {
        case Value::Type::empty:
            return {};
        case Value::Type::number:
            return number_text(value.number);
        case Value::Type::boolean:
            return value.number != 0 ? "TRUE" : "FALSE";
        case Value::Type::text:
        case Value::Type::error:
            return value.text;
        case Value::Type::area:
            return "?";
        case Value::Type::unknown:
            return value.text;
    }
    return {};
}

}  // namespace sekisho::scanner::office::xlm
