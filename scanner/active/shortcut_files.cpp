// Known weaknesses: what is no shortcut to Windows (the content of one kind under the name of another) is
// told by rules alone. Search windows (.search-ms) are judged by their places, not by their conditions.
#include "scanner/active/shortcut_files.h"

#include <algorithm>
#include <array>
#include <string>
#include <string_view>
#include <vector>

#include <fmt/format.h>

#include "base/text.h"
#include "scanner/active/command_words.h"
#include "scanner/active/extensions.h"
#include "scanner/active/marks.h"
#include "scanner/active/places.h"
#include "scanner/active/shortcut_file.h"
#include "scanner/active/shortcut_settings.h"
#include "scanner/active/shortcut_text.h"

namespace sekisho::scanner::active {

namespace {

constexpr std::size_t head_size = 4u << 10;

// [InternetShortcut], in .url and .website.
void judge_url(Shortcut& file) {
    for (const IniEntry& entry : ini_entries(file.text())) {
        const std::string_view value = entry.value;
        if (entry.key == "url" || entry.key == "baseurl" || entry.key == "origurl") {
            if (file.judge_place(value)) continue;
            const Place place = place_of(value);
            const bool program = is_dangerous_extension(windows_extension(place.path));
            if (place.kind == Place::Kind::local && program) file.find("file.shortcut", value);
        } else if (entry.key == "workingdirectory") {
            // CVE-2025-33053: a program of Windows itself, started where a stranger's libraries lie.
            (void)file.judge_place(value);
        } else if (entry.key == "iconfile") {
            file.judge_icon(value);
        }
    }
}

// [Shell]: Command is one of a few words, the icon is what is fetched.
void judge_scf(Shortcut& file) {
    bool remote = false;
    for (const IniEntry& entry : ini_entries(file.text())) {
        if (entry.key != "iconfile" || place_of(entry.value).kind == Place::Kind::local) continue;
        file.keep(entry.value);
        file.find_remote(fmt::format("icon of a folder's command: {}", entry.value));
        remote = true;
    }
    if (!remote) file.find("file.shortcut", {});
}

// <url> of a <simpleLocation>, or the scope of a search: where a library or a search window shows files from.
void judge_library(Shortcut& file) {
    bool remote = false;
    std::vector<std::string> places = xml_texts(file.text(), "url");
    // <scope><include path="...">: where a saved search looks.
    for (std::string& path : xml_attributes(file.text(), "include", "path"))
        places.push_back(std::move(path));
    for (const std::string& url : places) {
        const Place place = place_of(url);
        if (place.kind == Place::Kind::local || url.starts_with("knownfolder:") || url.starts_with("shell:"))
            continue;
        remote = true;
        // The server of an office has a plain name; whatever else Explorer would show as one's own files.
        const bool of_the_house = place.kind == Place::Kind::share && why_remote(place).empty() &&
                                  place.host.find('.') == std::string::npos;
        if (of_the_house) {
            file.keep(url);
        } else if (!file.judge_place(url)) {
            file.find_remote(url);
        }
    }
    for (const std::string& icon : xml_texts(file.text(), "iconreference"))
        file.judge_icon(icon);
    file.find("shortcut.library", remote ? "shows a place on another machine" : "");
}

// <DeepLink>: a command line that the Settings window runs without a question.
void judge_setting(Shortcut& file) {
    bool any = false;
    for (const std::string& link : xml_texts(file.text(), "deeplink")) {
        (void)file.judge_command(link);
        if (link.empty() || base::starts_with_ignoring_case(link, "ms-settings:")) continue;
        file.find("shortcut.deep-link", link);
        any = true;
    }
    if (!any) file.find("file.shortcut", {});
}

// What servers of a house or SharePoint export names them by a plain name, or over HTTPS, and is a page.
// Necurs' of 2018 asked "http://.../2.dat" and the like: data of no kind that a query would show.
void judge_query_address(Shortcut& file, std::string_view address) {
    constexpr std::array<std::string_view, 7> data{"dat", "bin", "tmp", "txt", "png", "jpg", "gif"};
    const Place place = place_of(address);
    if (is_of_the_house(place)) return;
    const bool is_data = std::ranges::find(data, windows_extension(place.path)) != data.end();
    const bool numeric = is_public_address(place.host.substr(0, place.host.find(':')));
    if (place.scheme == "http" || is_data || numeric) file.find("shortcut.web-query.remote", address);
    if ((place.scheme == "http" && is_data) || numeric) file.find("shortcut.web-query.payload", address);
}

// Query files of Excel: the address is asked, and what comes back stands in cells, formulas and all.
void judge_query(Shortcut& file) {
    const std::string lower = base::to_lower(file.text());
    const std::size_t at = lower.find("://");
    if (at != std::string::npos) {
        const std::size_t begin = lower.find_last_of("\r\n =;\"", at);
        const std::string_view rest =
            std::string_view(file.text()).substr(begin == std::string::npos ? 0 : begin + 1);
        const std::string_view address = rest.substr(0, rest.find_first_of("\r\n \""));
        file.find("shortcut.web-query", address);
        if (!file.judge_place(address)) judge_query_address(file, address);
    } else {
        file.find("file.shortcut", {});
    }
    const std::string plain = plain_command(file.text());
    const bool dde = plain.find("cmd|") != std::string::npos;
    if (dde || !starter_in(plain).empty()) file.find("shortcut.command", dde ? "cmd|" : starter_in(plain));
}

struct Kind {
    std::string_view extensions;  // comma-separated
    // Of the content: what it begins with, or the root element. Empty: any text.
    std::string_view begin;
    std::string_view root;
    void (*judge)(Shortcut& file);
};
constexpr std::array link_kinds{
    Kind{"scf", "[shell]", "", judge_scf},
    Kind{"library-ms", "", "librarydescription", judge_library},
    Kind{"searchconnector-ms", "", "searchconnectordescription", judge_library},
    Kind{"search-ms", "", "persistedquery", judge_library},
    Kind{"settingcontent-ms", "", "searchablecontent", judge_setting},
    Kind{"msc", "", "mmc_consolefile", judge_console},
    Kind{"wsh", "[scriptfile]", "", judge_script_settings},
    Kind{"inf", "[version]", "", judge_setup},
    Kind{"theme", "[theme]", "", judge_theme},
};

bool lists(std::string_view extensions, std::string_view extension) {
    const auto all = base::split(extensions, ',');
    return std::ranges::find(all, extension) != all.end();
}
bool fits(const Kind& kind, std::string_view text) {
    if (!kind.begin.empty()) return base::starts_with_ignoring_case(text, kind.begin);
    return xml_root(text) == kind.root;
}

constexpr Kind folder_kind{"", "[.shellclassinfo]", "", judge_folder};

// The name decides what Windows does; where there is none, the content.
const Kind* link_kind_of(base::Bytes head, std::string_view name) {
    const std::string extension = windows_extension(name);
    const std::string text = text_head(head, head_size);
    const std::string_view file_name = name.substr(name.find_last_of("/\\") + 1);
    if (base::equals_ignoring_case(file_name, "desktop.ini")) return &folder_kind;
    for (const Kind& kind : link_kinds) {
        if (lists(kind.extensions, extension) || (name.empty() && fits(kind, text))) return &kind;
    }
    return nullptr;
}

void open_with(const Part& part, Extraction& extraction, void (*judge)(Shortcut&)) {
    if (!extraction.budget().spend_steps(4 * std::min(part.bytes.size(), Shortcut::looked_at) + 1)) return;
    Shortcut file(part, extraction);
    judge(file);
    file.add_child();
}

void open_link(const Part& part, Extraction& extraction) {
    const Kind* kind = link_kind_of(part.bytes, part.name);
    open_with(part, extraction, kind != nullptr ? kind->judge : judge_scf);
}
template <void (*judge)(Shortcut&)>
void open_as(const Part& part, Extraction& extraction) {
    open_with(part, extraction, judge);
}

Confidence by_name(base::Bytes head) { return looks_textual(head) ? good_match + 20 : good_match - 5; }

Confidence recognise_link(base::Bytes head, std::string_view name) {
    return link_kind_of(head, name) != nullptr ? by_name(head) : no_match;
}
Confidence recognise_url(base::Bytes head, std::string_view name) {
    const std::string start = lower_head(head, 512);
    if (start.starts_with("[internetshortcut]")) return sure_match;
    // Other sections may stand before it.
    constexpr std::array<std::string_view, 2> extensions{"url", "website"};
    const bool named = std::ranges::find(extensions, windows_extension(name)) != extensions.end();
    if (!named) return no_match;
    if (lower_head(head, head_size).find("[internetshortcut]") != std::string::npos) return sure_match;
    return by_name(head);
}
Confidence recognise_query(base::Bytes head, std::string_view name) {
    const std::string extension = windows_extension(name);
    if (lists("iqy,oqy,dqy,rqy", extension)) return by_name(head);
    const std::string start = lower_head(head, 64);
    return name.empty() && (start.starts_with("web\n1\n") || start.starts_with("web\r\n1\r\n")) ? good_match
                                                                                                : no_match;
}
Confidence recognise_rdp(base::Bytes head, std::string_view name) {
    if (windows_extension(name) == "rdp") return by_name(head);
    if (!name.empty()) return no_match;
    const std::string start = lower_head(head, head_size);
    return start.find("full address:s:") != std::string::npos && start.find(":i:") != std::string::npos
               ? good_match
               : no_match;
}
Confidence recognise_deployment(base::Bytes head, std::string_view name) {
    if (lists("appref-ms,appinstaller,jnlp", windows_extension(name))) return by_name(head);
    const std::string root = xml_root(text_head(head, head_size));
    if (windows_extension(name) == "application") return root == "assembly" ? good_match + 20 : no_match;
    return name.empty() && (root == "appinstaller" || root == "jnlp") ? good_match : no_match;
}

// clang-format off
constexpr std::array rows{  // NOLINT: a table holds nothing else
    Format{.name = "windows-link-file", .type = "application/x-ms-link-file", .extensions = "scf,library-ms,searchconnector-ms,search-ms,settingcontent-ms,msc,wsh,inf,theme", .recognise = recognise_link, .open = open_link, .risky = false},
    Format{.name = "url", .type = "application/x-mswinurl", .extensions = "url,website", .recognise = recognise_url, .open = open_as<judge_url>, .risky = false},
    Format{.name = "query-file", .type = "application/x-ms-iqy", .extensions = "iqy,oqy,dqy,rqy", .recognise = recognise_query, .open = open_as<judge_query>, .risky = false},
    Format{.name = "rdp", .type = "application/x-rdp", .extensions = "rdp", .recognise = recognise_rdp, .open = open_as<judge_rdp>, .risky = false},
    Format{.name = "deployment", .type = "application/x-ms-application", .extensions = "application,appref-ms,appinstaller,jnlp", .recognise = recognise_deployment, .open = open_as<judge_deployment>, .risky = false},
};
// clang-format on

}  // namespace

std::span<const Format> shortcut_formats() { return rows; }

}  // namespace sekisho::scanner::active
