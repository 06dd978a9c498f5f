// Worksheet functions that depend on nothing but their arguments, as far as macros hide text with them.
#pragma once

#include <optional>
#include <span>
#include <string>
#include <string_view>

#include "scanner/office/xlm/book.h"

namespace sekisho::scanner::office::xlm {

// What Excel allows in a cell. A longer text is cut, where Excel would fail.
constexpr std::size_t max_text = 32'767;

// `name` in capitals, `arguments` without references. Nullopt where no such function is known here. What is
// not known of an argument is not known of the result; in a text it is a "?". Linear in the texts, or in
// max_text.
std::optional<Value> call_pure(std::string_view name, std::span<const Value> arguments);

Value join(std::span<const Value> values);  // "&"
Value operate(std::string_view operation, const Value& left, const Value& right);

// Nullopt where it is not known, or no such thing.
std::optional<double> number_of(const Value& value);
std::optional<bool> truth_of(const Value& value);
// As it would be joined to a text; "?" where it is not known.
std::string text_of(const Value& value);

}  // namespace sekisho::scanner::office::xlm
