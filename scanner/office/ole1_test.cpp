#include "scanner/office/ole1.h"

#include <gtest/gtest.h>

#include <random>
#include <string>

#include "scanner/office/ole_objects.h"
#include "scanner/testing.h"
#include "tests/fixtures/le.h"

namespace sekisho::scanner::office {
namespace {

std::string package_data(const std::string& content, const std::string& path = "C:\\inert\\run.js") {
    std::string out;
    fixtures::put_u16(out, 2);
    out += std::string("run.js\0", 7) + path + '\0';
    fixtures::put_u16(out, 0);
    fixtures::put_u16(out, 3);
    fixtures::put_u32(out, 5);
    out += std::string("temp\0", 5);
    fixtures::put_u32(out, static_cast<std::uint32_t>(content.size()));
    return out + content;
}

std::string sized(const std::string& text) {
    std::string out;
    fixtures::put_u32(out, static_cast<std::uint32_t>(text.size() + 1));
    return out + text + '\0';
}

std::string object(std::uint32_t kind, const std::string& class_name, const std::string& data,
                   const std::string& topic = {}) {
    std::string out;
    fixtures::put_u32(out, 0x0501);
    fixtures::put_u32(out, kind);
    out += sized(class_name) + (topic.empty() ? std::string(4, '\0') : sized(topic)) + std::string(4, '\0');
    if (kind == 2) fixtures::put_u32(out, static_cast<std::uint32_t>(data.size()));
    return out + data;
}

std::string native_stream(const std::string& content) {
    std::string out;
    fixtures::put_u32(out, static_cast<std::uint32_t>(package_data(content).size()));
    return out + package_data(content);
}

// "label|name|text" of the one child; empty where there is none.
std::string opened(const Format& format, const std::string& bytes, TestExtraction& extraction) {
    const Part part = test_part(base::as_bytes(bytes));
    format.open(part, extraction);
    if (extraction.children.empty()) return {};
    const TestChild& child = extraction.children[0];
    return child.spec.label + "|" + child.spec.name + "|" + std::string(child.text());
}

Confidence confidence(const Format& format, const std::string& bytes) {
    return format.recognise(base::as_bytes(bytes), {});
}

TEST(Ole1, PackagesAndOtherObjectsComeOut) {
    TestExtraction extraction;
    EXPECT_EQ(opened(ole1_object_format, object(2, "Package", package_data("payload")), extraction),
              "|C:\\inert\\run.js|payload");
    TestExtraction of_word;
    EXPECT_EQ(opened(ole1_object_format, object(2, "Word.Document.8", "\xD0\xCF native"), of_word),
              "Word.Document.8||\xD0\xCF native");
    TestExtraction of_stream;
    EXPECT_EQ(opened(ole_package_format, native_stream("payload"), of_stream), "|C:\\inert\\run.js|payload");
    TestExtraction of_link;
    EXPECT_EQ(opened(ole1_object_format, object(1, "OLE2Link", "", "http://a.example/x"), of_link), "");
    EXPECT_TRUE(of_link.findings().has("mime.external-body"));
    for (TestExtraction* clean : {&extraction, &of_word, &of_stream})
        EXPECT_TRUE(clean->findings().all().empty());
}

TEST(Ole1, EveryCutIsTold) {
    for (const auto& [format, whole] :
         {std::pair{&ole1_object_format, object(2, "Package", package_data("payload"))},
          std::pair{&ole1_object_format, object(2, "Other", "native")},
          std::pair{&ole_package_format, native_stream("payload")}}) {
        EXPECT_GT(confidence(*format, whole), no_match);
        for (std::size_t cut = 0; cut < whole.size(); ++cut) {
            const std::string bytes = whole.substr(0, cut);
            if (confidence(*format, bytes) == no_match) continue;
            TestExtraction extraction;
            (void)opened(*format, bytes, extraction);
            EXPECT_TRUE(extraction.findings().has("document.damaged")) << cut;
        }
    }
}

TEST(Ole1, IsToldByItsHeader) {
    const std::string whole = object(2, "Package", package_data("payload"));
    for (const std::size_t at : {0u, 1u, 3u, 4u, 9u}) {
        std::string near = whole;
        near[at] = static_cast<char>(near[at] ^ 0x40);
        EXPECT_EQ(confidence(ole1_object_format, near), no_match) << at;
    }
    EXPECT_EQ(confidence(ole1_object_format, object(2, "", "x")), no_match);
    EXPECT_EQ(confidence(ole1_object_format, object(2, "a\tb", "x")), no_match);
    EXPECT_EQ(confidence(ole1_object_format, ""), no_match);
    EXPECT_EQ(confidence(ole_package_format, native_stream("x") + std::string(100, 'y')), no_match);
    EXPECT_EQ(confidence(ole_package_format, std::string(64, '\0')), no_match);
    EXPECT_EQ(confidence(ole_package_format, ""), no_match);
}

TEST(Ole1Property, FlipsNeverCrash) {
    const std::string files[] = {object(2, "Package", package_data("payload")), native_stream("payload"),
                                 object(1, "OLE2Link", "", "http://a.example/x")};
    std::mt19937 random(4);  // NOLINT: the same each time
    for (int round = 0; round < 20'000; ++round) {
        std::string bytes = files[round % 3];
        for (int i = 0; i < 3; ++i)
            bytes[random() % bytes.size()] = static_cast<char>(random());
        for (const Format* format : {&ole1_object_format, &ole_package_format}) {
            TestExtraction extraction;
            if (confidence(*format, bytes) > no_match) (void)opened(*format, bytes, extraction);
        }
    }
}

}  // namespace
}  // namespace sekisho::scanner::office
