#include "scanner/office/vba_constants.h"

#include <algorithm>
#include <array>
#include <set>

#include <fmt/format.h>

#include "base/text.h"

namespace sekisho::scanner::office {

namespace {

bool is_word(char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || base::is_digit(c) || c == '_' ||
           static_cast<unsigned char>(c) >= 0x80;
}

std::string_view next_word(std::string_view& rest) {
    rest = base::trim(rest);
    const std::size_t size = static_cast<std::size_t>(std::ranges::find_if_not(rest, is_word) - rest.begin());
    const std::string_view word = rest.substr(0, size);
    rest.remove_prefix(size);
    return word;
}

// "Public Const NAME ...": the name, or nothing.
std::string_view constant_name(std::string_view line) {
    constexpr std::array<std::string_view, 2> scopes{"public", "global"};
    const std::string scope = base::to_lower(next_word(line));
    if (std::ranges::find(scopes, scope) == scopes.end()) return {};
    if (!base::equals_ignoring_case(next_word(line), "const")) return {};
    return next_word(line);
}

}  // namespace

void PublicConstants::gather(std::string_view source, std::size_t module) {
    while (!source.empty()) {
        const std::size_t end = std::min(source.find_first_of("\r\n"), source.size());
        const std::string_view line = base::trim(source.substr(0, end));
        source.remove_prefix(std::min(end + 1, source.size()));
        if (line.ends_with('_')) continue;
        const std::string_view name = constant_name(line);
        if (name.empty()) continue;
        if (by_name_.size() == most || line.size() > most_bytes - bytes_) {
            full_ = true;
            return;
        }
        bytes_ += line.size();
        by_name_.try_emplace(base::to_lower(name), Declaration{std::string(line), module});
    }
}

std::string PublicConstants::used_by(std::string_view source, std::size_t module) {
    std::string out;
    if (by_name_.empty()) return out;
    std::set<const Declaration*> taken;
    for (std::size_t at = 0; at < source.size();) {
        const std::size_t size = static_cast<std::size_t>(
            std::ranges::find_if_not(source.substr(at), is_word) - source.substr(at).begin());
        if (size == 0) {
            ++at;
            continue;
        }
        const std::string_view word = source.substr(at, size);
        at += size;
        if (size > 255) continue;  // [MS-VBAL] 3.3.5: longer ones are no names
        const auto found = by_name_.find(base::to_lower(word));
        if (found == by_name_.end() || found->second.module == module) continue;
        const Declaration& declaration = found->second;
        if (declaration.line.size() >= most_bytes_out - std::min(out.size(), most_bytes_out)) {
            full_ = true;
            continue;
        }
        if (taken.insert(&declaration).second) out += fmt::format("{}\r\n", declaration.line);
    }
    return out;
}

}  // namespace sekisho::scanner::office
