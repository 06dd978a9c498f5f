// For tests alone: bytes as RAR 3 packs them, step by step, with what is to come out of them. Shares no code
// with what it tests; rar3_packer_test.cpp has other people's programs read what it makes.
#pragma once

#include <array>
#include <cstdint>
#include <random>
#include <span>
#include <string>
#include <vector>

namespace sekisho::scanner::containers {

// Bits, high ones first.
class BitString {
public:
    void put(std::uint64_t value, unsigned bits);
    void align();
    const std::string& bytes() const { return bytes_; }
    std::size_t used() const { return used_; }

private:
    std::string bytes_;
    std::size_t used_ = 0;
};

// One solid run of members, or one alone. Every step is a symbol of the format, and goes to plain() as well.
class Rar3Packer {
public:
    // Lengths of the codes: main, distance, low distance, length.
    using Lengths = std::array<std::uint8_t, 404>;
    static const Lengths& even_lengths();    // codes without gaps
    static const Lengths& sparse_lengths();  // others, some symbols without a code

    // A block of its own begins, or goes on with the last one's lengths where they are the same. `runs`:
    // equal lengths are written together.
    void tables(const Lengths& lengths, bool keep = false, bool runs = false);
    void literal(char c);
    void text(std::string_view plain);
    void match(std::uint32_t distance, unsigned length);
    void old_match(unsigned place, unsigned length);  // 0 to 3
    void short_match(std::uint32_t distance);
    void last_match();
    void new_block();  // tables() follows
    // A block of a model, as it stands, that makes `plain` and then goes on to another block.
    void model_block(const std::string& packed, const std::string& plain);
    void raw(std::uint64_t value, unsigned bits) { bits_.put(value, bits); }
    void symbol(unsigned symbol) { put_symbol(0, symbol); }  // of the main code

    // A filter over `length` bytes from `ahead` on. `program`: empty where one is used again. `number`: of
    // the program that is meant, counted from 1, 0 to forget all; without one the last.
    struct Filter {
        std::uint32_t ahead = 0;
        std::uint32_t length = 0;
        std::string program;
        int number = -1;
        std::vector<std::uint32_t> registers = {};  // from the first on
    };
    void filter(const Filter& filter);
    static std::string definition(const Filter& filter);  // as it stands behind the symbol

    // Some steps of every kind, as they come.
    void noise(std::mt19937& random, unsigned steps);

    // The member is at its end; the next one begins with tables of its own or not.
    std::string finish(bool new_tables = true);
    // Of the member, as it comes out where no filter is.
    const std::string& plain() const { return plain_; }
    std::size_t position() const { return history_.size(); }

private:
    struct Codes {
        std::size_t first = 0;
        std::vector<std::uint32_t> codes;
    };
    void put_symbol(unsigned table, unsigned symbol);
    void put_distance(std::uint32_t distance);
    void copy(std::uint32_t distance, unsigned length);
    void remember(std::uint32_t distance, unsigned place);

    BitString bits_;
    Lengths lengths_{};
    std::array<Codes, 4> codes_;
    std::string history_;  // all that the run made
    std::string plain_;
    std::array<std::uint32_t, 4> old_{};
    unsigned last_length_ = 0;
    unsigned low_ = 0;
    unsigned low_repeats_ = 0;
};

struct Rar3PackedMember {
    std::string packed;
    std::string plain;
};
// Of one solid run.
std::string rar3_archive(const std::vector<Rar3PackedMember>& members);
void expect_unar_reads(const std::vector<Rar3PackedMember>& members);

// Bytes that are taken for a program of that size and CRC-32, whatever they do.
std::string rar3_program(std::size_t size, std::uint32_t crc);

}  // namespace sekisho::scanner::containers
