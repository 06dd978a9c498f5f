// For tests alone: RAR archives written field by field, with the locks of RAR 3 and RAR 5, after the formats'
// descriptions and with libcrypto's own derivations. Shares no code with what it tests; rar_writer_test.cpp
// has other people's programs read what it makes.
#pragma once

#include <cstdint>
#include <optional>
#include <string>

namespace sekisho::scanner::containers {

struct RarWritten {
    std::string name;
    std::string plain;
    bool locked = false;
    std::string password = {};  // empty: the writer's
    std::string salt = {};      // empty: the writer's
    bool packed = false;        // RAR 5 alone: as compressed blocks, though of literals only
    bool solid = false;
    bool directory = false;
    bool link = false;
    unsigned more_flags = 0;                        // RAR 3: of the file header; RAR 5: of the block
    std::optional<std::uint32_t> crc = {};          // instead of the right one
    std::optional<std::uint64_t> size = {};         // instead of the right one
    std::optional<std::uint64_t> packed_size = {};  // said, not written
    std::uint8_t version = 29;                      // RAR 3
    std::uint8_t method = 0x30;                     // RAR 3: what the header says
    std::string blake2 = {};                        // RAR 5: a digest to state beside the checksum
    bool tweaked = true;                            // RAR 5, where it is locked
    std::optional<std::string> data = {};           // RAR 3: the packed bytes, instead of the plain ones
};

class Rar3Writer {
public:
    explicit Rar3Writer(std::string password = {}, bool lock_headers = false, unsigned main_flags = 0);
    void add(const RarWritten& file);
    void block(std::uint8_t type, unsigned flags, const std::string& fields);  // header alone
    void raw(const std::string& bytes) { out_ += bytes; }
    std::string finish(bool end_block = true);

private:
    std::string password_;
    bool lock_headers_;
    std::string out_;
};

struct Rar5Options {
    std::string password = {};
    bool lock_headers = false;
    std::uint8_t log2_rounds = 4;
    enum class Check : std::uint8_t { right, absent, bad_sum, lying } check = Check::right;
    bool solid = false;
};

class Rar5Writer {
public:
    explicit Rar5Writer(Rar5Options options = {});
    void add(const RarWritten& file);
    void block(const std::string& body, const std::string& data = {});  // checksum and size are put in front
    void raw(const std::string& bytes) { out_ += bytes; }
    std::string finish();

private:
    std::string lock_fields(const std::string& password, const std::string& salt, bool of_file,
                            bool tweaked) const;
    Rar5Options options_;
    std::string out_;
    bool hidden_ = false;  // from here on
};

std::string rar_number(std::uint64_t value);  // RAR 5: seven bits a byte

}  // namespace sekisho::scanner::containers
