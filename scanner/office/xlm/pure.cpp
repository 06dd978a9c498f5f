#include "scanner/office/xlm/pure.h"

#include <algorithm>
#include <charconv>
#include <cmath>
#include <numbers>
#include <unordered_map>

#include <fmt/format.h>

#include "base/charset.h"
#include "base/text.h"

namespace sekisho::scanner::office::xlm {

namespace {

using Arguments = std::span<const Value>;
using Pure = Value (*)(Arguments);

bool continues(char c) { return (static_cast<unsigned char>(c) & 0xC0U) == 0x80; }

std::size_t length_of(std::string_view text) {
    return static_cast<std::size_t>(std::ranges::count_if(text, [](char c) { return !continues(c); }));
}

// Where the character with that number begins, or the end.
std::size_t offset_of(std::string_view text, std::size_t character) {
    std::size_t at = 0;
    for (; at < text.size(); ++at) {
        if (!continues(text[at]) && character-- == 0) break;
    }
    return at;
}

std::string_view middle(std::string_view text, std::size_t from, std::size_t count) {
    const std::string_view rest = text.substr(offset_of(text, from));
    return rest.substr(0, offset_of(rest, count));
}

Value limited(std::string text, bool partial = false) {
    if (text.size() > max_text) text.resize(max_text);
    Value out = Value::of(std::move(text));
    out.partial = partial;
    return out;
}

// The argument, or what stands for one that is left out.
const Value& argument(Arguments all, std::size_t index) {
    static const Value none;
    return index < all.size() ? all[index] : none;
}
bool is_partial(Arguments all, std::size_t index = 0) { return !argument(all, index).is_known(); }
std::string text_at(Arguments all, std::size_t index) { return text_of(argument(all, index)); }

// A count or position: nullopt where it is not known or negative; large ones become max_text.
std::optional<std::size_t> count_at(Arguments all, std::size_t index, std::size_t otherwise) {
    if (index >= all.size() || all[index].type == Value::Type::empty) return otherwise;
    const auto number = number_of(all[index]);
    if (!number || !(*number >= 0)) return std::nullopt;
    return static_cast<std::size_t>(std::min(*number, static_cast<double>(max_text)));
}

template <double (*function)(double)>
Value of_number(Arguments all) {
    const auto number = number_of(argument(all, 0));
    if (!number) return Value::unknown();
    const double result = function(*number);
    return std::isfinite(result) ? Value::of(result) : Value::failed("#NUM!");
}

template <double (*function)(double, double)>
Value of_two(Arguments all) {
    const auto left = number_of(argument(all, 0));
    const auto right = number_of(argument(all, 1));
    if (!left || !right) return Value::unknown();
    const double result = function(*left, *right);
    return std::isfinite(result) ? Value::of(result) : Value::failed("#NUM!");
}

double modulo(double a, double b) { return b == 0 ? NAN : a - b * std::floor(a / b); }
double scaled(double a, double digits, double (*round)(double)) {
    const double scale = std::pow(10.0, std::clamp(std::trunc(digits), -15.0, 15.0));
    return round(a * scale) / scale;
}
double round_half(double a) { return std::trunc(a + (a < 0 ? -0.5 : 0.5)); }
double away(double a) { return a < 0 ? std::floor(a) : std::ceil(a); }
double round_to(double a, double digits) { return scaled(a, digits, round_half); }
double round_down(double a, double digits) {
    return scaled(a, digits, [](double v) { return std::trunc(v); });
}
double round_up(double a, double digits) { return scaled(a, digits, away); }
double absolute(double a) { return std::abs(a); }
double floored(double a) { return std::floor(a); }
double square_root(double a) { return std::sqrt(a); }
double sign(double a) { return a > 0 ? 1.0 : a < 0 ? -1.0 : 0.0; }
double to_power(double a, double b) { return std::pow(a, b); }
double exclusive_or(double a, double b) {
    constexpr double most = 281'474'976'710'656.0;  // 2^48
    if (!(a >= 0 && b >= 0 && a < most && b < most)) return NAN;
    return static_cast<double>(static_cast<std::uint64_t>(a) ^ static_cast<std::uint64_t>(b));
}

Value char_of(Arguments all) {
    const auto number = number_of(argument(all, 0));
    if (!number) return Value::unknown();
    if (!(*number >= 1 && *number < 256)) return Value::failed("#VALUE!");
    const auto byte = static_cast<std::byte>(static_cast<int>(*number));
    return Value::of(base::to_utf8(base::Bytes(&byte, 1), "windows-1252"));
}

Value code_of(Arguments all) {
    const std::string text = text_at(all, 0);
    if (is_partial(all)) return Value::unknown();
    if (text.empty()) return Value::failed("#VALUE!");
    const auto bytes = base::from_utf8(middle(text, 0, 1), "windows-1252");
    return Value::of(
        bytes && !bytes->empty() ? static_cast<double>(static_cast<unsigned char>(bytes->front())) : 63.0);
}

Value mid(Arguments all) {
    const auto from = count_at(all, 1, 1);
    const auto count = count_at(all, 2, 0);
    if (!from || !count) return Value::unknown();
    if (*from == 0) return Value::failed("#VALUE!");
    return limited(std::string(middle(text_at(all, 0), *from - 1, *count)), is_partial(all));
}
Value left(Arguments all) {
    const auto count = count_at(all, 1, 1);
    if (!count) return Value::unknown();
    return limited(std::string(middle(text_at(all, 0), 0, *count)), is_partial(all));
}
Value right(Arguments all) {
    const auto count = count_at(all, 1, 1);
    if (!count) return Value::unknown();
    const std::string text = text_at(all, 0);
    const std::size_t length = length_of(text);
    return limited(text.substr(offset_of(text, length - std::min(length, *count))), is_partial(all));
}
Value len(Arguments all) {
    return is_partial(all) ? Value::unknown() : Value::of(static_cast<double>(length_of(text_at(all, 0))));
}

Value replace(Arguments all) {
    const auto from = count_at(all, 1, 1);
    const auto count = count_at(all, 2, 0);
    if (!from || !count || *from == 0) return Value::unknown();
    const std::string text = text_at(all, 0);
    const std::size_t begin = offset_of(text, *from - 1);
    const std::string_view rest = std::string_view(text).substr(begin);
    return limited(
        text.substr(0, begin) + text_at(all, 3) + std::string(rest.substr(offset_of(rest, *count))),
        is_partial(all) || is_partial(all, 3));
}

Value substitute(Arguments all) {
    const std::string text = text_at(all, 0);
    const std::string old = text_at(all, 1);
    const std::string fresh = text_at(all, 2);
    const auto which = count_at(all, 3, 0);
    if (is_partial(all, 1) || !which) return Value::unknown(text);
    std::string out;
    std::size_t at = 0;
    std::size_t found = 0;
    while (!old.empty() && out.size() <= max_text) {
        const std::size_t next = text.find(old, at);
        if (next == text.npos) break;
        ++found;
        out.append(text, at, next - at);
        out += *which == 0 || *which == found ? fresh : old;
        at = next + old.size();
    }
    out.append(text, at);
    return limited(std::move(out), is_partial(all) || is_partial(all, 2));
}

template <char (*change)(char)>
Value change_case(Arguments all) {
    std::string text = text_at(all, 0);
    std::ranges::transform(text, text.begin(), change);
    return limited(std::move(text), is_partial(all));
}
char to_upper(char c) { return c >= 'a' && c <= 'z' ? static_cast<char>(c - 32) : c; }
char to_lower(char c) { return base::ascii_lower(c); }

Value trim(Arguments all) {
    std::string out;
    for (const char c : text_at(all, 0)) {
        if (c != ' ' || (!out.empty() && out.back() != ' ')) out += c;
    }
    if (!out.empty() && out.back() == ' ') out.pop_back();
    return limited(std::move(out), is_partial(all));
}
Value clean(Arguments all) {
    std::string text = text_at(all, 0);
    std::erase_if(text, [](char c) { return static_cast<unsigned char>(c) < 0x20; });
    return limited(std::move(text), is_partial(all));
}
Value rept(Arguments all) {
    const std::string text = text_at(all, 0);
    const auto count = count_at(all, 1, 0);
    if (!count) return Value::unknown();
    std::string out;
    for (std::size_t i = 0; i < *count && out.size() < max_text && !text.empty(); ++i)
        out += text;
    return limited(std::move(out), is_partial(all));
}

Value find_text(Arguments all, bool ignore_case) {
    const auto from = count_at(all, 2, 1);
    if (is_partial(all, 0) || is_partial(all, 1) || !from) return Value::unknown();
    const std::string needle = text_at(all, 0);
    const std::string text = text_at(all, 1);
    const std::size_t begin = offset_of(text, std::max<std::size_t>(*from, 1) - 1);
    const std::size_t at =
        ignore_case ? base::find_ignoring_case(text, needle, begin) : text.find(needle, begin);
    if (at == text.npos) return Value::failed("#VALUE!");
    return Value::of(static_cast<double>(length_of(std::string_view(text).substr(0, at)) + 1));
}
Value find(Arguments all) { return find_text(all, false); }
Value search(Arguments all) { return find_text(all, true); }

Value exact(Arguments all) {
    if (is_partial(all, 0) || is_partial(all, 1)) return Value::unknown();
    return Value::of(text_at(all, 0) == text_at(all, 1));
}
Value value_of(Arguments all) {
    const auto number = number_of(argument(all, 0));
    return number ? Value::of(*number) : Value::unknown();
}
// Formats are left out: what macros hide is digits.
Value as_text(Arguments all) { return limited(text_at(all, 0), is_partial(all)); }
Value only_text(Arguments all) {
    const Value& value = argument(all, 0);
    if (value.type == Value::Type::text || !value.is_known()) return value;
    return Value::of(std::string());
}
Value only_number(Arguments all) {
    const Value& value = argument(all, 0);
    if (!value.is_known()) return Value::unknown();
    return Value::of(value.type == Value::Type::text ? 0.0 : value.number);
}

Value from_radix(Arguments all, int radix) {
    const std::string text = text_at(all, 0);
    std::uint64_t number = 0;
    const char* end = text.data() + text.size();  // NOLINT(*-pointer-arithmetic)
    const auto read = std::from_chars(text.data(), end, number, radix);
    if (is_partial(all)) return Value::unknown();
    return read.ec == std::errc() ? Value::of(static_cast<double>(number)) : Value::failed("#NUM!");
}
Value hex_to_number(Arguments all) { return from_radix(all, 16); }
Value octal_to_number(Arguments all) { return from_radix(all, 8); }
Value binary_to_number(Arguments all) { return from_radix(all, 2); }
Value number_to_hex(Arguments all) {
    const auto number = number_of(argument(all, 0));
    if (!number || !(*number >= 0 && *number < 1e12)) return Value::unknown();
    return Value::of(fmt::format("{:X}", static_cast<std::uint64_t>(*number)));
}

Value combined(Arguments all, bool decides) {
    bool unknown = false;
    for (const Value& value : all) {
        const auto truth = truth_of(value);
        if (truth == decides) return Value::of(decides);
        unknown = unknown || !truth;
    }
    return unknown ? Value::unknown() : Value::of(!decides);
}
Value all_true(Arguments all) { return combined(all, false); }
Value any_true(Arguments all) { return combined(all, true); }
Value negated(Arguments all) {
    const auto truth = truth_of(argument(all, 0));
    return truth ? Value::of(!*truth) : Value::unknown();
}
Value yes(Arguments) { return Value::of(true); }
Value no(Arguments) { return Value::of(false); }
Value pi(Arguments) { return Value::of(std::numbers::pi); }

template <Value::Type type>
Value is_type(Arguments all) {
    const Value& value = argument(all, 0);
    return value.is_known() ? Value::of(value.type == type) : Value::unknown();
}

const std::unordered_map<std::string_view, Pure>& functions() {
    static const std::unordered_map<std::string_view, Pure> table{
        {"CHAR", char_of},
        {"CODE", code_of},
        {"MID", mid},
        {"LEFT", left},
        {"RIGHT", right},
        {"LEN", len},
        {"REPLACE", replace},
        {"SUBSTITUTE", substitute},
        {"UPPER", change_case<to_upper>},
        {"LOWER", change_case<to_lower>},
        {"TRIM", trim},
        {"CLEAN", clean},
        {"REPT", rept},
        {"FIND", find},
        {"SEARCH", search},
        {"EXACT", exact},
        {"VALUE", value_of},
        {"TEXT", as_text},
        {"FIXED", as_text},
        {"T", only_text},
        {"N", only_number},
        {"CONCATENATE", join},
        {"CONCAT", join},
        {"HEX2DEC", hex_to_number},
        {"OCT2DEC", octal_to_number},
        {"BIN2DEC", binary_to_number},
        {"DEC2HEX", number_to_hex},
        {"UNICHAR", char_of},
        {"AND", all_true},
        {"OR", any_true},
        {"NOT", negated},
        {"TRUE", yes},
        {"FALSE", no},
        {"PI", pi},
        {"ABS", of_number<absolute>},
        {"INT", of_number<floored>},
        {"SQRT", of_number<square_root>},
        {"SIGN", of_number<sign>},
        {"MOD", of_two<modulo>},
        {"ROUND", of_two<round_to>},
        {"ROUNDUP", of_two<round_up>},
        {"ROUNDDOWN", of_two<round_down>},
        {"TRUNC", of_two<round_down>},
        {"POWER", of_two<to_power>},
        {"BITXOR", of_two<exclusive_or>},
        {"ISNUMBER", is_type<Value::Type::number>},
        {"ISTEXT", is_type<Value::Type::text>},
        {"ISBLANK", is_type<Value::Type::empty>},
        {"ISERROR", is_type<Value::Type::error>},
        {"ISLOGICAL", is_type<Value::Type::boolean>},
    };
    return table;
}

}  // namespace

std::optional<Value> call_pure(std::string_view name, std::span<const Value> arguments) {
    const auto row = functions().find(name);
    if (row == functions().end()) return std::nullopt;
    return row->second(arguments);
}

}  // namespace sekisho::scanner::office::xlm
