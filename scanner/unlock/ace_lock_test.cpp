#include "scanner/unlock/ace_lock.h"

#include <gtest/gtest.h>

#include <string>
#include <string_view>

#include "base/text.h"

namespace sekisho::scanner::unlock {
namespace {

std::string unhex(std::string_view text) {
    std::string out;
    for (std::size_t i = 0; i + 1 < text.size(); i += 2)
        out.push_back(static_cast<char>(base::hex_value(text[i]) * 16 + base::hex_value(text[i + 1])));
    return out;
}

struct Vector {
    std::string password;
    const char* packed;
};

// By a program in Python: the key that acefile's description makes of the password, and libcrypto's Blowfish.
const Vector vectors[] = {
    {"secret", "28390425b31584ba0fefb1e349a7164e0a3ed4d597da8d293d765186e11d5ead"},
    {"\x83p\x83X", "549f799cf0df6ca1663dfba77435f6e9979b015b4c1e9408bb07fdbceea74033"},
    {std::string(59, 'p'), "c7c41e8d622ebdffa3b04e754e900aac34958df1301e2cb80fc2f947c27f73d7"},
    {std::string(200, 'p'), "c7c41e8d622ebdffa3b04e754e900aac34958df1301e2cb80fc2f947c27f73d7"},
};

TEST(AceLock, VectorsAtOnceAndInPieces) {
    constexpr std::string_view plain = "inert text, locked up in blocks.";
    for (const Vector& vector : vectors) {
        AceLock lock(vector.password);
        std::string bytes = unhex(vector.packed);
        lock.decrypt(std::as_writable_bytes(std::span(bytes)));
        EXPECT_EQ(bytes, plain) << vector.password;
        bytes = unhex(vector.packed);
        lock.start();
        lock.decrypt(std::as_writable_bytes(std::span(bytes).first(8)));
        lock.decrypt(std::as_writable_bytes(std::span(bytes).subspan(8)));
        EXPECT_EQ(bytes, plain) << vector.password;
    }
}

TEST(AceLock, WhatIsNoWholeBlockStays) {
    AceLock lock("secret");
    std::string bytes = unhex(vectors[0].packed).substr(0, 12);
    const std::string rest = bytes.substr(8);
    lock.decrypt(std::as_writable_bytes(std::span(bytes)));
    EXPECT_EQ(bytes, "inert te" + rest);
}

}  // namespace
}  // namespace sekisho::scanner::unlock
