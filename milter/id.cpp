#include "milter/id.h"

#include <cstdint>
#include <string_view>

#include "base/hash.h"

namespace sekisho::milter {

namespace {

constexpr std::string_view alphabet = "0123456789ABCDEFGHJKMNPQRSTVWXYZ";

void append_base32(std::string& out, std::uint64_t value, int characters) {
    for (int i = characters - 1; i >= 0; --i)
        out += alphabet[(value >> (5 * i)) & 31];
}

}  // namespace

std::string make_message_id(std::chrono::system_clock::time_point now) {
    const auto ms = std::chrono::duration_cast<std::chrono::milliseconds>(now.time_since_epoch()).count();
    std::uint64_t random = 0;
    for (const char c : base::random_bytes(5))
        random = random << 8 | static_cast<std::uint8_t>(c);
    std::string out;
    append_base32(out, static_cast<std::uint64_t>(ms), 10);
    append_base32(out, random, 8);
    return out;
}

}  // namespace sekisho::milter
