// Expected failures are values. Exceptions are left to out-of-memory and our own bugs.
#pragma once

#include <cstdint>
#include <expected>
#include <string>
#include <string_view>
#include <utility>

namespace sekisho::base {

// The closed list of causes. A new one is added only when a caller must act on it differently.
enum class Cause : std::uint8_t {
    truncated,    // the input ends before the structure does
    malformed,    // the bytes are there but break the format
    unsupported,  // valid, but a variant that is not read here
    encrypted,    // a key is needed
    limit,        // a limit was reached
    io,           // the system refused: errno text in the message
    invalid,      // a setting or an argument of the operator is wrong
    unavailable,  // a service of ours is not there or overloaded; try again later
    internal,     // a bug in this program; always logged
};

std::string_view to_string(Cause cause);

// `message` is for an operator: one line, no untrusted bytes that were not escaped first.
struct Error {
    Cause cause = Cause::internal;
    std::string message;
};

template <class T>
using Result = std::expected<T, Error>;

inline std::unexpected<Error> fail(Cause cause, std::string message = {}) {
    return std::unexpected(Error{cause, std::move(message)});
}

// An Error with Cause::io: "<what>: <text of errno_value>".
std::unexpected<Error> fail_errno(std::string_view what, int errno_value);

}  // namespace sekisho::base

// The value of a Result, or an early return of its error: `auto n = SEKISHO_TRY(cursor.u32_le());`
// A statement expression, which both of our compilers have.
#define SEKISHO_TRY(expression)                                                                 \
    __extension__({                                                                             \
        auto&& sekisho_try_result = (expression);                                               \
        if (!sekisho_try_result) return std::unexpected(std::move(sekisho_try_result).error()); \
        std::move(sekisho_try_result).value();                                                  \
    })
