// Says of a text which patterns may find something in it, so that the others need not be tried.
#pragma once

#include <cstddef>
#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace sekisho::scanner::mail {

// Most patterns can match only where certain words stand: RE2 works out which (re2/filtered_re2.h), and one
// pass over a text finds those that it holds. Called from one thread.
class PatternFilter {
public:
    // Caseless patterns of PCRE2, as Regex takes them. One that RE2 does not know, or that needs no word,
    // may always match.
    explicit PatternFilter(std::span<const std::string> patterns);
    PatternFilter(PatternFilter&&) noexcept;
    PatternFilter& operator=(PatternFilter&&) noexcept;
    ~PatternFilter();

    // Places of the patterns that may find something in `text`, ascending: any that Regex finds is among
    // them. One pass.
    std::vector<std::size_t> possible_in(std::string_view text) const;

private:
    struct Compiled;
    std::unique_ptr<Compiled> compiled_;
};

}  // namespace sekisho::scanner::mail
