// Encrypted ZIP members: PKWARE's traditional encryption (APPNOTE.TXT section 6.1) and WinZip's AE-1 and
// AE-2.
//
// A password is checked in steps, cheapest first: one check byte (ZipCrypto) or a two-byte verifier (AES),
// then the member's own checksum. PKWARE's strong encryption (flag bit 6) is not read here.
#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "base/bytes.h"
#include "scanner/budget.h"
#include "scanner/passwords.h"

namespace sekisho::scanner::unlock {

enum class ZipCipher : std::uint8_t { zip_crypto, winzip_aes };

// How well a key fits. `plausible`: the stream decodes to its end but its checksum does not hold; content is
// there, damaged by accident or on purpose.
enum class Fit : std::uint8_t { no, plausible, exact };

class ZipPlain;

// What the headers say of one locked member. The bytes are borrowed.
struct ZipLock {
    ZipCipher cipher = ZipCipher::zip_crypto;
    base::Bytes data;           // all that stands behind the local header: salt or header, ciphertext, tag
    std::uint8_t strength = 3;  // AES: 1, 2, 3 for 128, 192, 256 bits
    std::uint16_t method = 8;   // the compression underneath
    std::uint32_t crc = 0;      // of the plain bytes
    bool has_crc = true;        // false: AE-2 leaves it out
    std::uint16_t dos_time = 0;
    bool streamed = false;  // flag bit 3: the check byte may come from dos_time
    // Decodes a member whose method has no decoder in this room (bzip2, lzma, ...). May be empty.
    std::function<Fit(ZipPlain& plain)> confirm;
};

// The decrypted (still compressed) bytes of one member. Moves, never copies.
class ZipPlain {
public:
    // Empty where the check byte or the verifier says no, or the data is too short to hold a header.
    static std::optional<ZipPlain> open(const ZipLock& lock, std::string_view password);
    ~ZipPlain();
    ZipPlain(ZipPlain&&) noexcept;
    ZipPlain& operator=(ZipPlain&&) noexcept;

    // The next bytes, at most out.size(); 0 at the end.
    std::size_t read(std::span<std::byte> out);
    // AES: true where the authentication code over the whole ciphertext holds. ZipCrypto has none: false.
    bool authentic() const;

private:
    struct Impl;
    explicit ZipPlain(std::unique_ptr<Impl> impl);
    std::unique_ptr<Impl> impl_;
};

// The whole check of one password, through the checksum. Reads no more of a member than is needed to be sure.
Fit fit_of(const ZipLock& lock, std::string_view password, Budget& budget);

struct ZipPassword {
    std::string bytes;  // in the encoding that fits
    std::string label;  // "keyword ja"; never the password
    Fit fit = Fit::exact;
};

// Tries candidates on the members of one archive, likeliest first: those that opened a member before, then
// all candidates in UTF-8 and CP932, then (ZipCrypto only) every number of one to four digits. Each try is
// priced in microseconds and charged before it is made. Once a whole search has failed, further members get
// the likeliest few only, so that an archive of a thousand locked members costs no thousand searches.
class ZipUnlocker {
public:
    // Both outlive it.
    ZipUnlocker(const Passwords& passwords, Budget& budget);

    std::optional<ZipPassword> unlock(const ZipLock& lock);
    bool ran_out() const { return ran_out_; }  // the Budget refused a try: not everything was tried

private:
    struct Try {
        std::string bytes;
        std::string label;
    };
    bool affordable(const ZipLock& lock);
    std::optional<ZipPassword> attempt(const ZipLock& lock, const std::string& bytes,
                                       const std::string& label);
    std::optional<ZipPassword> search(const ZipLock& lock);
    std::optional<ZipPassword> search_numbers(const ZipLock& lock);
    void prepare();

    const Passwords& passwords_;
    Budget& budget_;
    bool prepared_ = false;
    std::vector<Try> tries_;
    std::vector<Try> known_;                // opened a member of this archive
    std::optional<ZipPassword> plausible_;  // the first that fits without its checksum
    bool failed_once_ = false;
    bool ran_out_ = false;
};

}  // namespace sekisho::scanner::unlock
