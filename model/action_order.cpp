#include "model/action_order.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <charconv>

#include "base/escape.h"
#include "base/json.h"
#include "base/text.h"

namespace sekisho::model {

namespace {

using base::Cause;
using base::Json;

constexpr std::int64_t version = 1;
constexpr std::array<std::string_view, 8> keys{"version", "action",  "account", "standing",
                                               "was",     "reasons", "by",      "at"};

// Backslashes are taken out first: escape() would change them, and "DOMAIN\user" is a login.
bool prints(std::string_view text, std::size_t max_bytes) {
    if (text.size() > max_bytes) return false;
    std::string plain(text);
    std::erase(plain, '\\');
    return base::escape(plain, max_bytes + 8) == plain;
}

std::string printable(std::string_view text) {
    return prints(text, ActionOrder::max_reason) ? std::string(text)
                                                 : base::escape(text, ActionOrder::max_reason);
}

std::unexpected<base::Error> no_order(std::string_view what) {
    return base::fail(Cause::malformed, fmt::format("no order: {}", what));
}

std::optional<AccountAction> action_from(std::string_view text) {
    if (text == "lock") return AccountAction::lock;
    if (text == "unlock") return AccountAction::unlock;
    return std::nullopt;
}

base::Result<std::vector<std::string>> reasons_of(const Json* list) {
    if (list == nullptr || list->as_array() == nullptr) return no_order("reasons");
    if (list->as_array()->size() > ActionOrder::max_reasons) return no_order("too many reasons");
    std::vector<std::string> out;
    for (const Json& reason : *list->as_array()) {
        const std::string* text = reason.as_string();
        if (text == nullptr || !prints(*text, ActionOrder::max_reason)) return no_order("a reason");
        out.push_back(*text);
    }
    return out;
}

// Digits of one run, all of `text`.
template <class T>
bool read_number(std::string_view text, int radix, T& out) {
    const auto [rest, error] = std::from_chars(text.data(), text.data() + text.size(), out, radix);
    return error == std::errc() && rest == text.data() + text.size();
}

}  // namespace

std::string_view to_string(AccountAction action) { return action == AccountAction::lock ? "lock" : "unlock"; }

bool is_account(std::string_view text) { return !text.empty() && prints(text, ActionOrder::max_account); }

base::Result<std::string> encode(const ActionOrder& order) {
    if (!is_account(order.account))
        return base::fail(Cause::invalid,
                          "no order can be written for the account " + base::escape(order.account));
    base::JsonArray reasons;
    for (const std::string& reason : order.reasons) {
        if (reasons.size() == ActionOrder::max_reasons) break;
        reasons.emplace_back(printable(reason));
    }
    return base::dump_json(base::JsonObject{{"version", version},
                                            {"action", to_string(order.action)},
                                            {"account", order.account},
                                            {"standing", to_string(order.standing)},
                                            {"was", to_string(order.was)},
                                            {"reasons", std::move(reasons)},
                                            {"by", printable(order.by)},
                                            {"at", std::int64_t{order.at}}}) +
           "\n";
}

base::Result<ActionOrder> decode_order(std::string_view text) {
    const Json json =
        SEKISHO_TRY(base::parse_json(text, {.max_bytes = ActionOrder::max_bytes, .max_depth = 4}));
    if (json.as_object() == nullptr || json.as_object()->size() != keys.size())
        return no_order("not the fields of one");
    for (const std::string_view key : keys)
        if (json.find(key) == nullptr) return no_order(key);
    if (json.int_or("version") != version) return no_order("another version");
    const auto action = action_from(json.string_or("action"));
    const auto standing = standing_from(json.string_or("standing"));
    const auto was = standing_from(json.string_or("was"));
    if (!action || !standing || !was) return no_order("action or standing");
    const std::int64_t at = json.int_or("at", -1);
    if (at < 0 || at > 0xffffffffLL) return no_order("at");
    ActionOrder out{.action = *action,
                    .account = json.string_or("account"),
                    .standing = *standing,
                    .was = *was,
                    .reasons = SEKISHO_TRY(reasons_of(json.find("reasons"))),
                    .by = json.string_or("by"),
                    .at = static_cast<std::uint32_t>(at)};
    if (!is_account(out.account)) return no_order("account");
    if (json.find("by")->as_string() == nullptr || !prints(out.by, ActionOrder::max_reason))
        return no_order("by");
    return out;
}

std::string to_string(const OrderName& name) {
    const std::string attempts = name.attempts == 0 ? "" : fmt::format(".t{}", name.attempts);
    return fmt::format("{:020}-{:08x}{}.json", name.number, name.random, attempts);
}

std::optional<OrderName> order_name_from(std::string_view file) {
    constexpr std::size_t digits = 20;
    constexpr std::size_t stem = digits + 1 + 8;
    constexpr std::string_view suffix = ".json";
    if (file.size() < stem + suffix.size() || file[digits] != '-' || !file.ends_with(suffix)) return {};
    OrderName out;
    if (!read_number(file.substr(0, digits), 10, out.number) ||
        !read_number(file.substr(digits + 1, 8), 16, out.random)) {
        return {};
    }
    std::string_view tail = file.substr(stem, file.size() - stem - suffix.size());
    if (!tail.empty() && (!tail.starts_with(".t") || !read_number(tail.substr(2), 10, out.attempts)))
        return {};
    // One spelling each: no sign, no leading zero.
    if (out.attempts > 99 || to_string(out) != file) return {};
    return out;
}

}  // namespace sekisho::model
