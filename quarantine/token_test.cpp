#include "quarantine/token.h"

#include <gtest/gtest.h>
#include <sys/stat.h>

#include <fstream>
#include <random>

#include "quarantine/content_hash.h"
#include "store/testing.h"

namespace sekisho::quarantine {
namespace {

using namespace std::chrono_literals;

const std::string id = "0123456789abcdef0123456789abcdef";
const std::string text = "From: a@example.net\r\nSubject: x\r\n\r\nbody\r\n";
const std::vector<std::string> recipients{"Ann@Example.COM", "bob@example.com"};

class TokenTest : public testing::Test {
protected:
    testing_help::TempFolder folder_;
    ReleaseKey key_ = ReleaseKey::load_or_create(folder_.path() + "/release.key").value();
    std::chrono::sys_seconds now_ =
        std::chrono::floor<std::chrono::seconds>(std::chrono::system_clock::now());
    std::string token_ = sign_token(key_, id, now_ + 15min, recipients, base::as_bytes(text));

    std::string fault(const std::string& token, const std::vector<std::string>& to,
                      const std::string& message, std::chrono::sys_seconds at) const {
        const auto verified = verify_token(key_, token, to, base::as_bytes(message), at);
        return verified ? "" : verified.error().message;
    }
};

TEST_F(TokenTest, HoldsForItsMessageAndRecipients) {
    EXPECT_EQ(fault(token_, recipients, text, now_), "");
    EXPECT_EQ(fault(token_, {"bob@EXAMPLE.com", "Ann@example.com"}, text, now_), "")
        << "order and case of the domain";
    EXPECT_EQ(fault(token_, {"Ann@example.com", "bob@example.com", "bob@example.com"}, text, now_), "");
    EXPECT_EQ(
        fault(token_, recipients, "Received: by us\r\nX-Sekisho-Release: " + token_ + "\r\n" + text, now_),
        "");
    const auto fields = verify_token(key_, token_, recipients, base::as_bytes(text), now_).value();
    EXPECT_EQ(fields.quarantine_id, id);
    EXPECT_EQ(fields.expires, now_ + 15min);
}

TEST_F(TokenTest, HoldsForNothingElse) {
    const std::string not_ours = "not for this message and these recipients";
    EXPECT_EQ(fault(token_, {"ann@Example.COM", "bob@example.com"}, text, now_), not_ours)
        << "case of the local part";
    EXPECT_EQ(fault(token_, {"bob@example.com"}, text, now_), not_ours);
    EXPECT_EQ(fault(token_, {"Ann@example.com", "bob@example.com", "eve@example.com"}, text, now_), not_ours);
    EXPECT_EQ(fault(token_, recipients, text + "more", now_), not_ours);
    EXPECT_EQ(fault(token_, recipients, text, now_ + 15min), "expired");
    const auto other = ReleaseKey::load_or_create(folder_.path() + "/other.key").value();
    EXPECT_FALSE(verify_token(other, token_, recipients, base::as_bytes(text), now_));
}

TEST_F(TokenTest, EveryBitCounts) {
    for (std::size_t i = 0; i < token_.size(); ++i) {
        std::string changed = token_;
        changed[i] = changed[i] == 'A' ? 'B' : 'A';
        EXPECT_NE(fault(changed, recipients, text, now_), "") << i;
    }
    for (std::size_t size = 0; size < token_.size(); ++size)
        EXPECT_FALSE(read_token(token_.substr(0, size))) << size;
    EXPECT_FALSE(read_token(token_ + "A"));
    EXPECT_FALSE(read_token(std::string(100'000, 'A')));
}

TEST_F(TokenTest, NoTwoAreAlike) {
    const std::string second = sign_token(key_, id, now_ + 15min, recipients, base::as_bytes(text));
    EXPECT_NE(token_, second);
    EXPECT_NE(read_token(token_).value().spend_id(), read_token(second).value().spend_id());
}

TEST_F(TokenTest, KeyIsMadeOnceForItsOwnerAlone) {
    const std::string path = folder_.path() + "/release.key";
    struct stat info{};
    ASSERT_EQ(::stat(path.c_str(), &info), 0);
    EXPECT_EQ(info.st_mode & 07777U, 0400U);
    const auto again = ReleaseKey::load_or_create(path).value();
    EXPECT_EQ(again.id(), key_.id());
    EXPECT_EQ(testing_help::files_in(folder_.path()).size(), 1U) << "no temporary file is left";
}

TEST_F(TokenTest, BadKeysAreRefusedWithTheReason) {
    const std::string path = folder_.path() + "/bad.key";
    const auto fault_of = [&](const std::string& content, mode_t mode) {
        std::filesystem::remove(path);
        {
            std::ofstream(path) << content;
        }
        EXPECT_EQ(::chmod(path.c_str(), mode), 0);
        const auto key = ReleaseKey::load_or_create(path);
        return key ? "" : key.error().message;
    };
    EXPECT_EQ(fault_of(std::string(64, 'a') + "\n", 0400), "");
    EXPECT_NE(fault_of(std::string(64, 'a'), 0440).find("chmod 0400"), std::string::npos);
    EXPECT_NE(fault_of(std::string(62, 'a'), 0400).find("64 or more hex digits"), std::string::npos);
    EXPECT_NE(fault_of("", 0400).find("hex digits"), std::string::npos);
    EXPECT_NE(fault_of(std::string(64, 'z'), 0400).find("hex digits"), std::string::npos);
    std::filesystem::remove(path);
    std::filesystem::create_symlink(folder_.path() + "/release.key", path);
    EXPECT_FALSE(ReleaseKey::load_or_create(path));
}

TEST_F(TokenTest, RandomTextIsNoToken) {
    std::mt19937 random(3);
    for (int i = 0; i < 2'000; ++i) {
        std::string junk = token_;
        for (int flips = 0; flips < 4; ++flips)
            junk[random() % junk.size()] = static_cast<char>(random());
        if (junk == token_) continue;
        EXPECT_FALSE(verify_token(key_, junk, recipients, base::as_bytes(text), now_));
    }
}

}  // namespace
}  // namespace sekisho::quarantine
