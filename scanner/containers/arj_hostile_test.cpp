// ARJ archives that no program writes: headers by code.
#include <gtest/gtest.h>

#include <cstdint>
#include <string>
#include <string_view>

#include "scanner/containers/arj_headers.h"
#include "scanner/containers/arj_open.h"
#include "scanner/containers/crc32.h"
#include "scanner/containers/test_tools.h"

namespace sekisho::scanner::containers {
namespace {

void put(std::string& out, std::uint64_t value, int bytes) {
    for (int i = 0; i < bytes; ++i)
        out.push_back(static_cast<char>(value >> (8 * i)));
}

struct Header {
    std::uint8_t flags = 0;
    std::uint8_t method = 0;
    std::uint8_t type = 0;
    std::uint32_t packed = 0;
    std::uint32_t size = 0;
    std::uint32_t crc = 0;
    std::string name;
};

std::string written(const Header& header) {
    std::string fields;
    put(fields, 30, 1);
    fields += std::string("\x0B\x01\x02", 3);  // versions, Unix
    put(fields, header.flags, 1);
    put(fields, header.method, 1);
    put(fields, header.type, 1);
    fields.resize(12);
    put(fields, header.packed, 4);
    put(fields, header.size, 4);
    put(fields, header.crc, 4);
    fields.resize(30);
    fields += header.name;
    fields.append(2, '\0');
    std::string out = "\x60\xEA";
    put(out, fields.size(), 2);
    out += fields;
    put(out, crc_of(fields), 4);
    put(out, 0, 2);
    return out;
}

Header header_of(std::string_view data, std::string name) {
    const auto size = static_cast<std::uint32_t>(data.size());
    return {.packed = size, .size = size, .crc = crc_of(data), .name = std::move(name)};
}

const Header main_header{.type = 2, .name = "a.arj"};
const std::string end_mark("\x60\xEA\0\0", 4);

void open(std::string_view archive, TestExtraction& extraction) {
    open_arj(test_part(base::as_bytes(archive), "a.arj"), extraction);
}

// `text` with four bytes behind it that make its CRC-32 zero.
std::string with_crc_zero(std::string text) {
    put(text, crc_of(text) ^ 0x6DD9'0A9Du, 4);
    EXPECT_EQ(crc_of(text), 0u);
    return text;
}

TEST(ArjHostile, SoundOnesAreQuiet) {
    const std::string archive = written(main_header) + written(header_of("text", "a")) + "text" + end_mark;
    TestExtraction extraction;
    open(archive, extraction);
    EXPECT_EQ(hash_of_child(extraction, "a"), sha256_of("text"));
    EXPECT_TRUE(extraction.findings().all().empty());
}

// ARJ and 7-Zip write out all that is stored, and compare the checksum of that.
TEST(ArjHostile, StoredMembersComeOutWhateverTheirSizeSays) {
    const std::string data = with_crc_zero(sample_text(1'150));
    for (const std::uint32_t size : {0u, 1u, 1'153u, 1'155u, UINT32_MAX}) {
        Header header = header_of(data, "invoice.exe");
        header.size = size;
        TestExtraction extraction;
        open(written(main_header) + written(header) + data + end_mark, extraction);
        EXPECT_EQ(hash_of_child(extraction, "invoice.exe"), sha256_of(data)) << size;
        EXPECT_TRUE(has(extraction, "archive.damaged")) << size;
    }
}

TEST(ArjHostile, GarbledMembersAreLockedWhateverTheirSizeSays) {
    const std::string data = with_crc_zero(sample_text(1'150));
    std::string garbled = data;
    for (char& byte : garbled)
        byte = static_cast<char>(byte ^ 'k');
    Header header = header_of(data, "invoice.exe");
    header.flags = 0x01;
    header.size = 0;
    const std::string archive = written(main_header) + written(header) + garbled + end_mark;
    TestExtraction shut;
    open(archive, shut);
    EXPECT_TRUE(has(shut, "archive.encrypted.unopened"));
    TestExtraction opened;
    opened.harvest().add({"k", PasswordSource::configured, {}});
    open(archive, opened);
    EXPECT_EQ(hash_of_child(opened, "invoice.exe"), sha256_of(data));
}

// 7-Zip lists a second main header as a file. What it holds may look like the end of the archive.
TEST(ArjHostile, MainHeadersBehindTheFirstAreFiles) {
    const std::string hidden = end_mark + sample_text(900);
    Header header = header_of(hidden, "invoice.exe");
    header.type = 2;
    TestExtraction extraction;
    open(written(main_header) + written(header) + hidden + written(header_of("b", "b")) + "b" + end_mark,
         extraction);
    EXPECT_EQ(hash_of_child(extraction, "invoice.exe"), sha256_of(hidden));
    EXPECT_EQ(hash_of_child(extraction, "b"), sha256_of("b"));
    EXPECT_TRUE(has(extraction, "archive.damaged"));
}

// A look at some thousand headers says when it is opened; the first that is garbled ends it.
TEST(ArjHostile, TurnsCostLittle) {
    Header garbled = header_of("x", "x");
    garbled.flags = 0x01;
    std::string many = written(main_header);
    EXPECT_FALSE(may_be_garbled(base::as_bytes(many + end_mark)));
    EXPECT_TRUE(may_be_garbled(base::as_bytes(many + written(header_of("", "a")) + written(garbled))));
    for (int i = 0; i < 5'000; ++i)
        many += written(header_of("", "a"));
    EXPECT_TRUE(may_be_garbled(base::as_bytes(many + end_mark)));
}

}  // namespace
}  // namespace sekisho::scanner::containers
