#include "quarantine/public_domains.h"

#include <fmt/format.h>

#include <algorithm>

#include "base/escape.h"
#include "base/fd.h"
#include "base/text.h"

namespace sekisho::quarantine {

namespace {

constexpr std::size_t max_file_bytes = 1U << 20;

bool is_domain(std::string_view text) {
    if (text.find('.') == std::string_view::npos || text.size() > 255) return false;
    const auto labels = base::split(text, '.');
    return std::ranges::all_of(labels, [](std::string_view label) {
        return !label.empty() && std::ranges::none_of(label, [](char c) {
            return base::is_space(c) || static_cast<unsigned char>(c) < 0x20 || c == '@' || c == '*' ||
                   c == '/';
        });
    });
}

}  // namespace

base::Result<void> PublicDomains::add(std::string_view text, const std::string& file) {
    int number = 0;
    for (std::string_view line : base::split(text, '\n')) {
        ++number;
        line = base::trim(line.substr(0, line.find('#')));
        if (line.empty()) continue;
        if (!is_domain(line)) {
            return base::fail(
                base::Cause::invalid,
                fmt::format("{}:{}: \"{}\" is no domain; write one to a line, such as \"example.com\"",
                            base::escape(file), number, base::escape(line, 60)));
        }
        domains_.insert(base::to_lower(line));
    }
    return {};
}

base::Result<PublicDomains> PublicDomains::load(const std::vector<std::string>& files) {
    PublicDomains out;
    for (const std::string& file : files)
        SEKISHO_TRY(out.add(SEKISHO_TRY(base::read_file(file, max_file_bytes)), file));
    return out;
}

bool PublicDomains::contains(std::string_view domain) const {
    for (;;) {
        if (domains_.contains(domain)) return true;
        const std::size_t dot = domain.find('.');
        if (dot == std::string_view::npos) return false;
        domain.remove_prefix(dot + 1);
    }
}

}  // namespace sekisho::quarantine
