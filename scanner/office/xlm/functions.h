// The functions of Excel 4.0 macros and of worksheets, by the numbers that formulas hold.
#pragma once

#include <cstdint>
#include <span>
#include <string_view>

namespace sekisho::scanner::office::xlm {

struct Function {
    static constexpr std::uint8_t any_number = 0xFF;
    std::uint16_t number;
    std::string_view name;
    std::uint8_t arguments;  // how many PtgFunc takes; any_number: only PtgFuncVar names it
};

// PtgFuncVar with this number calls what its first argument names.
constexpr std::uint16_t user_function = 0x00FF;

// Both sorted by number.
std::span<const Function> all_functions();
std::span<const Function> all_commands();

// Null where the specification has none of that number.
const Function* function_by_number(std::uint16_t number);
const Function* command_by_number(std::uint16_t number);

// The table's own string for `upper_case_name`, of a function or a command; empty where there is none.
std::string_view function_name(std::string_view upper_case_name);

}  // namespace sekisho::scanner::office::xlm
