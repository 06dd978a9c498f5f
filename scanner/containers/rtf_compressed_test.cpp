#include "scanner/containers/rtf_compressed.h"

#include <gtest/gtest.h>

#include "base/base64.h"
#include "scanner/containers/test_tools.h"
#include "scanner/containers/tnef_test_writer.h"

namespace sekisho::scanner::containers {
namespace {

// The two examples of [MS-OXRTFCP] section 4.
const std::string example_1 =
    *base::base64_decode("LQAAACsAAABMWkZ18cXHpwMACgByY3BnMTI1QjIK8yBoZWwJACBidwWwbGR9CoAPoA==");
const std::string plain_1 = "{\\rtf1\\ansi\\ansicpg1252\\pard hello world}\r\n";
const std::string example_2 = *base::base64_decode("GgAAABwAAABMWkZ14tRLUUEABCBXWFlaDW59AQ6w");
const std::string plain_2 = "{\\rtf1 WXYZWXYZWXYZWXYZWXYZ}";

std::string stored(std::string_view raw) {
    std::string out;
    put_le(out, raw.size() + 12, 4);
    put_le(out, raw.size(), 4);
    return out + "MELA" + std::string(4, '\0') + std::string(raw);
}

struct Opened {
    TestExtraction extraction;
    explicit Opened(const std::string& bytes) { open_with(compressed_rtf_format, bytes, extraction); }
    std::string rtf() const { return std::string(extraction.children.at(0).text()); }
};

TEST(CompressedRtf, GivesTheExamplesOfTheSpecification) {
    for (const auto& [packed, plain] : {std::pair{example_1, plain_1}, std::pair{example_2, plain_2}}) {
        Opened opened(packed);
        EXPECT_EQ(opened.rtf(), plain);
        EXPECT_TRUE(opened.extraction.findings().all().empty());
    }
    Opened uncompressed(stored("{\\rtf1 x}"));
    EXPECT_EQ(uncompressed.rtf(), "{\\rtf1 x}");
    EXPECT_TRUE(uncompressed.extraction.findings().all().empty());
}

TEST(CompressedRtf, TnefReadsTheSame) {
    Scratch scratch;
    const std::string file =
        TnefWriter()
            .message(PropertyListWriter().text(0x0037, "s").sized(0x1009, 0x0102, example_2))
            .attribute(1, 0x0001'8004, std::string("s\0", 2))
            .bytes();
    scratch.write("winmail.dat", file);
    scratch.run("tnef --save-body=body winmail.dat; cat body* > all");
    EXPECT_EQ(scratch.read("all"), plain_2);
}

TEST(CompressedRtf, EveryCutAndFlipIsTold) {
    for (const std::string& whole : {example_1, example_2, stored("{\\rtf1 x}")}) {
        for (std::size_t cut = 16; cut < whole.size(); ++cut) {
            const std::string bytes = whole.substr(0, cut);
            Opened opened(bytes);
            EXPECT_TRUE(has(opened.extraction, "archive.damaged")) << cut;
        }
    }
    for (std::size_t bit = 0; bit < example_1.size() * 8; ++bit) {
        if (bit / 8 >= 8 && bit / 8 < 12) continue;  // the type: then it is none
        std::string bytes = example_1;
        bytes[bit / 8] = static_cast<char>(bytes[bit / 8] ^ (1 << bit % 8));
        Opened opened(bytes);
        EXPECT_TRUE(has(opened.extraction, "archive.damaged")) << bit;
    }
}

TEST(CompressedRtf, IsToldByItsType) {
    EXPECT_EQ(compressed_rtf_format.recognise(base::as_bytes(example_1), {}), sure_match);
    std::string near = example_1;
    near[8] = 'l';
    EXPECT_EQ(compressed_rtf_format.recognise(base::as_bytes(near), {}), no_match);
    EXPECT_EQ(compressed_rtf_format.recognise(base::as_bytes(example_1.substr(0, 15)), {}), no_match);
    EXPECT_EQ(compressed_rtf_format.recognise({}, {}), no_match);
}

TEST(CompressedRtf, OutputIsChargedToTheBudget) {
    std::string packed;
    std::string tokens;
    for (int i = 0; i < 100'000; ++i)
        tokens += "\xFF\x0F\x0E\x0F\x0E\x0F\x0E\x0F\x0E\x0F\x0E\x0F\x0E\x0F\x0E\x0F\x0E";  // copies of 16
    put_le(packed, tokens.size() + 12, 4);
    put_le(packed, 1u << 30, 4);
    packed += "LZFu" + std::string(4, '\0') + tokens;
    model::ScanLimits limits;
    limits.max_bytes_out = 1u << 20;
    TestExtraction extraction(limits);
    open_with(compressed_rtf_format, packed, extraction);
    EXPECT_EQ(extraction.budget().reached(), std::vector<std::string>{"limit.bytes"});
    ASSERT_EQ(extraction.children.size(), 1u);
    EXPECT_LE(extraction.children[0].bytes.size(), 1u << 20);
}

}  // namespace
}  // namespace sekisho::scanner::containers
