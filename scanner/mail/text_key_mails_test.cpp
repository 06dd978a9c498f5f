// Keys of whole mails, through scan().
#include "scanner/mail/text_key.h"

#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>
#include <iostream>
#include <iterator>
#include <map>
#include <sstream>
#include <string>

#include "scanner/mail/judge_testing.h"
#include "tests/fixtures/corpus.h"

namespace sekisho::scanner::mail {
namespace {

using model::near_same;
using model::TextKey;

// Real mails: whoever shares a key with another shares its words.
TEST(TextKey, OfRealMails) {
    const std::filesystem::path folder = fixtures::corpus_directory(SEKISHO_SOURCE_DIR);
    if (folder.empty()) GTEST_SKIP() << "the corpus of real files is not here (SEKISHO_CORPUS)";
    std::map<TextKey, std::string> keys;
    int mails = 0;
    for (const auto& entry : std::filesystem::recursive_directory_iterator(folder)) {
        if (entry.path().extension() != ".eml") continue;
        std::ifstream file(entry.path(), std::ios::binary);
        std::stringstream bytes;
        bytes << file.rdbuf();
        ++mails;
        const TextKey key = scan_mail(bytes.str()).message.text_key;
        if (key != 0) keys.emplace(key, entry.path().filename().string());
    }
    ASSERT_GT(mails, 50);
    int pairs = 0;
    int alike = 0;
    for (auto a = keys.begin(); a != keys.end(); ++a)
        for (auto b = std::next(a); b != keys.end(); ++b, ++pairs)
            if (near_same(a->first, b->first)) {
                ++alike;
                std::cout << a->second << " ~ " << b->second << '\n';
            }
    std::cout << mails << " mails, " << keys.size() << " keys, " << pairs << " pairs, " << alike
              << " alike\n";
    EXPECT_GE(keys.size(), 5u);
    EXPECT_LE(alike, static_cast<int>(keys.size() / 3)) << "one fable stands in several of them";
}

}  // namespace
}  // namespace sekisho::scanner::mail
