#include "scanner/office/ole_properties.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <array>

#include "tests/fixtures/le.h"
#include "tests/fixtures/mutate.h"

namespace sekisho::scanner::office {
namespace {

using namespace std::string_literals;

using fixtures::put_le;
using fixtures::put_u16;
using fixtures::put_u32;

struct Value {
    std::uint32_t id;
    std::string bytes;  // with the type
};
struct PropertySet {
    std::string fmtid;
    std::vector<Value> values;
};

const std::string summary("\xE0\x85\x9F\xF2\xF9\x4F\x68\x10\xAB\x91\x08\x00\x2B\x27\xB3\xD9", 16);
const std::string document("\x02\xD5\xCD\xD5\x9C\x2E\x1B\x10\x93\x97\x08\x00\x2B\x2C\xF9\xAE", 16);
const std::string custom("\x05\xD5\xCD\xD5\x9C\x2E\x1B\x10\x93\x97\x08\x00\x2B\x2C\xF9\xAE", 16);

std::string typed(std::uint32_t type, std::uint64_t value, std::size_t size) {
    std::string out;
    put_u32(out, type);
    put_le(out, value, size);
    return out;
}
std::string text(std::string bytes, std::uint32_t type = 0x1E) {
    std::string out;
    put_u32(out, type);
    put_u32(out, static_cast<std::uint32_t>(type == 0x1F ? bytes.size() / 2 : bytes.size()));
    bytes.resize((bytes.size() + 3) / 4 * 4);
    return out + bytes;
}

std::string stream(const std::vector<PropertySet>& sets) {
    std::string out;
    put_u16(out, 0xFFFE);
    put_u16(out, 0);
    put_u32(out, 0x0002'0105);
    out.append(16, '\0');
    put_u32(out, static_cast<std::uint32_t>(sets.size()));
    std::string bodies;
    for (const PropertySet& set : sets) {
        out += set.fmtid;
        put_u32(out, static_cast<std::uint32_t>(28 + 20 * sets.size() + bodies.size()));
        std::string table;
        std::string data;
        for (const Value& value : set.values) {
            put_u32(table, value.id);
            put_u32(table, static_cast<std::uint32_t>(8 + 8 * set.values.size() + data.size()));
            data += value.bytes;
            data.resize((data.size() + 3) / 4 * 4);
        }
        put_u32(bodies, static_cast<std::uint32_t>(8 + table.size() + data.size()));
        put_u32(bodies, static_cast<std::uint32_t>(set.values.size()));
        bodies += table + data;
    }
    return out + bodies;
}

std::string lines_of(const std::string& bytes) {
    return property_lines(parse_ole_properties(base::as_bytes(bytes)));
}

TEST(OleProperties, SummaryInformation) {
    const std::string bytes = stream({{summary,
                                       {{1, typed(2, 932, 2)},
                                        {2, text(std::string("\x8C\xA9\x90\xCF\x8F\x91\0", 7))},
                                        {4, text("Someone\0 behind"s)},
                                        {6, text("a \"quoted\"\r\nline")},
                                        {8, text(fixtures::utf16le("最後"), 0x1F)},
                                        {12, typed(0x40, 132'130'962'000'000'000ULL, 8)},
                                        {14, typed(3, 7, 4)},
                                        {17, typed(0x47, 4, 4)}}}});
    EXPECT_EQ(lines_of(bytes),
              "BuiltInDocumentProperties(\"Title\") = \"見積書\"\r\n"
              "BuiltInDocumentProperties(\"Author\") = \"Someone\"\r\n"
              "BuiltInDocumentProperties(\"Comments\") = \"a \"\"quoted\"\"\" & vbCrLf & \"line\"\r\n"
              "BuiltInDocumentProperties(\"Last author\") = \"最後\"\r\n"
              "BuiltInDocumentProperties(\"Creation date\") = \"2019-09-16 08:30:00\"\r\n");
    EXPECT_FALSE(parse_ole_properties(base::as_bytes(bytes)).damaged);
    EXPECT_EQ(parse_ole_properties(base::as_bytes(bytes)).code_page, 932);
}

std::string dictionary(const std::vector<std::pair<std::uint32_t, std::string>>& names) {
    std::string out;
    put_u32(out, static_cast<std::uint32_t>(names.size()));
    for (const auto& [id, name] : names) {
        put_u32(out, id);
        put_u32(out, static_cast<std::uint32_t>(name.size() + 1));
        out += name + '\0';
    }
    return out;
}

TEST(OleProperties, CustomPropertiesHaveTheirOwnNames) {
    std::string list;
    put_u32(list, 0x101E);
    put_u32(list, 2);
    for (const std::string_view one : {"Sheet1", "Sheet2"}) {
        put_u32(list, 8);
        list += std::string(one) + std::string(2, '\0');
    }
    const std::string bytes =
        stream({{document, {{1, typed(2, 1252, 2)}, {15, text("Example KK")}, {13, list}}},
                {custom,
                 {{0, dictionary({{2, "cmd"}, {3, "flag"}})},
                  {1, typed(2, 1252, 2)},
                  {2, text("INERT SEKISHO TEST")},
                  {3, typed(0x0B, 0xFFFF, 4)},
                  {4, typed(3, 0xFFFF'FFFF, 4)}}}});
    EXPECT_EQ(lines_of(bytes),
              "BuiltInDocumentProperties(\"Company\") = \"Example KK\"\r\n"
              "BuiltInDocumentProperties(\"Titles of parts\") = \"Sheet1, Sheet2\"\r\n"
              "CustomDocumentProperties(\"cmd\") = \"INERT SEKISHO TEST\"\r\n"
              "CustomDocumentProperties(\"flag\") = \"True\"\r\n"
              "CustomDocumentProperties(\"#4\") = \"-1\"\r\n");
}

TEST(OleProperties, SignatureIsNoted) {
    std::string blob;
    put_u32(blob, 0x41);
    put_u32(blob, 100);
    blob += std::string(100, '\x30');
    EXPECT_TRUE(parse_ole_properties(base::as_bytes(stream({{document, {{0x18, blob}}}}))).has_signature);
    EXPECT_FALSE(parse_ole_properties(base::as_bytes(stream({{summary, {{0x18, blob}}}}))).has_signature);
}

struct Broken {
    std::string_view name;
    std::string bytes;
};
class BrokenProperties : public testing::TestWithParam<Broken> {};
TEST_P(BrokenProperties, AreDamagedAndTheRestIsRead) {
    EXPECT_TRUE(parse_ole_properties(base::as_bytes(GetParam().bytes)).damaged);
}
INSTANTIATE_TEST_SUITE_P(
    All, BrokenProperties,
    testing::Values(Broken{"empty", ""}, Broken{"other_format", "PK\x03\x04 and more of that"},
                    Broken{"length_lies", stream({{summary, {{2, typed(0x1E, 0xFFFF'FFFF, 4)}}}})},
                    Broken{"offset_behind_the_end", stream({{summary, {{2, ""}}}})}),
    [](const auto& info) { return std::string(info.param.name); });

TEST(OlePropertiesProperty, CutAndMutatedStreamsEnd) {
    const std::string bytes =
        stream({{document, {{1, typed(2, 1200, 2)}, {15, text("Example KK")}}},
                {custom, {{0, dictionary({{2, "a"}, {3, "b"}})}, {2, text("x")}, {3, text("yy", 0x1F)}}}});
    for (std::size_t size = 0; size < bytes.size(); ++size)
        EXPECT_LE(lines_of(bytes.substr(0, size)).size(), 400U) << size;
    for (std::uint32_t seed = 1; seed <= 2'000; ++seed)
        EXPECT_LE(lines_of(fixtures::mutate(bytes, seed)).size(), 4'000U) << seed;
}

TEST(OlePropertiesProperty, ManyValuesAtOnePlaceStayBounded) {
    std::vector<Value> values(2'000, Value{2, ""});
    std::string bytes = stream({{summary, values}});
    // All of them point at one long text.
    const std::size_t set = 48;
    const auto place = static_cast<std::uint32_t>(bytes.size() - set);
    for (std::size_t i = 0; i < values.size(); ++i) {
        std::string at;
        put_u32(at, place);
        bytes.replace(set + 8 + 8 * i + 4, 4, at);
    }
    bytes += text(std::string(1u << 20, 'a'));
    EXPECT_LE(lines_of(bytes).size(), 6u << 20);
}

}  // namespace
}  // namespace sekisho::scanner::office
