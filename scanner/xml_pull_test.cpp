#include "scanner/xml_pull.h"

#include <gmock/gmock.h>

#include <random>
#include <string>
#include <vector>

namespace sekisho::scanner {
namespace {

using std::string_literals::operator""s;
using testing::ElementsAre;
using Token = XmlPull::Token;

// "<name", ">name" and "=text" for each token.
std::vector<std::string> tokens_of(std::string_view text) {
    std::vector<std::string> out;
    XmlPull xml(text);
    for (Token token = xml.next(); token != Token::end; token = xml.next()) {
        out.push_back(token == Token::text
                          ? "=" + xml.text()
                          : (token == Token::start_tag ? "<" : ">") + std::string(xml.name()));
    }
    return out;
}

TEST(XmlPull, TagsAndTexts) {
    EXPECT_THAT(tokens_of("<?xml version='1.0'?><a><b x='1'/>t &amp; u<!-- <c> --></a >"),
                ElementsAre("<a", "<b", ">b", "=t & u", ">a"));
    EXPECT_THAT(tokens_of("<a><![CDATA[<b>&amp;]]></a>"), ElementsAre("<a", "=<b>&amp;", ">a"));
    EXPECT_THAT(tokens_of("plain"), ElementsAre("=plain"));
    EXPECT_THAT(tokens_of("<a\n x=\">\" y='<'>z"), ElementsAre("<a", "=z"));
    EXPECT_THAT(tokens_of(""), ElementsAre());
}

TEST(XmlPull, References) {
    EXPECT_EQ(xml_decoded("&lt;&gt;&quot;&apos;&amp;"), "<>\"'&");
    EXPECT_EQ(xml_decoded("&#104;&#x74;&#X74;p"), "http");
    EXPECT_EQ(xml_decoded("&#x3042;&#x1F600;&#233;"), "\u3042\U0001F600\u00E9");
    for (const char* kept : {"&nbsp;", "&x", "&", "&;", "&#;", "&#xD800;", "&#x110000;", "&#0;", "&#12a;"})
        EXPECT_EQ(xml_decoded(kept), kept);
}

TEST(XmlPull, Attributes) {
    XmlPull xml("<r:Rel  Target = \"http&#58;//x\" w:TargetMode='External' Id=\"a=b\" Empty=''/>");
    ASSERT_EQ(xml.next(), Token::start_tag);
    EXPECT_EQ(xml.name(), "r:Rel");
    EXPECT_EQ(xml.local_name(), "Rel");
    EXPECT_EQ(xml.attribute("Target"), "http://x");
    EXPECT_EQ(xml.attribute("TargetMode"), "External");
    EXPECT_EQ(xml.attribute("Id"), "a=b");
    EXPECT_EQ(xml.attribute("Empty"), "");
    EXPECT_EQ(xml.attribute("target"), std::nullopt);
    EXPECT_FALSE(xml.damaged());
}

TEST(XmlPull, NoDocumentTypeIsRead) {
    XmlPull xml("<!DOCTYPE a [<!ENTITY x \"http://evil\">]><a>&x;</a>");
    ASSERT_EQ(xml.next(), Token::start_tag);
    EXPECT_TRUE(xml.has_doctype());
    ASSERT_EQ(xml.next(), Token::text);
    EXPECT_EQ(xml.text(), "&x;");
}

TEST(XmlPull, DamageIsPassedOver) {
    for (const char* text : {"<a <b>x</b>", "<!-- <b>", "<a", "<a x='>", "<![CDATA[x", "<?xml"}) {
        XmlPull xml(text);
        while (xml.next() != Token::end) {
        }
        EXPECT_TRUE(xml.damaged()) << text;
    }
    EXPECT_THAT(tokens_of("<a <b>x</b>"), ElementsAre("<b", "=x", ">b"));
    EXPECT_THAT(tokens_of("<a '" + std::string(70'000, 'x') + "<b/>").size(), 3u);
}

TEST(XmlText, Encodings) {
    const std::string ascii = "<?xml version='1.0'?><a>x</a>";
    std::string little;
    std::string big;
    for (const char c : ascii) {
        little += {c, '\0'};
        big += {'\0', c};
    }
    for (const std::string& bytes :
         {ascii, "\xEF\xBB\xBF" + ascii, "\xFF\xFE" + little, little, "\xFE\xFF" + big, big}) {
        EXPECT_EQ(XmlText(base::as_bytes(bytes)).view(), ascii);
    }
    const std::string sjis = "<?xml version=\"1.0\" encoding=\"Shift_JIS\"?><a>\x82\xA0</a>";
    EXPECT_TRUE(XmlText(base::as_bytes(sjis)).view().ends_with("<a>\u3042</a>"));
    for (const std::string& odd : {"<?xml encoding=\"utf-16\"?>"s, "<?xml encoding=\"none\"?>"s,
                                   "<?xml encoding"s, "<?xml encoding=\""s, ""s})
        EXPECT_EQ(XmlText(base::as_bytes(odd)).view(), odd);
}

// Whatever the bytes: each token takes some, and no text grows.
TEST(XmlPull, AnyBytes) {
    constexpr std::string_view pieces[] = {"<",    ">",   "<a",        "/>",  "'",     "\"", "=",
                                           "<!--", "-->", "<![CDATA[", "]]>", "<?",    "?>", "<!",
                                           "[",    "]",   "&#",        ";",   "&amp;", "x",  " "};
    std::mt19937 random(7);
    for (int round = 0; round < 3'000; ++round) {
        std::string text;
        for (auto count = random() % 40; count > 0; --count)
            text += pieces[random() % std::size(pieces)];
        XmlPull xml(text);
        std::size_t tokens = 0;
        for (Token token = xml.next(); token != Token::end; token = xml.next()) {
            ASSERT_LE(++tokens, text.size() + 1) << text;
            if (token == Token::start_tag) (void)xml.attribute("x");
            if (token == Token::text) {
                ASSERT_LE(xml.text().size(), text.size());
            }
        }
    }
}

}  // namespace
}  // namespace sekisho::scanner
