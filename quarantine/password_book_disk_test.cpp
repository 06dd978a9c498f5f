// What of the password book lies on disk: who can read it, and what happens where it was changed.
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sys/stat.h>

#include <fstream>
#include <iterator>
#include <random>

#include "base/base64.h"
#include "base/hash.h"
#include "base/text.h"
#include "quarantine/password_book_testing.h"

namespace sekisho::quarantine {
namespace {

using namespace std::chrono_literals;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::Not;

TEST_F(PasswordBookTest, BentRowsAreDroppedAndTold) {
    remember(mail("a@gmail.com"), "tell-nobody", 0, 1h);
    remember(mail("a@gmail.com"), "whole");
    sql("UPDATE sealed SET content = substr(content, 1, 20) || x'00' || substr(content, 22) WHERE at = "
        "(SELECT min(at) FROM sealed)");
    testing::internal::CaptureStderr();
    EXPECT_THAT(recall(mail("a@gmail.com")), ElementsAre("whole"));
    const std::string log = testing::internal::GetCapturedStderr();
    EXPECT_THAT(log, HasSubstr("dropped_rows=1"));
    EXPECT_THAT(log, Not(HasSubstr("tell-nobody")));
    EXPECT_THAT(log, Not(HasSubstr("gmail")));
    for (const char* content :
         {"x''", "x'01'", "'text'", "zeroblob(29)", "zeroblob(5000)", "randomblob(200)"}) {
        sql("UPDATE sealed SET content = " + std::string(content));
        EXPECT_THAT(recall(mail("a@gmail.com")), IsEmpty()) << content;
    }
    remember(mail("a@gmail.com"), "whole");  // heals its row
    EXPECT_THAT(recall(mail("a@gmail.com")), ElementsAre("whole"));
}

TEST_F(PasswordBookTest, AMovedRowDoesNotOpen) {
    remember(mail("a@gmail.com"), "a's");
    sql("CREATE TABLE moved AS SELECT name FROM sealed");
    sql("DELETE FROM sealed");
    remember(mail("b@gmail.com"), "b's");
    sql("UPDATE sealed SET name = (SELECT name FROM moved)");
    EXPECT_THAT(recall(mail("a@gmail.com")), IsEmpty());
    EXPECT_THAT(recall(mail("b@gmail.com")), IsEmpty());
    EXPECT_EQ(rows(), 1);
}

TEST_F(PasswordBookTest, AnotherKeyFindsAndOpensNothing) {
    remember(mail("a@gmail.com"), "x");
    const auto other = ReleaseKey::load_or_create(folder_.path() + "/other.key").value();
    const auto stranger = PasswordBook::open(settings_, other.bytes(), *store_).value();
    EXPECT_THAT(stranger->recall(mail("a@gmail.com"), now).value(), IsEmpty());
    // Nor where the names are made to agree.
    const std::vector<Password> list{password("y")};
    ASSERT_TRUE(stranger->remember(mail("a@gmail.com"), list, now));
    sql("CREATE TABLE one AS SELECT name FROM sealed ORDER BY id LIMIT 1");
    sql("UPDATE sealed SET name = (SELECT name FROM one)");
    EXPECT_THAT(recall(mail("a@gmail.com")), ElementsAre("x"));
}

// The key file is that of the release tokens, with its checks.
TEST_F(PasswordBookTest, ABadKeyFileIsRefused) {
    const std::string path = folder_.path() + "/release.key";
    const auto open_with = [&](const std::string& file) -> base::Result<std::unique_ptr<PasswordBook>> {
        const ReleaseKey key = SEKISHO_TRY(ReleaseKey::load_or_create(file));
        return PasswordBook::open(settings_, key.bytes(), *store_);
    };
    EXPECT_TRUE(open_with(path));
    ASSERT_EQ(::chmod(path.c_str(), 0440), 0);
    EXPECT_THAT(open_with(path).error().message,
                HasSubstr("must be a file that only its owner may read; chmod 0400 it"));
    EXPECT_EQ(open_with("/dev/null/none.key").error().cause, base::Cause::io);
    EXPECT_EQ(PasswordBook::open(settings_, {}, *store_).error().cause, base::Cause::invalid);
}

std::string utf16(std::string_view text, bool big_endian) {
    std::string out;
    for (const char c : text) {
        if (big_endian) out += '\0';
        out += c;
        if (!big_endian) out += '\0';
    }
    return out;
}

// In any of three positions base64 looks different; what lies between the ends is the same in each.
std::vector<std::string> disguises(const std::string& text) {
    std::vector<std::string> out{text, base::to_lower(text), utf16(text, false), utf16(text, true),
                                 base::hex(base::as_bytes(text))};
    for (std::size_t shift = 0; shift < 3; ++shift) {
        const std::string encoded =
            base::base64_encode(base::as_bytes(std::string(shift, 'x') + text + "xxx"));
        out.push_back(encoded.substr(4, (text.size() - 3) / 3 * 4));
    }
    return out;
}

TEST_F(PasswordBookTest, TheFilesHoldNoPasswordAndNoAddressInClear) {
    const std::string text = "Correct-Horse-Battery-Staple";
    const std::string sender = "Tanaka.Hanako@Firm-with-a-long-name.co.jp";
    const std::string recipient = "ann.recipient@our-own-domain.example";
    remember(mail(sender, {recipient}), text);
    const auto search = [&] {
        std::size_t found = 0;
        for (const std::string& path : testing_help::files_in(folder_.path() + "/state")) {
            std::ifstream file(path, std::ios::binary);
            const std::string bytes((std::istreambuf_iterator<char>(file)), {});
            for (const std::string& needle : {text, sender, recipient, std::string("firm-with-a-long-name"),
                                              std::string("our-own-domain"), std::string("keyword ja"),
                                              std::string("mail text line 12")}) {
                for (const std::string& disguise : disguises(needle)) {
                    if (bytes.find(disguise) != std::string::npos) ++found;
                }
            }
        }
        return found;
    };
    EXPECT_GE(testing_help::files_in(folder_.path() + "/state", "-wal").size(), 1U);
    EXPECT_EQ(search(), 0U);
    sql("PRAGMA wal_checkpoint(TRUNCATE)");
    EXPECT_EQ(search(), 0U);
    // And it would find them.
    std::ofstream(folder_.path() + "/state/leak")
        << "xx" << base::base64_encode(base::as_bytes("xx" + text + sender));
    EXPECT_GE(search(), 2U);
}

TEST_F(PasswordBookTest, SizesTellLittle) {
    remember(mail("a@gmail.com"), "1");
    remember(mail("a@gmail.com"), "a password of twenty");
    EXPECT_EQ(number("SELECT count(DISTINCT length(content)) FROM sealed"), 1);
}

TEST_F(PasswordBookTest, ALostStoreIsAnErrorAndNoMore) {
    remember(mail("a@gmail.com"), "x");
    store::Database other = store::Database::open(store_settings_.path, 5s).value();
    ASSERT_TRUE(other.execute("DROP TABLE sealed"));
    const std::vector<Password> list{password("y")};
    EXPECT_FALSE(book_->remember(mail("a@gmail.com"), list, now));
    EXPECT_FALSE(book_->recall(mail("a@gmail.com"), now));
    EXPECT_FALSE(book_->expire(now));
    EXPECT_TRUE(PasswordBook::open(settings_, key_.bytes(), *store_)) << "it may be back later";
}

TEST(PackedPassword, ComesBackAndNothingElseDoes) {
    std::mt19937 random(29);
    for (int i = 0; i < 500; ++i) {
        Password one = password(std::string(1 + random() % 256, static_cast<char>(random())),
                                static_cast<std::uint32_t>(random()));
        one.label = std::string(random() % 101, 'l');
        one.place = std::string(random() % 101, 'p');
        const Secret plain = packed(one);
        EXPECT_EQ(plain.view().size() % 64, 0U);
        ASSERT_EQ(unpacked(plain.view()).value(), one);
        std::string bent(plain.view());
        bent.resize(bent.size() - 1);
        EXPECT_FALSE(unpacked(bent));
        bent.resize(bent.size() + 1 + 64);
        EXPECT_FALSE(unpacked(bent)) << "more zeros than are needed";
    }
    std::string junk(packed(password("x")).view());
    junk.back() = 'j';
    EXPECT_FALSE(unpacked(junk));
    EXPECT_FALSE(unpacked(""));
    EXPECT_FALSE(unpacked(std::string(64, '\0'))) << "an empty password";
    EXPECT_FALSE(unpacked(std::string(64, '\xff')));
}

}  // namespace
}  // namespace sekisho::quarantine
