// Macros of real documents: folding them loses no string, and hardly ever reaches a limit.
#include <gtest/gtest.h>

#include <algorithm>
#include <array>

#include "base/text.h"
#include "scanner/fold/fold.h"
#include "scanner/office/vba.h"
#include "tests/fixtures/corpus.h"

namespace sekisho::scanner::office {
namespace {

// Functions whose arguments need not stand in what they give.
bool rewrites(std::string_view line) {
    constexpr std::array<std::string_view, 14> words{"replace", "split", "strreverse", "mid",    "left",
                                                     "right",   "lcase", "ucase",      "trim",   "len",
                                                     "asc",     "instr", "array",      "string("};
    return std::ranges::any_of(words, [&](std::string_view word) {
        return base::find_ignoring_case(line, word) != std::string_view::npos;
    });
}

// The literals of a line as they stand between their quotes, read here and not by the code under test;
// comments end it.
std::vector<std::string> literals(std::string_view line) {
    std::vector<std::string> out;
    for (std::size_t at = 0; at < line.size() && line[at] != '\''; ++at) {
        if (line[at] != '"') continue;
        std::string text;
        for (++at; at < line.size(); ++at) {
            if (line[at] == '"' && (at + 1 == line.size() || line[at + 1] != '"')) break;
            if (line[at] == '"') text.push_back(line[at++]);
            text.push_back(line[at]);
        }
        if (at == line.size()) break;  // not closed
        out.push_back(std::move(text));
    }
    return out;
}

TEST(MacroFoldCorpus, NoStringIsLost) {
    std::size_t modules = 0;
    std::size_t strings = 0;
    const std::string corpus = fixtures::corpus_directory(SEKISHO_SOURCE_DIR);
    if (corpus.empty()) GTEST_SKIP() << "the corpus of real documents is not here";
    for (const fixtures::CorpusFile& file : fixtures::corpus_files(corpus, {"vba", "vba-stub"})) {
        const std::string bytes = fixtures::read_whole_file(file.path);
        auto cfb = Cfb::open(base::as_bytes(bytes));
        if (!cfb) continue;
        Budget budget({}, 1U << 30);
        for (const VbaProject& project : read_vba(*cfb, base::as_bytes(bytes), budget).projects) {
            for (const VbaModule& module : project.modules) {
                ++modules;
                const fold::FoldResult folded = fold::fold(module.source, fold::Language::vba);
                EXPECT_FALSE(folded.incomplete) << file.path << " " << module.name;
                const std::string all = fold::recovered_text(folded) + folded.text;
                for (const std::string_view line : base::split(module.source, '\n')) {
                    if (rewrites(line) || line.find("Rem ") != std::string_view::npos) continue;
                    for (const std::string& literal : literals(line)) {
                        ++strings;
                        EXPECT_NE(all.find(literal), std::string::npos)
                            << file.path << " " << module.name << ": " << literal;
                    }
                }
            }
        }
    }
    EXPECT_GT(modules, 100U);
    EXPECT_GT(strings, 100U);
}

}  // namespace
}  // namespace sekisho::scanner::office
