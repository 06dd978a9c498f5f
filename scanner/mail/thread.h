// Threads: what a mail quotes, and whether it is the reply that it looks like.
//
// Known weaknesses: whether the thread was ever ours is not known; a quote without any heading is taken for
// what the sender wrote.
#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace sekisho::scanner::mail {

// How a subject begins: "Re: Re: AW: ...".
struct SubjectPrefixes {
    std::size_t replies = 0;   // Re, AW, SV, 回复, 返信, ...
    std::size_t forwards = 0;  // Fw, Fwd, WG, RV, ...
};
// `subject`: UTF-8. "Re[2]:" counts once, full-width colons as colons.
SubjectPrefixes subject_prefixes(std::string_view subject);

// A text cut in what is new and what is quoted, at the first line that mail programs put between.
struct Thread {
    std::string_view fresh;    // before it
    std::string_view quoted;   // from that line on; empty where nothing is quoted
    std::optional<int> month;  // of the newest mail quoted, as month_in() counts
};
Thread split_thread(std::string_view text);

// Different lines of a text with more than blanks in them, at most `most`.
std::size_t lines_of(std::string_view text, std::size_t most);

// An address that stands beside `name` in the text, and is of another organisation than `own`. Nothing where
// `own`, or another address of its organisation, stands beside the name as well. 200 addresses are looked at.
std::optional<std::string> other_address_of(std::string_view name, std::string_view own,
                                            std::string_view text);

}  // namespace sekisho::scanner::mail
