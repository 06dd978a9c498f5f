#include <algorithm>
#include <charconv>

#include "base/text.h"
#include "cli/doctor_checks.h"

namespace sekisho::cli {

namespace {

constexpr std::string_view blanks = " \t\r\n,";
constexpr std::string_view ends = " \t\r\n,}";

// The first word of "{ address, name=value, ... }".
std::string_view address_in_braces(std::string_view text) {
    const std::size_t begin = text.find_first_not_of(ends);
    if (begin == std::string_view::npos) return {};
    return text.substr(begin, text.find_first_of(ends, begin) - begin);
}

// "name = value" lines.
std::map<std::string, std::string, std::less<>> values_of(std::string_view lines) {
    std::map<std::string, std::string, std::less<>> out;
    for (const std::string_view line : base::split(lines, '\n')) {
        const std::size_t equals = line.find('=');
        if (equals == std::string_view::npos) continue;
        out.emplace(base::trim(line.substr(0, equals)), base::trim(line.substr(equals + 1)));
    }
    return out;
}

}  // namespace

std::string_view PostfixConfig::value(std::string_view name) const {
    const auto row = parameters.find(name);
    return row == parameters.end() ? std::string_view() : std::string_view(row->second);
}

PostfixConfig parse_postconf(std::string_view parameters, std::string_view services,
                             std::string_view overrides) {
    PostfixConfig out{.parameters = values_of(parameters), .overrides = values_of(overrides)};
    // master(5): service type private unpriv chroot wakeup maxproc command
    for (const std::string_view line : base::split(services, '\n')) {
        std::vector<std::string_view> words;
        for (const std::string_view word : base::split(line, ' ')) {
            if (!base::trim(word).empty()) words.push_back(base::trim(word));
        }
        constexpr std::size_t type = 1;
        constexpr std::size_t chroot = 4;
        constexpr std::size_t command = 7;
        if (words.size() > command && words[type] == "inet" && words[command] == "smtpd") {
            // "-" means the compiled default, which is "no" since Postfix 3.0.
            out.smtpd_in_chroot = words[chroot] == "y";
            break;
        }
    }
    return out;
}

std::vector<std::string> milter_entries(std::string_view list) {
    std::vector<std::string> out;
    while (true) {
        const std::size_t begin = list.find_first_not_of(blanks);
        if (begin == std::string_view::npos) return out;
        list.remove_prefix(begin);
        const bool braces = list.front() == '{';
        const std::size_t end = std::min(braces ? list.find('}') : list.find_first_of(blanks), list.size());
        const std::size_t length = std::min(end + (braces ? 1 : 0), list.size());
        out.emplace_back(list.substr(0, length));
        list.remove_prefix(length);
    }
}

std::vector<std::string> milter_addresses(std::string_view list) {
    std::vector<std::string> out;
    for (const std::string& entry : milter_entries(list)) {
        const bool braces = entry.front() == '{';
        out.emplace_back(braces ? address_in_braces(std::string_view(entry).substr(1))
                                : std::string_view(entry));
    }
    return out;
}

std::string milter_option(std::string_view entry, std::string_view name) {
    for (const std::string_view pair : base::split(entry, ',')) {
        const std::size_t equals = pair.find('=');
        if (equals == std::string_view::npos || base::trim(pair.substr(0, equals)) != name) continue;
        std::string_view value = base::trim(pair.substr(equals + 1));
        if (value.ends_with('}')) value.remove_suffix(1);
        return std::string(base::trim(value));
    }
    return {};
}

std::string postfix_form(std::string_view socket) {
    constexpr std::string_view inet = "inet:";
    const std::size_t at = socket.find('@');
    if (!socket.starts_with(inet) || at == std::string_view::npos) return std::string(socket);
    const std::string_view port = socket.substr(inet.size(), at - inet.size());
    return "inet:" + std::string(socket.substr(at + 1)) + ":" + std::string(port);
}

bool is_our_socket(std::string_view entry, std::string_view socket, std::string_view queue_directory) {
    const std::string ours = postfix_form(socket);
    if (entry == ours) return true;
    constexpr std::string_view local = "unix:";
    if (!entry.starts_with(local) || !ours.starts_with(local)) return false;
    const std::string_view path = entry.substr(local.size());
    const std::string relative =
        std::string(queue_directory) + (path.starts_with("/") ? "" : "/") + std::string(path);
    return ours.substr(local.size()) == relative;
}

std::optional<std::int64_t> postfix_seconds(std::string_view value) {
    value = base::trim(value);
    std::int64_t number = 0;
    const char* end =
        value.data() + value.size();  // NOLINT(*-pointer-arithmetic): from_chars wants both ends
    const auto [rest, error] = std::from_chars(value.data(), end, number);
    if (error != std::errc() || number < 0) return std::nullopt;
    const std::string_view unit(rest, static_cast<std::size_t>(end - rest));
    constexpr std::int64_t limit = 1'000'000'000;
    if (number > limit) return std::nullopt;
    if (unit.empty() || unit == "s") return number;
    if (unit == "m") return number * 60;
    if (unit == "h") return number * 3'600;
    if (unit == "d") return number * 86'400;
    if (unit == "w") return number * 604'800;
    return std::nullopt;
}

}  // namespace sekisho::cli
