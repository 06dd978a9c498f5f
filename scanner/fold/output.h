// Gathers what folding finds and puts the folded text together at the end.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "scanner/fold/fold.h"
#include "scanner/fold/value.h"

namespace sekisho::scanner::fold {

class Output {
public:
    Output(std::string_view source, const FoldLimits& limits, Allowance& allowance);

    // `text`, as it shall stand, in place of the bytes [begin, end) of the source. Of ranges within each
    // other the outer one counts. False where the text has grown as far as it may.
    bool replace(std::size_t begin, std::size_t end, std::string text);

    // A string that stands nowhere as one literal; also looked through for encodings.
    // `placed`: it was put in place too.
    void recover(std::string_view text, std::size_t offset, bool placed = false);
    // A literal as it stands: only its encodings are of interest, and whether it is a command line.
    void look_into(std::string_view text, std::size_t offset);
    void look_for_command(std::string_view text, std::size_t offset);
    // Bytes that the source spells as a list of codes, or decodes itself.
    void add_bytes(std::string_view bytes, std::size_t offset);

    // Text that the source takes out of its own strings: see salts.h.
    void add_salt(std::string_view salt);

    // What was gathered is given up, but for what is replaced already by the lexer: the source is read once
    // more.
    void keep_from_here() { kept_ = replacements_.size(); }
    void restart();

    // Strings that are command lines, to be folded in their own language. Once, before finish().
    std::vector<Folded> take_commands() { return std::move(commands_); }

    FoldCounts& counts() { return counts_; }
    FoldResult finish();

private:
    struct Replacement {
        std::size_t begin;
        std::size_t end;
        std::string text;
    };
    bool take(std::size_t& left, std::size_t bytes);
    std::string assemble();

    std::string_view source_;
    Allowance& allowance_;
    std::vector<Replacement> replacements_;
    std::vector<Folded> recovered_;
    std::vector<std::string> files_;
    std::vector<Folded> commands_;
    std::vector<std::string> salts_;
    FoldCounts counts_;
    std::size_t growth_left_;
    std::size_t recovered_left_;
    std::size_t files_left_;
    std::size_t kept_ = 0;  // replacements that restart() leaves
    FoldLimits limits_;
    bool full_ = false;
};

}  // namespace sekisho::scanner::fold
