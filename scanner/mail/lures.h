// Words that lure people: rows of signatures/lures/*.toml, which operators add to, compiled once per worker.
#pragma once

#include <array>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "scanner/budget.h"
#include "scanner/findings.h"
#include "scanner/mail/pattern_filter.h"
#include "scanner/mail/regex.h"

namespace sekisho::scanner::mail {

// One row, as it stands in a file.
struct LureRow {
    std::string place;                // file and line, for problems
    std::string id;                   // letters, digits, '-'
    std::string language;             // "ja", "en", ...; "any"
    std::string suggests;             // what the words want: one of lure_kinds()
    std::string where = "body";       // body, subject, name (of an attachment)
    std::string pattern;              // PCRE2, caseless
    std::vector<std::string> test;    // texts that it is to find
    std::vector<std::string> others;  // and not to find
};

// What words may suggest, and the finding of each. A name of an attachment has one of its own.
struct LureKind {
    std::string_view suggests;
    std::string_view finding;
};
std::span<const LureKind> lure_kinds();

enum class LurePlace : std::uint8_t { body, subject, name };

// Called from one thread.
class Lures {
public:
    // A row that does not compile, or says what no row can, is left out, and a problem names it.
    static Lures compile(std::span<const LureRow> rows, std::vector<std::string>& problems);

    // Adds a finding for each row that finds something, the row's id as evidence: whoever reads it looks up
    // the words. limit.regex names rows that were not searched to the end. Texts are looked at up to 16 KB.
    // True: words were found that speak of a file or a password.
    bool search(std::string_view text, LurePlace place, model::PartId part, Budget& budget,
                Findings& findings) const;

    std::size_t size() const;

private:
    struct Compiled {
        std::string id;
        std::string_view finding;
        bool speaks_of_files = false;
        Regex regex;
    };
    // The rows for one place.
    struct Rows {
        std::vector<Compiled> rows;
        std::optional<PatternFilter> filter;
    };
    std::array<Rows, 3> places_;  // by LurePlace
};

}  // namespace sekisho::scanner::mail
