// An order to lock or unlock an account where it logs in: written into a spool folder by sekishod, carried
// out by `sekisho action run`, which takes it for hostile. docs/outbound-actions.md says what stands in a
// file.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "model/standing.h"

namespace sekisho::model {

enum class AccountAction : std::uint8_t { lock, unlock };

std::string_view to_string(AccountAction action);

// A value.
struct ActionOrder {
    static constexpr std::size_t max_bytes = 16u << 10;  // of the JSON text
    static constexpr std::size_t max_account = 320;      // bytes
    static constexpr std::size_t max_reasons = 16;
    static constexpr std::size_t max_reason = 400;  // bytes of each, and of `by`

    AccountAction action = AccountAction::lock;
    std::string account;  // is_account()
    StandingLevel standing = StandingLevel::normal;
    StandingLevel was = StandingLevel::normal;
    std::vector<std::string> reasons;  // printable
    std::string by;                    // operator; empty: the guard
    std::uint32_t at = 0;              // seconds since 1970, UTC
    bool operator==(const ActionOrder&) const = default;
};

// A login that may stand in an order: 1 to max_account bytes of UTF-8 without control characters or others
// that print nothing. It may still hold quotes, blanks, slashes and a leading '-' or '#'.
bool is_account(std::string_view text);

// One line of JSON. Reasons that are too many or too long are cut, and escaped where they would not print.
// Cause::invalid for an account that is none.
base::Result<std::string> encode(const ActionOrder& order);
// Cause::malformed for whatever encode() does not write, Cause::limit for what is larger than max_bytes.
base::Result<ActionOrder> decode_order(std::string_view text);

// The file of an order. Orders of one account are carried out in the order of their numbers.
struct OrderName {
    std::uint64_t number = 0;    // microseconds since 1970, or more: the spool has no two of one number
    std::uint32_t random = 0;    // against a second gateway that writes here
    std::uint32_t attempts = 0;  // runs that were begun; at most 99
    auto operator<=>(const OrderName&) const = default;
};
// "00001764473906000000-9f86d081.json", with ".t3" before the last dot after three attempts.
std::string to_string(const OrderName& name);
std::optional<OrderName> order_name_from(std::string_view file);

}  // namespace sekisho::model
