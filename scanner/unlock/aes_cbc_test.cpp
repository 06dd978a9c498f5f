#include "scanner/unlock/aes_cbc.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <array>

#include "base/hash.h"
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
    const char* key;
    const char* ciphertext;
};

// NIST SP 800-38A, F.2.2, F.2.4 and F.2.6: the first two blocks.
const Vector vectors[] = {
    {"2b7e151628aed2a6abf7158809cf4f3c", "7649abac8119b246cee98e9b12e9197d5086cb9b507219ee95db113a917678b2"},
    {"8e73b0f7da0e6452c810f32b809079e562f8ead2522c6b7b",
     "4f021db243bc633d7178183a9fa071e8b4d9ada9ad7dedf4e5e738763f69145a"},
    {"603deb1015ca71be2b73aef0857d77811f352c073b6108d72d9810a30914dff4",
     "f58c4c04d6e5f1ba779eabfb5f7bfbd69cfc4e967edb808d679f777bc6702c7d"},
};
const std::string iv = unhex("000102030405060708090a0b0c0d0e0f");
constexpr const char* plain = "6bc1bee22e409f96e93d7e117393172aae2d8a571e03ac9c9eb76fac45af8e51";

TEST(AesCbc, DecryptsWhatNistEncrypted) {
    for (const Vector& vector : vectors) {
        const std::string out = aes_cbc_decrypt(base::as_bytes(unhex(vector.ciphertext)),
                                                base::as_bytes(unhex(vector.key)), base::as_bytes(iv));
        EXPECT_EQ(base::hex(base::as_bytes(out)), plain) << vector.key;
    }
}

TEST(AesCbc, GivesWholeBlocksInPiecesOfAnySize) {
    const std::string key = unhex(vectors[0].key);
    const std::string ciphertext = unhex(vectors[0].ciphertext) + "no whole block";
    for (const std::size_t size : {16u, 17u, 31u, 32u, 64u}) {
        AesCbcStream stream(base::as_bytes(ciphertext), base::as_bytes(key), base::as_bytes(iv));
        std::string all;
        std::array<std::byte, 64> buffer{};
        while (const std::size_t n = stream.read(std::span(buffer).first(size)))
            all += base::as_text(base::Bytes(buffer).first(n));
        EXPECT_EQ(base::hex(base::as_bytes(all)), plain) << size;
    }
}

TEST(AesCbc, LeavesOutWhatIsNoBlock) {
    const std::string key(16, 'k');
    for (std::size_t size = 0; size < 16; ++size) {
        const std::string few(size, 'x');
        EXPECT_EQ(aes_cbc_decrypt(base::as_bytes(few), base::as_bytes(key), base::as_bytes(iv)), "");
    }
    AesCbcStream stream(base::as_bytes(std::string_view("sixteen bytes of")), base::as_bytes(key),
                        base::as_bytes(iv));
    std::array<std::byte, 15> small{};
    EXPECT_EQ(stream.read(small), 0u);
}

}  // namespace
}  // namespace sekisho::scanner::unlock
