// RAR archives whose members go on with those before them.
#include "scanner/containers/rar3_packer.h"
#include "scanner/containers/rar_test_tools.h"

namespace sekisho::scanner::containers {
namespace {

TEST(Rar, ASolidMemberWithoutItsDictionaryIsDamage) {
    RarWritten other = file("b.txt", true, true, true);
    other.password = "another";
    other.salt = "salt of another!";
    Opened out(rar5({.solid = true}, {file("a.txt", true, true), other, file("c.txt", true, true, true)}));
    EXPECT_EQ(out.whole(), 1u);
    EXPECT_EQ(out.evidence("archive.damaged"), "c.txt: it needs a member that was not read");
    EXPECT_EQ(out.skipped(), 2u);
}

// Each with a salt of its own. The first of a run tells which password opens it, those that go on with it by
// their checksum alone.
std::vector<RarWritten> solid_run(std::initializer_list<const char*> names) {
    Rar3Packer packer;
    packer.tables(Rar3Packer::even_lengths());
    std::vector<RarWritten> out;
    for (const char* name : names) {
        packer.text(plain_of(name));
        out.push_back({.name = name,
                       .plain = packer.plain(),
                       .locked = true,
                       .salt = "salt" + std::to_string(1'000 + out.size()),
                       .solid = !out.empty(),
                       .method = 0x33,
                       .data = packer.finish(false)});
    }
    return out;
}

TEST(Rar, SolidMembersOfRar3OpenByThePasswordBefore) {
    const auto run = solid_run({"a.txt", "b.txt", "c.txt"});
    Opened out(rar3({run[0], run[1], run[2]}), {"not this one", secret});
    EXPECT_EQ(out.whole(), 3u);
    EXPECT_EQ(out.findings(), (std::vector<std::string>{"archive.encrypted", "archive.encrypted.unlocked"}));
    EXPECT_TRUE(out.complete());
    for (const TestChild& child : out.extraction.children)
        EXPECT_EQ(child.spec.unlocked_by, "keyword ja") << child.spec.name;
}

TEST(Rar, SolidMembersOfRar3WithAnotherPasswordStayShut) {
    auto run = solid_run({"a.txt", "b.txt", "c.txt", "d.txt"});
    run[2].password = "another";
    Opened out(rar3({run[0], run[1], run[2], run[3]}));
    EXPECT_EQ(out.whole(), 2u);
    EXPECT_EQ(out.skipped(), 2u);
    EXPECT_EQ(out.evidence("archive.encrypted.unopened"), "2 of 4 members, 1 of 1 passwords tried");
    EXPECT_FALSE(out.has("archive.damaged"));
}

TEST(Rar, DerivationsForSolidMembersAreCharged) {
    const auto run = solid_run({"a.txt", "b.txt", "c.txt"});
    model::ScanLimits limits;
    limits.max_password_cost = 50'000;
    Opened out(rar3({run[0], run[1], run[2]}), {secret}, limits);
    EXPECT_EQ(out.whole(), 2u);
    EXPECT_EQ(out.extraction.budget().reached(), std::vector<std::string>{"limit.passwords"});
}

}  // namespace
}  // namespace sekisho::scanner::containers
