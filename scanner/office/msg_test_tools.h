// For the tests of .msg files alone: messages by code, and other people's programs.
#pragma once

#include <gtest/gtest.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cstdio>
#include <filesystem>
#include <fstream>
#include <string>
#include <string_view>
#include <vector>

#include "base/hash.h"
#include "scanner/office/cfb.h"
#include "scanner/office/formats.h"
#include "scanner/testing.h"
#include "tests/fixtures/cfb_writer.h"
#include "tests/fixtures/le.h"

namespace sekisho::scanner::office {

using fixtures::cfb_storage;
using fixtures::cfb_stream;
using fixtures::CfbNode;
using fixtures::utf16le;

inline std::string sha256_of(base::Bytes bytes) { return base::hex(base::sha256(bytes)); }

inline const Format* best_row(base::Bytes bytes) {
    const Format* best = nullptr;
    Confidence most = no_match;
    for (const Format& row : formats()) {
        const Confidence confidence = row.recognise(bytes, "");
        if (confidence > most) best = &row;
        most = std::max(most, confidence);
    }
    return best;
}

struct Opened {
    explicit Opened(std::string file, model::ScanLimits limits = {})
        : bytes(std::move(file)), extraction(limits, std::max<std::size_t>(bytes.size(), 1u << 20)) {
        open(base::as_bytes(bytes));
    }
    void open(base::Bytes data) {
        const Format* row = best_row(data);
        if (row == nullptr || row->open == nullptr) return;
        const Part part = test_part(data, "file");
        row->open(part, extraction);
    }
    // Level by level, as the core does.
    void open_messages_within() {
        for (std::size_t i = 0; i < extraction.children.size() && i < 1'000; ++i) {
            const base::Bytes data = extraction.children[i].bytes;
            if (Cfb::has_magic(data)) open(data);
        }
    }
    const TestChild* named(std::string_view name) const {
        const auto at =
            std::ranges::find(extraction.children, name, [](const TestChild& c) { return c.spec.name; });
        return at == extraction.children.end() ? nullptr : &*at;
    }
    const TestChild* labelled(std::string_view label) const {
        const auto at =
            std::ranges::find(extraction.children, label, [](const TestChild& c) { return c.spec.label; });
        return at == extraction.children.end() ? nullptr : &*at;
    }
    bool has(std::string_view id) { return extraction.findings().has(id); }

    std::string bytes;  // children are views into it
    TestExtraction extraction;
};

// A folder of the test's own.
class Folder {
public:
    Folder() {
        std::string name = (std::filesystem::temp_directory_path() / "sekisho-msg-XXXXXX").string();
        EXPECT_NE(::mkdtemp(name.data()), nullptr);
        path_ = name;
    }
    ~Folder() { std::filesystem::remove_all(path_); }
    Folder(const Folder&) = delete;
    Folder& operator=(const Folder&) = delete;
    std::string write(const std::string& name, base::Bytes bytes) const {
        std::ofstream(path_ / name, std::ios::binary) << base::as_text(bytes);
        return path_ / name;
    }
    // What a shell line of ours prints; a failure fails the test.
    std::string run(const std::string& command) const {
        const std::string line = "cd '" + path_.string() + "' && " + command;
        FILE* pipe = ::popen(line.c_str(), "r");
        std::string out;
        std::array<char, 4'096> buffer{};
        while (const std::size_t n = std::fread(buffer.data(), 1, buffer.size(), pipe))
            out.append(buffer.data(), n);
        EXPECT_EQ(::pclose(pipe), 0) << command;
        return out;
    }
    const std::filesystem::path& path() const { return path_; }

private:
    std::filesystem::path path_;
};

inline std::string fixed_properties(std::size_t header, std::uint32_t code_page = 0) {
    std::string out(header, '\0');
    if (code_page == 0) return out;
    fixtures::put_u32(out, 0x3FFD'0003);
    fixtures::put_u32(out, 6);
    fixtures::put_le(out, code_page, 8);
    return out;
}

inline CfbNode attachment(int number, std::vector<CfbNode> streams) {
    streams.push_back(cfb_stream("__properties_version1.0", std::string(8, '\0')));
    return cfb_storage("__attach_version1.0_#0000000" + std::to_string(number), std::move(streams));
}

inline std::string msg(std::vector<CfbNode> children, std::size_t header = 32, std::uint32_t code_page = 0) {
    children.push_back(cfb_stream("__properties_version1.0", fixed_properties(header, code_page)));
    children.push_back(cfb_storage("__nameid_version1.0", {cfb_stream("__substg1.0_00020102", "")}));
    return fixtures::write_cfb(cfb_storage("", std::move(children)));
}

inline CfbNode embedded(std::vector<CfbNode> children) {
    children.push_back(cfb_stream("__properties_version1.0", fixed_properties(24)));
    return cfb_storage("__substg1.0_3701000D", std::move(children));
}

}  // namespace sekisho::scanner::office
