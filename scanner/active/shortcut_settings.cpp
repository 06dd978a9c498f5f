// Known weaknesses: the signature of an .rdp is not checked, and strangers buy certificates: what it takes
// along counts the same. An .inf does nothing until somebody installs it; only the two ways that droppers
// took are looked for.
#include "scanner/active/shortcut_settings.h"

#include <algorithm>
#include <array>
#include <string>
#include <string_view>
#include <utility>

#include <fmt/format.h>

#include "base/text.h"
#include "scanner/active/command_words.h"
#include "scanner/active/places.h"
#include "scanner/active/shortcut_text.h"

namespace sekisho::scanner::active {

namespace {

// Outside of its sandbox a Java program does what any program does; sound ones come over HTTPS.
void judge_java(Shortcut& file, std::string_view from) {
    file.find("shortcut.java", from);
    const Place place = place_of(from);
    const bool numeric = is_public_address(place.host.substr(0, place.host.find(':')));
    const bool unsafe = place.scheme == "http" || numeric;
    const bool free = base::find_ignoring_case(file.text(), "<all-permissions") != std::string::npos;
    if (!free || !unsafe || is_of_the_house(place)) return;
    file.find("shortcut.java.remote", from);
    if (numeric) file.find_remote(from);
}

// What is said of an address of a remote desktop and of what it takes along.
struct RemoteDesktop {
    std::string_view address;
    std::string_view program;
    std::string_view told;   // what the program is told, where that is who sits here
    bool by_others = false;  // a gateway, or another address beside this one
    bool drives = false;
    bool is_signed = false;
};

// Names of the user, the machine and its domain: a program of the house has no need to be told.
bool names_its_user(std::string_view arguments) {
    constexpr std::array<std::string_view, 6> names{"%computername%", "%logonserver%", "%userdnsdomain%",
                                                    "%userdomain%",   "%username%",    "%userprofile%"};
    return std::ranges::any_of(names, [&](std::string_view name) {
        return base::find_ignoring_case(arguments, name) != std::string_view::npos;
    });
}

RemoteDesktop read_rdp(std::string_view rest) {
    RemoteDesktop out;
    while (!rest.empty()) {
        const std::size_t end = std::min(rest.find_first_of("\r\n"), rest.size());
        const std::string_view line = base::trim(rest.substr(0, end));
        rest.remove_prefix(std::min(end + 1, rest.size()));
        const std::size_t first = line.find(':');
        const std::size_t second = first == std::string_view::npos ? first : line.find(':', first + 1);
        if (second == std::string_view::npos) continue;
        const std::string key = base::to_lower(line.substr(0, first));
        const std::string_view value = base::trim(line.substr(second + 1));
        if (key == "full address" || key == "alternate full address") {
            out.by_others =
                out.by_others || (!out.address.empty() && !base::equals_ignoring_case(out.address, value));
            // The other one is where mstsc goes.
            if (out.address.empty() || key.starts_with('a')) out.address = value;
        }
        if (key == "gatewayhostname") out.by_others = out.by_others || !value.empty();
        if (key == "remoteapplicationprogram" || key == "alternate shell") out.program = value;
        if (key == "remoteapplicationcmdline" && names_its_user(value)) out.told = value;
        if (key == "drivestoredirect") out.drives = !value.empty();
        if (key == "signature") out.is_signed = !value.empty();
    }
    return out;
}

// A share of another machine, in any value of an INI file: fetched without a click, and the server is told
// who asks. Servers of the house say nothing.
void judge_fetched(Shortcut& file, std::string_view value) {
    // "@%SystemRoot%\\system32\\shell32.dll,-21770": an index stands behind the file.
    const std::string_view path = base::trim(value.substr(0, value.rfind(',')));
    const Place place = place_of(path.starts_with('@') ? path.substr(1) : path);
    if (place.kind != Place::Kind::share) return;
    if (!file.judge_place(path) && !is_of_the_house(place)) file.find_remote(path);
}

}  // namespace

void judge_console(Shortcut& file) {
    // "GrimResource", 2024: a library of Windows shows a page that runs what its address says.
    constexpr std::array<std::string_view, 6> words{
        "apds.dll", "javascript:", "vbscript:", "xsl:script", "msxsl:script", "executeshellcommand"};
    const std::string plain = plain_command(file.text());
    file.find("file.shortcut", {});
    const auto word =
        std::ranges::find_if(words, [&](std::string_view one) { return plain.find(one) != plain.npos; });
    if (word != words.end()) {
        file.find("shortcut.command", *word);
        file.find("shortcut.console.script", *word);
    } else if (!starter_in(plain).empty()) {
        file.find("shortcut.command", starter_in(plain));
    }
    // Taskpads: the command stands in one attribute, what it is told in another.
    for (const auto& [element, attribute] :
         {std::pair{"commandline", "Params"}, std::pair{"task", "Command"}}) {
        for (const std::string& value : xml_attributes(file.text(), element, attribute)) {
            file.keep(value);
            const std::string_view fetch = fetch_in(plain_command(value), file.name());
            if (!fetch.empty()) file.find("shortcut.fetch", fmt::format("{}: {}", fetch, value));
        }
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
        judge_java(file, from);
        return;
    }
    // .appref-ms: one line, "address#name, culture=..., ...".
    if (from.empty()) note(std::string_view(file.text()).substr(0, file.text().find_first_of("#\r\n")));
    file.find("shortcut.installer", from);
}

void judge_rdp(Shortcut& file) {
    const RemoteDesktop seen = read_rdp(file.text());
    file.keep(seen.address);
    file.keep(seen.program);
    file.find("shortcut.rdp", fmt::format("{}{}", seen.address, seen.is_signed ? ", signed" : ", unsigned"));
    // A name with dots or an address of the Internet; companies have both, and their drives in it seldom.
    const std::string host = base::to_lower(seen.address.substr(0, seen.address.find(':')));
    const bool numeric = is_public_address(host);
    const bool outside = numeric || (host.find('.') != std::string::npos && !base::is_digit(host.back()));
    if (!outside || (!seen.drives && seen.program.empty())) return;
    const std::string what = fmt::format("{}{}{}{}", seen.address, seen.by_others ? " by way of another" : "",
                                         seen.drives ? ", with drives" : "",
                                         seen.program.empty() ? "" : ", program of the server's choice");
    file.find("shortcut.rdp.redirects", what);
    // October 2024: drives, clipboard and a program of the server's that looks like one of this machine.
    if (seen.drives && !seen.program.empty()) file.find("shortcut.rdp.takes-all", what);
    if (!seen.program.empty() && !seen.told.empty())
        file.find("shortcut.rdp.tells", fmt::format("{}, {}", what, seen.told));
    if (numeric) file.find("shortcut.rdp.address", seen.address);
}

void judge_script_settings(Shortcut& file) {
    file.find("file.script", {});
    for (const IniEntry& entry : ini_entries(file.text())) {
        if (entry.key != "path") continue;
        const Place place = place_of(entry.value);
        if (!file.judge_place(entry.value) && place.kind != Place::Kind::local && !is_of_the_house(place))
            file.find_remote(entry.value);
    }
}

void judge_setup(Shortcut& file) {
    for (std::string_view rest = file.text(); !rest.empty();) {
        const std::size_t end = std::min(rest.find_first_of("\r\n"), rest.size());
        const std::string line = plain_command(base::trim(rest.substr(0, end)));
        rest.remove_prefix(std::min(end + 1, rest.size()));
        const bool web = line.find("://") != std::string::npos || line.find("\\\\") != std::string::npos;
        if (line.starts_with(';') || !web) continue;
        const bool scriptlet = line.find("scrobj.dll") != std::string::npos;
        const std::string_view starter = scriptlet ? "scrobj.dll" : starter_in(line);
        if (starter.empty()) continue;
        file.keep(line);
        file.find("file.shortcut", {});
        file.find("shortcut.command", fmt::format("{}: {}", starter, line));
        return;
    }
}

void judge_theme(Shortcut& file) {
    for (const IniEntry& entry : ini_entries(file.text()))
        judge_fetched(file, entry.value);
}

void judge_folder(Shortcut& file) {
    for (const IniEntry& entry : ini_entries(file.text())) {
        if (entry.section == ".shellclassinfo" || entry.section == "viewstate")
            judge_fetched(file, entry.value);
    }
}

}  // namespace sekisho::scanner::active
