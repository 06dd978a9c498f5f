// ACE by our own writer, which Debian's unace (of Marcel Lemke, who made the format) reads back.
#include <gtest/gtest.h>

#include <algorithm>
#include <map>
#include <random>
#include <string>

#include "scanner/containers/ace_open.h"
#include "scanner/containers/ace_writer.h"
#include "scanner/containers/embedded_kinds.h"
#include "scanner/containers/test_tools.h"
#include "scanner/embedded.h"

namespace sekisho::scanner::containers {
namespace {

std::string noise(std::size_t bytes) {
    std::mt19937 random(11);  // NOLINT: the same bytes each time
    std::string out(bytes, '\0');
    for (char& byte : out)
        byte = static_cast<char>(random());
    return out;
}

// Text, noise, long runs, repeats far away, nothing, one byte.
std::map<std::string, std::string> files() {
    const std::string page = noise(30'000);
    return {{"text.txt", sample_text(120'000)},
            {"noise.bin", noise(50'000)},
            {"zeros.bin", std::string(70'000, '\0')},
            {"far.bin", page + sample_text(200'000) + page + page.substr(100, 26'000)},
            {"empty", ""},
            {"one", "x"},
            {"two", "xx"}};
}

std::string archive_of(const std::map<std::string, std::string>& all, std::uint8_t method, bool solid) {
    std::string out = ace_main(solid ? 0x9000 : 0x1000);
    AcePacker goes_on;
    for (const auto& [name, bytes] : all) {
        AcePacker anew;
        const std::string packed = method == 0 ? bytes : (solid ? goes_on : anew).pack(bytes);
        const std::uint16_t flags = solid ? 0x8001 : 0x0001;
        out += ace_member({.name = name, .method = method, .flags = flags}, bytes, packed);
    }
    return out;
}

void open(std::string_view archive, TestExtraction& extraction) {
    open_ace(test_part(base::as_bytes(archive), "a.ace"), extraction);
}

bool is_quiet(TestExtraction& extraction) {
    const auto& all = extraction.findings().all();
    return all.size() == 1 && has(extraction, "archive.ace") && extraction.budget().reached().empty();
}

TEST(Ace, WhatUnaceReadsComesOutByteExact) {
    for (const auto method : {std::uint8_t{0}, std::uint8_t{1}}) {
        for (const bool solid : {false, true}) {
            SCOPED_TRACE(testing::Message() << "method " << int{method} << (solid ? ", solid" : ""));
            const std::string archive = archive_of(files(), method, solid);
            const Scratch scratch;
            scratch.write("a.ace", archive);
            scratch.run("mkdir out && cd out && unace x -y ../a.ace >../log 2>&1 || { cat ../log; false; }");
            TestExtraction extraction({}, 1u << 20);
            open(archive, extraction);
            EXPECT_TRUE(is_quiet(extraction));
            EXPECT_EQ(extraction.children.size(), files().size());
            for (const auto& [name, bytes] : files()) {
                EXPECT_EQ(hash_of_child(extraction, name), sha256_of(bytes)) << name;
                if (bytes.empty()) continue;  // unace writes no empty files
                EXPECT_EQ(sha256_of(scratch.read("out/" + name)), sha256_of(bytes)) << name;
            }
            ASSERT_EQ(extraction.covered.size(), 1u);
            EXPECT_EQ(extraction.covered[0].size(), archive.size());
        }
    }
}

}  // namespace
}  // namespace sekisho::scanner::containers
