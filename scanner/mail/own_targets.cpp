#include "scanner/mail/own_targets.h"

#include <algorithm>
#include <array>

#include "base/text.h"

namespace sekisho::scanner::mail {

namespace {

struct Row {
    std::string_view stranger;
    std::string_view house;
};
constexpr std::array rows{
    Row{"office.ole-link", "office.ole-link.file"},
    Row{"office.remote-content.text", "office.ole-link.file"},
    Row{"office.remote-template", "office.template-path"},
    Row{"office.remote-template.house", "office.template-path"},
    Row{"office.vba.remote-load", "office.template-path"},
    Row{"rtf.template", "office.template-path"},
};

// Findings of one kind beyond so many are not kept: then one of a stranger may be among those that are gone.
constexpr std::ptrdiff_t most_of_one_kind = 8;

// `host`: lower case.
bool is_own_host(std::span<const std::string> own, std::string_view host) {
    const bool plain = !host.empty() && std::ranges::all_of(host, [](char c) {
        return (c >= 'a' && c <= 'z') || base::is_digit(c) || c == '.' || c == '-';
    });
    return plain && std::ranges::any_of(own, [&](std::string_view domain) {
               if (domain.starts_with('.')) domain.remove_prefix(1);
               if (domain.empty() || !host.ends_with(domain)) return false;
               return host.size() == domain.size() || host[host.size() - domain.size() - 1] == '.';
           });
}

// "ts01.example.jp:3389, with drives": the words behind are shortcut_settings.cpp's.
bool is_own_desktop(std::span<const std::string> own, const model::Finding& finding) {
    if (!finding.id.starts_with("shortcut.rdp.")) return false;
    const std::string_view address = std::string_view(finding.evidence).substr(0, finding.evidence.find(','));
    return is_own_host(own, base::to_lower(address.substr(0, address.find(':'))));
}

}  // namespace

bool is_own_server(std::span<const std::string> own, std::string_view target) {
    constexpr std::string_view scheme = "https://";
    if (!base::starts_with_ignoring_case(target, scheme)) return false;
    const std::string_view rest = target.substr(scheme.size());
    const std::size_t end = rest.find_first_of("/?#");
    if (end == rest.npos) return false;  // it may have been cut
    return is_own_host(own, base::to_lower(rest.substr(0, end)));
}

void settle_own_targets(std::span<const std::string> own, std::vector<model::Finding>& findings) {
    if (own.empty()) return;
    for (model::Finding& finding : findings) {
        if (is_own_desktop(own, finding)) finding.id = "shortcut.rdp";
        const auto* const row = std::ranges::find(rows, finding.id, &Row::stranger);
        if (row == rows.end() || !is_own_server(own, finding.evidence)) continue;
        const auto same = std::ranges::count_if(findings, [&](const model::Finding& other) {
            return other.id == finding.id && other.part == finding.part;
        });
        if (same < most_of_one_kind) finding.id = row->house;
    }
}

}  // namespace sekisho::scanner::mail
