// Archives that independent programs made, opened through libarchive.
#include "scanner/containers/archive.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <random>
#include <string>

#include "scanner/containers/archive_open.h"
#include "scanner/containers/images.h"
#include "scanner/containers/test_tools.h"

namespace sekisho::scanner::containers {
namespace {

const Format* recognised(std::string_view bytes, std::string_view name) {
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

struct Written {
    const char* format;
    const char* file;
    const char* command;  // makes `file` of one.txt and sub/two.bin
};

const Written archivers[] = {
    {"tar", "a.tar", "tar cf a.tar one.txt sub"},
    {"tar", "a.tar", "tar --format=v7 -cf a.tar one.txt sub"},
    {"tar", "a.tar", "tar --format=pax -cf a.tar one.txt sub"},
    {"tar", "a.tar", "tar --format=oldgnu -cf a.tar one.txt sub"},
    {"tar", "a.tar", "tar cf a.tar one.txt; tar cf b.tar sub; cat b.tar >>a.tar"},
    {"tar", "a.tar", "tar -S -cf a.tar one.txt sub"},
    {"cpio", "a.cpio", "find one.txt sub | cpio -o -H newc >a.cpio"},
    {"cpio", "a.cpio", "find one.txt sub | cpio -o -H odc >a.cpio"},
    {"cpio", "a.cpio", "find one.txt sub | cpio -o -H bin >a.cpio"},
    {"7z", "a.7z", "7zz a a.7z one.txt sub"},
    {"7z", "a.7z", "7zz a -m0=PPMd a.7z one.txt sub"},
    {"7z", "a.7z", "7zz a -m0=BZip2 a.7z one.txt sub"},
    {"7z", "a.7z", "7zz a -mx=0 a.7z one.txt sub"},
    {"iso9660", "a.iso",
     "genisoimage -quiet -J -R -o a.iso -graft-points one.txt=one.txt sub/two.bin=sub/two.bin"},
    {"xar", "a.xar", "bsdtar --format=xar -cf a.xar one.txt sub"},
    {"cab", "a.cab", "gcab -c a.cab one.txt sub/two.bin"},
    {"cab", "a.cab", "gcab -z -c a.cab one.txt sub/two.bin"},
};

const Written compressors[] = {
    {"gzip", "one.txt.gz", "gzip -n one.txt"},
    {"gzip", "one.txt.gz", "(head -c 100000 one.txt | gzip; tail -c +100001 one.txt | gzip) >one.txt.gz"},
    {"bzip2", "one.txt.bz2", "bzip2 one.txt"},
    {"bzip2", "one.txt.bz2", "(head -c 99999 one.txt | bzip2; tail -c +100000 one.txt | bzip2) >one.txt.bz2"},
    {"xz", "one.txt.xz", "(head -c 99999 one.txt | xz; tail -c +100000 one.txt | xz) >one.txt.xz"},
    {"zstd", "one.txt.zst", "(head -c 99999 one.txt | zstd; tail -c +100000 one.txt | zstd) >one.txt.zst"},
    {"lz4", "one.txt.lz4", "(head -c 99999 one.txt | lz4; tail -c +100000 one.txt | lz4) >one.txt.lz4"},
    {"xz", "one.txt.xz", "xz one.txt"},
    {"lzma", "one.txt.lzma", "xz --format=lzma one.txt"},
    {"zstd", "one.txt.zst", "zstd -q one.txt"},
    {"lz4", "one.txt.lz4", "lz4 -q one.txt one.txt.lz4"},
    {"compress", "one.txt.Z", "compress one.txt"},
};

struct Sample {
    Scratch scratch;
    std::string one = sample_text(200'000);
    std::string two = std::string(1'000'000, '\0') + "tail";
    Sample() {
        scratch.write("one.txt", one);
        scratch.write("sub/two.bin", two);
    }
};

TEST(Archive, OpensWhatOthersWrite) {
    for (const Written& writer : archivers) {
        SCOPED_TRACE(writer.command);
        const Sample sample;
        sample.scratch.run(writer.command);
        const std::string archive = sample.scratch.read(writer.file);
        const Format* format = recognised(archive, writer.file);
        ASSERT_NE(format, nullptr);
        EXPECT_EQ(format->name, writer.format);
        TestExtraction extraction;
        open_with(*format, archive, extraction, writer.file);
        EXPECT_EQ(hash_of_child(extraction, "one.txt"), sha256_of(sample.one));
        const bool flat = writer.format == std::string_view("cab") && !child_named(extraction, "sub/two.bin");
        EXPECT_EQ(hash_of_child(extraction, flat ? "two.bin" : "sub/two.bin"), sha256_of(sample.two));
        EXPECT_FALSE(has(extraction, "archive.damaged"));
        for (const TestChild& child : extraction.children)
            EXPECT_EQ(child.spec.opened_by, writer.format);
    }
}

TEST(Archive, OpensCompressedFiles) {
    for (const Written& writer : compressors) {
        SCOPED_TRACE(writer.command);
        const Sample sample;
        sample.scratch.run(writer.command);
        const std::string archive = sample.scratch.read(writer.file);
        const Format* format = recognised(archive, writer.file);
        ASSERT_NE(format, nullptr);
        EXPECT_EQ(format->name, writer.format);
        TestExtraction extraction;
        open_with(*format, archive, extraction, writer.file);
        ASSERT_EQ(extraction.children.size(), 1u);
        EXPECT_EQ(hash_of_child(extraction, "one.txt"), sha256_of(sample.one));
        EXPECT_FALSE(has(extraction, "archive.damaged"));
    }
}

// So that it is looked at for what it is.
TEST(Archive, WhatIsBehindIsNotCovered) {
    constexpr Written writers[] = {
        {"gzip", "one.txt.gz", "gzip one.txt"},
        {"bzip2", "one.txt.bz2", "bzip2 one.txt"},
        {"lzma", "one.txt.lzma", "xz --format=lzma one.txt"},
        {"tar", "a.tar", "tar cf a.tar one.txt"},
        {"cpio", "a.cpio", "echo one.txt | cpio -o -H newc >a.cpio"},
        {"cab", "a.cab", "gcab -c a.cab one.txt"},
        {"xar", "a.xar", "bsdtar --format=xar -cf a.xar one.txt"},
        {"xz", "one.txt.xz", "xz one.txt"},
        {"xz", "one.txt.xz",
         "xz -k one.txt; head -c 400 /dev/zero >>one.txt.xz; xz -c /dev/null >>one.txt.xz"},
        {"zstd", "one.txt.zst", "zstd -q one.txt"},
        {"zstd", "one.txt.zst",
         "zstd -q --no-check --content-size one.txt; zstd -qc </dev/null >>one.txt.zst"},
        {"lz4", "one.txt.lz4", "lz4 -q one.txt one.txt.lz4"},
        {"lz4", "one.txt.lz4", "lz4 -q -BX -B4 --content-size one.txt one.txt.lz4"},
    };
    constexpr std::size_t most_zeros = 10'240;  // that tar and cpio fill their last record with
    for (const Written& writer : writers) {
        SCOPED_TRACE(writer.command);
        const Sample sample;
        sample.scratch.run(writer.command);
        const std::string archive = sample.scratch.read(writer.file);
        const std::string file = archive + "Rar! and whatever else is behind it";
        const Format* format = recognised(file, writer.file);
        ASSERT_NE(format, nullptr);
        EXPECT_EQ(format->name, writer.format);
        EXPECT_EQ(format->holds, Holds::suspiciously);
        TestExtraction extraction;
        open_with(*format, file, extraction, writer.file);
        EXPECT_EQ(hash_of_child(extraction, "one.txt"), sha256_of(sample.one));
        // Another archive may follow in a tar, and this is none; a gzip file hands on what is behind it.
        const std::string_view name = writer.format;
        EXPECT_EQ(has(extraction, "archive.damaged"), name == "tar" || name == "gzip" || name == "xz");
        ASSERT_EQ(extraction.covered.size(), 1u);
        EXPECT_LE(extraction.covered[0].size(), archive.size());
        EXPECT_GE(extraction.covered[0].size() + most_zeros, archive.size());
    }
}

// What a limit leaves unread is told, and is nothing that hides behind the archive.
TEST(Archive, ALimitCoversTheRest) {
    const Sample sample;
    sample.scratch.run("zip -q in.zip one.txt && tar cf a.tar one.txt in.zip && gzip -kc in.zip >in.zip.gz");
    for (const char* name : {"a.tar", "in.zip.gz"}) {
        SCOPED_TRACE(name);
        const std::string archive = sample.scratch.read(name);
        TestExtraction extraction({.max_bytes_out = 100}, archive.size());
        open_with(*recognised(archive, name), archive, extraction, name);
        EXPECT_FALSE(extraction.budget().reached().empty());
        ASSERT_EQ(extraction.covered.size(), 1u);
        EXPECT_EQ(extraction.covered[0].size(), archive.size());
    }
}

// LZW never stores: other programs see what hangs behind it, and its decoder takes that for its own.
TEST(Archive, CompressCoversNothing) {
    const Sample sample;
    sample.scratch.run("compress one.txt");
    const std::string archive = sample.scratch.read("one.txt.Z");
    const Format* format = recognised(archive, "one.txt.Z");
    ASSERT_NE(format, nullptr);
    EXPECT_EQ(format->holds, Holds::suspiciously);
    TestExtraction extraction;
    open_with(*format, archive, extraction, "one.txt.Z");
    EXPECT_TRUE(extraction.covered.empty());
}

// Level by level, as the scan does: what a package holds comes out of the archives in it.
TEST(Archive, DebianPackagesOpenInSteps) {
    for (const char* method : {"xz", "gzip", "zstd", "none"}) {
        SCOPED_TRACE(method);
        const Sample sample;
        sample.scratch.write("p/DEBIAN/control",
                             "Package: a\nVersion: 1\nArchitecture: all\nMaintainer: a <a@example.com>\n"
                             "Description: a\n");
        sample.scratch.write("p/DEBIAN/postinst", "#!/bin/sh\nexit 0\n");
        sample.scratch.write("p/usr/share/a/one.txt", sample.one);
        sample.scratch.run(std::string("chmod 755 p/DEBIAN/postinst && dpkg-deb -Z") + method +
                           " --root-owner-group -b p a.deb");
        const std::string package = sample.scratch.read("a.deb");
        TestExtraction extraction;
        open_with(*recognised(package, "a.deb"), package, extraction, "a.deb");
        for (std::size_t i = 0; i < extraction.children.size() && i < 20; ++i) {
            const std::string name = extraction.children[i].spec.name;
            const std::string_view bytes = extraction.children[i].text();
            if (const Format* format = recognised(bytes, name)) open_with(*format, bytes, extraction, name);
        }
        EXPECT_EQ(hash_of_child(extraction, "./usr/share/a/one.txt"), sha256_of(sample.one));
        EXPECT_EQ(hash_of_child(extraction, "./postinst"), sha256_of("#!/bin/sh\nexit 0\n"));
        EXPECT_FALSE(has(extraction, "archive.damaged"));
    }
}

TEST(Archive, NamesOfCompressedFiles) {
    const std::string plain = "\x1F\x8B\x08" + std::string(30, '\0');
    const std::string named =
        std::string("\x1F\x8B\x08\x08", 4) + std::string(6, '\0') + "invoice.exe" + '\0' + "x";
    const auto inside = [](std::string_view bytes, const char* name, ArchiveKind kind) {
        return name_inside(test_part(base::as_bytes(bytes), name), kind);
    };
    EXPECT_EQ(inside(plain, "a.tar.gz", ArchiveKind::gzip), "a.tar");
    EXPECT_EQ(inside(plain, "a.TGZ", ArchiveKind::gzip), "a.tar");
    EXPECT_EQ(inside(plain, "a.doc", ArchiveKind::gzip), "a.doc");
    EXPECT_EQ(inside(named, "a.pdf.gz", ArchiveKind::gzip), "invoice.exe");
    EXPECT_EQ(inside(named, "other.exe.gz", ArchiveKind::gzip), "other.exe");
    EXPECT_EQ(inside(named, "", ArchiveKind::gzip), "invoice.exe");
    EXPECT_EQ(inside(plain, "a.txt.xz", ArchiveKind::xz), "a.txt");
}

TEST(Archive, LinksAreListedAndNeverFollowed) {
    Scratch scratch;
    scratch.run("ln -s /etc/passwd link; echo x >file; ln file hard; tar cf a.tar link file hard");
    TestExtraction extraction;
    const std::string archive = scratch.read("a.tar");
    open_with(*recognised(archive, ""), archive, extraction);
    ASSERT_EQ(extraction.children.size(), 3u);
    EXPECT_TRUE(child_named(extraction, "link")->skipped);
    EXPECT_FALSE(child_named(extraction, "file")->skipped);
    EXPECT_TRUE(child_named(extraction, "hard")->skipped);
}

TEST(Archive, NamesStayBytes) {
    Scratch scratch;
    scratch.run(
        "printf x >\"$(printf '\\225\\134.txt')\"; tar cf a.tar *.txt; 7zz a b.7z a.tar; mv a.tar 表.tar; "
        "7zz a c.7z 表.tar");
    TestExtraction tar;
    const std::string archive = scratch.read("表.tar");
    open_with(*recognised(archive, ""), archive, tar);
    EXPECT_NE(child_named(tar, "\x95\x5C.txt"), nullptr);
    TestExtraction seven;
    const std::string second = scratch.read("c.7z");
    open_with(*recognised(second, ""), second, seven);
    EXPECT_NE(child_named(seven, "表.tar"), nullptr);
}

TEST(Archive, LockedSevenZipsAreTold) {
    for (const char* command :
         {"7zz a -psecret a.7z invoice.exe", "7zz a -psecret -mhe=on a.7z invoice.exe"}) {
        SCOPED_TRACE(command);
        Scratch scratch;
        scratch.write("invoice.exe", "inert");
        scratch.run(command);
        const std::string archive = scratch.read("a.7z");
        TestExtraction extraction;
        open_with(*recognised(archive, ""), archive, extraction);
        EXPECT_TRUE(has(extraction, "archive.encrypted"));
        EXPECT_TRUE(has(extraction, "archive.encrypted.unopened"));
        const bool hidden = extraction.children.empty();
        EXPECT_NE(has(extraction, "archive.encrypted.executable"), hidden);
    }
}

TEST(Archive, WindowsThatTheFileAsksForAreCharged) {
    const auto reach = [](const std::string& bytes, const char* name) {
        TestExtraction extraction;
        open_with(*recognised(bytes, name), bytes, extraction, name);
        return extraction.budget().reached();
    };
    const std::vector<std::string> memory{"limit.memory"};
    EXPECT_EQ(
        reach(std::string("\x5D\0\0\0\x60", 5) + std::string(8, '\xFF') + std::string(20, '\0'), "a.lzma"),
        memory);
    EXPECT_EQ(reach("LZIP\1\x1D" + std::string(40, '\0'), "a.lz"), memory);
    EXPECT_EQ(reach(std::string("\x28\xB5\x2F\xFD\x00\xA0", 6) + std::string(20, '\0'), "a.zst"), memory);
    Scratch scratch;
    scratch.write("one.txt", sample_text(1'000));
    scratch.run("xz -k --lzma2=dict=512MiB one.txt");
    EXPECT_EQ(reach(scratch.read("one.txt.xz"), "one.txt.xz"), memory);
}

TEST(Archive, OtherBytesAreNotRecognised) {
    for (const std::string& text : {std::string(), std::string(40'000, '\0'), sample_text(5'000),
                                    std::string("]\0\0", 3), std::string("\x1F\x8B")}) {
        EXPECT_EQ(recognised(text, "a.txt"), nullptr);
    }
}

// A cut archive is never quietly whole. (Formats whose end is not marked, and tar and cpio cut at a member's
// end, say nothing: there is nothing to see.)
TEST(Archive, CutArchivesAreTold) {
    for (const auto& [command, file] :
         {std::pair{"7zz a a.7z one.txt", "a.7z"}, std::pair{"gzip -k one.txt", "one.txt.gz"},
          std::pair{"bzip2 -k one.txt", "one.txt.bz2"}, std::pair{"xz -k one.txt", "one.txt.xz"},
          std::pair{"zstd -q -k one.txt", "one.txt.zst"}, std::pair{"tar cf a.tar one.txt", "a.tar"}}) {
        SCOPED_TRACE(command);
        const Sample sample;
        sample.scratch.run(command);
        const std::string archive = sample.scratch.read(file);
        const Format* format = recognised(archive, file);
        ASSERT_NE(format, nullptr);
        for (const std::size_t tenth : {3u, 5u, 9u}) {
            TestExtraction extraction;
            open_with(*format, std::string_view(archive).substr(0, archive.size() * tenth / 10), extraction);
            EXPECT_TRUE(has(extraction, "archive.damaged")) << tenth;
        }
    }
}

TEST(Archive, CutsAndFlipsNeverCrash) {
    std::mt19937 random(9);
    Scratch scratch;
    scratch.write("one.txt", sample_text(2'000));
    scratch.write("sub/two.bin", std::string(3'000, '\0'));
    const auto abuse = [&](const Written& writer) {
        SCOPED_TRACE(writer.command);
        scratch.write("one.txt", sample_text(2'000));
        scratch.run(std::string("rm -f a.* one.txt.*; ") + writer.command);
        const std::string archive = scratch.read(writer.file);
        const Format* format = recognised(archive, writer.file);
        ASSERT_NE(format, nullptr);
        for (int i = 0; i < 60; ++i) {
            std::string bad = archive.substr(0, archive.size() - random() % archive.size());
            for (auto flips = random() % 5; flips > 0; --flips)
                bad[random() % bad.size()] ^= static_cast<char>(1u << (random() % 8));
            TestExtraction extraction;
            open_with(*format, bad, extraction);
        }
    };
    for (const Written& writer : archivers)
        abuse(writer);
    for (const Written& writer : compressors)
        abuse(writer);
}

}  // namespace
}  // namespace sekisho::scanner::containers
