#include "base/domain.h"

#include <algorithm>
#include <array>
#include <cstddef>

namespace sekisho::base {

namespace {

// Second labels under which a country's registry hands out names: "co" in co.jp.
constexpr std::array<std::string_view, 24> registry_labels{
    "ac",  "ad", "co",  "com", "ed", "edu", "go",  "gob", "gouv", "gov", "gr", "gv",
    "idv", "lg", "ltd", "mil", "ne", "net", "nom", "or",  "org",  "plc", "re", "sch"};

// "jp", "co.jp"; with no dot, also "localhost".
bool is_registry(std::string_view domain) {
    const std::size_t dot = domain.rfind('.');
    if (dot == std::string_view::npos) return true;
    return domain.size() - dot - 1 == 2 &&
           std::ranges::find(registry_labels, domain.substr(0, dot)) != registry_labels.end();
}

bool is_below(std::string_view domain, std::string_view parent) {
    return domain.size() > parent.size() && domain.ends_with(parent) &&
           domain[domain.size() - parent.size() - 1] == '.' && !is_registry(parent);
}

}  // namespace

std::string_view organisation_of(std::string_view domain) {
    std::size_t at = domain.size();
    while (at > 0) {
        const std::size_t dot = domain.substr(0, at).rfind('.');
        const std::size_t begin = dot == std::string_view::npos ? 0 : dot + 1;
        if (!is_registry(domain.substr(begin))) return domain.substr(begin);
        at = dot == std::string_view::npos ? 0 : dot;
    }
    return domain;
}

bool aligned(std::string_view a, std::string_view b) { return a == b || is_below(a, b) || is_below(b, a); }

}  // namespace sekisho::base
