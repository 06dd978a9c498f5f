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
#include "scanner/active/shortcut_text.h"

namespace sekisho::scanner::active {

namespace {

constexpr std::size_t looked_at = 256u << 10;  // real ones have a few hundred bytes
constexpr std::size_t head_size = 4u << 10;

// One file being judged.
class Shortcut {
public:
    Shortcut(const Part& part, Extraction& extraction)
        : part_(part), extraction_(extraction), text_(text_head(part.bytes, looked_at)) {}

    const std::string& text() const { return text_; }
    std::string extension() const { return windows_extension(part_.name); }

    void find(std::string_view id, std::string_view evidence) {
        extraction_.findings().add(id, part_.id, evidence.empty() ? std::string_view(part_.name) : evidence);
    }
    void find_remote(std::string_view evidence) {
        find("shortcut.remote", evidence);
        find("file.shortcut", {});
    }
    // An address or command that the file follows: kept for the child.
    void keep(std::string_view target) {
        if (!target.empty()) kept_ += fmt::format("{}\n", target);
    }
    // True where something speaks against it.
    bool judge_place(std::string_view target) {
        keep(target);
        const std::string_view why = why_remote(target);
        if (!why.empty()) find_remote(fmt::format("{}: {}", why, target));
        return !why.empty();
    }
    void judge_icon(std::string_view icon) {
        const Place place = place_of(icon);
        if (place.kind == Place::Kind::local) return;
        keep(icon);
        if (place.kind != Place::Kind::share) return;  // browsers write the icon of the page
        // Windows fetches it as soon as the folder is shown, and tells the server who is asking.
        find("shortcut.remote-icon", icon);
    }
    bool judge_command(std::string_view command) {
        keep(command);
        const std::string plain = plain_command(command);
        const std::string_view first = base::trim(command).substr(0, base::trim(command).find(' '));
        std::string_view starter = starter_of_target(first);
        if (starter.empty()) starter = starter_in(plain);
        if (!starter.empty()) find("shortcut.command", fmt::format("{}: {}", starter, command));
        return !starter.empty();
    }

    void add_child() {
        if (kept_.empty()) return;
        ChildSpec spec;
        spec.label = "target";
        spec.name = "target.txt";
        spec.type = "text/plain";  // a command line is no script that somebody attached
        spec.charset = "utf-8";
        spec.opened_by = "windows-link-file";
        const StoragePtr storage = store_text(std::move(kept_), extraction_.budget());
        if (storage != nullptr) (void)extraction_.add_child(std::move(spec), storage->bytes(), storage);
    }

private:
    const Part& part_;
    Extraction& extraction_;
    std::string text_;
    std::string kept_;
};

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

// <url> of a <simpleLocation>: where a library or a search window shows files from.
void judge_library(Shortcut& file) {
    bool remote = false;
    for (const std::string& url : xml_texts(file.text(), "url")) {
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

// Consoles of the management console: their pages and tasks run with the rights of an administrator
// ("GrimResource", 2024: a library of Windows that shows a page which runs what its address says).
void judge_console(Shortcut& file) {
    constexpr std::array<std::string_view, 6> words{
        "apds.dll", "javascript:", "vbscript:", "executeshellcommand", "xsl:script", "msxsl:script"};
    const std::string plain = plain_command(file.text());
    file.find("file.shortcut", {});
    const auto word =
        std::ranges::find_if(words, [&](std::string_view one) { return plain.find(one) != plain.npos; });
    if (word != words.end()) {
        file.find("shortcut.command", *word);
    } else if (!starter_in(plain).empty()) {
        file.find("shortcut.command", starter_in(plain));
    }
}

// ClickOnce applications and App Installer packages: fetched from where the file says, and installed.
void judge_deployment(Shortcut& file) {
    std::string from;
    const auto note = [&](std::string_view address) {
        if (address.find("://") == std::string_view::npos) return;
        if (from.empty()) from = address;
        file.keep(address);
    };
    for (const auto& [element, attribute] :
         {std::pair{"deploymentprovider", "codebase"}, std::pair{"dependentassembly", "codebase"},
          std::pair{"appinstaller", "Uri"}, std::pair{"mainpackage", "Uri"}, std::pair{"mainbundle", "Uri"},
          std::pair{"jnlp", "codebase"}, std::pair{"jar", "href"}}) {
        for (const std::string& address : xml_attributes(file.text(), element, attribute))
            note(address);
    }
    if (xml_root(file.text()) == "jnlp" || file.extension() == "jnlp") {
        file.find("shortcut.java", from);
        return;
    }
    // .appref-ms: one line, "address#name, culture=..., ...".
    if (from.empty()) note(std::string_view(file.text()).substr(0, file.text().find_first_of("#\r\n")));
    file.find("shortcut.installer", from);
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
        // What servers of a house or SharePoint export names them by a plain name, or over HTTPS.
        const Place place = place_of(address);
        const bool elsewhere = place.host.find('.') != std::string::npos && !place.host.ends_with(".local");
        if (!file.judge_place(address) && place.scheme == "http" && elsewhere)
            file.find("shortcut.web-query.remote", address);
    } else {
        file.find("file.shortcut", {});
    }
    const std::string plain = plain_command(file.text());
    const bool dde = plain.find("cmd|") != std::string::npos;
    if (dde || !starter_in(plain).empty()) file.find("shortcut.command", dde ? "cmd|" : starter_in(plain));
}

// Settings of a remote desktop, "name:type:value".
void judge_rdp(Shortcut& file) {
    std::string_view address;
    std::string_view program;
    bool drives = false;
    bool is_signed = false;
    std::string_view rest = file.text();
    while (!rest.empty()) {
        const std::size_t end = std::min(rest.find_first_of("\r\n"), rest.size());
        const std::string_view line = base::trim(rest.substr(0, end));
        rest.remove_prefix(std::min(end + 1, rest.size()));
        const std::size_t first = line.find(':');
        const std::size_t second = first == std::string_view::npos ? first : line.find(':', first + 1);
        if (second == std::string_view::npos) continue;
        const std::string key = base::to_lower(line.substr(0, first));
        const std::string_view value = base::trim(line.substr(second + 1));
        if (key == "full address") address = value;
        if (key == "remoteapplicationprogram" || key == "alternate shell") program = value;
        if (key == "drivestoredirect") drives = !value.empty();
        if (key == "signature") is_signed = !value.empty();
    }
    file.keep(address);
    file.keep(program);
    file.find("shortcut.rdp", fmt::format("{}{}", address, is_signed ? ", signed" : ", unsigned"));
    // A name with dots or an address of the Internet; companies have both, and their drives in it seldom.
    std::string_view host = address.substr(0, address.find(':'));
    const bool outside =
        host.find('.') != std::string_view::npos &&
        (!base::is_digit(host.back()) || !why_remote(fmt::format("\\\\{}\\x", host)).empty());
    if (outside && (drives || !program.empty())) {
        file.find("shortcut.rdp.redirects",
                  fmt::format("{}{}{}", address, drives ? ", with drives" : "",
                              program.empty() ? "" : ", program of the server's choice"));
    }
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
};

bool lists(std::string_view extensions, std::string_view extension) {
    const auto all = base::split(extensions, ',');
    return std::ranges::find(all, extension) != all.end();
}
bool fits(const Kind& kind, std::string_view text) {
    if (!kind.begin.empty()) return base::starts_with_ignoring_case(text, kind.begin);
    return xml_root(text) == kind.root;
}

// The name decides what Windows does; where there is none, the content.
const Kind* link_kind_of(base::Bytes head, std::string_view name) {
    const std::string extension = windows_extension(name);
    const std::string text = text_head(head, head_size);
    for (const Kind& kind : link_kinds) {
        if (lists(kind.extensions, extension) || (name.empty() && fits(kind, text))) return &kind;
    }
    return nullptr;
}

void open_with(const Part& part, Extraction& extraction, void (*judge)(Shortcut&)) {
    if (!extraction.budget().spend_steps(4 * std::min(part.bytes.size(), looked_at) + 1)) return;
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
    Format{.name = "windows-link-file", .type = "application/x-ms-link-file", .extensions = "scf,library-ms,searchconnector-ms,search-ms,settingcontent-ms,msc", .recognise = recognise_link, .open = open_link, .risky = false},
    Format{.name = "url", .type = "application/x-mswinurl", .extensions = "url,website", .recognise = recognise_url, .open = open_as<judge_url>, .risky = false},
    Format{.name = "query-file", .type = "application/x-ms-iqy", .extensions = "iqy,oqy,dqy,rqy", .recognise = recognise_query, .open = open_as<judge_query>, .risky = false},
    Format{.name = "rdp", .type = "application/x-rdp", .extensions = "rdp", .recognise = recognise_rdp, .open = open_as<judge_rdp>, .risky = false},
    Format{.name = "deployment", .type = "application/x-ms-application", .extensions = "application,appref-ms,appinstaller,jnlp", .recognise = recognise_deployment, .open = open_as<judge_deployment>, .risky = false},
};
// clang-format on

}  // namespace

std::span<const Format> shortcut_formats() { return rows; }

}  // namespace sekisho::scanner::active
