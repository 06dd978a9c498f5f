#include "scanner/office/opc_content_types.h"

#include <gtest/gtest.h>

#include <deque>
#include <random>
#include <string>
#include <vector>

#include "scanner/testing.h"

namespace sekisho::scanner::office {
namespace {

const std::string compound = "\xD0\xCF\x11\xE0\xA1\xB1\x1A\xE1" + std::string(512, '\0');

// A package with one part beside its list of types.
class Package {
public:
    Package(std::string list, std::string name, std::string content) {
        add("[Content_Types].xml", std::move(list));
        add(std::move(name), std::move(content));
    }
    std::string judged() {
        TestExtraction extraction;
        judge_content_types(test_part({}), parts_, extraction);
        for (const model::Finding& finding : extraction.findings().all()) {
            if (finding.id == "office.content-type") return finding.evidence;
        }
        return {};
    }

private:
    void add(std::string name, std::string content) {
        kept_.push_back(std::move(content));
        parts_.push_back(test_part(base::as_bytes(kept_.back()), std::move(name)));
    }
    std::deque<std::string> kept_;
    std::vector<Part> parts_;
};

std::string types(const std::string& rows) {
    return "<?xml version=\"1.0\"?><Types "
           "xmlns=\"http://schemas.openxmlformats.org/package/2006/content-types\">" +
           rows + "</Types>";
}

TEST(ContentTypes, AreHeldAgainstTheBytes) {
    const std::string png = types("<Default Extension=\"png\" ContentType=\"image/png\"/>");
    const std::string project = "application/vnd.ms-office.vbaProject";
    const struct {
        const char* name;
        std::string list;
        std::string part;
        std::string content;
        bool lies;
    } cases[] = {
        {"picture", png, "word/media/image1.png", "\x89PNG\r\n\x1A\n", false},
        {"compound file as a picture", png, "word/media/image1.png", compound, true},
        {"program as a picture", png, "word/media/image1.PNG", "MZ\x90", true},
        {"archive as a picture", png, "word/media/image1.png", "PK\x03\x04....", true},
        {"RTF as text", types("<Default Extension=\"txt\" ContentType=\"text/plain\"/>"), "word/a.txt",
         "{\\rtf1}", true},
        {"RTF as what it is", types("<Default Extension=\"rtf\" ContentType=\"text/rtf\"/>"), "word/a.rtf",
         "{\\rtf1}", false},
        {"a list that nobody reads whole", png + std::string(5u << 20, ' '), "word/media/image1.png",
         "\x89PNG", true},
        {"override before default",
         types("<Default Extension=\"png\" ContentType=\"image/png\"/><Override "
               "PartName=\"/word/media/Image1.png\" "
               "ContentType=\"application/vnd.openxmlformats-officedocument.oleObject\"/>"),
         "word/media/image1.png", compound, false},
        {"macros where they belong", types("<Default Extension=\"bin\" ContentType=\"" + project + "\"/>"),
         "word/vbaProject.bin", compound, false},
        {"macros under another name",
         types("<Override PartName=\"/word/styles2.xml\" ContentType=\"" + project + "\"/>"),
         "word/styles2.xml", compound, true},
        {"another prefix",
         "<a:Types xmlns:a=\"x\"><a:Default ContentType='IMAGE/PNG' Extension='PNG'/></a:Types>", "x.png",
         compound, true},
        {"no list of types", "", "x.png", compound, false},
        {"no type", types(""), "x.png", compound, false},
    };
    for (const auto& c : cases)
        EXPECT_EQ(!Package(c.list, c.part, c.content).judged().empty(), c.lies) << c.name;
}

TEST(ContentTypes, NeedAListAndABudget) {
    const std::string content = "x";
    const std::vector<Part> alone{test_part(base::as_bytes(compound), "x.png")};
    TestExtraction extraction;
    judge_content_types(test_part({}), alone, extraction);
    EXPECT_TRUE(extraction.findings().all().empty());
}

TEST(ContentTypesProperty, BrokenListsEnd) {
    const std::string whole = types("<Default Extension=\"png\" ContentType=\"image/png\"/>");
    std::mt19937 random(5);  // NOLINT: the same every time
    for (std::size_t size = 0; size < whole.size(); ++size) {
        const std::string cut = Package(whole.substr(0, size), "x.png", compound).judged();
        EXPECT_EQ(!cut.empty(), size >= whole.find("/>") + 2) << size;
        std::string changed = whole;
        changed[size] = static_cast<char>(random());
        (void)Package(changed, "x.png", compound).judged();
    }
}

}  // namespace
}  // namespace sekisho::scanner::office
