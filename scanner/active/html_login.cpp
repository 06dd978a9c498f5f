#include "scanner/active/html_login.h"

#include <algorithm>
#include <array>
#include <utility>

#include <fmt/format.h>

#include "base/text.h"
#include "scanner/active/page_words.h"
#include "scanner/active/script_tokens.h"

namespace sekisho::scanner::active {

namespace {

std::string_view host_part(std::string_view url) {
    const std::size_t at = url.find("//");
    if (at == url.npos) return {};
    url.remove_prefix(at + 2);
    return url.substr(0, url.find_first_of("/?#\\"));
}

// "name@host.example" and nothing else.
bool is_address(std::string_view text) {
    constexpr std::size_t longest = 254;  // RFC 5321, 4.5.3.1.3
    const std::size_t at = text.find('@');
    if (at == text.npos || at == 0 || text.size() > longest || text.find('@', at + 1) != text.npos)
        return false;
    const std::string_view domain = text.substr(at + 1);
    const std::size_t dot = domain.rfind('.');
    if (dot == domain.npos || dot == 0 || domain.size() - dot < 3) return false;
    return std::ranges::none_of(text, [](char c) {
        return base::is_space(c) || c == '/' || c == '<' || c == '{' || c == '(' || c == '"' || c == ':' ||
               c == ',';
    });
}

// What sends a password is written in few ways.
bool sends(std::string_view script) {
    constexpr std::array<std::string_view, 9> ways{"fetch(",    "XMLHttpRequest", "$.post",
                                                   "$.ajax",    "axios",          "sendBeacon",
                                                   "WebSocket", ".ajax(",         "api.telegram.org/bot"};
    return holds_any(script, ways);
}

}  // namespace

bool leaves(std::string_view url) {
    url = base::trim(url);
    return url.starts_with("//") || base::starts_with_ignoring_case(url, "http://") ||
           base::starts_with_ignoring_case(url, "https://");
}

void LoginWatch::open_form(const HtmlTag& tag) {
    close_form();
    action_ = html_attribute(tag, "action").value_or("");
}

void LoginWatch::close_form() {
    if (form_password_ && leaves(action_) && form_host_.empty()) form_host_ = host_part(action_);
    action_.clear();
    form_password_ = false;
}

void LoginWatch::take_input(const HtmlTag& tag) {
    constexpr std::size_t least_message = 2'048;
    if (base::equals_ignoring_case(base::trim(html_attribute(tag, "type").value_or("")), "password"))
        password_ = form_password_ = true;
    if (tag.attributes.size() > least_message) {
        message_ = true;
    } else if (address_.empty()) {
        const std::string value = html_attribute(tag, "value").value_or("");
        if (is_address(base::trim(std::string_view(value)))) address_ = value;
    }
}

void LoginWatch::take_script(std::string_view script) {
    constexpr std::size_t looked_at = 256u << 10;  // phishing is short; libraries are not
    constexpr std::size_t most_tokens = 64u << 10;
    const std::string_view head = script.substr(0, looked_at);
    const bool sending = sends(head);
    if (!sending && head.find('@') == head.npos) return;
    ScriptTokens tokens(head);
    std::size_t count = 0;
    for (ScriptToken token = tokens.next(); token.kind != ScriptToken::Kind::end && count < most_tokens;
         token = tokens.next(), ++count) {
        if (token.kind != ScriptToken::Kind::string) continue;
        if (sending && script_host_.empty() && leaves(token.text)) script_host_ = host_part(token.text);
        if (address_.empty() && is_address(token.text)) address_ = token.text;
    }
}

void LoginWatch::finish() {
    close_form();
    if (!password_) return;
    const auto add = [&](std::string_view id, std::string_view evidence) {
        extraction_.findings().add(id, part_.id, evidence);
    };
    if (!form_host_.empty()) add("html.form", fmt::format("password goes to {}", form_host_));
    if (!script_host_.empty()) add("html.form.script", fmt::format("a script sends to {}", script_host_));
    if ((form_host_.empty() && script_host_.empty()) || message_) return;
    add("html.login", form_host_.empty() ? script_host_ : form_host_);
    if (!address_.empty()) add("html.login.address", address_);
}

}  // namespace sekisho::scanner::active
