#include "scanner/active/shortcut_text.h"

#include <algorithm>
#include <optional>
#include <utility>

#include "base/text.h"
#include "scanner/xml_pull.h"

namespace sekisho::scanner::active {

namespace {

constexpr std::size_t most_values = 64;
constexpr std::size_t none = std::string_view::npos;

}  // namespace

std::vector<IniEntry> ini_entries(std::string_view text) {
    constexpr std::size_t most = 16'000;
    std::vector<IniEntry> out;
    std::string section;
    while (!text.empty() && out.size() < most) {
        const std::size_t end = std::min(text.find_first_of("\r\n"), text.size());
        const std::string_view line = base::trim(text.substr(0, end));
        text.remove_prefix(std::min(end + 1, text.size()));
        if (line.starts_with('[')) {
            section = base::to_lower(line.substr(1, line.find(']') - 1));
            continue;
        }
        const std::size_t equals = line.find('=');
        if (equals == none || line.starts_with(';')) continue;
        out.push_back({section, base::to_lower(base::trim(line.substr(0, equals))),
                       base::trim(line.substr(equals + 1))});
    }
    return out;
}

std::vector<std::string> xml_texts(std::string_view text, std::string_view name) {
    std::vector<std::string> out;
    bool within = false;
    XmlPull xml(text);
    for (auto token = xml.next(); token != XmlPull::Token::end; token = xml.next()) {
        if (token == XmlPull::Token::text) {
            if (within) out.back() += xml.text();
            continue;
        }
        within = token == XmlPull::Token::start_tag && base::equals_ignoring_case(xml.local_name(), name);
        if (!within) continue;
        if (out.size() == most_values) break;
        out.emplace_back();
    }
    for (std::string& value : out)
        value = std::string(base::trim(value));
    std::erase(out, std::string());
    return out;
}

std::vector<std::string> xml_attributes(std::string_view text, std::string_view element,
                                        std::string_view name) {
    std::vector<std::string> out;
    XmlPull xml(text);
    for (auto token = xml.next(); token != XmlPull::Token::end && out.size() < most_values;
         token = xml.next()) {
        if (token != XmlPull::Token::start_tag) continue;
        if (!base::equals_ignoring_case(xml.local_name(), element)) continue;
        std::optional<std::string> value = xml.attribute(name);
        if (value && !value->empty()) out.push_back(std::move(*value));
    }
    return out;
}

std::string xml_root(std::string_view text) {
    constexpr std::size_t looked_at = 4u << 10;
    text = base::trim(text.substr(0, looked_at));
    if (!text.starts_with('<')) return {};
    XmlPull xml(text);
    for (auto token = xml.next(); token != XmlPull::Token::end; token = xml.next()) {
        if (token == XmlPull::Token::start_tag) return base::to_lower(xml.local_name());
    }
    return {};
}

}  // namespace sekisho::scanner::active
