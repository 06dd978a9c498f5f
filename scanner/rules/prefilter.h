// Says of bytes that no string of a compiled rule set can be in them, several times faster than libyara finds
// it out.
#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <string_view>
#include <vector>

#include "scanner/padding.h"
#include "scanner/signature_search.h"

struct YR_RULES;

namespace sekisho::scanner::rules {

// libyara looks for atoms, two to four bytes of each string, with one automaton, which takes several
// dependent reads for every byte of data; and most parts hold no string at all. So we look for the atoms
// first, thirty-two places together where they are few and by a bit for each pair of bytes that begins one
// otherwise, compare the whole string where it is a plain one, and spare parts without any the automaton.
// Atoms and strings are read out of the compiled rules (yara/ahocorasick.h, yara/types.h), so both look for
// the same.
class Prefilter {
public:
    // None where it would be of no use: a string that has no atom or one of a single byte, or too many atoms;
    // and where a rule is global, as libyara reports that one by itself. Every other rule that is reported
    // must need a string (rule_condition.h). Points into `rules`.
    static std::optional<Prefilter> of(const YR_RULES& rules);

    // False: libyara would find no string. One pass; allocates nothing. True as well where comparing strings
    // has become more work than the data is long, as hostile data can make it: libyara has a time limit.
    bool may_match(const Stretches& bytes) const;

private:
    // A string that is compared as it stands.
    struct Literal {
        std::string_view text;
        std::size_t backtrack = 0;  // from the end of the atom to the start of the string
        bool ascii = false;
        bool wide = false;  // each byte with a zero behind it
        bool no_case = false;

        bool is_at(std::string_view data, std::size_t atom_end) const;
    };
    struct Atom {
        std::uint32_t value = 0;  // its bytes, the first lowest
        std::uint32_t first = 0;  // of literals_
        std::uint32_t count = 0;  // 0: a string of it is no plain one, the atom alone decides
    };
    struct Path {
        std::array<char, 4> bytes{};
        std::size_t length = 0;
    };

    bool collect(const YR_RULES& rules);
    void add(const YR_RULES& rules, std::uint32_t state, const Path& path);
    std::size_t next_place(std::string_view data, std::size_t from) const;
    bool holds_any(std::string_view data, std::size_t& effort) const;
    bool holds_string(std::string_view data, std::size_t at, std::size_t& effort) const;

    std::vector<std::uint64_t> pairs_;          // a bit for each pair that begins an atom
    std::vector<std::uint64_t> slots_;          // a bit for each hash of an atom
    std::array<std::vector<Atom>, 5> atoms_{};  // by length, sorted by value
    std::vector<Literal> literals_;
    std::vector<Path> paths_;             // the atoms, for `few_`
    std::optional<SignatureSearch> few_;  // where they are so few that most places are passed over together
};

}  // namespace sekisho::scanner::rules
