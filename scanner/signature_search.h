// Many short words looked for at once, at a few GB/s: the signatures of files within files.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <string_view>
#include <vector>

namespace sekisho::scanner {

// The first three bytes of a word decide by their nibbles whether it may begin somewhere: eight sets of words
// have a bit each, looked up for both nibbles, and thirty-two places are looked at together where the
// processor can. What passes is compared. Thread-safe.
class SignatureSearch {
public:
    // Two bytes at least each. They outlive it.
    explicit SignatureSearch(std::vector<std::string_view> words);

    // Where the first word begins at or behind `from`; npos where none does. Linear.
    std::size_t find(std::string_view text, std::size_t from) const;

    // Where a word may begin at or behind `from`, for a caller who compares by himself: no word begins
    // between `from` and there. npos where none does. Linear.
    std::size_t find_possible(std::string_view text, std::size_t from) const;

private:
    static constexpr std::size_t looked_at = 3;  // bytes of each word
    using Table = std::array<std::uint8_t, 32>;  // the sets that have a nibble, by its value, twice
    struct Tables {
        std::array<Table, looked_at> low{};
        std::array<Table, looked_at> high{};
    };

    bool begins_at(std::string_view text, std::size_t at) const;
    std::size_t possible_wide(std::string_view text, std::size_t& from) const;

    // The first four bytes of a word as a number, the first lowest, and which of them it has.
    struct Beginning {
        std::uint32_t value = 0;
        std::uint32_t mask = 0;
    };
    std::vector<std::string_view> words_;
    std::vector<Beginning> beginnings_;  // of words_
    Tables tables_;
};

}  // namespace sekisho::scanner
