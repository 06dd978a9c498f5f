// The lock of an ACE member: Blowfish, chained (CBC), with a key that one block of SHA-1 makes of the
// password. There is no check value but the member's checksum. No description of it exists: what acefile
// reads is the format.
#pragma once

#include <cstddef>
#include <memory>
#include <span>
#include <string_view>

namespace sekisho::scanner::unlock {

class AceLock {
public:
    static constexpr std::size_t block = 8;
    static constexpr std::size_t longest_password = 59;  // that the block has room for

    // What is longer is cut.
    explicit AceLock(std::string_view password);
    ~AceLock();
    AceLock(const AceLock&) = delete;
    AceLock& operator=(const AceLock&) = delete;

    // A member begins.
    void start();
    // In place, from where the last call ended. What is no whole block is left as it is.
    void decrypt(std::span<std::byte> bytes);

private:
    struct Impl;
    std::unique_ptr<Impl> impl_;
};

}  // namespace sekisho::scanner::unlock
