#include "scanner/fold/salts.h"

#include <utility>

namespace sekisho::scanner::fold {

std::size_t take_out_salt(std::string& text, std::string_view salt) {
    constexpr std::size_t enough = 4;
    std::string out;
    std::size_t hits = 0;
    std::size_t at = 0;
    for (std::size_t hit = text.find(salt); hit != std::string::npos; hit = text.find(salt, at)) {
        out.append(text, at, hit - at);
        at = hit + salt.size();
        ++hits;
    }
    if (hits < enough) return 0;
    out.append(text, at);
    text = std::move(out);
    return hits;
}

}  // namespace sekisho::scanner::fold
