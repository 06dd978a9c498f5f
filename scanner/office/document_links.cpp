#include "scanner/office/document_links.h"

#include <algorithm>
#include <array>
#include <string>

#include "base/text.h"
#include "scanner/extensions.h"
#include "scanner/office/link_targets.h"
#include "scanner/office/word_fields.h"

namespace sekisho::scanner::office {

namespace {

constexpr std::size_t longest = 4u << 10;

// Handlers that have run commands, or hidden where a file comes from (CVE-2022-30190, CVE-2021-40444, search
// windows on a stranger's share).
constexpr std::array<std::string_view, 9> handlers{"ms-msdt",         "msdt",   "search-ms",
                                                   "ms-search",       "search", "ms-officecmd",
                                                   "ms-appinstaller", "script", "vbscript"};
// Those that show a page of an archive: pages and help files of the reader's own are linked like that.
constexpr std::array<std::string_view, 3> archives{"its", "ms-its", "mk"};

std::string decoded(std::string_view target) {
    std::string out;
    for (std::size_t i = 0; i < target.size(); ++i) {
        const int high = i + 2 < target.size() ? base::hex_value(target[i + 1]) : -1;
        const int low = i + 2 < target.size() ? base::hex_value(target[i + 2]) : -1;
        if (target[i] == '%' && high >= 0 && low >= 0) {
            out += static_cast<char>(high * 16 + low);
            i += 2;
        } else {
            out += target[i];
        }
    }
    return base::to_lower(out);
}

// "cmd.exe /c a", "file:///C:\Windows\System32\mshta.exe http://a": but not "Control plan.xlsx".
bool is_command(std::string_view target) {
    const std::size_t blank = target.find(' ');
    if (blank == target.npos) return false;
    std::string_view program = target.substr(0, blank);
    program = program.substr(program.find_last_of("\\/") + 1);
    const std::string_view rest = base::trim(target.substr(blank));
    const bool named = program.ends_with(".exe") || program.ends_with(".com");
    // "/c", "-nop"; but not "cmd - list.xlsx".
    const bool option = rest.size() > 1 && !base::is_space(rest[1]) &&
                        std::string_view("-/\"").find(rest.front()) != std::string_view::npos;
    if (program.find_first_of("?=&@:,;") != program.npos) return false;  // of an address
    return (named || option || rest.starts_with("http")) && !rest.empty() && dde_executes(program, {});
}

bool is_share(std::string_view target) {
    return target.starts_with("\\\\") || target.starts_with("//") || target.starts_with("file:");
}

}  // namespace

std::string_view judge_document_link(std::string_view target) {
    const std::string text = decoded(base::trim(target.substr(0, longest)));
    if (text.empty() || text.front() == '#') return {};
    if (is_command(text)) return "office.link.command";
    const std::string_view scheme = std::string_view(text).substr(0, text.find(':'));
    const bool archive = std::ranges::find(archives, scheme) != archives.end();
    if (std::ranges::find(handlers, scheme) != handlers.end() ||
        (archive && text.find("http") != text.npos) ||
        (scheme == "mhtml" && text.find("!x-usc:") != text.npos)) {
        if (scheme.size() < text.size()) return "office.link.protocol";
    }
    const bool program = is_dangerous(risk_of_extension(base::extension_of(text)));
    if (program && is_share(text) && place_of(text) == TargetPlace::remote) return "office.link.program";
    return {};
}

}  // namespace sekisho::scanner::office
