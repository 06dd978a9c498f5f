#include "scanner/mail/authentication.h"

#include <algorithm>

#include <fmt/format.h>

#include "base/text.h"

namespace sekisho::scanner::mail {

namespace {

constexpr std::size_t most_methods = 100;

// Comments become a blank; quoted texts lose their quotes and what would end a part of the field.
std::string without_comments(std::string_view value) {
    std::string out;
    std::size_t depth = 0;
    bool quoted = false;
    for (std::size_t i = 0; i < value.size(); ++i) {
        const char c = value[i];
        if (c == '\\' && (quoted || depth > 0)) {
            ++i;
        } else if (depth == 0 && c == '"') {
            quoted = !quoted;
        } else if (quoted) {
            out += c == ';' ? ' ' : c;
        } else if (c == '(') {
            ++depth;
            out += ' ';
        } else if (c == ')' && depth > 0) {
            --depth;
        } else if (depth == 0) {
            out += c;
        }
    }
    return base::to_lower(out);
}

// The first word of `text`.
std::string_view first_word(std::string_view text) {
    text = base::trim(text);
    const auto end = std::ranges::find_if(text, base::is_space);
    return text.substr(0, static_cast<std::size_t>(end - text.begin()));
}

// "spf = fail smtp.mailfrom=..." and "dkim/1 = pass": what stands around the '='.
MethodResult method_in(std::string_view text) {
    const std::size_t equals = text.find('=');
    if (equals == text.npos) return {};
    const std::string_view left = base::trim(text.substr(0, equals));
    const std::string_view method = base::trim(left.substr(0, left.find('/')));
    return {std::string(method), std::string(first_word(text.substr(equals + 1)))};
}

bool is_trusted(std::string_view id, std::span<const std::string> trusted) {
    return std::ranges::any_of(trusted,
                               [&](const std::string& one) { return base::equals_ignoring_case(one, id); });
}

}  // namespace

AuthenticationResults parse_authentication_results(std::string_view value) {
    const std::string plain = without_comments(value);
    AuthenticationResults out;
    bool first = true;
    for (const std::string_view piece : base::split(plain, ';')) {
        if (first) {
            out.authserv_id = first_word(piece);
            first = false;
            continue;
        }
        if (out.methods.size() == most_methods) break;
        MethodResult method = method_in(piece);
        if (!method.method.empty() && !method.result.empty()) out.methods.push_back(std::move(method));
    }
    return out;
}

void judge_authentication(std::span<const std::string> fields, std::span<const std::string> trusted,
                          model::PartId part, Findings& findings) {
    std::string spf;
    std::string dmarc;
    std::string dkim;
    std::string by;
    for (const std::string& field : fields) {
        const AuthenticationResults read = parse_authentication_results(field);
        if (!is_trusted(read.authserv_id, trusted)) continue;
        by = read.authserv_id;
        for (const MethodResult& row : read.methods) {
            if (row.method == "spf" && spf.empty()) spf = row.result;
            if (row.method == "dmarc" && dmarc.empty()) dmarc = row.result;
            if (row.method == "dkim" && dkim != "pass" && (dkim.empty() || row.result == "pass"))
                dkim = row.result;
        }
    }
    const auto tell = [&](std::string_view id, std::string_view what, const std::string& result) {
        findings.add(id, part, fmt::format("{}={}, by {}", what, result, by));
    };
    if (spf == "fail" || spf == "softfail") tell("mail.auth.spf-fail", "spf", spf);
    if (dkim == "fail") tell("mail.auth.dkim-fail", "dkim", dkim);
    if (dmarc == "fail") tell("mail.auth.dmarc-fail", "dmarc", dmarc);
}

}  // namespace sekisho::scanner::mail
