// Real locked documents of other projects' test suites, compared with what an independent program makes of
// them.
#include <gtest/gtest.h>

#include <algorithm>
#include <cstdio>

#include "base/cursor.h"
#include "scanner/office/locked.h"
#include "scanner/testing.h"
#include "tests/fixtures/corpus.h"
#include "tests/fixtures/scratch.h"

namespace sekisho::scanner::office {
namespace {

struct Opened {
    Opened(std::string file, const std::string& password)
        : bytes(std::move(file)), extraction({}, std::max<std::size_t>(bytes.size(), 1u << 20)) {
        if (!password.empty()) extraction.harvest().add({password, PasswordSource::keyword, "en"});
        Part part = test_part(base::as_bytes(bytes), "file");
        if (auto cfb = Cfb::open(part.bytes)) outcome = open_locks(part, *cfb, extraction);
    }
    bool has(std::string_view id) { return extraction.findings().has(id); }
    const TestChild* decrypted() {
        for (const TestChild& child : extraction.children) {
            if (child.spec.label == "decrypted") return &child;
        }
        return nullptr;
    }
    std::string told() {
        std::string out;
        for (const model::Finding& finding : extraction.findings().all())
            out += finding.id + " (" + finding.evidence + ") ";
        return out;
    }

    std::string bytes;  // children may be views into it
    TestExtraction extraction;
    LockOutcome outcome;
};

// RecordHeaders of [MS-PPT] one behind the other, to the last byte.
bool fills_all(base::Bytes stream) {
    base::Cursor at(stream);
    while (!at.at_end()) {
        if (!at.skip(4)) return false;
        const auto length = at.u32_le();
        if (!length || !at.skip(*length)) return false;
    }
    return true;
}

// Each BoundSheet8 of a workbook points at a BOF, and some sheet is there.
bool sheets_lie_where_they_are_said(base::Bytes workbook) {
    std::size_t sheets = 0;
    base::Cursor at(workbook);
    while (at.left() >= 4) {
        const std::uint16_t type = at.u16_le().value_or(0);
        const std::uint16_t size = at.u16_le().value_or(0);
        base::Cursor data(base::head(at.rest(), size));
        if (!at.skip(size)) return type == 0;  // what is left of the stream's last sector
        if (type != 0x0085) continue;
        ++sheets;
        base::Cursor sheet(workbook);
        if (!sheet.seek(data.u32_le().value_or(UINT32_MAX)) || sheet.u16_le().value_or(0) != 0x0809)
            return false;
        if (!data.skip(3) || data.u8().value_or(2) > 1) return false;  // state, length; then how it is coded
    }
    return sheets > 0;
}

// The data of all records of one type in a workbook.
std::string records_of(base::Bytes file, std::uint16_t wanted) {
    auto cfb = Cfb::open(file);
    const auto book = cfb ? cfb->find_in_root("Workbook") : std::nullopt;
    if (!book) return {};
    Budget budget({}, 1u << 20);
    const CfbStream stream = cfb->read(*book, budget);
    base::Cursor at(stream.bytes);
    std::string out;
    while (at.left() >= 4) {
        const std::uint16_t type = at.u16_le().value_or(0);
        const std::uint16_t size = at.u16_le().value_or(0);
        if (type == wanted) out += base::as_text(base::head(at.rest(), size));
        if (!at.skip(size)) break;
    }
    return out;
}

class LockedCorpus : public testing::Test {
protected:
    void SetUp() override {
        directory = fixtures::corpus_directory(SEKISHO_SOURCE_DIR);
        if (directory.empty()) GTEST_SKIP() << "no corpus of real files here (SEKISHO_CORPUS)";
    }
    std::string directory;
};

// Where msoffcrypto's result differs, at most in so many bytes of a stream, and why.
struct Difference {
    std::string_view in_path;
    std::string_view stream;
    std::size_t bytes;
    const char* why;
};
constexpr Difference differences[] = {
    {"password.doc", "1Table", 198, "it decrypts the plain header of the lock"},
    {"cryptoapi.doc", "1Table", 198, "it decrypts the plain header of the lock"},
    {"binaryrc4.doc", "1Table", 52, "it decrypts the plain header of the lock"},
    {"password.ppt", "PowerPoint Document", 6, "it takes the marks of the lock out in another way"},
    {"encrypted.ppt", "PowerPoint Document", 6, "it takes the marks of the lock out in another way"},
    {"encrypted.ppt", "Pictures", 16'588, "it leaves pictures encrypted"},
    {"hello.ppt", "PowerPoint Document", 1'618, "it leaves objects of all but one directory entry encrypted"},
};

std::size_t allowed(std::string_view path, std::string_view stream) {
    const auto* at = std::ranges::find_if(differences, [&](const Difference& row) {
        return path.ends_with(row.in_path) && row.stream == stream;
    });
    return at == std::end(differences) ? 0 : at->bytes;
}

void expect_same_streams(std::string_view path, base::Bytes ours, base::Bytes theirs) {
    Budget budget({}, 1u << 20);
    auto own = Cfb::open(ours);
    auto other = Cfb::open(theirs);
    ASSERT_TRUE(own && other);
    for (std::uint32_t i = 0; i < own->entries().size(); ++i) {
        if (own->entries()[i].kind != CfbEntry::Kind::stream) continue;
        const CfbStream a = own->read(i, budget);
        const CfbStream b = other->read(i, budget);
        ASSERT_EQ(a.bytes.size(), b.bytes.size()) << own->path(i);
        std::size_t differing = 0;
        for (std::size_t at = 0; at < a.bytes.size(); ++at)
            differing += a.bytes[at] != b.bytes[at];
        EXPECT_LE(differing, allowed(path, own->path(i))) << own->path(i);
    }
}

TEST_F(LockedCorpus, ComesOutAsMsoffcryptoDecryptsIt) {
    constexpr const char* program = R"(
import msoffcrypto
for line in open("list.txt", encoding="utf-8"):
    path, password, out = line.rstrip("\n").split("\t")
    try:
        with open(path, "rb") as file, open(out, "wb") as plain:
            office = msoffcrypto.OfficeFile(file)
            office.load_key(password=password)
            office.decrypt(plain)
    except Exception as error:
        open(out, "wb").close()
)";
    // XOR, and what this version of it trips over.
    constexpr std::size_t beyond_it = 4;
    const auto files = fixtures::corpus_files(directory, {"office-enc"});
    const fixtures::Scratch scratch;
    std::string list;
    for (std::size_t i = 0; i < files.size(); ++i)
        list += files[i].path + "\t" + files[i].password + "\t" + std::to_string(i) + ".plain\n";
    scratch.write("list.txt", list);
    scratch.write("decrypt.py", program);
    ASSERT_EQ(scratch.run("/usr/bin/python3 -c 'import msoffcrypto' && /usr/bin/python3 decrypt.py"), "");
    std::size_t compared = 0;
    for (std::size_t i = 0; i < files.size(); ++i) {
        SCOPED_TRACE(files[i].path);
        const std::string wanted = scratch.read(std::to_string(i) + ".plain");
        Opened opened(fixtures::read_whole_file(files[i].path), files[i].password);
        const TestChild* child = opened.decrypted();
        EXPECT_FALSE(opened.has("document.damaged") || opened.has("document.encrypted.unopened"))
            << opened.told();
        EXPECT_EQ(opened.has("document.encrypted.default-password"),
                  files[i].value("default-password") == "open-without-asking");
        ASSERT_NE(child, nullptr);
        EXPECT_FALSE(Opened(std::string(child->text()), files[i].password).outcome.locked);
        if (wanted.empty()) continue;
        ++compared;
        if (Cfb::has_magic(child->bytes)) {
            expect_same_streams(files[i].path, child->bytes, base::as_bytes(wanted));
        } else {
            EXPECT_TRUE(child->text() == wanted);
        }
    }
    EXPECT_GE(compared + beyond_it, files.size());
}

// What msoffcrypto cannot say: the records of the three kinds of streams make sense to their ends.
TEST_F(LockedCorpus, RecordsOfWorkbooksAndPresentationsMakeSense) {
    std::size_t seen = 0;
    for (const auto& file : fixtures::corpus_files(directory, {"office-enc"})) {
        SCOPED_TRACE(file.path);
        Opened opened(fixtures::read_whole_file(file.path), file.password);
        const TestChild* child = opened.decrypted();
        if (child == nullptr || !Cfb::has_magic(child->bytes)) continue;
        auto cfb = Cfb::open(child->bytes);
        ASSERT_TRUE(cfb);
        Budget budget({}, 1u << 20);
        if (const auto book = cfb->find_in_root("Workbook")) {
            ++seen;
            EXPECT_TRUE(sheets_lie_where_they_are_said(cfb->read(*book, budget).bytes));
        }
        if (const auto slides = cfb->find_in_root("PowerPoint Document")) {
            ++seen;
            EXPECT_TRUE(fills_all(cfb->read(*slides, budget).bytes));
        }
        if (const auto pictures = cfb->find_in_root("Pictures")) {
            ++seen;
            const CfbStream stream = cfb->read(*pictures, budget);
            EXPECT_TRUE(fills_all(stream.bytes));
            EXPECT_NE(base::as_text(stream.bytes).find("\x89PNG\r\n"), std::string_view::npos);
        }
    }
    EXPECT_EQ(seen, 12u);
}

// Saved by another program without its password: the same rows and formats, the cells in another layout.
TEST_F(LockedCorpus, RowsOfAnObfuscatedWorkbookAreThere) {
    const std::string folder = directory + "/msoffcrypto-tool/";
    const std::string path = folder + "office-enc/xor_password_123456789012345.xls";
    Opened opened(fixtures::read_whole_file(path), "123456789012345");
    const TestChild* child = opened.decrypted();
    ASSERT_NE(child, nullptr);
    const std::string plain =
        fixtures::read_whole_file(folder + "office-clean/xor_password_123456789012345_plain.xls");
    for (const std::uint16_t type : {std::uint16_t{0x0208}, std::uint16_t{0x041E}}) {
        const std::string records = records_of(child->bytes, type);
        EXPECT_FALSE(records.empty());
        EXPECT_EQ(records, records_of(base::as_bytes(plain), type));
    }
}

TEST_F(LockedCorpus, WithoutThePasswordEachSaysSo) {
    for (const auto& file : fixtures::corpus_files(directory, {"office-enc", "office-enc-nopw"})) {
        if (file.password == "VelvetSweatshop") continue;
        SCOPED_TRACE(file.path);
        Opened opened(fixtures::read_whole_file(file.path), "surely not this one");
        EXPECT_TRUE(opened.outcome.locked);
        if (file.path.ends_with("PasswordProtected.doc")) {
            // Nobody has written down its password, but it is a number of four digits.
            ASSERT_NE(opened.decrypted(), nullptr);
            EXPECT_EQ(opened.decrypted()->spec.unlocked_by, "number");
            continue;
        }
        EXPECT_EQ(opened.decrypted(), nullptr);
        EXPECT_TRUE(opened.has("document.encrypted.unopened")) << opened.told();
    }
}

TEST_F(LockedCorpus, FuzzedOnesNeverCrash) {
    for (const auto& file : fixtures::corpus_files(directory, {"office-enc-fuzzed"})) {
        SCOPED_TRACE(file.path);
        Opened opened(fixtures::read_whole_file(file.path), file.password);
        std::printf("%s: %s\n", file.path.c_str(), opened.told().c_str());
    }
}

}  // namespace
}  // namespace sekisho::scanner::office
