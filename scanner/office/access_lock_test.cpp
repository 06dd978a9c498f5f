#include "scanner/office/access_lock.h"

#include <gtest/gtest.h>

#include <span>

#include "scanner/office/access_testing.h"
#include "scanner/office/cfb.h"
#include "scanner/office/locks_testing.h"
#include "scanner/unlock/rc4_lock.h"
#include "tests/fixtures/le.h"
#include "tests/fixtures/mutate.h"

namespace sekisho::scanner::office {
namespace {

constexpr std::size_t page = 4'096;
constexpr std::string_view password = "harbour";

std::string stream_of(const std::string& file, std::string_view name) {
    auto cfb = Cfb::open(base::as_bytes(file));
    Budget budget({}, file.size());
    const CfbStream stream = cfb->read(*cfb->find_in_root(name), budget);
    return std::string(base::as_text(stream.bytes));
}

// The first page: the key, which is hidden, and an EncryptionInfo.
std::string first_page(const std::string& plain, std::uint32_t key, const std::string& info) {
    std::string out = plain.substr(0, page);
    for (std::size_t i = 0; i < 4; ++i)
        out[0x3E + i] = static_cast<char>(out[0x3E + i] ^ static_cast<char>(key >> (8 * i)));
    std::string size;
    fixtures::put_u16(size, static_cast<std::uint16_t>(info.size()));
    return out.replace(0x299, 2 + info.size(), size + info);
}

// Page p is the segment p ^ 1 of a package, since the key is 1.
std::string agile_database(std::string plain, const AgileOptions& options = {}) {
    if (plain.size() / page % 2 != 0) plain.append(page, '\0');
    std::string package;
    for (std::size_t i = 0; i < plain.size() / page; ++i)
        package += plain.substr((i ^ 1) * page, page);
    const std::string locked = agile_file(package, password, options);
    const std::string segments = stream_of(locked, "EncryptedPackage").substr(8);
    std::string out = first_page(plain, 1, stream_of(locked, "EncryptionInfo"));
    for (std::size_t i = 1; i < plain.size() / page; ++i)
        out += segments.substr((i ^ 1) * page, page);
    return out;
}

// The header of a workbook's lock, and the key stream of its blocks.
std::string rc4_database(const std::string& plain) {
    constexpr std::uint32_t key = 0x5EC1'5410;
    const std::string book = workbook(BinaryLock::rc4_crypto_api, password, 1).locked;
    const std::size_t record = book.find(std::string("\x2F\0", 2));
    const std::string info = book.substr(record + 6, static_cast<unsigned char>(book[record + 2]) - 2U);
    auto lock = unlock::Rc4Lock::open(base::as_bytes(info));
    EXPECT_TRUE(lock && lock->fits(fixtures::utf16le(password)));
    std::string out = first_page(plain, key, info);
    for (std::uint32_t i = 1; i < plain.size() / page; ++i) {
        std::string bytes = plain.substr(i * page, page);
        lock->block(key ^ i).apply(base::as_bytes(bytes), std::as_writable_bytes(std::span(bytes)));
        out += bytes;
    }
    return out;
}

OpenedAccess open_with(const std::string& file, const char* candidate) {
    return OpenedAccess(file, {}, candidate);
}

const fixtures::AccessFileIn& office() {
    static const fixtures::AccessFileIn file{.version = 3, .tables = {letters()}};
    return file;
}

struct Locked {
    std::string name;
    std::string file;
};
std::vector<Locked> locked_files() {
    const std::string plain = fixtures::write_access(office());
    return {{"agile", agile_database(plain)},
            {"agile_sha1", agile_database(plain, {.hash = "SHA1", .key_bits = 128})},
            {"rc4", rc4_database(plain)}};
}

TEST(AccessLock, PasswordsOfTheMailOpenIt) {
    const std::string plain = fixtures::write_access(office());
    for (const Locked& one : locked_files()) {
        OpenedAccess opened = open_with(one.file, password.data());
        EXPECT_EQ(opened.ids(), "document.encrypted.unlocked") << one.name;
        ASSERT_EQ(opened.labels(), "decrypted") << one.name;
        const TestChild& child = opened.extraction.children[0];
        EXPECT_EQ(child.text().substr(page, plain.size() - page), plain.substr(page)) << one.name;
        EXPECT_EQ(child.spec.password, password);
        EXPECT_TRUE(child.spec.flags.has(PartFlag::unlocked));
        EXPECT_FALSE(child.spec.flags.has(PartFlag::damaged));
        OpenedAccess inside{std::string(child.text())};
        EXPECT_EQ(inside.ids(), "") << one.name;
        EXPECT_EQ(inside.text_of("texts"), OpenedAccess(plain).text_of("texts")) << one.name;
        const Part part = test_part(base::as_bytes(one.file), "a.accdb");
        EXPECT_EQ(access_database_format.turn(part), Turn::locked);
        const Part open_part = test_part(child.bytes, "a.accdb");
        EXPECT_EQ(access_database_format.turn(open_part), Turn::heavy);
    }
}

TEST(AccessLock, OthersStayShutAndAreListed) {
    for (const Locked& one : locked_files()) {
        for (const char* const candidate : {"other", static_cast<const char*>(nullptr)}) {
            OpenedAccess opened = open_with(one.file, candidate);
            EXPECT_EQ(opened.ids(), "document.encrypted.unopened") << one.name;
            ASSERT_EQ(opened.labels(), "encrypted") << one.name;
            EXPECT_TRUE(opened.extraction.children[0].skipped);
        }
    }
    std::string unknown = fixtures::write_access(office());
    unknown = first_page(unknown, 7, "no such lock") + unknown.substr(page);
    EXPECT_EQ(open_with(unknown, "other").ids(), "document.encrypted.unopened");
}

TEST(AccessLock, DamagedLocksEnd) {
    for (const Locked& one : locked_files()) {
        for (std::uint32_t seed = 0; seed < 40; ++seed) {
            const std::string head = fixtures::mutate(one.file.substr(0, page), seed);
            OpenedAccess opened = open_with(head + one.file.substr(page), password.data());
            EXPECT_LE(opened.extraction.children.size(), 10U) << one.name << seed;
        }
    }
}

}  // namespace
}  // namespace sekisho::scanner::office
