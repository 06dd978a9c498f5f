#include "base/result.h"

#include <fmt/format.h>

#include <cerrno>
#include <system_error>

namespace sekisho::base {

std::string_view to_string(Cause cause) {
    switch (cause) {
        case Cause::truncated:
            return "truncated";
        case Cause::malformed:
            return "malformed";
        case Cause::unsupported:
            return "unsupported";
        case Cause::encrypted:
            return "encrypted";
        case Cause::limit:
            return "limit";
        case Cause::io:
            return "io";
        case Cause::invalid:
            return "invalid";
        case Cause::unavailable:
            return "unavailable";
        case Cause::internal:
            return "internal";
    }
    return "?";
}

std::unexpected<Error> fail_errno(std::string_view what, int errno_value) {
    return fail(Cause::io, fmt::format("{}: {}", what, std::generic_category().message(errno_value)));
}

}  // namespace sekisho::base
