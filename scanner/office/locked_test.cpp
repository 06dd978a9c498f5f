#include "scanner/office/locked.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <random>

#include "base/cursor.h"
#include "scanner/format.h"
#include "scanner/office/formats.h"
#include "scanner/office/locks_testing.h"
#include "scanner/testing.h"
#include "tests/fixtures/documents.h"
#include "tests/fixtures/droppers.h"

namespace sekisho::scanner::office {
namespace {

// Opened as the scan does it, with the row of the table that knows it.
struct Opened {
    explicit Opened(std::string file, const char* password = nullptr, model::ScanLimits limits = {})
        : bytes(std::move(file)), extraction(limits, std::max<std::size_t>(bytes.size(), 1u << 20)) {
        if (password != nullptr) extraction.harvest().add({password, PasswordSource::keyword, "en"});
        const Format* best = nullptr;
        Confidence most = no_match;
        for (const Format& row : formats()) {
            const Confidence now = row.recognise(base::as_bytes(bytes), "");
            if (now > most) best = &row;
            most = std::max(most, now);
        }
        if (best == nullptr) return;
        const Part part = test_part(base::as_bytes(bytes), "file");
        turn = best->turn != nullptr ? best->turn(part) : Turn::heavy;
        best->open(part, extraction);
    }
    bool has(std::string_view id) { return extraction.findings().has(id); }
    const TestChild* child(std::string_view label) {
        const auto at = std::ranges::find_if(extraction.children,
                                             [&](const TestChild& one) { return one.spec.label == label; });
        return at == extraction.children.end() ? nullptr : &*at;
    }
    const TestChild* decrypted() { return child("decrypted"); }

    std::string bytes;  // children may be views into it
    TestExtraction extraction;
    Turn turn = Turn::heavy;
};

std::string package() {
    return "PK\3\4" + std::string("\x14\0", 2) +
           fixtures::docm_file(std::string(9'000, 'x'), fixtures::stub_project());
}

std::string stream_of(std::string_view file, std::string_view name) {
    auto cfb = Cfb::open(base::as_bytes(file));
    const auto index = cfb ? cfb->find_in_root(name) : std::nullopt;
    if (!index) return {};
    Budget budget({}, 1u << 20);
    return std::string(base::as_text(cfb->read(*index, budget).bytes));
}

// What is embedded in a locked workbook stands in it in plain, and in the child once more.
TEST(Locked, OpenedOnesAreAccountedFor) {
    const LockedStream stream = workbook(BinaryLock::rc4_crypto_api, "VelvetSweatshop");
    Opened opened(xls_around(stream.locked));
    EXPECT_NE(opened.decrypted(), nullptr);
    ASSERT_FALSE(opened.extraction.covered.empty());
    EXPECT_EQ(opened.extraction.covered[0].size(), opened.bytes.size());
}

TEST(Locked, PackagesOpenWithTheirPassword) {
    std::vector<std::pair<std::string, std::string>> files{{"standard", standard_file(package(), "s3cret")}};
    for (const char* hash : {"SHA1", "SHA256", "SHA384", "SHA512"}) {
        for (const unsigned bits : {128u, 192u, 256u})
            files.emplace_back(hash, agile_file(package(), "s3cret", {.hash = hash, .key_bits = bits}));
    }
    for (const auto& [name, file] : files) {
        SCOPED_TRACE(name);
        Opened opened(file, "s3cret");
        EXPECT_EQ(opened.turn, Turn::locked);
        const TestChild* child = opened.decrypted();
        ASSERT_NE(child, nullptr);
        EXPECT_TRUE(child->text() == package());
        EXPECT_EQ(child->spec.opened_by, "office-encrypted");
        EXPECT_EQ(child->spec.unlocked_by, "keyword en");
        EXPECT_EQ(child->spec.password, "s3cret");
        EXPECT_TRUE(child->spec.flags.has(PartFlag::encrypted));
        EXPECT_TRUE(child->spec.flags.has(PartFlag::unlocked));
        EXPECT_FALSE(child->spec.flags.has(PartFlag::damaged));
        EXPECT_TRUE(opened.has("document.encrypted.unlocked"));
        EXPECT_FALSE(opened.has("document.encrypted.unopened"));
        EXPECT_FALSE(opened.has("document.damaged"));
        Opened shut(file, "S3cret");
        EXPECT_EQ(shut.decrypted(), nullptr);
        EXPECT_TRUE(shut.has("document.encrypted.unopened"));
        EXPECT_TRUE(shut.child("encrypted")->skipped);
    }
}

TEST(Locked, WhatOfficeOpensByItselfIsAFinding) {
    for (const char* password : {"VelvetSweatshop", "/01Hannes Ruescher/01"}) {
        for (const std::string& file : {agile_file(package(), password), standard_file(package(), password),
                                        xls_around(workbook(BinaryLock::rc4_40, password).locked)}) {
            Opened opened(file);
            EXPECT_NE(opened.decrypted(), nullptr);
            EXPECT_TRUE(opened.has("document.encrypted.default-password"));
            EXPECT_FALSE(opened.has("document.encrypted.unlocked"));
            EXPECT_TRUE(opened.decrypted()->spec.password.empty());
        }
    }
}

TEST(Locked, AVerifierThatLiesKeepsNothingShut) {
    Opened opened(agile_file(package(), "right", {.verifier_lies = true}), "right");
    ASSERT_NE(opened.decrypted(), nullptr);
    EXPECT_TRUE(opened.decrypted()->text() == package());
    EXPECT_EQ(Opened(agile_file("no ZIP at all", "right", {.verifier_lies = true}), "right").decrypted(),
              nullptr);
}

TEST(Locked, LengthsAndSumsThatLieAreDamage) {
    const auto damaged = [](const AgileOptions& options, PartFlag flag) {
        Opened opened(agile_file(package(), "right", options), "right");
        const TestChild* child = opened.decrypted();
        return child != nullptr && child->spec.flags.has(flag) && opened.has("document.damaged") &&
               child->text().substr(0, package().size()) == package();
    };
    EXPECT_TRUE(damaged({.hmac_lies = true}, PartFlag::damaged));
    EXPECT_TRUE(damaged({.size_off = 1'000}, PartFlag::truncated));
    EXPECT_TRUE(damaged({.size_off = INT64_MAX / 2}, PartFlag::truncated));
    const auto all = static_cast<std::int64_t>(package().size());
    EXPECT_TRUE(damaged({.size_off = -all}, PartFlag::damaged));  // says that it is empty
}

TEST(Locked, AbsurdParametersAreTold) {
    struct Case {
        const char* name;
        AgileOptions options;
        const char* finding;
    };
    for (const Case& row :
         {Case{"millions of rounds", {.spin_count = 10'000'000}, "document.encrypted.kdf-cost"},
          Case{"more than 32 bits", {.spin_count = 99'999'999'999}, "document.encrypted.kdf-cost"},
          Case{"cipher", {.cipher = "ROT13"}, "document.encrypted.unopened"},
          Case{"chaining", {.chaining = "ChainingModeXTS"}, "document.encrypted.unopened"}}) {
        SCOPED_TRACE(row.name);
        Opened opened(agile_file(package(), "right", row.options), "right");
        EXPECT_EQ(opened.decrypted(), nullptr);
        EXPECT_TRUE(opened.has(row.finding));
        EXPECT_TRUE(opened.has("document.encrypted.unopened"));
    }
    for (const auto& [from, to] :
         {std::pair{"SHA512", "MD-999"}, std::pair{"\"256\"", "\"999\""}, std::pair{"\"256\"", "\"-64\""},
          std::pair{"keyData", "keyDate"}, std::pair{"<?xml", "<???l"}}) {
        std::string file = agile_file(package(), "right");
        for (std::size_t at = file.find(from); at != file.npos; at = file.find(from, at + 1))
            file.replace(at, std::string_view(to).size(), to);
        Opened opened(file, "right");
        EXPECT_EQ(opened.decrypted(), nullptr) << to;
        EXPECT_TRUE(opened.has("document.encrypted.unopened")) << to;
    }
}

TEST(Locked, RightsManagementAndExtensibleEncryptionAreTold) {
    fixtures::CfbNode root;
    root.children = {fixtures::cfb_stream("EncryptedPackage", std::string(5'000, 'x')),
                     fixtures::cfb_storage("\x06"
                                           "DataSpaces",
                                           {fixtures::cfb_stream("DRMEncryptedDataSpace", "x")})};
    Opened drm(fixtures::write_cfb(root), "right");
    ASSERT_TRUE(drm.has("document.encrypted.unopened"));
    EXPECT_NE(drm.extraction.findings().all()[0].evidence.find("DRM"), std::string::npos);
    root.children = {fixtures::cfb_stream("EncryptedPackage", std::string(5'000, 'x')),
                     fixtures::cfb_stream("EncryptionInfo", std::string("\4\0\3\0\0\0\0\0", 8))};
    Opened extensible(fixtures::write_cfb(root), "right");
    ASSERT_TRUE(extensible.has("document.encrypted.unopened"));
    EXPECT_NE(extensible.extraction.findings().all()[0].evidence.find("extensible"), std::string::npos);
}

TEST(Locked, WorkbooksOpenInPlace) {
    const fixtures::VbaProject macros = fixtures::dropper_project("2019-09");
    for (const auto& [lock, password] :
         {std::pair{BinaryLock::rc4_40, "s3cret"}, std::pair{BinaryLock::rc4_crypto_api, "s3cret"},
          std::pair{BinaryLock::xor_obfuscation, "abc"}}) {
        SCOPED_TRACE(static_cast<int>(lock));
        const LockedStream stream = workbook(lock, password);
        Opened opened(xls_around(stream.locked, &macros), password);
        EXPECT_EQ(opened.turn, Turn::locked);
        const TestChild* child = opened.decrypted();
        ASSERT_NE(child, nullptr);
        EXPECT_TRUE(child->text() == xls_around(stream.plain, &macros));
        EXPECT_FALSE(opened.has("document.damaged"));
        EXPECT_EQ(opened.child("vba:Module1"), nullptr);  // it is in the child
        Opened plain(std::string(child->text()));
        EXPECT_EQ(plain.turn, Turn::heavy);
        EXPECT_NE(plain.child("vba:Module1"), nullptr);
        EXPECT_TRUE(plain.has("office.vba.dropper"));
        // Macros are never locked: they are read without a password as well.
        Opened shut(xls_around(stream.locked, &macros), "wrong");
        EXPECT_EQ(shut.decrypted(), nullptr);
        EXPECT_NE(shut.child("vba:Module1"), nullptr);
        EXPECT_TRUE(shut.has("office.vba.dropper"));
        EXPECT_TRUE(shut.has("document.encrypted.unopened"));
    }
}

TEST(Locked, NumbersOfFourDigitsNeedNoCandidate) {
    Opened opened(xls_around(workbook(BinaryLock::rc4_40, "4711", 10).locked));
    ASSERT_NE(opened.decrypted(), nullptr);
    EXPECT_EQ(opened.decrypted()->spec.unlocked_by, "number");
}

TEST(Locked, WordDocumentsOpenInPlace) {
    for (const auto& [lock, password] :
         {std::pair{BinaryLock::rc4_40, "s3cret"}, std::pair{BinaryLock::rc4_crypto_api, "s3cret"},
          std::pair{BinaryLock::xor_obfuscation, "abc"}}) {
        SCOPED_TRACE(static_cast<int>(lock));
        const LockedWord word = word_document(lock, password);
        Opened opened(doc_around(word.document.locked, word.table.locked, word.data.locked), password);
        const TestChild* child = opened.decrypted();
        ASSERT_NE(child, nullptr);
        EXPECT_TRUE(stream_of(child->text(), "WordDocument") == word.document.plain);
        EXPECT_TRUE(stream_of(child->text(), "1Table") == word.table.plain);
        EXPECT_TRUE(stream_of(child->text(), "Data") == word.data.plain);
        EXPECT_EQ(Opened(std::string(child->text())).turn, Turn::heavy);
    }
}

// [MS-OVBA] 2.3.1.15: the password of a project is asked for by the editor, and encrypts nothing.
TEST(Locked, ProjectsWithAPasswordAreReadAllTheSame) {
    const fixtures::VbaProject macros = fixtures::dropper_project("2019-09");
    std::vector<fixtures::CfbNode> nodes = fixtures::vba_nodes(macros);
    for (fixtures::CfbNode& node : nodes) {
        if (node.name == "PROJECT")
            node.data +=
                "CMG=\"1517CAF1D6F9D7F9D706\"\r\nDPB=\"68FFADC3BFC3BFC3\"\r\nGC=\"0E0C7A9B7D9B7D64\"\r\n";
    }
    fixtures::CfbNode root;
    root.children = {fixtures::cfb_stream("Workbook", workbook(BinaryLock::rc4_40, "x", 3).plain),
                     fixtures::cfb_storage("_VBA_PROJECT_CUR", nodes)};
    Opened opened(fixtures::write_cfb(root));
    EXPECT_NE(opened.child("vba:Module1"), nullptr);
    EXPECT_TRUE(opened.has("office.vba.dropper"));
    EXPECT_FALSE(opened.has("document.encrypted.unopened"));
}

TEST(LockedProperty, CutFilesAreNeverWholeAndSilent) {
    const std::string agile = agile_file(package(), "right");
    const std::string xls = xls_around(workbook(BinaryLock::rc4_crypto_api, "right").locked);
    const LockedWord word = word_document(BinaryLock::rc4_40, "right");
    model::ScanLimits limits;
    limits.max_password_cost = 50'000;  // no counting of numbers
    for (const std::string& file :
         {agile, xls, doc_around(word.document.locked, word.table.locked, word.data.locked)}) {
        const auto whole = Opened(file, "right").decrypted()->bytes.size();
        for (std::size_t size = 0; size + 512 < file.size(); size += 97) {
            Opened opened(file.substr(0, size), "right", limits);
            const TestChild* child = opened.decrypted();
            const bool silent =
                opened.extraction.findings().all().empty() && opened.extraction.budget().reached().empty();
            EXPECT_FALSE(size > 8 && silent) << size;
            const bool all_there = child != nullptr && child->bytes.size() == whole;
            EXPECT_TRUE(!all_there || opened.has("document.damaged")) << size;
        }
    }
}

TEST(LockedProperty, FlippedBitsNeverCrash) {
    std::mt19937 random(3);
    const LockedWord word = word_document(BinaryLock::rc4_40, "right");
    model::ScanLimits limits;
    limits.max_password_cost = 50'000;
    for (const std::string& file :
         {agile_file(package(), "right"), xls_around(workbook(BinaryLock::rc4_40, "right").locked),
          doc_around(word.document.locked, word.table.locked, word.data.locked)}) {
        for (int i = 0; i < 300; ++i) {
            std::string bad = file;
            for (int flips = 0; flips < 1 + i % 3; ++flips)
                bad[random() % (i % 2 == 0 ? bad.size() : 2'048)] ^= static_cast<char>(1u << (random() % 8));
            Opened opened(bad, "right", limits);
        }
    }
}

// A package of which one byte is another is told, by its check of integrity.
TEST(LockedProperty, FlippedPackagesAreDamage) {
    std::mt19937 random(4);
    const std::string sound = agile_file(package(), "right");
    for (int i = 0; i < 60; ++i) {
        std::string bad = sound;
        bad[sound.size() - 1'024 - random() % 8'000] ^= 1;
        Opened opened(bad, "right");
        if (opened.decrypted() != nullptr && opened.decrypted()->text() == package()) continue;
        EXPECT_TRUE(opened.has("document.damaged") || opened.has("document.encrypted.unopened")) << i;
    }
}

}  // namespace
}  // namespace sekisho::scanner::office
