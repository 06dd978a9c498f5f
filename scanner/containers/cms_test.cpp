#include "scanner/containers/cms.h"

#include <gtest/gtest.h>

#include "base/base64.h"
#include "scanner/testing.h"
#include "tests/fixtures/mutate.h"

namespace sekisho::scanner::containers {
namespace {

using namespace std::string_literals;

std::string element(char tag, const std::string& content) {
    std::string out(1, tag);
    if (content.size() < 0x80) {
        out += static_cast<char>(content.size());
    } else {
        out += '\x82';
        out += static_cast<char>(content.size() >> 8);
        out += static_cast<char>(content.size() & 0xFFu);
    }
    return out + content;
}
std::string unended(char tag, const std::string& content) { return tag + "\x80"s + content + "\0\0"s; }
std::string oid(const std::string& arcs) { return element(6, "\x2A\x86\x48\x86\xF7\x0D\x01" + arcs); }

std::string content_info(const std::string& arcs, const std::string& content) {
    return element('\x30', oid(arcs) + element('\xA0', content));
}
std::string signed_data(const std::string& encapsulated) {
    return content_info("\x07\x02", element('\x30', element(2, "\x01") + element('\x31', "") + encapsulated +
                                                        element('\xA0', std::string(200, 'c'))));
}
std::string opaque() {
    return signed_data(
        element('\x30', oid("\x07\x01") + element('\xA0', element(4, "Content-Type: text/plain"))));
}
std::string detached() { return signed_data(element('\x30', oid("\x07\x01"))); }
std::string enveloped() { return content_info("\x07\x03", element('\x30', std::string(300, 'x'))); }
std::string unended_signed(bool content) {
    const std::string inside =
        unended('\x30', oid("\x07\x01") + (content ? unended('\xA0', unended('\x24', "")) : ""));
    const std::string data = element(2, "\x01") + element('\x31', "") + inside;
    return unended('\x30', oid("\x07\x02") + unended('\xA0', unended('\x30', data)));
}
std::string lines_of(const std::string& der) {
    std::string out;
    const std::string text = base::base64_encode(base::as_bytes(der));
    for (std::size_t at = 0; at < text.size(); at += 64)
        out += text.substr(at, 64) + "\r\n";
    return out;
}
std::string pem(const std::string& der) {
    return "-----BEGIN PKCS7-----\r\n" + lines_of(der) + "-----END PKCS7-----\r\n";
}

struct Case {
    std::string name;
    std::string bytes;
    CmsKind kind;
};
class Cms : public testing::TestWithParam<Case> {};
TEST_P(Cms, IsTold) { EXPECT_EQ(cms_kind(base::as_bytes(GetParam().bytes)), GetParam().kind); }

INSTANTIATE_TEST_SUITE_P(
    Kinds, Cms,
    testing::Values(
        Case{"enveloped", enveloped(), CmsKind::locked},
        Case{"enveloped_ber", unended('\x30', oid("\x07\x03") + unended('\xA0', "")), CmsKind::locked},
        Case{"enveloped_cut_behind_its_type", enveloped().substr(0, 15), CmsKind::locked},
        Case{"enveloped_length_of_a_gigabyte", "\x30\x84\x40\0\0\0"s + oid("\x07\x03"), CmsKind::locked},
        Case{"encrypted", content_info("\x07\x06", ""), CmsKind::locked},
        Case{"auth_enveloped", content_info("\x09\x10\x01\x17", ""), CmsKind::locked},
        Case{"compressed", content_info("\x09\x10\x01\x09", ""), CmsKind::packed},
        Case{"opaque", opaque(), CmsKind::opaque}, Case{"detached", detached(), CmsKind::detached},
        Case{"opaque_ber", unended_signed(true), CmsKind::opaque},
        Case{"detached_ber", unended_signed(false), CmsKind::detached},
        Case{"signed_and_cut", opaque().substr(0, 20), CmsKind::opaque},
        Case{"pem", pem(enveloped()), CmsKind::locked},
        Case{"pem_detached", pem(detached()), CmsKind::detached},
        Case{"base64_alone", lines_of(opaque()), CmsKind::opaque},
        Case{"certificate", element('\x30', element('\x30', "\xA0\x03\x02\x01\x02")), CmsKind::none},
        Case{"another_oid", element('\x30', element(6, "\x55\x04\x03")), CmsKind::none},
        Case{"data", content_info("\x07\x01", ""), CmsKind::none},
        Case{"cut", enveloped().substr(0, 9), CmsKind::none}, Case{"empty", "", CmsKind::none},
        Case{"text", "MIME is not base64 of a sequence.", CmsKind::none}),
    [](const auto& info) { return info.param.name; });

std::string finding_of(const std::string& bytes) {
    TestExtraction extraction;
    const Part part = test_part(base::as_bytes(bytes), "smime.p7m");
    cms_format.open(part, extraction);
    const auto& all = extraction.findings().all();
    return all.empty() ? "" : all[0].id;
}

TEST(CmsFormat, WhatIsNotReadIsAFinding) {
    EXPECT_EQ(finding_of(enveloped()), "mime.encrypted.unopened");
    EXPECT_EQ(finding_of(content_info("\x09\x10\x01\x09", "")), "mime.signed.unread");
    EXPECT_EQ(finding_of(opaque()), "");
    EXPECT_EQ(finding_of(detached()), "");
    EXPECT_TRUE(model::find_finding("mime.encrypted.unopened")->incomplete);
    EXPECT_TRUE(model::find_finding("mime.signed.unread")->incomplete);
}

const std::string plain = "Content-Type: text/plain";

std::string signed_octets(const std::string& octets) {
    return signed_data(element('\x30', oid("\x07\x01") + element('\xA0', octets)));
}

// What comes out of each way to write the same octets.
TEST(CmsContent, ComesOut) {
    const std::string pieces = element(4, "Content-Type") + element(4, "") + element(4, ": text/plain");
    const std::string nested = element('\x24', element(4, "Content-") + unended('\x24', element(4, "Type"))) +
                               unended('\x24', unended('\x24', element(4, ": text/")) + element(4, "plain"));
    for (const std::string& octets : {element(4, plain), element('\x24', pieces), unended('\x24', pieces),
                                      element('\x24', nested), unended('\x24', nested)}) {
        for (const std::string& bytes : {signed_octets(octets), pem(signed_octets(octets))}) {
            TestExtraction extraction;
            cms_format.open(test_part(base::as_bytes(bytes), "a.pdf.p7m"), extraction);
            ASSERT_EQ(extraction.children.size(), 1u);
            if (bytes.starts_with("-")) {
                EXPECT_EQ(extraction.children[0].text(), signed_octets(octets));
                continue;
            }
            EXPECT_EQ(extraction.children[0].text(), plain);
            EXPECT_EQ(extraction.children[0].spec.name, "a.pdf");
            EXPECT_TRUE(extraction.findings().all().empty());
        }
    }
}

TEST(CmsContent, WhatIsMissingIsTold) {
    for (const std::string& octets : {element(4, plain), unended('\x24', element(4, plain))}) {
        const std::string bytes = content_info(
            "\x07\x02", element('\x30', element(2, "\x01") + element('\x31', "") +
                                            element('\x30', oid("\x07\x01") + element('\xA0', octets))));
        for (std::size_t size = 20; size < bytes.size(); ++size) {
            TestExtraction extraction;
            cms_format.open(test_part(base::as_bytes(bytes.substr(0, size))), extraction);
            const bool whole = !extraction.children.empty() && extraction.children[0].text() == plain;
            EXPECT_TRUE(whole || extraction.findings().has("mime.signed.unread")) << size;
        }
    }
    EXPECT_EQ(finding_of(signed_octets(element('\x30', "no octets"))), "mime.signed.unread");
}

TEST(CmsProperty, CutsAndFlipsAreRead) {
    for (const std::string& bytes :
         {opaque(), detached(), enveloped(), unended_signed(true), pem(opaque())}) {
        for (std::size_t size = 0; size < bytes.size(); ++size)
            (void)cms_kind(base::as_bytes(bytes.substr(0, size)));
        for (std::uint32_t seed = 1; seed <= 500; ++seed)
            (void)finding_of(fixtures::mutate(bytes, seed));
    }
}

}  // namespace
}  // namespace sekisho::scanner::containers
