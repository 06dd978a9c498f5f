#include "quarantine/correspondence.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <fstream>
#include <sstream>

#include "base/text.h"
#include "config/installation.h"
#include "store/testing.h"

namespace sekisho::quarantine {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;

const PublicDomains& shipped() {
    static const PublicDomains list = PublicDomains::load({config::shipped_public_domains()}).value();
    return list;
}

std::vector<std::string> texts(const std::vector<Address>& list) {
    std::vector<std::string> out;
    for (const Address& address : list)
        out.push_back(address.text);
    return out;
}

TEST(Addresses, AreComparedInLowerCaseEachOnce) {
    EXPECT_THAT(texts(addresses_of({"Tanaka@Example.CO.JP", "tanaka@example.co.jp.", "t+x@example.com", "",
                                    "a", "@b.c", "a@", "a@.", std::string(330, 'a') + "@b.c", "\"a@b\"@c.d",
                                    "佐藤@例え.JP"})),
                ElementsAre("tanaka@example.co.jp", "t+x@example.com", "\"a@b\"@c.d", "佐藤@例え.jp"));
}

struct SenderCase {
    const char* name;
    model::Direction direction;
    const char* mail_from;
    std::vector<std::string> from;
    std::vector<std::string> addresses;
    std::vector<std::string> domains;
};
class SenderTable : public testing::TestWithParam<SenderCase> {};
TEST_P(SenderTable, Counts) {
    const SenderCase& c = GetParam();
    const Senders senders = senders_of(
        {.direction = c.direction, .mail_from = c.mail_from, .from = c.from, .recipients = {}}, shipped());
    EXPECT_EQ(texts(senders.addresses), c.addresses);
    EXPECT_EQ(senders.domains, c.domains);
}
constexpr auto inbound = model::Direction::inbound;
INSTANTIATE_TEST_SUITE_P(
    Table, SenderTable,
    testing::Values(
        SenderCase{"plain", inbound, "a@firm.co.jp", {"A@Firm.co.jp"}, {"a@firm.co.jp"}, {"firm.co.jp"}},
        SenderCase{
            "internal", model::Direction::internal, "a@firm.jp", {"a@firm.jp"}, {"a@firm.jp"}, {"firm.jp"}},
        SenderCase{"outbound", model::Direction::outbound, "a@firm.jp", {"a@firm.jp"}, {}, {}},
        SenderCase{"null_sender", inbound, "", {"a@firm.jp"}, {}, {}},
        SenderCase{"no_address", inbound, "root", {"root"}, {}, {}},
        SenderCase{"bounce_address",
                   inbound,
                   "bounce-1@mail.firm.jp",
                   {"a@firm.jp"},
                   {"bounce-1@mail.firm.jp", "a@firm.jp"},
                   {"mail.firm.jp", "firm.jp"}},
        SenderCase{"not_aligned", inbound, "a@evil.com", {"boss@firm.jp"}, {"a@evil.com"}, {}},
        SenderCase{"one_of_two_not_aligned",
                   inbound,
                   "a@evil.com",
                   {"a@evil.com", "boss@firm.jp"},
                   {"a@evil.com"},
                   {}},
        SenderCase{"from_is_junk", inbound, "a@firm.jp", {"a@firm.jp", "junk"}, {"a@firm.jp"}, {}},
        SenderCase{"no_from", inbound, "a@firm.jp", {}, {"a@firm.jp"}, {}},
        SenderCase{"four_from",
                   inbound,
                   "a@f.jp",
                   {"a@f.jp", "b@f.jp", "c@f.jp", "d@f.jp"},
                   {"a@f.jp", "b@f.jp", "c@f.jp", "d@f.jp"},
                   {"f.jp"}},
        SenderCase{"five_from",
                   inbound,
                   "a@f.jp",
                   {"a@f.jp", "b@f.jp", "c@f.jp", "d@f.jp", "e@f.jp"},
                   {"a@f.jp"},
                   {}},
        SenderCase{"public_provider", inbound, "a@gmail.com", {"a@gmail.com"}, {"a@gmail.com"}, {}},
        SenderCase{
            "stranger_of_the_same_provider", inbound, "a@gmail.com", {"b@gmail.com"}, {"a@gmail.com"}, {}},
        SenderCase{"below_a_provider", inbound, "a@x.ocn.ne.jp", {"a@x.ocn.ne.jp"}, {"a@x.ocn.ne.jp"}, {}},
        SenderCase{"registry_as_sender", inbound, "a@co.jp", {"boss@firm.co.jp"}, {"a@co.jp"}, {}}),
    [](const auto& row) { return row.param.name; });

TEST(PublicDomainsList, HoldsWhatMattersAndNoFirms) {
    for (const char* domain :
         {"gmail.com",   "yahoo.co.jp",      "docomo.ne.jp",   "ezweb.ne.jp",    "i.softbank.jp",
          "au.com",      "d.vodafone.ne.jp", "outlook.com",    "outlook.jp",     "icloud.com",
          "nifty.com",   "x.ocn.ne.jp",      "jcom.zaq.ne.jp", "qq.com",         "163.com",
          "naver.com",   "mail.ru",          "web.de",         "orange.fr",      "libero.it",
          "comcast.net", "uol.com.br",       "bigpond.com",    "rediffmail.com", "hinet.net"})
        EXPECT_TRUE(shipped().contains(domain)) << domain;
    for (const char* domain : {"example.co.jp", "toyota.co.jp", "co.jp", "ne.jp", "jp", "com", "notgmail.com",
                               "gmail.com.example.com", "go.jp", "", "ac.jp", "ntt.com", "kddi.com"})
        EXPECT_FALSE(shipped().contains(domain)) << domain;
    EXPECT_GT(shipped().size(), 700U);
}

TEST(PublicDomainsList, IsTidy) {
    std::ifstream file(config::shipped_public_domains());
    std::size_t lines = 0;
    for (std::string line; std::getline(file, line);) {
        if (line.empty() || line.starts_with('#')) continue;
        ++lines;
        EXPECT_EQ(line, base::to_lower(base::trim(line)));
        EXPECT_FALSE(shipped().contains(line.substr(line.find('.') + 1))) << line << " stands below another";
    }
    EXPECT_EQ(lines, shipped().size()) << "a domain stands twice";
}

class PublicDomainsTest : public testing::Test {
protected:
    testing_help::TempFolder folder_;
    std::string path_ = folder_.path() + "/list";

    base::Result<PublicDomains> load(const std::string& text) const {
        std::ofstream(path_, std::ios::binary) << text;
        return PublicDomains::load({path_});
    }
    std::string fault(const std::string& text) const {
        const auto loaded = load(text);
        return loaded ? "" : loaded.error().message;
    }
};

TEST_F(PublicDomainsTest, ReadsLinesCommentsAndCase) {
    const auto list = load("# head\r\n\n Example.COM  # why\r\nb.example.net\n").value();
    EXPECT_EQ(list.size(), 2U);
    EXPECT_TRUE(list.contains("example.com"));
    EXPECT_TRUE(list.contains("a.b.example.net"));
    EXPECT_FALSE(list.contains("example.net"));
    EXPECT_EQ(load("").value().size(), 0U);
    EXPECT_EQ(load("last.example").value().size(), 1U) << "without a line end";
}

TEST_F(PublicDomainsTest, SaysWhichLineIsWrong) {
    for (const char* line :
         {"com", "a@b.c", "a..b", ".example.com", "example.com.", "a b.c", "*.b.c", "http://a.b", "a\x01.b"})
        EXPECT_THAT(fault("ok.example\n" + std::string(line) + "\n"), HasSubstr(path_ + ":2: ")) << line;
    EXPECT_EQ(load("com").error().cause, base::Cause::invalid);
    EXPECT_EQ(load(std::string(2U << 20, '\n')).error().cause, base::Cause::limit);
    EXPECT_EQ(PublicDomains::load({folder_.path() + "/none"}).error().cause, base::Cause::io);
    EXPECT_THAT(fault("ok.example\n"), IsEmpty());
}

}  // namespace
}  // namespace sekisho::quarantine
