// ZIPs that independent programs made: zip, 7zz and Python's zipfile.
#include "scanner/containers/zip.h"

#include <gtest/gtest.h>

#include <random>
#include <string>

#include "scanner/containers/test_tools.h"
#include "scanner/containers/zip_kind.h"
#include "tests/fixtures/le.h"

namespace sekisho::scanner::containers {
namespace {

struct Written {
    const char* name;
    const char* command;  // makes a.zip of one.txt, sub/two.bin and 表.txt
    const char* password = nullptr;
};

const Written writers[] = {
    {"zip", "zip -r a.zip one.txt sub 表.txt"},
    {"zip stored", "zip -0 -r a.zip one.txt sub 表.txt"},
    {"zip streamed", "tar cf - one.txt | cat >/dev/null; zip -r - one.txt sub 表.txt | cat >a.zip"},
    {"zip zip64", "zip -fz -r a.zip one.txt sub 表.txt"},
    {"zip bzip2", "zip -Z bzip2 -r a.zip one.txt sub 表.txt"},
    {"zip crypto", "zip -P 'Ab3-xyz' -r a.zip one.txt sub 表.txt", "Ab3-xyz"},
    {"zip crypto stored", "zip -0 -P 4432 -r a.zip one.txt sub 表.txt", "4432"},
    {"zip crypto streamed", "zip -P 'Ab3-xyz' -r - one.txt sub 表.txt | cat >a.zip", "Ab3-xyz"},
    {"zip crypto bzip2", "zip -Z bzip2 -P 'Ab3-xyz' -r a.zip one.txt sub 表.txt", "Ab3-xyz"},
    {"zip junk before",
     "zip -r b.zip one.txt sub 表.txt; (head -c 5000 /dev/zero | tr '\\0' x; cat b.zip) >a.zip"},
    {"zip junk before, fixed",
     "zip -r b.zip one.txt sub 表.txt; (echo hello; cat b.zip) >a.zip; zip -A a.zip"},
    {"zip junk behind", "zip -r a.zip one.txt sub 表.txt; head -c 3000 /dev/zero >>a.zip"},
    {"zip comment", "zip -r a.zip one.txt sub 表.txt; echo PK comment | zip -z a.zip"},
    {"7zz", "7zz a -tzip a.zip one.txt sub 表.txt"},
    {"7zz lzma", "7zz a -tzip -mm=LZMA a.zip one.txt sub 表.txt"},
    {"7zz bzip2", "7zz a -tzip -mm=BZip2 a.zip one.txt sub 表.txt"},
    {"7zz deflate64", "7zz a -tzip -mm=Deflate64 a.zip one.txt sub 表.txt"},
    {"7zz aes deflate64", "7zz a -tzip -mm=Deflate64 -mem=AES256 -pW4ALLD a.zip one.txt sub 表.txt",
     "W4ALLD"},
    {"7zz zipcrypto deflate64", "7zz a -tzip -mm=Deflate64 -mem=ZipCrypto -pW4ALLD a.zip one.txt sub 表.txt",
     "W4ALLD"},
    {"7zz ppmd", "7zz a -tzip -mm=PPMd a.zip one.txt sub 表.txt"},
    {"7zz aes", "7zz a -tzip -mem=AES256 -pW4ALLD a.zip one.txt sub 表.txt", "W4ALLD"},
    {"7zz aes128", "7zz a -tzip -mem=AES128 -pW4ALLD a.zip one.txt sub 表.txt", "W4ALLD"},
    {"7zz aes192", "7zz a -tzip -mem=AES192 -pW4ALLD a.zip one.txt sub 表.txt", "W4ALLD"},
    {"7zz aes stored", "7zz a -tzip -mx=0 -mem=AES256 -pW4ALLD a.zip one.txt sub 表.txt", "W4ALLD"},
    {"7zz aes lzma", "7zz a -tzip -mm=LZMA -mem=AES256 -pW4ALLD a.zip one.txt sub 表.txt", "W4ALLD"},
    {"7zz zipcrypto", "7zz a -tzip -mem=ZipCrypto -pW4ALLD a.zip one.txt sub 表.txt", "W4ALLD"},
    {"python", "python3 -m zipfile -c a.zip one.txt sub 表.txt"},
    {"python lzma",
     "python3 -c \"import zipfile; z=zipfile.ZipFile('a.zip','w',zipfile.ZIP_LZMA); "
     "[z.write(n) for n in ('one.txt','sub/two.bin','表.txt')]; z.close()\""},
    {"bsdtar", "bsdtar -a -cf a.zip one.txt sub 表.txt"},
    {"bsdtar aes",
     "bsdtar -cf a.zip --format zip --options zip:encryption=aes256 --passphrase W4ALLD one.txt sub 表.txt",
     "W4ALLD"},
};

struct Sample {
    Scratch scratch;
    std::string one = sample_text(200'000);
    std::string two = std::string(70'000, '\0') + "tail";
    std::string three = "日本語";
    Sample() {
        scratch.write("one.txt", one);
        scratch.write("sub/two.bin", two);
        scratch.write("表.txt", three);
    }
    void expect_all(const TestExtraction& extraction) const {
        EXPECT_EQ(extraction.children.size(), 3u);
        EXPECT_EQ(hash_of_child(extraction, "one.txt"), sha256_of(one));
        EXPECT_EQ(hash_of_child(extraction, "sub/two.bin"), sha256_of(two));
        EXPECT_EQ(hash_of_child(extraction, "表.txt"), sha256_of(three));
    }
};

TEST(Zip, OpensWhatOthersWrite) {
    for (const Written& writer : writers) {
        SCOPED_TRACE(writer.name);
        const Sample sample;
        sample.scratch.run(writer.command);
        const std::string archive = sample.scratch.read("a.zip");
        EXPECT_GT(zip_format.recognise(base::as_bytes(archive), "a.zip"), no_match);
        TestExtraction extraction;
        extraction.harvest().add({"wrong", PasswordSource::keyword, "en"});
        if (writer.password != nullptr)
            extraction.harvest().add({writer.password, PasswordSource::keyword, "ja"});
        const Part part = open_with(zip_format, archive, extraction);
        sample.expect_all(extraction);
        EXPECT_EQ(zip_format.turn(part), writer.password != nullptr ? Turn::locked : Turn::heavy);
        EXPECT_EQ(has(extraction, "archive.encrypted.unlocked"), writer.password != nullptr);
        for (const char* finding : {"archive.encrypted.unopened", "archive.damaged",
                                    "archive.header-mismatch", "archive.bomb", "archive.unsupported"}) {
            EXPECT_FALSE(has(extraction, finding)) << finding;
        }
        for (const TestChild& child : extraction.children) {
            EXPECT_EQ(child.spec.opened_by, "zip");
            if (writer.password == nullptr || child.bytes.empty()) continue;
            EXPECT_TRUE(child.spec.flags.has(PartFlag::encrypted));
            EXPECT_TRUE(child.spec.flags.has(PartFlag::unlocked));
            EXPECT_TRUE(child.spec.unlocked_by == "keyword ja" || writer.password == std::string("4432"));
        }
        EXPECT_TRUE(extraction.budget().reached().empty());
    }
}

TEST(Zip, WithoutThePasswordTheNamesAreToldAndNothingElse) {
    Scratch scratch;
    scratch.write("請求書.doc", "inert");
    scratch.run("zip -P 'not to be guessed' a.zip 請求書.doc");
    TestExtraction extraction;
    open_with(zip_format, scratch.read("a.zip"), extraction);
    ASSERT_EQ(extraction.children.size(), 1u);
    EXPECT_TRUE(extraction.children[0].skipped);
    EXPECT_EQ(extraction.children[0].spec.name, "請求書.doc");
    EXPECT_TRUE(has(extraction, "archive.encrypted"));
    EXPECT_TRUE(has(extraction, "archive.encrypted.unopened"));
    EXPECT_TRUE(has(extraction, "archive.encrypted.lone-document"));
    EXPECT_FALSE(has(extraction, "archive.encrypted.executable"));
    EXPECT_FALSE(has(extraction, "archive.encrypted.unlocked"));
}

TEST(Zip, ALockedExecutableIsTold) {
    Scratch scratch;
    scratch.write("invoice.pdf.js", "inert");
    scratch.write("b.txt", "inert");
    scratch.run("7zz a -tzip -mem=AES256 '-pnot to be guessed' a.zip invoice.pdf.js b.txt");
    TestExtraction extraction;
    open_with(zip_format, scratch.read("a.zip"), extraction);
    EXPECT_TRUE(has(extraction, "archive.encrypted.executable"));
    EXPECT_TRUE(has(extraction, "archive.encrypted.unopened"));
    EXPECT_FALSE(has(extraction, "archive.encrypted.lone-document"));
}

// Long matches, far distances, stored and fixed blocks.
TEST(Zip, Deflate64OfManyKinds) {
    std::mt19937 random(2);
    std::string noise;
    for (int i = 0; i < 60'000; ++i)
        noise.push_back(static_cast<char>(random()));
    Scratch scratch;
    const std::pair<const char*, std::string> files[] = {{"zeros", std::string(3'000'000, '\0')},
                                                         {"noise", noise},
                                                         {"twice", noise + noise + noise},
                                                         {"text", sample_text(400'000)},
                                                         {"short", "abc"}};
    for (const auto& [name, content] : files)
        scratch.write(name, content);
    scratch.run("7zz a -tzip -mm=Deflate64 -mx=9 a.zip zeros noise twice text short");
    const std::string archive = scratch.read("a.zip");
    TestExtraction extraction({}, archive.size());
    open_with(zip_format, archive, extraction);
    for (const auto& [name, content] : files)
        EXPECT_EQ(hash_of_child(extraction, name), sha256_of(content)) << name;
    EXPECT_TRUE(extraction.findings().all().empty());
}

// 7zz refuses such passwords for AES; bsdtar and zip take the bytes as they come.
TEST(Zip, JapanesePasswords) {
    for (const char* command :
         {"bsdtar -cf a.zip --format zip --options zip:encryption=aes256 --passphrase ひらけごま a.txt",
          "zip -P ひらけごま a.zip a.txt",
          "zip -P \"$(printf '\\202\\320\\202\\347\\202\\257\\202\\262\\202\\334')\" a.zip a.txt"}) {
        SCOPED_TRACE(command);
        Scratch scratch;
        scratch.write("a.txt", sample_text(3'000));
        scratch.run(command);
        TestExtraction extraction;
        extraction.harvest().add({"ひらけごま", PasswordSource::keyword, "ja"});
        open_with(zip_format, scratch.read("a.zip"), extraction);
        EXPECT_EQ(hash_of_child(extraction, "a.txt"), sha256_of(sample_text(3'000)));
    }
}

std::string types_xml(std::string_view type) {
    return "<?xml version=\"1.0\"?><Types><Default Extension=\"xml\" ContentType=\"application/xml\"/>"
           "<Override PartName=\"/main.xml\" ContentType=\"" +
           std::string(type) + "\"/></Types>";
}

TEST(Zip, KindsOfDocument) {
    struct Row {
        const char* file;
        std::string content;
        const char* type;
    };
    const Row rows[] = {
        {"[Content_Types].xml", types_xml("application/vnd.ms-word.document.macroEnabled.main+xml"),
         "application/vnd.ms-word.document.macroenabled.12"},
        {"[Content_Types].xml",
         types_xml("application/vnd.openxmlformats-officedocument.wordprocessingml.document.main+xml"),
         "application/vnd.openxmlformats-officedocument.wordprocessingml.document"},
        {"[Content_Types].xml", types_xml("application/vnd.ms-excel.sheet.binary.macroEnabled.main"),
         "application/vnd.ms-excel.sheet.binary.macroenabled.12"},
        {"[CONTENT_TYPES].XML",
         "\xFF\xFE" + fixtures::utf16le(types_xml("application/vnd.ms-excel.sheet.macroEnabled.main+xml")),
         "application/vnd.ms-excel.sheet.macroenabled.12"},
        {"[Content_Types].xml", types_xml("application/vnd.ms-&#x77;ord.document.macroEnabled.main+xml"),
         "application/vnd.ms-word.document.macroenabled.12"},
        {"[Content_Types].xml",
         types_xml("application/vnd.ms-powerpoint.slideshow.macroEnabled.main+xml") + "<<broken",
         "application/vnd.ms-powerpoint.presentation.macroenabled.12"},
        {"[Content_Types].xml", "no XML: ms-word.document.macroEnabled", "application/zip"},
        {"mimetype", "application/vnd.oasis.opendocument.text", "application/vnd.oasis.opendocument.text"},
        {"META-INF/MANIFEST.MF", "Manifest-Version: 1.0", "application/java-archive"},
        {"readme", "nothing", "application/zip"},
    };
    for (const Row& row : rows) {
        ZipWriter writer;
        writer.member("word/x", "1");
        writer.member("xl/x", "1");
        writer.member("ppt/x", "1");
        writer.member(row.file, row.content);
        const std::string archive = writer.finish();
        EXPECT_EQ(zip_kind(base::as_bytes(archive)), row.type);
        const Format* best = &zip_format;
        for (const Format* format : zip_document_formats()) {
            if (format->recognise(base::as_bytes(archive), "x") >
                zip_format.recognise(base::as_bytes(archive), "x"))
                best = format;
        }
        EXPECT_EQ(best->type, row.type);
    }
    EXPECT_EQ(zip_kind(base::as_bytes("no zip at all")), "");
}

TEST(Zip, OtherBytesAreNotRecognised) {
    for (const std::string_view text : {"", "PK", "PK\3\4", "plain text", "PK\3\4 but far too short"}) {
        EXPECT_EQ(zip_format.recognise(base::as_bytes(text), "a.zip"), no_match) << text;
    }
    EXPECT_EQ(zip_format.recognise(base::as_bytes(sample_text(100'000) + "PK\3\4 and no end record"), ""),
              no_match);
}

// Every cut of a small archive, with and without a lock: nothing crashes, nothing is quietly whole.
TEST(Zip, TruncatedAtEveryByte) {
    for (const char* command : {"zip a.zip one.txt two.txt", "zip -P 4432 a.zip one.txt two.txt",
                                "7zz a -tzip -mem=AES256 -p4432 a.zip one.txt two.txt"}) {
        Scratch scratch;
        scratch.write("one.txt", sample_text(300));
        scratch.write("two.txt", sample_text(100));
        scratch.run(command);
        const std::string archive = scratch.read("a.zip");
        for (std::size_t cut = 0; cut < archive.size(); ++cut) {
            TestExtraction extraction;
            extraction.harvest().add({"4432", PasswordSource::keyword, "ja"});
            open_with(zip_format, archive.substr(0, cut), extraction);
            EXPECT_TRUE(has(extraction, "archive.damaged")) << cut;
        }
    }
}

TEST(Zip, BitFlipsNeverCrash) {
    std::mt19937 random(5);
    for (const char* command :
         {"zip -r a.zip one.txt two.txt", "zip -P 4432 a.zip one.txt two.txt",
          "7zz a -tzip -mem=AES256 -p4432 a.zip one.txt two.txt",
          "7zz a -tzip -mm=LZMA a.zip one.txt two.txt", "7zz a -tzip -mm=Deflate64 a.zip one.txt two.txt",
          "zip -fz a.zip one.txt two.txt", "zip -r - one.txt two.txt | cat >a.zip"}) {
        Scratch scratch;
        scratch.write("one.txt", sample_text(300));
        scratch.write("two.txt", sample_text(100));
        scratch.run(command);
        const std::string archive = scratch.read("a.zip");
        for (int i = 0; i < 150; ++i) {
            std::string bad = archive;
            for (auto flips = 1 + random() % 4; flips > 0; --flips)
                bad[random() % bad.size()] ^= static_cast<char>(1u << (random() % 8));
            TestExtraction extraction;
            extraction.harvest().add({"4432", PasswordSource::keyword, "ja"});
            const Part part = open_with(zip_format, bad, extraction);
            (void)zip_format.turn(part);
            (void)zip_kind(part.bytes);
        }
    }
}

}  // namespace
}  // namespace sekisho::scanner::containers
