// What stands near the words for "password" of a text.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

namespace sekisho::scanner::unlock {

struct Found {
    std::u32string token;
    std::string_view language;  // of the keyword; of static storage
    std::size_t keyword = 0;    // its offset in the text
};

struct KeywordFinds {
    std::vector<Found>
        strong;  // what a keyword names: behind a colon, a linking word, in quotes, alone below it
    std::vector<Found> weak;  // what else may be meant, in order of appearance
};

// At most 500 keywords are followed up, each over a bounded stretch: linear in the text. Keywords within
// links are none. Dates, times, telephone numbers and sizes count only where they stand directly behind a
// keyword. `date`: the mail's Date field, for rules.
KeywordFinds keyword_finds(std::u32string_view text, std::string_view date = {});

}  // namespace sekisho::scanner::unlock
