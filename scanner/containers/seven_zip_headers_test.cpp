// Headers of 7z archives, written by code, that lie in one field.
#include "scanner/containers/seven_zip_headers.h"

#include <gtest/gtest.h>

#include <string>

#include "scanner/containers/seven_zip_test_tools.h"
#include "scanner/containers/test_tools.h"

namespace sekisho::scanner::containers {
namespace {

using std::string_literals::operator""s;

std::string number(std::uint64_t value) {
    if (value < 0x80) return {static_cast<char>(value)};
    std::string out = "\xFF";
    for (int i = 0; i < 8; ++i)
        out.push_back(static_cast<char>(value >> (8 * i)));
    return out;
}

// What stands behind the 04 of the main streams, folders and sizes as given.
std::string streams(const std::string& packed_sizes, const std::string& folders, const std::string& sizes,
                    const std::string& substreams = {}) {
    return "\x06\x00"s + packed_sizes + "\x00\x07\x0B"s + folders + "\x0C" + sizes + "\x00"s + substreams +
           "\x00"s;
}
const std::string one_copy = "\x01\x00\x01\x01\x00"s;  // one folder here, of one coder: stored

std::string files(std::uint64_t count, const std::string& properties) {
    return "\x05" + number(count) + properties + "\x00"s;
}
std::string names(std::initializer_list<std::string_view> all) {
    std::string out = "\x00"s;
    for (const std::string_view name : all) {
        for (const char c : name)
            out += {c, '\0'};
        out += "\x00\x00"s;
    }
    return "\x11" + number(out.size()) + out;
}

TEST(SevenZipHeaders, ReadsWhatCodeWrites) {
    const std::string header =
        "\x01\x04" + streams("\x01\x09\x05"s, one_copy, "\x05") + files(1, names({"a"})) + "\x00"s;
    Opened opened(archive_of("12345", header));
    EXPECT_FALSE(opened.is_told());
    ASSERT_EQ(opened.extraction.children.size(), 1u);
    EXPECT_EQ(opened.extraction.children[0].text(), "12345");
    Opened empty(archive_of({}, {}));
    EXPECT_FALSE(empty.is_told());
    EXPECT_TRUE(empty.extraction.children.empty());
}

TEST(SevenZipHeaders, TellsHeadersThatLie) {
    const std::string good_files = files(1, names({"a"})) + "\x00"s;
    const std::string huge = number(~std::uint64_t{0});
    const std::string two_coders = "\x02\x01\x00\x01\x00"s;
    struct Case {
        const char* name;
        std::string header;
        const char* finding = "archive.damaged";
    };
    const Case cases[] = {
        {"nothing", "\x01\x00"s},
        {"unknown mark", "\x02\x00"s},
        {"packed streams without end", "\x01\x04\x06\x00"s + huge},
        {"packed sizes that overflow",
         "\x01\x04" + streams("\x02\x09" + huge + "\x05", one_copy, "\x05") + good_files},
        {"packed sizes missing", "\x01\x04" + streams("\x01"s, one_copy, "\x05") + good_files},
        {"packed size beyond the file",
         "\x01\x04" + streams("\x01\x09" + number(1u << 30), one_copy, number(1u << 30)) + good_files},
        {"folders without end", "\x01\x04" + streams("\x01\x09\x05"s, huge + "\x00"s, "\x05") + good_files},
        {"folder without coders",
         "\x01\x04" + streams("\x01\x09\x05"s, "\x01\x00\x00"s, "\x05") + good_files},
        {"thirty-three coders", "\x01\x04" + streams("\x01\x09\x05"s, "\x01\x00\x21"s, "\x05") + good_files},
        {"more streams read than there are",
         "\x01\x04" + streams("\x01\x09\x05"s, "\x02\x00\x01\x01\x00\x01\x01\x00"s, "\x05\x05") + good_files},
        {"coders that read each other",
         "\x01\x04" +
             streams("\x02\x09\x05\x05"s,
                     "\x01\x00\x03\x11\x00\x02\x01\x01\x00\x01\x00\x00\x01\x01\x02\x02\x03"s,
                     "\x05\x05\x05") +
             good_files},
        {"a coder that reads itself",
         "\x01\x04" + streams("\x01\x09\x05"s, "\x01\x00"s + two_coders + "\x00\x00\x01"s, "\x05\x05") +
             good_files},
        {"an output bound twice",
         "\x01\x04" +
             streams("\x01\x09\x05"s, "\x01\x00\x03\x01\x00\x01\x00\x11\x00\x02\x01\x02\x00\x03\x00\x00"s,
                     "\x05\x05\x05") +
             good_files},
        {"a pair of no coder",
         "\x01\x04" + streams("\x01\x09\x05"s, "\x01\x00"s + two_coders + "\x01\x07\x00"s, "\x05\x05") +
             good_files},
        {"coder with two outputs",
         "\x01\x04" + streams("\x01\x09\x05"s, "\x01\x00\x01\x11\x00\x01\x02"s, "\x05\x05") + good_files,
         "archive.unsupported"},
        {"folders elsewhere", "\x01\x04" + streams("\x01\x09\x05"s, "\x01\x01\x00"s, "\x05") + good_files,
         "archive.unsupported"},
        {"names elsewhere",
         "\x01\x04" + streams("\x01\x09\x05"s, one_copy, "\x05") + files(1, "\x11\x02\x01\x00"s) + "\x00"s,
         "archive.unsupported"},
        {"unknown coder",
         "\x01\x04" + streams("\x01\x09\x05"s, "\x01\x00\x01\x02\x77\x77"s, "\x05") + good_files,
         "archive.unsupported"},
        {"members larger than their folder",
         "\x01\x04" + streams("\x01\x09\x05"s, one_copy, "\x05", "\x08\x0D\x02\x09\x06\x00"s) + good_files},
        {"more members than sizes",
         "\x01\x04" + streams("\x01\x09\x05"s, one_copy, "\x05", "\x08\x0D\x02\x00"s) + good_files},
        {"digests without end",
         "\x01\x04" + streams("\x01\x09\x05"s, one_copy, "\x05", "\x08\x0A\x01\x01"s) + good_files},
        {"checksum of a member",
         "\x01\x04" + streams("\x01\x09\x05"s, one_copy, "\x05", "\x08\x0A\x01\x01\x02\x03\x04\x00"s) +
             good_files},
        {"files without end", "\x01\x04" + streams("\x01\x09\x05"s, one_copy, "\x05") + "\x05" + huge},
        {"files without a name",
         "\x01\x04" + streams("\x01\x09\x05"s, one_copy, "\x05") + files(1, "") + "\x00"s, nullptr},
        {"a name without end", "\x01\x04" + streams("\x01\x09\x05"s, one_copy, "\x05") +
                                   files(1, "\x11\x03\x00\x61\x00"s) + "\x00"s},
        {"more files than members",
         "\x01\x04" + streams("\x01\x09\x05"s, one_copy, "\x05") + files(2, names({"a", "b"})) + "\x00"s},
        {"more members than files",
         "\x01\x04" + streams("\x01\x09\x05"s, one_copy, "\x05", "\x08\x0D\x02\x09\x02\x00"s) + good_files},
        {"a folder larger than its stream",
         "\x01\x04" + streams("\x01\x09\x05"s, one_copy, "\x09") + good_files},
        {"a header in a header in itself", "\x17" + streams("\x01\x09\x05"s, one_copy, "\x05")},
    };
    for (const Case& row : cases) {
        SCOPED_TRACE(row.name);
        Opened opened(archive_of("12345", row.header));
        if (row.finding != nullptr) {
            EXPECT_TRUE(has(opened.extraction, row.finding));
            EXPECT_TRUE(opened.is_told());
        }
    }
}

TEST(SevenZipHeaders, HeadersWithinHeadersEnd) {
    // Each header is the stored bytes of the next one, down to one that stands for itself.
    std::string packed = "\x17" + streams("\x01\x09" + number(60), one_copy, number(60));
    packed.resize(60, '\0');
    Opened opened(archive_of(packed, packed));
    EXPECT_EQ(opened.evidence("archive.damaged"), "headers within headers");
}

TEST(SevenZipHeaders, IsFoundBehindOtherBytes) {
    Scratch scratch;
    scratch.write("one.txt", "x");
    scratch.run("7zz a a.7z one.txt");
    const std::string good = scratch.read("a.7z");
    std::string bad_crc = good;
    bad_crc[8] = static_cast<char>(bad_crc[8] ^ 1);
    for (const auto& [bytes, place] :
         {std::pair{good, std::size_t{0}}, std::pair{bad_crc, std::size_t{0}},
          std::pair{"GIF89a" + good, std::size_t{6}}, std::pair{"GIF89a" + bad_crc, bad_crc.size() + 6},
          std::pair{std::string(1'000'000, ' ') + good, std::size_t{1'000'000}},
          std::pair{"7z" + bad_crc + good, 2 + bad_crc.size()},
          std::pair{"x" + good.substr(0, 31), std::size_t{32}}, std::pair{std::string(), std::size_t{0}}}) {
        EXPECT_EQ(find_seven_zip(base::as_bytes(bytes)), place);
    }
}

// A window that is not to be had costs its own folder: the next one comes out.
TEST(SevenZipHeaders, WindowsAreCharged) {
    const std::string large = number(std::uint64_t{1} << 31);
    for (const std::string& coder : {"\x21\x21\x01\x28"s, "\x23\x03\x01\x01\x05\x5D\x00\x00\x00\x40"s,
                                     "\x23\x03\x04\x01\x05\x06\x00\x00\x00\x40"s}) {
        const std::string header =
            "\x01\x04" +
            streams("\x02\x09\x05\x05"s, "\x02\x00\x01"s + coder + "\x01\x01\x00"s, large + "\x05") +
            files(2, names({"a", "b"})) + "\x00"s;
        Opened opened(archive_of("1234567890", header));
        EXPECT_EQ(opened.extraction.budget().reached(), std::vector<std::string>{"limit.memory"});
        EXPECT_TRUE(child_named(opened.extraction, "a")->skipped);
        EXPECT_EQ(child_named(opened.extraction, "b")->text(), "67890");
    }
}

// A window is never larger than what comes out, whatever is asked for: here 4 GB for five bytes.
TEST(SevenZipHeaders, WindowsFitWhatComesOut) {
    const std::string stored_chunk =
        "\x01\x00\x04"
        "12345\x00"s;  // of LZMA2
    const std::string header = "\x01\x04" +
                               streams("\x01\x09\x09"s, "\x01\x00\x01\x21\x21\x01\x28"s, "\x05") +
                               files(1, names({"a"})) + "\x00"s;
    Opened opened(archive_of(stored_chunk, header));
    EXPECT_FALSE(opened.is_told());
    EXPECT_EQ(child_named(opened.extraction, "a")->text(), "12345");
}

TEST(SevenZipHeaders, HundredThousandEmptyFilesAreALimit) {
    constexpr std::size_t count = 100'000;
    std::string all = "\x00"s;
    for (std::size_t i = 0; i < count; ++i)
        all += "f\x00\x00\x00"s;
    const std::string bits = number(count / 8) + std::string(count / 8, '\xFF');
    const std::string header =
        "\x01" + files(count, "\x0E" + bits + "\x0F" + bits + "\x11" + number(all.size()) + all) + "\x00"s;
    Opened opened(archive_of({}, header));
    EXPECT_EQ(opened.extraction.budget().reached(), std::vector<std::string>{"limit.parts"});
    EXPECT_EQ(opened.extraction.children.size(), 10'000u);
    const auto read = read_seven_zip_header(base::as_bytes(header));
    ASSERT_TRUE(read);
    EXPECT_TRUE(read->too_many);
    EXPECT_EQ(read->files.size(), max_seven_zip_members);
}

TEST(SevenZipHeaders, TooManyFoldersAreALimit) {
    std::string folders = number(max_seven_zip_members + 1) + "\x00"s;
    for (std::size_t i = 0; i <= max_seven_zip_members; ++i)
        folders += "\x01\x01\x00"s;
    Opened opened(archive_of("12345", "\x01\x04" + streams("\x01\x09\x05"s, folders, "\x05") + "\x00"s));
    EXPECT_EQ(opened.extraction.budget().reached(), std::vector<std::string>{"limit.parts"});
}

}  // namespace
}  // namespace sekisho::scanner::containers
