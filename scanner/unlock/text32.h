// UTF-8 text as code points, the way a reader sees it: what candidates.cpp walks over.
#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace sekisho::scanner::unlock {

// NFKC, without zero-width characters, CR dropped; ill-formed sequences dropped. Of more than 1.25 MB the
// head and the tail.
std::u32string readable(std::string_view utf8);

std::string to_utf8(std::u32string_view text);

// Runs of the text that hold full-width ASCII (U+FF01 to U+FF5E), to find the form in which a token stood.
class WideRuns {
public:
    explicit WideRuns(std::string_view utf8);
    // The raw form of `token` where it stands in a full-width run; empty where there is none.
    std::string raw_form_of(std::u32string_view token) const;

private:
    struct Run {
        std::u32string folded;
        std::u32string raw;
    };
    std::vector<Run> runs_;  // at most 256
};

}  // namespace sekisho::scanner::unlock
