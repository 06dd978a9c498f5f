// Whole mails as people and programs write them: tests/passwords/, whose README.md says how a record is
// written.
#include <gtest/gtest.h>

#include <algorithm>
#include <array>
#include <filesystem>
#include <fstream>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "base/charset.h"
#include "base/text.h"
#include "scanner/testing.h"
#include "scanner/text_of.h"
#include "scanner/unlock/candidates.h"

namespace sekisho::scanner::unlock {
namespace {

constexpr std::size_t tries = 10;  // the right password is to be among this many

struct Mail {
    std::string name;
    std::vector<std::string> passwords;  // none: the mail tells none
    std::vector<std::string> files;
    std::string subject;
    std::string date;
    std::string charset = "utf-8";
    bool is_html = false;
    std::string text;
};

struct Exception {
    std::string_view mail;
    std::string_view why;
};

// Mails with a password that is not among the first ten.
constexpr std::array not_found_yet{
    Exception{"ja-rule-romaji-name", "a name in Han whose Latin form only a reader knows"},
    Exception{"ja-rule-birthday", "a rule that only the recipient can follow"},
};

// Mails without a password that give a candidate behind a keyword all the same.
constexpr std::array not_silent_yet{
    Exception{"ja-silent-minimum-in-words", "a word behind a linking word, as passwords are told"},
};

bool read_field(std::string_view line, Mail& mail) {
    const std::size_t colon = line.find(": ");
    if (colon == line.npos) return false;
    const std::string_view key = line.substr(0, colon);
    const std::string value(line.substr(colon + 2));
    if (key == "password") {
        mail.passwords.push_back(value);
    } else if (key == "file") {
        mail.files.push_back(value);
    } else if (key == "subject") {
        mail.subject = value;
    } else if (key == "date") {
        mail.date = value;
    } else if (key == "charset") {
        mail.charset = value;
    } else if (key == "is" && value == "html") {
        mail.is_html = true;
    } else {
        return false;
    }
    return true;
}

void read_mails(const std::filesystem::path& path, std::vector<Mail>& out) {
    std::ifstream file(path);
    bool in_fields = false;
    bool in_record = false;
    for (std::string line; std::getline(file, line);) {
        if (line.starts_with("@@ ")) {
            out.push_back({.name = line.substr(3)});
            in_record = in_fields = true;
        } else if (in_fields && line.empty()) {
            in_fields = false;
        } else if (in_fields) {
            EXPECT_TRUE(read_field(line, out.back())) << path << ": " << out.back().name << ": " << line;
        } else if (in_record) {
            out.back().text += line + "\r\n";
        }
    }
}

std::vector<Mail> all_mails() {
    std::vector<std::filesystem::path> paths;
    for (const auto& entry : std::filesystem::directory_iterator(SEKISHO_SOURCE_DIR "/tests/passwords")) {
        if (entry.path().extension() == ".txt") paths.push_back(entry.path());
    }
    std::ranges::sort(paths);
    std::vector<Mail> mails;
    for (const auto& path : paths)
        read_mails(path, mails);
    return mails;
}

// What a scan harvests, in its order: subject, text, names of attachments.
std::vector<PasswordCandidate> candidates_of(const Mail& mail) {
    const auto stored = base::from_utf8(mail.text, mail.charset);
    if (!stored) {
        ADD_FAILURE() << mail.name << ": the text has no place in " << mail.charset;
        return {};
    }
    Part part = test_part(base::as_bytes(*stored));
    part.type = mail.is_html ? "text/html" : "text/plain";
    part.charset = mail.charset;
    Passwords found;
    found.set_date(mail.date);
    if (!mail.subject.empty()) harvest_subject(mail.subject, found);
    harvest_text(text_of(part), {}, found);
    for (const std::string& name : mail.files)
        harvest_file_name(name, found);
    return found.ranked();
}

std::size_t rank_of(const std::vector<PasswordCandidate>& ranked, std::string_view password) {
    const auto at = std::ranges::find(ranked, password, &PasswordCandidate::text);
    return static_cast<std::size_t>(at - ranked.begin());
}

std::string listing(const std::vector<PasswordCandidate>& ranked) {
    std::string out;
    for (std::size_t i = 0; i < ranked.size() && i < 2 * tries; ++i)
        out += ranked[i].label() + ": " + ranked[i].text + "\n";
    return out;
}

template <std::size_t n>
bool is_exception(const std::array<Exception, n>& list, std::string_view mail) {
    return std::ranges::find(list, mail, &Exception::mail) != list.end();
}

TEST(Mails, PasswordIsAmongTheFirstTen) {
    std::vector<std::size_t> ranks;
    for (const Mail& mail : all_mails()) {
        if (mail.passwords.empty()) continue;
        const auto ranked = candidates_of(mail);
        bool found = true;
        for (const std::string& password : mail.passwords) {
            const std::size_t rank = rank_of(ranked, password);
            found = found && rank < std::min(tries, ranked.size());
            if (rank < ranked.size()) ranks.push_back(rank + 1);
        }
        EXPECT_NE(found, is_exception(not_found_yet, mail.name)) << mail.name << "\n" << listing(ranked);
    }
    ASSERT_FALSE(ranks.empty());
    std::ranges::sort(ranks);
    RecordProperty("passwords", std::to_string(ranks.size()));
    RecordProperty("found_at_once", std::to_string(std::ranges::count(ranks, 1u)));
    RecordProperty("tries_median", std::to_string(ranks[ranks.size() / 2]));
    RecordProperty("tries_worst", std::to_string(ranks.back()));
}

// Candidates behind keywords are remembered across mails: what is none would crowd out what is one.
TEST(Mails, WithoutAPasswordGiveNoneBehindAKeyword) {
    for (const Mail& mail : all_mails()) {
        if (!mail.passwords.empty()) continue;
        const auto ranked = candidates_of(mail);
        const bool silent = ranked.empty() || ranked.front().source != PasswordSource::keyword;
        EXPECT_NE(silent, is_exception(not_silent_yet, mail.name)) << mail.name << "\n" << listing(ranked);
    }
}

TEST(Mails, TableIsWhole) {
    std::set<std::string> names;
    std::size_t telling = 0;
    std::size_t japanese = 0;
    std::size_t silent = 0;
    for (const Mail& mail : all_mails()) {
        EXPECT_TRUE(names.insert(mail.name).second) << mail.name << " is there twice";
        EXPECT_FALSE(base::trim(mail.text).empty()) << mail.name;
        if (mail.passwords.empty()) {
            ++silent;
            continue;
        }
        ++telling;
        if (mail.name.starts_with("ja-")) ++japanese;
    }
    EXPECT_GE(telling, 180u);
    EXPECT_GE(japanese, 110u);
    EXPECT_GE(silent, 30u);
    for (const Exception& row : not_found_yet)
        EXPECT_TRUE(names.contains(std::string(row.mail))) << row.mail;
    for (const Exception& row : not_silent_yet)
        EXPECT_TRUE(names.contains(std::string(row.mail))) << row.mail;
}

}  // namespace
}  // namespace sekisho::scanner::unlock
