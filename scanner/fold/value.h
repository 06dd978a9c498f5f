// What an expression is known to be: a string, a whole number, a list of them, or unknown.
#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace sekisho::scanner::fold {

// The work that is left. Spent before it is done; once spent, every operation gives unknown.
class Allowance {
public:
    explicit Allowance(std::uint64_t steps) : left_(steps), total_(steps) {}

    [[nodiscard]] bool spend(std::uint64_t steps) {
        if (steps > left_) {
            exhausted_ = true;
            return false;
        }
        left_ -= steps;
        return true;
    }
    void reach_limit() { exhausted_ = true; }  // another bound than that of steps
    bool exhausted() const { return exhausted_; }
    std::uint64_t spent() const { return total_ - left_; }

private:
    std::uint64_t left_;
    std::uint64_t total_;
    bool exhausted_ = false;
};

constexpr std::size_t max_string = 1u << 20;    // bytes of one value
constexpr std::size_t max_items = 128u << 10;   // of one list
constexpr std::uint8_t max_list_depth = 8;      // lists of lists
constexpr std::int64_t max_number = 1LL << 53;  // beyond, numbers are unknown

// Copies share their bytes; append() writes in place where nobody else holds them.
class Value {
public:
    enum class Kind : std::uint8_t { unknown, string, number, list };

    Value() = default;
    static Value of(std::string text);
    static Value of(std::string_view text) { return of(std::string(text)); }
    static Value of(const char* text) { return of(std::string(text)); }
    static Value of(std::int64_t number);
    static Value list(std::vector<Value> items);

    bool known() const { return kind_ != Kind::unknown; }
    bool is_string() const { return kind_ == Kind::string; }
    bool is_number() const { return kind_ == Kind::number; }
    bool is_list() const { return kind_ == Kind::list; }

    std::string_view text() const { return is_string() ? std::string_view(body_->text) : std::string_view(); }
    std::int64_t number() const { return number_; }
    const std::vector<Value>& items() const;
    bool is_ascii() const { return !is_string() || body_->ascii; }

    // Both strings. False where the sum grows beyond max_string.
    bool append(const Value& tail, Allowance& allowance);

private:
    struct Body {
        std::string text;
        bool ascii = true;
        std::uint8_t depth = 0;  // of lists within this one: what frees them recurses
        std::vector<Value> items;
    };

    Kind kind_ = Kind::unknown;
    std::int64_t number_ = 0;
    std::shared_ptr<Body> body_;
};

// Operations on values. Positions and lengths count characters, from 0; each gives unknown where its
// arguments are not of the kind it needs, or the allowance does not reach.
std::int64_t length_of(const Value& text, Allowance& allowance);
Value slice(const Value& text, std::int64_t first, std::int64_t count, Allowance& allowance);
Value reversed(const Value& text, Allowance& allowance);  // a string or a list
Value replaced(const Value& text, std::string_view what, std::string_view with, bool ignore_case, bool once,
               Allowance& allowance);
Value split(const Value& text, std::string_view separator, Allowance& allowance);  // "": single characters
Value joined(const Value& list, std::string_view separator, Allowance& allowance);
Value cased(const Value& text, bool upper, Allowance& allowance);
Value codes_of(const Value& text, Allowance& allowance);       // a list of numbers
Value text_of_codes(const Value& list, Allowance& allowance);  // numbers, or strings of one character
Value character(std::int64_t code);                            // unknown where there is none
std::int64_t code_at(const Value& text, std::int64_t position, Allowance& allowance);  // or -1

Value as_string(const Value& value);                        // a number in decimal; a string as it is
std::optional<std::int64_t> as_number(const Value& value);  // "65", "&H41", "0x41" and numbers
std::optional<std::int64_t> parse_number(std::string_view digits, int radix);

void append_utf8(std::string& out, std::uint32_t code);
// The code point at `at`, and moves on; an ill-formed byte is a character of its own.
std::uint32_t next_code(std::string_view text, std::size_t& at);

}  // namespace sekisho::scanner::fold
