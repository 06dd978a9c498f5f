// RAR archives, locked and not, that a test writes (rar_writer.h). Real ones are in rar_corpus_test.cpp.
#include <gtest/gtest.h>

#include <functional>
#include <random>

#include "scanner/containers/archive.h"
#include "scanner/containers/blake2sp.h"
#include "scanner/containers/rar_test_tools.h"

namespace sekisho::scanner::containers {
namespace {

struct Case {
    const char* name;
    std::string archive;
    std::size_t whole;  // children that come out
    std::vector<std::string> findings = {"archive.encrypted", "archive.encrypted.unlocked"};
};

std::vector<Case> opened_cases() {
    const RarWritten directory{.name = "sub", .plain = "", .directory = true};
    const RarWritten empty{.name = "", .plain = ""};
    RarWritten other_salt = file("b.txt", true);
    other_salt.salt = "saltsalt";
    RarWritten other_salt5 = file("b.txt", true);
    other_salt5.salt = "another salt too";
    RarWritten untweaked = file("a.txt", true);
    untweaked.tweaked = false;
    return {
        {"rar3", rar3({file("a.txt", true), file("b.txt", true)}), 2},
        {"rar3_hidden", rar3({file("a.txt", true), file("b.txt", true)}, true), 2},
        {"rar3_mixed", rar3({file("a.txt", false), file("b.txt", true), directory}), 2},
        {"rar3_two_salts", rar3({file("a.txt", true), other_salt}), 2},
        {"rar3_plain", rar3({file("a.txt", false), directory, file("b.txt", false)}), 2, {}},
        {"rar5", rar5({}, {file("a.txt", true), file("b.txt", true)}), 2},
        {"rar5_packed", rar5({}, {file("a.txt", true, true), file("b.txt", true, true)}), 2},
        {"rar5_hidden", rar5({.lock_headers = true}, {file("a.txt", true), file("b.txt", true, true)}), 2},
        {"rar5_hidden_with_a_plain_member", rar5({.lock_headers = true}, {file("a.txt", false)}), 1},
        {"rar5_mixed", rar5({}, {file("a.txt", false, true), file("b.txt", true), directory}), 2},
        {"rar5_two_salts", rar5({}, {file("a.txt", true), other_salt5}), 2},
        {"rar5_untweaked", rar5({}, {untweaked}), 1},
        {"rar5_without_check", rar5({.check = Check::absent}, {file("a.txt", true, true)}), 1},
        {"rar5_check_of_no_worth", rar5({.check = Check::bad_sum}, {file("a.txt", true)}), 1},
        {"rar5_check_that_lies", rar5({.check = Check::lying}, {file("a.txt", true, true)}), 1},
        {"rar5_hidden_without_check",
         rar5({.lock_headers = true, .check = Check::absent}, {file("a.txt", true)}), 1},
        {"rar5_solid",
         rar5({.solid = true}, {file("a.txt", true, true), file("b.txt", true, true, true),
                                file("stored.txt", true), file("c.txt", true, true, true)}),
         4},
        {"rar5_solid_plain",
         rar5({.solid = true}, {file("a.txt", false, true), file("b.txt", false, true, true)}),
         2,
         {}},
        {"rar5_plain", rar5({}, {file("a.txt", false), file("b.txt", false, true)}), 2, {}},
        {"rar3_nothing", rar3({}), 0, {}},
        {"rar5_nothing", rar5({}, {}), 0, {}},
    };
}

TEST(Rar, OpensWithThePasswordOfTheMail) {
    for (const Case& row : opened_cases()) {
        Opened out(row.archive, {"wrong", secret, "also wrong"});
        EXPECT_EQ(out.whole(), row.whole) << row.name;
        EXPECT_EQ(out.extraction.children.size(), row.whole) << row.name;
        EXPECT_EQ(out.findings(), row.findings) << row.name << " " << out.evidence("archive.damaged");
        EXPECT_TRUE(out.complete()) << row.name;
        for (const TestChild& child : out.extraction.children) {
            EXPECT_EQ(child.spec.opened_by, is_rar5(row.archive) ? "rar5" : "rar");
            EXPECT_FALSE(child.spec.flags.has(PartFlag::damaged)) << row.name;
            if (!child.spec.flags.has(PartFlag::unlocked)) continue;
            EXPECT_TRUE(child.spec.flags.has(PartFlag::encrypted)) << row.name;
            EXPECT_EQ(child.spec.unlocked_by, "keyword ja") << row.name;
            EXPECT_EQ(child.spec.password, secret) << row.name;  // as UTF-8: it is blotted out of the subject
        }
    }
}

TEST(Rar, TellsWhatNoPasswordOpens) {
    for (const Case& row : opened_cases()) {
        if (row.findings.size() < 2) continue;
        Opened out(row.archive, {"wrong"});
        const bool hidden = std::string_view(row.name).find("hidden") != std::string_view::npos;
        EXPECT_FALSE(out.complete()) << row.name;
        EXPECT_TRUE(out.has("archive.encrypted.unopened")) << row.name;
        EXPECT_NE(out.evidence("archive.encrypted.unopened").find("1 of 1 passwords tried"),
                  std::string::npos)
            << row.name << out.evidence("archive.encrypted.unopened");
        EXPECT_EQ(out.evidence("archive.encrypted"), hidden ? "names are encrypted too" : "") << row.name;
        EXPECT_FALSE(out.has("archive.encrypted.unlocked")) << row.name;
        EXPECT_FALSE(out.has("archive.damaged")) << row.name << out.evidence("archive.damaged");
        // Names and nothing else; what is not locked comes out all the same.
        EXPECT_EQ(out.extraction.children.empty(), hidden) << row.name;
        EXPECT_EQ(out.whole() + out.skipped(), out.extraction.children.size()) << row.name;
        for (const TestChild& child : out.extraction.children)
            EXPECT_EQ(child.skipped, child.spec.flags.has(PartFlag::encrypted)) << row.name;
    }
}

TEST(Rar, NamesWhatIsLocked) {
    const std::string archive = rar3({file("invoice.exe", true)});
    Opened out(archive, {});
    EXPECT_EQ(out.evidence("archive.encrypted.executable"), "invoice.exe");
    EXPECT_EQ(out.evidence("archive.encrypted.unopened"), "1 of 1 members, 0 of 0 passwords tried");
    ASSERT_EQ(out.extraction.children.size(), 1u);
    EXPECT_EQ(out.extraction.children[0].spec.name, "invoice.exe");
}

TEST(Rar, OpensEachMemberWithItsOwnPassword) {
    RarWritten other = file("b.txt", true);
    other.password = "another";
    other.salt = "salt of another!";
    const std::string archive = rar5({}, {file("a.txt", true), other});
    EXPECT_EQ(Opened(archive, {secret, "another"}).whole(), 2u);
    Opened one(archive);
    EXPECT_EQ(one.whole(), 1u);
    EXPECT_EQ(one.evidence("archive.encrypted.unopened"), "1 of 2 members, 1 of 1 passwords tried");
    EXPECT_EQ(one.evidence("archive.encrypted.unlocked"), "1 of 2 members");
}

TEST(Rar, TakesAKeyWhoseChecksumDoesNotHold) {
    RarWritten lies = file("a.txt", true, true);
    lies.crc = 1;
    for (const Check check : {Check::right, Check::absent}) {
        Opened out(rar5({.check = check}, {lies}));
        ASSERT_EQ(out.whole(), 1u);
        EXPECT_TRUE(out.extraction.children[0].spec.flags.has(PartFlag::damaged));
        EXPECT_TRUE(out.extraction.children[0].spec.flags.has(PartFlag::unlocked));
        EXPECT_EQ(out.evidence("archive.damaged"), "a.txt: its checksum does not hold");
    }
    // Any key decrypts what is stored, so there the checksum is all that tells.
    lies.packed = false;
    EXPECT_EQ(Opened(rar5({.check = Check::absent}, {lies})).skipped(), 1u);
}

// Where both are stated, unRAR takes the digest.
TEST(Rar, ComparesTheDigestOfRar5) {
    Blake2sp hash;
    hash.update(base::as_bytes(plain_of("a.txt")));
    const std::string right = hash.finish();
    for (const bool locked : {false, true}) {
        for (const bool tweaked : {false, true}) {
            RarWritten one = file("a.txt", locked, true);
            one.tweaked = tweaked;
            one.blake2 = right;
            Opened out(rar5({}, {one}));
            EXPECT_TRUE(out.complete()) << out.evidence("archive.damaged");
            EXPECT_EQ(out.whole(), 1u);
            one.blake2[31] = static_cast<char>(one.blake2[31] ^ 1);
            EXPECT_EQ(Opened(rar5({}, {one})).evidence("archive.damaged"),
                      "a.txt: its checksum does not hold");
        }
    }
}

TEST(Rar, AMemberThatLiesHidesNoOther) {
    RarWritten lies{.name = "small", .plain = "a", .locked = true, .crc = 1};
    for (const std::string& archive :
         {rar3({lies, file("a.txt", true)}), rar5({.check = Check::absent}, {lies, file("a.txt", true)})}) {
        Opened out(archive);
        EXPECT_EQ(out.whole(), 1u);
        EXPECT_TRUE(out.has("archive.damaged"));
        EXPECT_FALSE(out.has("archive.encrypted.unopened"));
    }
}

TEST(Rar, TriesNothingThatIsTooDear) {
    for (const std::uint8_t log2_rounds : {std::uint8_t{23}, std::uint8_t{24}}) {
        // The writer derives for real, so the number of rounds is put into a cheap archive.
        for (const bool lock_headers : {false, true}) {
            std::string archive =
                rar5({.lock_headers = lock_headers, .check = Check::absent}, {file("a.txt", true)});
            const std::size_t at = archive.find("sixteen bytes of");
            ASSERT_NE(at, archive.npos);
            archive[at - 1] = static_cast<char>(log2_rounds);
            Opened out(archive);
            EXPECT_EQ(out.evidence("archive.encrypted.kdf-cost"),
                      "2^" + std::to_string(log2_rounds) + " rounds");
            EXPECT_TRUE(out.has("archive.encrypted.unopened"));
            EXPECT_EQ(out.whole(), 0u);
        }
    }
    model::ScanLimits cheap;
    cheap.max_kdf_ms = 1;
    Opened out(rar3({file("a.txt", true)}), {secret}, cheap);
    EXPECT_EQ(out.evidence("archive.encrypted.kdf-cost"), "2^18 rounds");
}

TEST(Rar, NoNumberOfRoundsIsTriedBeyondTheLimit) {
    const std::string cheap = rar5({.check = Check::absent}, {file("a.txt", true), file("b.txt", true)});
    const std::size_t at = cheap.find("sixteen bytes of");
    for (const int rounds : {25, 31, 32, 63, 64, 127, 255}) {
        std::string archive = cheap;
        archive[at - 1] = static_cast<char>(rounds);
        Opened out(archive);
        EXPECT_TRUE(out.has("archive.encrypted.kdf-cost")) << rounds;
        EXPECT_EQ(out.whole(), 1u) << rounds;  // the sibling, whose own lock is cheap
    }
}

TEST(Rar, EndsWithTheBudgetForPasswords) {
    model::ScanLimits limits;
    limits.max_password_cost = 50'000;
    Opened out(rar3({file("a.txt", true)}), {"a", "b", "c", "d", secret}, limits);
    EXPECT_EQ(out.extraction.budget().reached(), std::vector<std::string>{"limit.passwords"});
    EXPECT_EQ(out.evidence("archive.encrypted.unopened"), "1 of 1 members, 2 of 5 passwords tried");
}

TEST(Rar, LongPasswordsOfRar3CostWhatTheyTake) {
    model::ScanLimits limits;
    limits.max_password_cost = 200'000;
    const std::string first(100, 'x');
    const std::string second(100, 'y');
    Opened out(rar3({file("a.txt", true)}), {first.c_str(), second.c_str(), secret}, limits);
    // Those that cost too much are passed over; the short one behind them still has its turn.
    EXPECT_EQ(out.extraction.budget().reached(), std::vector<std::string>{"limit.passwords"});
    EXPECT_EQ(out.whole(), 1u);
}

TEST(Rar, TellsWhatNoDecoderReads) {
    RarWritten old = file("old.txt", false);
    old.method = 0x33;
    old.version = 20;
    RarWritten method = file("method.txt", false);
    method.method = 0x36;
    RarWritten old_lock = file("lock.txt", true);
    old_lock.version = 20;
    Opened out(rar3({file("a.txt", false), old, method, old_lock}));
    EXPECT_EQ(out.evidence("archive.unsupported"), "old.txt and 1 more");
    EXPECT_EQ(out.evidence("archive.encrypted.unopened"), "1 of 4 members");
    EXPECT_EQ(out.whole(), 1u);
    EXPECT_EQ(out.skipped(), 3u);
    old.method = 0x30;  // stored is stored in any version
    EXPECT_EQ(Opened(rar3({old})).whole(), 1u);
}

TEST(Rar, AVolumeIsNoWhole) {
    RarWritten goes_on = file("b.txt", true);
    goes_on.more_flags = 0x02;
    Opened three(rar3({file("a.txt", true), goes_on}));
    EXPECT_EQ(three.evidence("archive.damaged"), "one volume of several");
    EXPECT_EQ(three.whole(), 2u);
    goes_on.more_flags = 0x10;
    Opened five(rar5({}, {file("a.txt", true), goes_on}));
    EXPECT_EQ(five.evidence("archive.damaged"), "one volume of several");
    RarWritten from_before = file("b.txt", true);
    from_before.more_flags = 0x08;
    Opened behind(rar5({}, {from_before, file("a.txt", true)}));
    EXPECT_EQ(behind.evidence("archive.member-skipped"), "b.txt");
    EXPECT_EQ(behind.whole(), 1u);
}

// 7-Zip shows a link of a RAR 3 as a file that holds what it leads to, whatever that is.
TEST(Rar, ALinkThatHasBytesIsAFile) {
    RarWritten sly = file("a.txt", true);
    sly.link = true;
    EXPECT_EQ(Opened(rar3({sly})).whole(), 1u);
    EXPECT_EQ(Opened(rar5({}, {sly})).whole(), 1u);
    RarWritten link{.name = "a.txt", .plain = "", .link = true};
    EXPECT_EQ(Opened(rar5({}, {link})).skipped(), 1u);
}

TEST(Rar, ADirectoryThatHasBytesIsAFile) {
    RarWritten sly = file("a.txt", true);
    sly.directory = true;
    EXPECT_EQ(Opened(rar3({sly})).whole(), 1u);
    EXPECT_EQ(Opened(rar5({}, {sly})).whole(), 1u);
}

TEST(Rar, EmptyMembersNeedNoPassword) {
    const RarWritten empty{.name = "empty", .plain = "", .locked = true};
    for (const std::string& archive : {rar3({empty}), rar5({}, {empty})}) {
        Opened out(archive, {});
        ASSERT_EQ(out.extraction.children.size(), 1u);
        EXPECT_FALSE(out.extraction.children[0].skipped);
        EXPECT_TRUE(out.extraction.children[0].spec.flags.has(PartFlag::encrypted));
        EXPECT_TRUE(out.complete());
    }
}

}  // namespace
}  // namespace sekisho::scanner::containers
