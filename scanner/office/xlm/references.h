// References as they are written: A1 and R1C1.
#pragma once

#include <cstddef>
#include <optional>
#include <string_view>

#include "scanner/office/xlm/formula.h"

namespace sekisho::scanner::office::xlm {

struct WrittenCell {
    std::uint32_t row = 0;
    std::uint32_t column = 0;
    bool row_relative = true;
    bool column_relative = true;
    std::size_t length = 0;  // characters that it takes
};

// At the beginning of `text`; nothing of a name stands behind it.
std::optional<WrittenCell> read_a1(std::string_view text);
std::optional<WrittenCell> read_r1c1(std::string_view text, const Place& at);

// Letters, digits, and what else a name may hold: "_", ".", "\", "?", and anything beyond ASCII.
bool is_name_character(char c);

}  // namespace sekisho::scanner::office::xlm
