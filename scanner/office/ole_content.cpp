#include "scanner/office/ole_content.h"

#include <algorithm>
#include <array>
#include <utility>

#include <fmt/format.h>

#include "base/charset.h"
#include "base/cursor.h"
#include "base/text.h"
#include "scanner/extensions.h"
#include "scanner/office/link_targets.h"
#include "scanner/office/mtef.h"

namespace sekisho::scanner::office {

namespace {

using namespace std::string_view_literals;

// Class ids as they stand in files: {79EAC9E0-BAF9-11CE-8C82-00AA004BA90B}, {00000303-...-46},
// {06290BD3-48AA-11D2-8432-006008C3FBFC} and {ECABAFC6-7F19-11D2-978E-0000F8757E2A}.
constexpr std::string_view url_moniker = "\xE0\xC9\xEA\x79\xF9\xBA\xCE\x11\x8C\x82\x00\xAA\x00\x4B\xA9\x0B"sv;
constexpr std::string_view file_moniker =
    "\x03\x03\x00\x00\x00\x00\x00\x00\xC0\x00\x00\x00\x00\x00\x00\x46"sv;
constexpr std::string_view script_moniker =
    "\xD3\x0B\x29\x06\xAA\x48\xD2\x11\x84\x32\x00\x60\x08\xC3\xFB\xFC"sv;
constexpr std::string_view new_moniker = "\xC6\xAF\xAB\xEC\x19\x7F\xD2\x11\x97\x8E\x00\x00\xF8\x75\x7E\x2A"sv;
// {0002CE02-...-46} is Equation Editor 3.
constexpr std::string_view equation_class =
    "\x02\xCE\x02\x00\x00\x00\x00\x00\xC0\x00\x00\x00\x00\x00\x00\x46"sv;

constexpr std::size_t max_targets = 64;
constexpr std::size_t longest_target = 4'096;

std::string text_of_wide(base::Bytes bytes) {
    std::string text = base::to_utf8(bytes, "utf-16le");
    text.resize(std::min(text.find('\0'), text.size()));
    return text;
}

// A length in bytes, then UTF-16.
std::string url_behind(base::Bytes rest) {
    base::Cursor in(rest);
    const std::uint32_t size = in.u32_le().value_or(0);
    return text_of_wide(base::head(in.rest(), std::min<std::size_t>(size, longest_target)));
}

// cAnti, a length, the path in ANSI.
std::string file_behind(base::Bytes rest) {
    base::Cursor in(rest);
    if (!in.skip(2)) return {};
    const std::uint32_t size = in.u32_le().value_or(0);
    const std::string_view path =
        base::as_text(base::head(in.rest(), std::min<std::size_t>(size, longest_target)));
    return std::string(path.substr(0, path.find('\0')));
}

// "script:http://..." as the display name of a new moniker.
std::string script_behind(base::Bytes rest) {
    const std::string_view near = base::as_text(base::head(rest, longest_target));
    const std::size_t wide = near.find("s\0c\0r\0i\0p\0t\0:\0"sv);
    if (wide != near.npos) return text_of_wide(base::as_bytes(near.substr(wide)));
    const std::size_t narrow = near.find("script:");
    if (narrow == near.npos) return "script:";
    return std::string(near.substr(narrow, near.find('\0', narrow) - narrow));
}

// The first web address, in ASCII or UTF-16: what a link of which nothing else is understood leads to.
std::string find_address(base::Bytes bytes) {
    const std::string_view text = base::as_text(bytes);
    for (const std::string_view scheme : {"http://"sv, "https://"sv, "ftp://"sv, "file://"sv}) {
        if (const std::size_t at = text.find(scheme); at != text.npos) {
            const std::string_view rest = text.substr(at, longest_target);
            return std::string(rest.substr(0, rest.find_first_of("\0 \r\n"sv)));
        }
        std::string wide;
        for (const char c : scheme)
            wide += {c, '\0'};
        if (const std::size_t at = text.find(wide); at != text.npos)
            return text_of_wide(base::as_bytes(text.substr(at, longest_target)));
    }
    return {};
}

bool is_equation_class(std::string_view class_name) {
    return base::find_ignoring_case(class_name, "equation.") == 0 ||
           base::find_ignoring_case(class_name, "0002ce02-") != class_name.npos;
}
bool is_link_class(std::string_view class_name) {
    return base::find_ignoring_case(class_name, "ole2link") != class_name.npos ||
           base::find_ignoring_case(class_name, "stdolelink") != class_name.npos;
}
bool has_class(const CfbEntry& entry, std::string_view class_id) {
    return base::as_text(std::as_bytes(std::span(entry.clsid))) == class_id;
}

void judge_equation(base::Bytes data, OleContent& out) {
    out.equation = true;
    const MtefVerdict verdict = judge_mtef(data);
    if (is_exploit(verdict) && out.exploit.empty())
        out.exploit = fmt::format("equation {}", to_string(verdict));
}

void judge_package(base::Bytes stream, OleContent& out) {
    const auto package = parse_ole_package(stream);
    if (package && is_dangerous_package(*package) && out.package.empty())
        out.package = package->file_name.empty() ? "(without a name)" : package->file_name;
}

}  // namespace

std::vector<std::string> find_moniker_targets(base::Bytes bytes) {
    struct Row {
        std::string_view class_id;
        std::string (*behind)(base::Bytes rest);
    };
    constexpr std::array rows{Row{url_moniker, url_behind}, Row{file_moniker, file_behind},
                              Row{script_moniker, script_behind}, Row{new_moniker, script_behind}};
    std::vector<std::string> out;
    const std::string_view text = base::as_text(bytes);
    for (const Row& row : rows) {
        for (std::size_t at = text.find(row.class_id); at != text.npos && out.size() < max_targets;
             at = text.find(row.class_id, at + row.class_id.size())) {
            std::string target = row.behind(bytes.subspan(at + row.class_id.size()));
            if (!target.empty()) out.push_back(std::move(target));
        }
    }
    return out;
}

OleContent look_at_ole(Cfb& cfb, std::string_view class_name, Budget& budget) {
    constexpr std::uint64_t most = 1u << 20;  // of one stream
    OleContent out;
    out.equation = is_equation_class(class_name);
    const auto entries = cfb.entries();
    const auto parent_is_equation = [&](const CfbEntry& entry) {
        return entry.parent < entries.size() && has_class(entries[entry.parent], equation_class);
    };
    for (std::uint32_t i = 0; i < entries.size(); ++i) {
        const CfbEntry& entry = entries[i];
        out.equation = out.equation || has_class(entry, equation_class);
        if (entry.kind != CfbEntry::Kind::stream) continue;
        const bool native = base::equals_ignoring_case(entry.name, "\x01Ole10Native");
        const bool in_equation =
            parent_is_equation(entry) || (entry.parent == 0 && is_equation_class(class_name));
        if (base::equals_ignoring_case(entry.name, "Equation Native")) {
            judge_equation(cfb.read(i, budget, most).bytes, out);
        } else if (native && in_equation) {
            const CfbStream stream = cfb.read(i, budget, most);
            judge_equation(stream.bytes.subspan(std::min<std::size_t>(4, stream.bytes.size())), out);
        } else if (native) {
            judge_package(cfb.read(i, budget, most).bytes, out);
        } else if (base::equals_ignoring_case(entry.name, "\x01Ole")) {
            for (std::string& target : find_moniker_targets(cfb.read(i, budget, most).bytes))
                if (out.links.size() < max_targets) out.links.push_back(std::move(target));
        }
    }
    return out;
}

OleContent look_at_native(base::Bytes data, std::string_view class_name) {
    OleContent out;
    if (is_equation_class(class_name)) judge_equation(data, out);
    if (is_link_class(class_name)) {
        out.links = find_moniker_targets(data);
        if (std::string address = find_address(data); out.links.empty() && !address.empty())
            out.links.push_back(std::move(address));
    }
    if (const auto package = parse_ole_package_data(data)) {
        if (is_dangerous_package(*package)) out.package = package->file_name;
    }
    return out;
}

bool is_dangerous_package(const OlePackage& package) {
    const auto names = {&package.file_name, &package.label, &package.temp_path};
    if (std::ranges::any_of(names, [](const std::string* name) {
            return is_dangerous(risk_of_extension(base::extension_of(*name)));
        }))
        return true;
    // A shortcut, or a program: also under a name that promises something else.
    const std::string_view head = base::as_text(base::head(package.content, 8));
    return head.starts_with("\x4C\x00\x00\x00\x01\x14\x02\x00"sv) || head.starts_with("MZ");
}

void report_ole_content(const OleContent& content, model::PartId part, Findings& findings) {
    if (!content.exploit.empty()) findings.add("office.equation.exploit", part, content.exploit);
    for (const std::string& target : content.links) {
        const bool script = base::starts_with_ignoring_case(target, "script:");
        const TargetPlace place = place_of(target);
        if (script || place == TargetPlace::remote)
            findings.add("office.ole-link", part, target);
        else if (place != TargetPlace::none)
            findings.add("office.ole-link.file", part, target);
    }
}

}  // namespace sekisho::scanner::office
