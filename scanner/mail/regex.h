// PCRE2 on hostile text: every search has limits, and an error other than "no match" is told.
#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <string_view>

#include "base/result.h"

namespace sekisho::scanner::mail {

enum class Found : std::uint8_t {
    no,
    yes,
    failed,  // a limit was reached, or PCRE2 refused: the text was not searched to its end
};

// A compiled pattern: UTF-8, caseless. \w and \b know ASCII alone, which is half the work; a pattern that
// needs more begins with (*UCP). Not thread-safe: a search writes to memory of its own.
class Regex {
public:
    // Cause::invalid with offset and reason where the pattern does not compile.
    static base::Result<Regex> compile(std::string_view pattern);
    Regex(Regex&&) noexcept;
    Regex& operator=(Regex&&) noexcept;
    ~Regex();

    // Text that is no UTF-8 is searched as far as it is. At each place of the text at most 5,000 steps, 500
    // levels and 4 MB are spent; more is `failed`. `reason`: what PCRE2 says of a failure. May be null.
    Found search(std::string_view text, std::string* reason = nullptr) const;

private:
    struct Compiled;
    explicit Regex(std::unique_ptr<Compiled> compiled);
    std::unique_ptr<Compiled> compiled_;
};

}  // namespace sekisho::scanner::mail
