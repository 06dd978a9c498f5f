// 7z archives that 7-Zip wrote, locked and not: what went in comes out.
#include <gtest/gtest.h>

#include <algorithm>
#include <map>
#include <string>
#include <vector>

#include "scanner/containers/seven_zip_test_tools.h"
#include "scanner/containers/test_tools.h"

namespace sekisho::scanner::containers {
namespace {

// Files of several kinds, some of them empty.
struct Sample {
    Scratch scratch;
    std::map<std::string, std::string> files;
    Sample() {
        scratch.run("head -c 60000 \"$(readlink -f \"$(command -v 7zz)\")\" >program.exe");
        files = {{"one.txt", sample_text(40'000)},
                 {"sub/two.bin", std::string(150'000, '\0') + "tail"},
                 {"sub/empty.txt", ""},
                 {"表.txt", "x"},
                 {"program.exe", scratch.read("program.exe")}};
        for (const auto& [name, bytes] : files)
            scratch.write(name, bytes);
    }
    std::string archive(const std::string& options) const {
        scratch.run("rm -f a.7z && 7zz a " + options + " a.7z one.txt sub 表.txt program.exe");
        return scratch.read("a.7z");
    }
    void expect_all_in(const TestExtraction& extraction) const {
        EXPECT_EQ(extraction.children.size(), files.size());
        for (const auto& [name, bytes] : files)
            EXPECT_EQ(hash_of_child(extraction, name), sha256_of(bytes)) << name;
    }
};

const char* const methods[] = {
    "-m0=lzma",
    "-m0=lzma2",
    "-m0=lzma2 -ms=off",
    "-m0=lzma2 -mhc=off",
    "-m0=lzma2:d=1g",  // a window that is larger than may be had, and than is needed
    "-m0=ppmd",
    "-m0=ppmd -ms=off",
    "-m0=bzip2",
    "-m0=deflate",
    "-m0=deflate64",
    "-m0=copy",
    "-m0=copy -ms=off",
    "-mf=BCJ -m0=lzma2",
    "-m0=BCJ -m1=lzma",
    "-m0=BCJ -m1=ppmd",
    "-m0=BCJ2 -m1=lzma -m2=lzma -m3=lzma -mb0:1 -mb0s1:2 -mb0s2:3",
    "-m0=BCJ2 -m1=bzip2 -mb0:1",
    "-m0=BCJ2 -m1=copy -mb0:1",
    "-mf=ARM64 -m0=lzma2",
    "-m0=ARM64 -m1=deflate",
    "-m0=ARM64 -m1=copy",
    "-m0=ARM -m1=bzip2",
    "-m0=ARMT -m1=ppmd",
    "-m0=PPC -m1=deflate64",
    "-m0=IA64 -m1=lzma",
    "-m0=SPARC -m1=deflate",
    "-m0=Delta:4 -m1=lzma2",
    "-m0=Delta:3 -m1=BCJ -m2=lzma",
    "-m0=Delta:200 -m1=copy",
    "-m0=deflate -m1=lzma",  // packed twice
    "-m0=lzma -m1=ppmd -m2=bzip2",
};

TEST(SevenZip, OpensWhatSevenZipWrites) {
    const Sample sample;
    for (const std::string method : methods) {
        for (const bool locked : {false, true}) {
            SCOPED_TRACE(method + (locked ? " locked" : ""));
            const std::string archive = sample.archive(method + (locked ? " -psecret" : ""));
            Opened opened(archive, {"no", "secret", "neither"});
            sample.expect_all_in(opened.extraction);
            EXPECT_FALSE(opened.is_told()) << opened.extraction.findings().all().front().evidence;
            EXPECT_EQ(has(opened.extraction, "archive.encrypted.unlocked"), locked);
            EXPECT_EQ(turn_of_seven_zip(test_part(base::as_bytes(archive))) == Turn::locked, locked);
        }
    }
}

TEST(SevenZip, OpensLockedNames) {
    const Sample sample;
    for (const char* options : {"-mhe=on", "-mhe=on -mhc=off", "-mhe=on -m0=ppmd -ms=off"}) {
        SCOPED_TRACE(options);
        const std::string archive = sample.archive(std::string("-psecret ") + options);
        EXPECT_EQ(turn_of_seven_zip(test_part(base::as_bytes(archive))), Turn::locked);
        Opened opened(archive, {"no", "secret"});
        sample.expect_all_in(opened.extraction);
        EXPECT_FALSE(opened.is_told());
        EXPECT_EQ(opened.evidence("archive.encrypted.unlocked"), "5 of 5 members");
        EXPECT_FALSE(has(opened.extraction, "archive.encrypted.executable"));
        for (const TestChild& child : opened.extraction.children) {
            EXPECT_TRUE(child.spec.flags.has(PartFlag::encrypted));
            EXPECT_TRUE(child.spec.flags.has(PartFlag::unlocked));
            EXPECT_EQ(child.spec.unlocked_by, "keyword en");
            EXPECT_EQ(child.spec.password, "secret");
        }
    }
}

TEST(SevenZip, TellsWhatStaysLocked) {
    const Sample sample;
    for (const std::string method : {"-m0=lzma2", "-m0=copy", "-m0=ppmd", "-m0=bzip2 -ms=off",
                                     "-m0=BCJ2 -m1=lzma -m2=lzma -m3=lzma -mb0:1 -mb0s1:2 -mb0s2:3"}) {
        SCOPED_TRACE(method);
        const std::string archive = sample.archive(method + " -psecret");
        Opened opened(archive, {"wrong", "Secret", "secret "});
        EXPECT_EQ(opened.evidence("archive.encrypted.unopened"), "4 of 5 members, 3 of 3 passwords tried");
        EXPECT_EQ(opened.evidence("archive.encrypted.executable"), "program.exe");
        EXPECT_FALSE(has(opened.extraction, "archive.damaged"));
        ASSERT_EQ(opened.extraction.children.size(), 5u);
        for (const TestChild& child : opened.extraction.children) {
            const bool empty = child.spec.name == "sub/empty.txt";
            EXPECT_EQ(child.skipped, !empty);
            EXPECT_EQ(child.spec.flags.has(PartFlag::encrypted), !empty);
            EXPECT_FALSE(child.spec.flags.has(PartFlag::unlocked));
        }
    }
}

TEST(SevenZip, TellsThatNamesStayLocked) {
    const Sample sample;
    const std::string archive = sample.archive("-psecret -mhe=on");
    Opened opened(archive, {"wrong"});
    EXPECT_EQ(opened.evidence("archive.encrypted.unopened"),
              "names are encrypted too, 1 of 1 passwords tried");
    EXPECT_TRUE(opened.extraction.children.empty());
}

// No decoder in the link has them: liblzma wants lc + lp to be at most 4, and its RISC-V filter is of 5.6.
TEST(SevenZip, TellsCodersThatItLacks) {
    const Sample sample;
    for (const auto& [options, evidence] :
         {std::pair{"-m0=lzma:lc=8:lp=0", "unknown properties of a coder: one.txt"},
          std::pair{"-m0=RISCV -m1=lzma2", "coder 0B: one.txt"},
          std::pair{"-m0=Swap4 -m1=copy -psecret", "coder 020304: one.txt"},
          std::pair{"-m0=Delta -m1=BCJ -m2=ARM -m3=PPC -m4=lzma", "too many filters: one.txt"}}) {
        SCOPED_TRACE(options);
        Opened opened(sample.archive(options), {"secret"});
        EXPECT_EQ(opened.evidence("archive.unsupported"), evidence);
        EXPECT_FALSE(has(opened.extraction, "archive.damaged"));
        EXPECT_EQ(opened.extraction.children.size(), 5u);
        for (const TestChild& child : opened.extraction.children)
            EXPECT_EQ(child.skipped, child.spec.name != "sub/empty.txt") << child.spec.name;
    }
}

// Appended to step by step: folders with coders and passwords of their own.
TEST(SevenZip, OpensFoldersOfDifferentKinds) {
    const Sample sample;
    sample.scratch.run(
        "7zz a -m0=ppmd a.7z one.txt; 7zz a -m0=lzma2 -pfirst a.7z 表.txt;"
        "7zz a -m0=bzip2 -psecond a.7z program.exe; 7zz a -m0=copy a.7z sub");
    const std::string archive = sample.scratch.read("a.7z");
    Opened both(archive, {"second", "first"});
    sample.expect_all_in(both.extraction);
    EXPECT_FALSE(both.is_told());
    EXPECT_EQ(both.evidence("archive.encrypted.unlocked"), "2 of 2 members");

    Opened one(archive, {"first"});
    EXPECT_EQ(one.evidence("archive.encrypted.unlocked"), "1 of 2 members");
    EXPECT_EQ(one.evidence("archive.encrypted.unopened"), "1 of 5 members, 1 of 1 passwords tried");
    EXPECT_TRUE(child_named(one.extraction, "program.exe")->skipped);
    for (const char* name : {"one.txt", "表.txt", "sub/two.bin", "sub/empty.txt"})
        EXPECT_EQ(hash_of_child(one.extraction, name), sha256_of(sample.files.at(name)));
}

TEST(SevenZip, PasswordsAreUtf16) {
    Scratch scratch;
    scratch.write("a.txt", sample_text(1'000));
    for (const std::string& password : {std::string("パスワード"), std::string("\xF0\x9F\x94\x91"),
                                        std::string("a"), std::string(60, 'x')}) {
        scratch.run("rm -f a.7z && 7zz a '-p" + password + "' a.7z a.txt");
        Opened opened(scratch.read("a.7z"), {password});
        EXPECT_EQ(hash_of_child(opened.extraction, "a.txt"), sha256_of(sample_text(1'000))) << password;
    }
}

// One derivation for the whole archive, however many folders it has: the budget of two seconds would not do
// for more than some thirty.
TEST(SevenZip, DerivesOneKeyForManyFolders) {
    Scratch scratch;
    for (int i = 0; i < 200; ++i)
        scratch.write("f" + std::to_string(i), sample_text(50 + static_cast<std::size_t>(i)));
    scratch.run("7zz a -ms=off -psecret a.7z f*");
    Opened right(scratch.read("a.7z"), {"no", "secret"});
    EXPECT_EQ(right.evidence("archive.encrypted.unlocked"), "200 of 200 members");
    EXPECT_FALSE(right.is_told());
    Opened wrong(scratch.read("a.7z"), {"no", "neither"});
    EXPECT_EQ(wrong.extraction.children.size(), 200u);
    EXPECT_TRUE(wrong.extraction.budget().reached().empty());
    EXPECT_EQ(wrong.evidence("archive.encrypted.unopened"), "200 of 200 members, 2 of 2 passwords tried");
}

TEST(SevenZip, SearchThatRanOutIsALimit) {
    Scratch scratch;
    scratch.write("a.txt", sample_text(1'000));
    scratch.run("7zz a -psecret a.7z a.txt");
    std::vector<std::string> passwords;
    for (int i = 0; i < 100; ++i)
        passwords.push_back("wrong" + std::to_string(i));
    Opened opened(scratch.read("a.7z"), passwords);
    EXPECT_EQ(opened.extraction.budget().reached(), std::vector<std::string>{"limit.passwords"});
    EXPECT_TRUE(has(opened.extraction, "archive.encrypted.unopened"));
}

TEST(SevenZip, NamesSymbolicLinksAndDirectories) {
    Scratch scratch;
    scratch.run("mkdir d; ln -s /etc/passwd link; echo x >d/file; 7zz a -snl a.7z d link");
    Opened opened(scratch.read("a.7z"));
    ASSERT_EQ(opened.extraction.children.size(), 2u);
    EXPECT_EQ(child_named(opened.extraction, "link")->text(), "/etc/passwd");  // never followed
    EXPECT_EQ(child_named(opened.extraction, "d/file")->text(), "x\n");
}

}  // namespace
}  // namespace sekisho::scanner::containers
