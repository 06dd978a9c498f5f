// Documents that the program qpdf locks, opened again.
#include "scanner/active/pdf_lock.h"

#include <gtest/gtest.h>

#include "base/charset.h"
#include "scanner/active/pdf.h"
#include "scanner/active/pdf_testing.h"
#include "tests/fixtures/scratch.h"

namespace sekisho::scanner::active {
namespace {

struct Lock {
    std::string name;
    std::string options;  // of qpdf's --encrypt, behind the passwords
    std::string what;     // that stands in the evidence
};
const std::vector<Lock> locks{
    {"r2_rc4_40", "40", "V 1, R 2, RC4, 40 bits"},
    {"r3_rc4_128", "128 --use-aes=n", "V 2, R 3, RC4, 128 bits"},
    {"r4_rc4_128", "128 --use-aes=n --force-V4", "V 4, R 4, RC4, 128 bits"},
    {"r4_aes_128", "128 --use-aes=y", "V 4, R 4, AES, 128 bits"},
    {"r4_plain_metadata", "128 --use-aes=y --cleartext-metadata", "V 4, R 4"},
    {"r5_aes_256", "256 --force-R5", "V 5, R 5, AES, 256 bits"},
    {"r6_aes_256", "256", "V 5, R 6, AES, 256 bits"},
    {"r6_plain_metadata", "256 --cleartext-metadata", "V 5, R 6"},
};

class PdfLocks : public testing::TestWithParam<Lock> {};
INSTANTIATE_TEST_SUITE_P(Revisions, PdfLocks, testing::ValuesIn(locks),
                         [](const auto& info) { return info.param.name; });

void expect_sample(std::string_view plain) {
    for (const std::string_view piece : sample_pieces())
        EXPECT_NE(plain.find(piece), plain.npos) << piece;
    EXPECT_EQ(encrypted_pdf_format.recognise(base::as_bytes(plain), ""), no_match);
}

TEST_P(PdfLocks, OpenForUserAndOwner) {
    const std::string file = locked_with("s3cret", "0wner", GetParam().options);
    for (const char* password : {"s3cret", "0wner"}) {
        SCOPED_TRACE(password);
        OpenedPdf opened(file, password);
        ASSERT_TRUE(opened.locked);
        const TestChild* child = opened.decrypted();
        ASSERT_NE(child, nullptr) << opened.told();
        EXPECT_TRUE(rewritten(child->text()) == rewritten(file, password));
        expect_sample(child->text());
        EXPECT_EQ(child->spec.opened_by, "pdf-encrypted");
        EXPECT_EQ(child->spec.unlocked_by, "keyword en");
        EXPECT_EQ(child->spec.password, password);
        EXPECT_TRUE(child->spec.flags.has(PartFlag::encrypted));
        EXPECT_TRUE(child->spec.flags.has(PartFlag::unlocked));
        EXPECT_FALSE(child->spec.flags.has(PartFlag::damaged));
        EXPECT_EQ(opened.told(), "document.encrypted.unlocked (keyword en) ");
    }
}

TEST_P(PdfLocks, StayShutForOthers) {
    const std::string file = locked_with("s3cret", "0wner", GetParam().options);
    const Part part = test_part(base::as_bytes(file));
    EXPECT_EQ(encrypted_pdf_format.turn(part), Turn::locked);
    OpenedPdf opened(file, "S3cret");
    EXPECT_EQ(opened.decrypted(), nullptr);
    ASSERT_EQ(opened.extraction.children.size(), 1u);
    EXPECT_TRUE(opened.extraction.children[0].skipped);
    EXPECT_EQ(opened.extraction.findings().all().size(), 1u);
    EXPECT_TRUE(opened.has("document.encrypted.unopened"));
    EXPECT_NE(opened.told().find(GetParam().what), std::string::npos) << opened.told();
    EXPECT_NE(opened.told().find(", 2 pages"), std::string::npos) << opened.told();
}

TEST_P(PdfLocks, AskNobodyWhereTheUsersPasswordIsEmpty) {
    const std::string file = locked_with("", "0wner", GetParam().options);
    OpenedPdf opened(file);
    ASSERT_NE(opened.decrypted(), nullptr) << opened.told();
    EXPECT_TRUE(rewritten(opened.decrypted()->text()) == rewritten(file));
    EXPECT_EQ(opened.decrypted()->spec.unlocked_by, "default");
    EXPECT_TRUE(opened.decrypted()->spec.password.empty());
    EXPECT_TRUE(opened.has("document.encrypted.no-password"));
    EXPECT_FALSE(opened.has("document.encrypted.unlocked"));
}

struct Form {
    std::string name;
    std::string options;  // of qpdf, ahead of --encrypt
};
class PdfForms : public testing::TestWithParam<Form> {};
INSTANTIATE_TEST_SUITE_P(
    Forms, PdfForms,
    testing::Values(Form{"object_streams", "--object-streams=generate"}, Form{"linearised", "--linearize"},
                    Form{"both", "--object-streams=generate --linearize"},
                    Form{"packed_streams", "--compress-streams=y --stream-data=compress"}),
    [](const auto& info) { return info.param.name; });

TEST_P(PdfForms, Open) {
    for (const char* lock : {"128 --use-aes=n", "128 --use-aes=y", "256"}) {
        SCOPED_TRACE(lock);
        const std::string file = locked_with("s3cret", "0wner", lock, GetParam().options);
        OpenedPdf opened(file, "s3cret");
        const TestChild* child = opened.decrypted();
        ASSERT_NE(child, nullptr) << opened.told();
        EXPECT_TRUE(rewritten(child->text()) == rewritten(file, "s3cret"));
        EXPECT_EQ(opened.told(), "document.encrypted.unlocked (keyword en) ");
        EXPECT_NE(child->text().find("/S /JavaScript"), std::string::npos);  // in no object stream any more
        EXPECT_FALSE(OpenedPdf(std::string(child->text())).locked);
        EXPECT_TRUE(OpenedPdf(file, "wrong").has("document.encrypted.unopened"));
    }
}

TEST(PdfLock, GivesAttachmentsAsTheyWere) {
    fixtures::Scratch scratch;
    const std::string file = locked_with("s3cret", "0wner", "256");
    OpenedPdf opened(file, "s3cret");
    ASSERT_NE(opened.decrypted(), nullptr);
    scratch.write("child.pdf", opened.decrypted()->text());
    ASSERT_EQ(scratch.run("qpdf --show-attachment=run.bat child.pdf >run.bat"), "");
    EXPECT_EQ(scratch.read("run.bat"), sample_attachment());
}

TEST(PdfLock, KeepsWhatNothingRefersTo) {
    fixtures::Scratch scratch;
    scratch.write("plain.pdf", fixtures::pdf_file({"<< /Type /Catalog /Pages 2 0 R >>",
                                                   "<< /Type /Pages /Kids [3 0 R] /Count 1 >>",
                                                   "<< /Type /Page /Parent 2 0 R /MediaBox [0 0 9 9] >>",
                                                   "<< /S /JavaScript /JS (an orphan) >>"}));
    ASSERT_EQ(scratch.run("qpdf --preserve-unreferenced --encrypt u o 256 -- plain.pdf locked.pdf"), "");
    OpenedPdf opened(scratch.read("locked.pdf"), "u");
    ASSERT_NE(opened.decrypted(), nullptr) << opened.told();
    EXPECT_NE(opened.decrypted()->text().find("(an orphan)"), std::string::npos);
}

TEST(PdfLock, TakesPasswordsAsWritersDo) {
    const std::string japanese = "請求書2019";
    const std::string umlauts = "Schlüssel";
    // As shells write them into the line.
    EXPECT_NE(OpenedPdf(locked_with(japanese, "o", "256"), japanese).decrypted(), nullptr);
    EXPECT_NE(OpenedPdf(locked_with("u", japanese, "256"), japanese).decrypted(), nullptr);
    // SASLprep: what is wide is typed in either way.
    EXPECT_NE(OpenedPdf(locked_with("abc123", "o", "256"), "ａｂｃ１２３").decrypted(), nullptr);
    for (const char* lock : {"40", "128 --use-aes=n", "128 --use-aes=y"}) {
        SCOPED_TRACE(lock);
        const auto opens = [&](const std::string& password, std::string_view charset) {
            const auto bytes = base::from_utf8(password, charset);
            const std::string file = locked_with(bytes.value(), "o", lock, "--password-mode=bytes");
            return OpenedPdf(file, password).decrypted() != nullptr;
        };
        EXPECT_TRUE(opens(japanese, "cp932"));
        EXPECT_TRUE(opens(japanese, "utf-8"));
        EXPECT_TRUE(opens(umlauts, "iso-8859-1"));
        EXPECT_FALSE(opens(umlauts, "cp437"));
    }
    // Older revisions look at 32 bytes, newer ones at 127.
    const std::string longer(100, 'x');
    EXPECT_NE(OpenedPdf(locked_with(longer, "o", "128 --use-aes=y"), longer.substr(0, 32)).decrypted(),
              nullptr);
    EXPECT_EQ(OpenedPdf(locked_with(longer, "o", "256"), longer.substr(0, 32)).decrypted(), nullptr);
}

TEST(PdfLock, NumbersOfFourDigitsNeedNoCandidate) {
    OpenedPdf opened(locked_with("4711", "0wner", "40"), {}, {});
    ASSERT_NE(opened.decrypted(), nullptr);
    EXPECT_EQ(opened.decrypted()->spec.unlocked_by, "number");
}

TEST(PdfLock, SaysWhatLimitsIt) {
    model::ScanLimits limits;
    limits.max_kdf_ms = 3;
    const std::string file = locked_with("s3cret", "0wner", "256");
    OpenedPdf dear(file, "s3cret", limits);
    EXPECT_TRUE(dear.has("document.encrypted.kdf-cost"));
    EXPECT_TRUE(dear.has("document.encrypted.unopened"));
    limits = {};
    limits.max_password_cost = 1;
    OpenedPdf many(file, "s3cret", limits);
    EXPECT_EQ(many.extraction.budget().reached(), std::vector<std::string>{"limit.passwords"});
    limits = {};
    limits.max_part_bytes = 1'000;
    OpenedPdf large(file, "s3cret", limits);
    ASSERT_NE(large.decrypted(), nullptr);
    EXPECT_TRUE(large.decrypted()->truncated);
    limits = {};
    limits.max_bytes_out = 1'000;
    OpenedPdf spent(file, "s3cret", limits);
    EXPECT_TRUE(spent.decrypted() == nullptr || spent.decrypted()->truncated);
    EXPECT_EQ(spent.extraction.budget().reached(), std::vector<std::string>{"limit.bytes"});
}

}  // namespace
}  // namespace sekisho::scanner::active
