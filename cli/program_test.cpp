// The command as people run it: programs of this build, real files, exit codes.
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sys/wait.h>

#include <cstdio>
#include <filesystem>
#include <fstream>

#include "base/fd.h"
#include "base/json.h"
#include "cli/options.h"

namespace sekisho::cli {
namespace {

namespace fs = std::filesystem;
using ::testing::AllOf;
using ::testing::EndsWith;
using ::testing::HasSubstr;
using ::testing::Not;
using ::testing::StartsWith;

struct Ended {
    int code = -1;
    std::string out;  // both streams
};

class Program : public ::testing::Test {
protected:
    Program() {
        std::string pattern = fs::temp_directory_path() / "sekisho-cli-XXXXXX";
        folder_ = ::mkdtemp(pattern.data());
        write("plain.txt", "hello\n");
        write("mail.eml",
              "From: a@example.com\r\nSubject: =?utf-8?B?6KuL5rGC?=\r\nMIME-Version: 1.0\r\n"
              "Content-Type: multipart/mixed; boundary=b\r\n\r\n--b\r\nContent-Type: "
              "text/plain\r\n\r\nhello\r\n"
              "--b\r\nContent-Type: application/octet-stream; name=\"../../x\"\r\n"
              "Content-Transfer-Encoding: base64\r\n\r\naW5lcnQ=\r\n--b--\r\n");
        // An empty ZIP member that says it is encrypted (general purpose bit 0), and holds twelve bytes of
        // header.
        write("locked.zip", locked_zip());
        // A rule of our own decides what is bad here, so that no test depends on the shipped ones.
        fs::create_directory(folder_ / "rules");
        fs::create_directory(folder_ / "more");
        write("rules/own.yar", "rule Own { meta: score = 12 strings: $a = \"INERT-MARK\" condition: $a }\n");
        write("bad.txt", "this has the INERT-MARK in it\n");
        write("s.toml", "monitor = true\n[worker]\nrules_dirs = [\"" + (folder_ / "rules").string() +
                            "\"]\n[control]\nsocket = \"" + (folder_ / "none.sock").string() + "\"\n");
    }
    ~Program() override { fs::remove_all(folder_); }

    static std::string locked_zip() {
        const std::string name = "a.doc";
        const auto u16 = [](unsigned value) {
            return std::string{static_cast<char>(value & 0xFFu), static_cast<char>(value >> 8)};
        };
        const std::string sizes = std::string("\x11\x22\x33\x44", 4) + u16(20) + u16(0) + u16(8) + u16(0);
        const std::string middle = u16(20) + u16(1) + u16(0) + u16(0) + u16(0x5A21) + sizes + u16(5);
        const std::string local = "PK\x03\x04" + middle + u16(0) + name + std::string(20, 'x');
        const std::string central = "PK\x01\x02" + u16(20) + middle + u16(0) + u16(0) + u16(0) + u16(0) +
                                    u16(0) + u16(0) + u16(0) + u16(0) + name;
        return local + central + "PK\x05\x06" + u16(0) + u16(0) + u16(1) + u16(1) +
               u16(static_cast<unsigned>(central.size())) + u16(0) +
               u16(static_cast<unsigned>(local.size())) + u16(0) + u16(0);
    }

    void write(const std::string& name, const std::string& text) const {
        std::ofstream(folder_ / name, std::ios::binary) << text;
    }

    // `arguments` are words of this file, and redirections; nothing in them wants quoting.
    Ended run(const std::string& arguments) const {
        const std::string command =
            "cd " + folder_.string() + " && { " SEKISHO_BIN_DIR "/sekisho " + arguments + "; } 2>&1";
        Ended out;
        std::FILE* pipe = ::popen(command.c_str(), "r");  // NOLINT(cert-env33-c): our own words
        if (pipe == nullptr) return out;
        std::array<char, 4096> piece;
        while (const std::size_t got = std::fread(piece.data(), 1, piece.size(), pipe)) {
            out.out.append(piece.data(), got);
        }
        const int status = ::pclose(pipe);
        out.code = WIFEXITED(status) ? WEXITSTATUS(status) : -1;
        return out;
    }
    Ended scan(const std::string& arguments) const { return run("scan --config s.toml " + arguments); }

    fs::path folder_;
};

TEST_F(Program, ScanEndsWithTheVerdict) {
    EXPECT_EQ(scan("plain.txt").code, exit_code::fine);
    const Ended bad = scan("bad.txt");
    EXPECT_EQ(bad.code, exit_code::found) << bad.out;
    EXPECT_THAT(bad.out, HasSubstr("! yara.Own 12.0  Rule Own"));
    const Ended locked = scan("locked.zip");
    EXPECT_EQ(locked.code, exit_code::unscannable) << locked.out;
    EXPECT_THAT(locked.out, HasSubstr("locked.zip: unscannable (locked"));
    EXPECT_EQ(scan("none.txt").code, exit_code::error);
    EXPECT_EQ(scan(".").code, exit_code::error) << "a folder";
    EXPECT_EQ(scan("plain.txt none.txt bad.txt").code, exit_code::error);
    EXPECT_EQ(scan("plain.txt bad.txt locked.zip").code, exit_code::found);
}

TEST_F(Program, ScanPrintsOneReportPerLine) {
    const Ended both = scan("--json mail.eml - --direction outbound < bad.txt");
    EXPECT_EQ(both.code, exit_code::found);
    const std::size_t end = both.out.find('\n');
    const auto first = base::parse_json(both.out.substr(0, end));
    const auto second = base::parse_json(both.out.substr(end + 1));
    ASSERT_TRUE(first && second) << both.out;
    EXPECT_EQ(first->string_or("file"), "mail.eml");
    EXPECT_EQ(first->string_or("direction"), "outbound");
    EXPECT_EQ(first->find("message")->string_or("subject"), "請求");
    EXPECT_EQ(first->find("parts")->as_array()->size(), 3u);
    EXPECT_EQ(second->string_or("file"), "-");
    EXPECT_EQ(second->string_or("verdict"), "malicious");
}

TEST_F(Program, ScanRefusesSettingsThatAreNotRight) {
    write("wrong.toml", "[milter]\nsokcet = \"x\"\n");
    const Ended wrong = run("scan --config wrong.toml plain.txt");
    EXPECT_EQ(wrong.code, exit_code::error);
    EXPECT_THAT(wrong.out,
                StartsWith("wrong.toml:2: unknown key \"sokcet\" in [milter]; did you mean \"socket\"?"));
}

TEST_F(Program, LargerThanTheLimitIsNotLookedAt) {
    write("small.toml", "[milter]\nmax_message_bytes = \"64KiB\"\n");
    write("large.txt", std::string(70'000, 'x'));
    const Ended large = run("scan --config small.toml large.txt");
    EXPECT_EQ(large.code, exit_code::unscannable) << large.out;
    EXPECT_THAT(large.out, HasSubstr("  message  [unknown, 68.4 KiB]\n"));
    EXPECT_THAT(large.out, HasSubstr("limit.message-bytes"));
    EXPECT_THAT(large.out, HasSubstr("70000 bytes, more than 65536\n"));
    EXPECT_THAT(run("scan --config small.toml - < large.txt").out, HasSubstr("70000 bytes, more than"));
    const Ended pipe =
        run("--version; cat large.txt | " SEKISHO_BIN_DIR "/sekisho scan --config small.toml -");
    EXPECT_THAT(pipe.out, HasSubstr("[unknown, 64.0 KiB]")) << "what was read";
    EXPECT_THAT(pipe.out, HasSubstr(": more than 65536\n"));
}

TEST_F(Program, UnpackWritesPartsAndManifest) {
    const Ended unpack = run("unpack --config s.toml mail.eml -o out");
    EXPECT_EQ(unpack.code, exit_code::fine) << unpack.out;
    const auto manifest =
        base::parse_json(base::read_file(folder_ / "out/manifest.json", 1u << 20).value_or(""));
    ASSERT_TRUE(manifest);
    ASSERT_EQ(manifest->as_object()->size(), 3u);
    std::size_t found = 0;
    for (const auto& [path, file] : *manifest->as_object()) {
        ASSERT_NE(file.as_string(), nullptr);
        EXPECT_THAT(*file.as_string(), StartsWith("part-"));
        found +=
            base::read_file(folder_ / "out" / *file.as_string(), 1u << 20).value_or("") == "inert" ? 1u : 0u;
    }
    EXPECT_EQ(found, 1u);
    EXPECT_EQ(run("unpack --config s.toml mail.eml -o out").code, exit_code::error)
        << "nothing is overwritten";
}

TEST_F(Program, UnpackLeavesNothingBehindWhereItFails) {
    write("small.toml", "[milter]\nmax_message_bytes = \"64KiB\"\n");
    write("large.txt", std::string(70'000, 'x'));
    EXPECT_EQ(run("unpack --config s.toml none.eml -o deep/er/out").code, exit_code::error);
    EXPECT_FALSE(fs::exists(folder_ / "deep"));
    EXPECT_EQ(run("unpack --config small.toml large.txt -o deep/er/out").code, exit_code::unscannable);
    EXPECT_FALSE(fs::exists(folder_ / "deep")) << "nothing was unpacked";
    fs::create_directory(folder_ / "deep");
    EXPECT_EQ(run("unpack --config s.toml none.eml -o deep/er/out").code, exit_code::error);
    EXPECT_TRUE(fs::is_empty(folder_ / "deep")) << "a folder that was there stays";
    EXPECT_EQ(run("unpack --config s.toml mail.eml -o deep/er/out").code, exit_code::fine);
    EXPECT_TRUE(fs::exists(folder_ / "deep/er/out/manifest.json"));
}

TEST_F(Program, ConfigAndRules) {
    EXPECT_EQ(run("config check s.toml").code, exit_code::fine);
    EXPECT_EQ(run("config check none.toml").code, exit_code::error);
    EXPECT_THAT(run("config show --config s.toml").out, HasSubstr("monitor = true  # s.toml:1\n"));
    EXPECT_TRUE(base::parse_json(run("config show --json --config s.toml").out));
    for (const char* page : {"markdown", "toml", "man", "findings"}) {
        EXPECT_GT(run(std::string("config reference --") + page).out.size(), 1'000u) << page;
    }
    EXPECT_THAT(run("rules list --config s.toml").out, HasSubstr("Own    12.0"));
    EXPECT_EQ(run("rules check --config s.toml").code, exit_code::fine);
    write("more/other.yar", "rule Other { condition: true }\n");
    EXPECT_THAT(run("rules list --config s.toml --rules more").out, HasSubstr("Other"));
    const Ended missing = run("rules list --config s.toml --rules nowhere");
    EXPECT_EQ(missing.code, exit_code::error);
    EXPECT_THAT(missing.out, HasSubstr("--rules nowhere: no such directory"));
    write("rules/broken.yar", "rule Broken { condition: \n");
    const Ended broken = run("rules check --config s.toml");
    EXPECT_EQ(broken.code, exit_code::error);
    EXPECT_THAT(broken.out, HasSubstr("broken.yar"));
}

TEST_F(Program, WithoutADaemonItSaysSo) {
    for (const char* command :
         {"status", "reload", "quarantine list", "quarantine show abcd", "quarantine delete abcd"}) {
        const Ended asked = run(std::string(command) + " --config s.toml");
        EXPECT_EQ(asked.code, exit_code::error) << command;
        EXPECT_THAT(asked.out, HasSubstr("none.sock")) << command;
    }
    EXPECT_THAT(run("quarantine show abc --config s.toml").out, HasSubstr("the first 4 or more"))
        << "too short";
    EXPECT_THAT(run("quarantine export abcx --config s.toml").out, HasSubstr("32 hexadecimal digits"));
    // Where the file is not right either, that is said first.
    write("wrong.toml", "[control]\nsocket = \"/no/such/socket\"\nfoo = 1\n");
    EXPECT_THAT(run("reload --config wrong.toml").out, StartsWith("wrong.toml:3: unknown key"));
}

TEST_F(Program, OutputThatCannotBeWrittenIsAnError) {
    const std::string full = "sekisho: standard output: No space left on device\n";
    for (const char* command :
         {"--help", "--version", "scan --help", "config reference", "config reference --toml",
          "config show -c s.toml", "config check s.toml", "scan -c s.toml plain.txt bad.txt",
          "scan -c s.toml --json mail.eml", "unpack -c s.toml mail.eml -o full", "rules list -c s.toml",
          "rules list --json -c s.toml", "rules check -c s.toml", "doctor -c s.toml"}) {
        fs::remove_all(folder_ / "full");
        const Ended ended = run(std::string(command) + " > /dev/full");
        EXPECT_EQ(ended.code, exit_code::error) << command;
        EXPECT_THAT(ended.out, EndsWith(full)) << command;
        EXPECT_EQ(run(std::string(command) + " >&-").code, exit_code::error) << command << ", closed";
    }
    EXPECT_EQ(run("scan -c s.toml plain.txt > /dev/full").out, full) << "and nothing else";
    EXPECT_EQ(run("config reference 2> /dev/full >&2").code, exit_code::error) << "nobody to tell";
    // A reader that has seen enough is no news: its pipe is closed long before we write.
    const Ended left =
        run("--version >&2; { sleep 1; " SEKISHO_BIN_DIR "/sekisho config reference; echo $? >&2; } | true");
    EXPECT_THAT(left.out, AllOf(StartsWith("sekisho "), EndsWith("\n2\n")));
    EXPECT_THAT(left.out, Not(HasSubstr("standard output")));
}

TEST_F(Program, RulesAreTried) {
    fs::create_directories(folder_ / "set/tests/Marked/positive");
    fs::create_directories(folder_ / "set/tests/Marked/negative");
    write(
        "set/a.yar",
        "rule Marked { strings: $a = \"INERT-MARK\" condition: $a }\nrule Folded { meta: tests = \"folded\" "
        "strings: $a = \"say inert\" condition: $a and part_kind == \"folded\" }\n");
    write("set/tests/Marked/positive/a.txt", "an INERT-MARK");
    write("set/tests/Marked/positive/b.txt.hex", "\"INERT\" 2D \"MARK\"");
    write("set/tests/Marked/negative/c.txt", "nothing");
    const Ended lacking = run("rules test --config s.toml set");
    EXPECT_EQ(lacking.code, exit_code::fine) << lacking.out;
    EXPECT_EQ(lacking.out, "none Folded: no test\n2 rules, 3 tests, 0 failed; 1 rules lack tests\n");
    fs::create_directories(folder_ / "set/tests/folded/positive");
    write("set/tests/folded/positive/a.vbs",
          "Set s = CreateObject(\"WScript.Shell\")\nIf False Then s.Run \"say \" & \"inert\"\n");
    write("set/tests/Marked/negative/d.txt", "an INERT-MARK");
    write("set/tests/Marked/positive/e.txt.hex", "xyz");
    const Ended failing = run("rules test --config s.toml set");
    EXPECT_EQ(failing.code, exit_code::found);
    EXPECT_EQ(
        failing.out,
        "none Folded: no negative\nFAIL Marked: set/tests/Marked/positive/e.txt.hex: does not match; line 1: "
        "not a byte in hexadecimal\nFAIL Marked: set/tests/Marked/negative/d.txt: matches at file\n"
        "2 rules, 6 tests, 2 failed; 1 rules lack tests\n");
    EXPECT_THAT(run("rules test --config s.toml").out, HasSubstr("none Own: no test\n1 rules, 0 tests"));
    EXPECT_EQ(run("rules test --config s.toml nowhere").code, exit_code::error);
}

TEST_F(Program, RulesAreMeasured) {
    fs::create_directories(folder_ / "corpus/deeper");
    write("corpus/a.txt", std::string(200'000, 'x'));
    write("corpus/deeper/mail.eml", "From: a@example.com\r\nSubject: inert\r\n\r\nhello\r\n");
    const Ended fine = run("rules profile --config s.toml corpus");
    EXPECT_EQ(fine.code, exit_code::fine) << fine.out;
    EXPECT_THAT(fine.out,
                AllOf(HasSubstr("\nOwn  "), HasSubstr("1 rules by themselves over 2 files; 0 cost more")));
    // Some tens of times what a plain rule takes, on any machine.
    write("more/slow.yar",
          "rule Slow { condition: for any i in (0..filesize) : ( uint8(i) == 1 and uint8(i + 1) == 2 ) }\n");
    const Ended slow = run("rules profile --config s.toml --rules more corpus");
    EXPECT_EQ(slow.code, exit_code::found) << slow.out;
    EXPECT_THAT(slow.out, ::testing::ContainsRegex("\nSlow .* stands out\nOwn "));
    EXPECT_EQ(run("rules profile --config s.toml nowhere").code, exit_code::error);
    fs::create_directories(folder_ / "empty");
    EXPECT_THAT(run("rules profile --config s.toml empty").out, HasSubstr("empty: no files"));
}

TEST_F(Program, NamesAreEscaped) {
    fs::copy_file(folder_ / "plain.txt", folder_ / "a\x1b[2J.txt");
    const Ended named = scan("*.txt");
    EXPECT_EQ(named.out.find('\x1b'), std::string::npos);
    EXPECT_THAT(named.out, HasSubstr("a\\x1B[2J.txt: clean"));
}

}  // namespace
}  // namespace sekisho::cli
