// ARJ's garbling: each packed byte is combined with one of the password and a number of the member's own.
// There is no check value but the member's CRC-32. (The GOST ciphers of later versions need a program of
// their own, and none of it is read here.)
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

namespace sekisho::scanner::unlock {

// The stream of one member's key, from its first packed byte on.
class ArjGarble {
public:
    // An empty password leaves the bytes as they are.
    ArjGarble(std::string_view password, std::uint8_t modifier) : password_(password), modifier_(modifier) {}

    std::byte decrypt(std::byte packed) {
        if (password_.empty()) return packed;
        const auto letter = static_cast<std::uint8_t>(password_[next_]);
        next_ = next_ + 1 == password_.size() ? 0 : next_ + 1;
        return packed ^ static_cast<std::byte>(letter + modifier_);
    }

private:
    std::string password_;
    std::uint8_t modifier_;
    std::size_t next_ = 0;
};

}  // namespace sekisho::scanner::unlock
