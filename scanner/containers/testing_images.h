// For the tests of disk images: opened as the scan would, mutated, and held against what went in.
#pragma once

#include <gtest/gtest.h>

#include <algorithm>
#include <functional>
#include <map>
#include <random>
#include <string>
#include <string_view>

#include "scanner/containers/archive.h"
#include "scanner/containers/images.h"
#include "scanner/containers/test_tools.h"

namespace sekisho::scanner::containers {

using ContentsByName = std::map<std::string, std::string>;

inline const Format* image_format(std::string_view bytes, std::string_view name = {}) {
    const Format* best = nullptr;
    Confidence confidence = no_match;
    for (const auto& rows : {archive_formats(), image_formats()}) {
        for (const Format* format : rows) {
            const Confidence now = format->recognise(base::as_bytes(bytes), name);
            if (now > confidence) best = format;
            confidence = std::max(confidence, now);
        }
    }
    return best;
}

// The name of the format that opened it; empty where none knows the bytes.
inline std::string open_image(std::string_view bytes, TestExtraction& extraction) {
    const Format* format = image_format(bytes);
    if (format == nullptr) return {};
    open_with(*format, bytes, extraction, "a.img");
    return std::string(format->name);
}

inline bool is_complete(TestExtraction& extraction) {
    return extraction.budget().reached().empty() &&
           std::ranges::none_of(extraction.findings().all(), [](const model::Finding& finding) {
               return model::find_finding(finding.id)->incomplete;
           });
}

inline std::string evidence_of(TestExtraction& extraction, std::string_view id) {
    for (const model::Finding& finding : extraction.findings().all()) {
        if (finding.id == id) return finding.evidence;
    }
    return {};
}

// Every content comes out under its name, byte for byte.
inline void expect_files(const TestExtraction& extraction, const ContentsByName& files) {
    for (const auto& [name, content] : files)
        EXPECT_EQ(hash_of_child(extraction, name), sha256_of(content)) << name;
}

// Whether every content came out, under whatever name, whole and not flagged.
inline bool has_all(const TestExtraction& extraction, const ContentsByName& files) {
    return std::ranges::all_of(files, [&](const auto& file) {
        return std::ranges::any_of(extraction.children,
                                   [&](const TestChild& child) { return child.text() == file.second; });
    });
}

// Cuts the image at many places: nothing crashes, and what lacks a file is not complete. An image whose
// format is no longer recognised says nothing and is none of this test.
inline void expect_cuts_are_told(const std::string& image, const ContentsByName& files, std::size_t step) {
    for (std::size_t size = 0; size < image.size(); size += step) {
        const std::string cut = image.substr(0, size);
        TestExtraction extraction;
        if (open_image(cut, extraction).empty() || !is_complete(extraction)) continue;
        EXPECT_TRUE(has_all(extraction, files)) << "silent at " << size << " of " << image.size();
    }
}

// Breaks single bytes within [begin, end), and now and then a run of them. The content of files may change;
// crashes, hangs and endless output may not be.
inline void survive_mutations(const std::string& image, std::size_t begin, std::size_t end, unsigned rounds) {
    std::mt19937 random(20'240'607);  // NOLINT: the same ones each time
    for (unsigned round = 0; round < rounds; ++round) {
        std::string broken = image;
        const unsigned count = 1 + random() % 4;
        for (unsigned i = 0; i < count; ++i) {
            const std::size_t at = begin + random() % (end - begin);
            broken[at] = static_cast<char>(random() % 3 == 0 ? 0xFF : random());
        }
        TestExtraction extraction({.max_steps = 400'000'000});
        (void)open_image(broken, extraction);
        std::uint64_t decoded = 0;
        for (const TestChild& child : extraction.children)
            decoded += child.bytes.size();
        EXPECT_LE(decoded, extraction.budget().limits().max_bytes_out);
    }
}

inline void put_le(std::string& out, std::size_t at, std::uint64_t value, std::size_t bytes) {
    for (std::size_t i = 0; i < bytes; ++i)
        out.at(at + i) = static_cast<char>(value >> (8 * i));
}
inline std::uint64_t get_le(std::string_view in, std::size_t at, std::size_t bytes) {
    std::uint64_t value = 0;
    for (std::size_t i = bytes; i-- > 0;)
        value = value << 8 | static_cast<unsigned char>(in.at(at + i));
    return value;
}

}  // namespace sekisho::scanner::containers
