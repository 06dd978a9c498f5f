// What the tests of everything that raises ambiguities share.
#pragma once

#include <algorithm>
#include <random>
#include <string>
#include <string_view>
#include <vector>

#include "scanner/mime/ambiguity.h"

namespace sekisho::scanner::mime {

// The classes that were met, each once and sorted, without what all begin with: "boundary.quoting
// header.nul".
inline std::string classes_of(const Ambiguities& met) {
    std::vector<std::string_view> ids;
    for (const Ambiguities::Entry& entry : met.all())
        ids.push_back(id_of(entry.what).substr(std::string_view("mime.ambiguous.").size()));
    std::ranges::sort(ids);
    const auto doubled = std::ranges::unique(ids);
    ids.erase(doubled.begin(), doubled.end());
    std::string out;
    for (const std::string_view id : ids)
        out.append(out.empty() ? "" : " ").append(id);
    return out;
}

// A run of these pieces: whatever is odd in them comes close together.
inline std::string random_pieces(std::mt19937& random, const std::vector<std::string>& pieces,
                                 std::size_t most) {
    std::string out;
    for (std::size_t n = random() % (most + 1); n > 0; --n)
        out += pieces[random() % pieces.size()];
    return out;
}

// True where `part` is a piece of `whole`, not a copy; an empty one is a piece of anything.
inline bool is_within(std::string_view part, std::string_view whole) {
    return part.empty() ||
           (part.data() >= whole.data() && part.size() <= whole.size() &&
            static_cast<std::size_t>(part.data() - whole.data()) <= whole.size() - part.size());
}

}  // namespace sekisho::scanner::mime
