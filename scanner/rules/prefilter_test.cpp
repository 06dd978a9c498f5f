#include "scanner/rules/prefilter.h"

#include <gtest/gtest.h>

#include <random>

#include "scanner/rules/rule_set.h"
#include "scanner/rules/testing.h"
#include "scanner/rules/yara_engine.h"

namespace sekisho::scanner::rules {
namespace {

CompiledRules compiled(const std::string& source) {
    static const bool initialised = load_yara({}).has_value();
    EXPECT_TRUE(initialised);
    const std::vector<RuleFile> files{{"test.yar", source}};
    auto rules = compile(files, [](const RuleText&) { return true; });
    EXPECT_TRUE(rules) << rules.error().message;
    return std::move(rules).value();
}

bool may(const std::optional<Prefilter>& filter, std::string_view text) {
    return filter.value().may_match(Stretches(base::as_bytes(text)));
}

TEST(Prefilter, FindsEachKindOfStringWhereverItStands) {
    const struct {
        const char* string;
        std::string text;
    } cases[] = {
        {R"("needle")", "needle"},
        {R"("needle" nocase)", "NeEdLe"},
        {R"("needle" wide)", std::string("n\0e\0e\0d\0l\0e\0", 12)},
        {R"("needle" wide ascii nocase)", std::string("N\0E\0e\0d\0l\0e\0", 12)},
        {R"("ab")", "ab"},
        {R"("needle" fullword)", "needle"},
        {R"("needle" xor)", "oddemd"},
        {R"("needle" base64)", "bmVlZGxl"},
        {R"({ DE AD BE EF })", "\xDE\xAD\xBE\xEF"},
        {R"({ DE AD [2-8] BE EF })", "\xDE\xAD...\xBE\xEF"},
        {R"({ DE ?D ( BE | AA BB ) })", "\xDE\xED\xAA\xBB"},
        {R"(/ne{2}d[a-z]{1,3}le/)", "needxyle"},
        {R"(/(ab|cd)ef/)", "cdef"},
    };
    for (const auto& c : cases) {
        const auto rules = compiled("rule x { strings: $a = " + std::string(c.string) + " condition: $a }");
        const auto filter = Prefilter::of(*rules);
        ASSERT_TRUE(filter) << c.string;
        EXPECT_TRUE(may(filter, c.text)) << c.string;
        EXPECT_TRUE(may(filter, std::string(1'001, ' ') + c.text)) << c.string;
        EXPECT_TRUE(may(filter, c.text + std::string(1'001, ' '))) << c.string;
        EXPECT_FALSE(may(filter, std::string(1'001, ' '))) << c.string;
        EXPECT_FALSE(may(filter, "")) << c.string;
        EXPECT_FALSE(may(filter, c.text.substr(0, 1))) << c.string;
    }
}

TEST(Prefilter, FindsWhatBeginsWithinPadding) {
    const auto rules = compiled("rule x { strings: $a = \"ab\" condition: $a }");
    const auto filter = Prefilter::of(*rules);
    ASSERT_TRUE(filter);
    for (std::size_t length = 1; length < 300; ++length) {
        const std::string padding(length, 'a');
        EXPECT_TRUE(may(filter, padding + 'b')) << length;
        EXPECT_TRUE(may(filter, '-' + padding + 'b' + padding)) << length;
        EXPECT_FALSE(may(filter, padding + '-' + padding)) << length;
    }
}

TEST(Prefilter, IsNoneWhereItCouldBeWrongOrIdle) {
    for (const char* source : {
             "rule x { strings: $a = \"a\" condition: $a }",            // one byte
             "rule x { strings: $a = { 01 ?? ?? 02 } condition: $a }",  // no longer atom
             "rule x { strings: $a = /[a-z]+/ condition: $a }",         // none at all
             "global rule g { condition: true } rule x { strings: $a = \"needle\" condition: $a }",
         }) {
        EXPECT_FALSE(Prefilter::of(*compiled(source))) << source;
    }
    // Each pair of letters begins an atom, with each other pair behind it: more than are worth the look.
    std::string many;
    for (int rule = 0; rule < 12; ++rule) {
        many += "rule x" + std::to_string(rule) + " { strings:\n";
        for (int i = 0; i < 5'000; ++i) {
            const int n = rule * 5'000 + i;
            std::string word;
            for (int left = n, k = 0; k < 4; ++k, left /= 26)
                word += static_cast<char>('a' + left % 26);
            many += "$s" + std::to_string(i) + " = \"" + word + "\"\n";
        }
        many += "condition: any of them }\n";
    }
    EXPECT_FALSE(Prefilter::of(*compiled(many))) << "too many atoms";
}

TEST(Prefilter, PlainStringsAreComparedWhole) {
    const auto rules = compiled(
        R"(rule x { strings: $a = "needle in hay" $b = "Wide words" wide nocase $c = { 00 11 22 33 44 55 }
                    condition: any of them })");
    const auto filter = Prefilter::of(*rules);
    for (const char* text : {"needle", "needle in ha", "eedle in hay", "needle in hax", "wide words"})
        EXPECT_FALSE(may(filter, text)) << text;
    EXPECT_TRUE(may(filter, "a needle in hay."));
    EXPECT_TRUE(may(filter, std::string("w\0I\0d\0e\0 \0w\0o\0r\0d\0s\0", 20)));
    EXPECT_FALSE(may(filter, std::string("w\0I\0d\0e\0 \0w\0o\0r\0d\0s", 19)));
    EXPECT_FALSE(may(filter, std::string_view("\x00\x11\x22\x33\x44\x56", 6)));
    EXPECT_TRUE(may(filter, std::string_view("\x00\x11\x22\x33\x44\x55", 6)));
}

TEST(Prefilter, GivesUpWhereComparingWouldBeTheWork) {
    const auto repeated = [](std::size_t times) {
        std::string out;
        for (std::size_t i = 0; i < times; ++i)
            out += "abcd";
        return out;
    };
    const auto rules = compiled("rule x { strings: $a = \"" + repeated(250) + "aa\" condition: $a }");
    const auto filter = Prefilter::of(*rules);
    EXPECT_FALSE(may(filter, repeated(10)));
    EXPECT_TRUE(may(filter, repeated(1u << 18))) << "quadratic";
}

// Whatever libyara finds in noise and in words put into noise, the filter lets through.
TEST(Prefilter, NeverHidesAMatch) {
    std::mt19937 random(7);  // NOLINT(*-msc51-cpp): the same every time
    const auto below = [&](std::size_t limit) { return random() % limit; };
    int matches = 0, spared = 0;
    for (int round = 0; round < 60; ++round) {
        // A small alphabet: strings overlap, are prefixes of each other, and turn up by chance.
        const std::string alphabet = round % 2 == 0 ? "abcd" : "abcdefghijklmnopqrstuvwxyz0123456789";
        const auto word = [&] {
            std::string out;
            for (std::size_t i = 0, n = 4 + below(6); i < n; ++i)
                out += alphabet[below(alphabet.size())];
            return out;
        };
        std::vector<std::string> words;
        std::string source = "rule x { strings:\n";
        const char* const kinds[] = {"", " nocase", " wide", " wide ascii", " fullword"};
        // Few atoms are looked for in another way than many.
        for (int i = 0, strings = round % 3 == 0 ? 60 : 12; i < strings; ++i) {
            words.push_back(word());
            source += "$s" + std::to_string(i) + " = \"" + words.back() + "\"" + kinds[below(5)] + "\n";
        }
        words.push_back(word());
        source += "$r = /" + words.back() + "[0-9]{1,3}/\ncondition: any of them }";
        const CompiledRules rules = compiled(source);
        const auto filter = Prefilter::of(*rules);
        if (!filter) continue;
        const RuleDir dir;
        dir.write("all.yar",
                  source.substr(0, source.size() - 1) + " or filesize < 0 }");  // no filter for this
        const auto reference = load_yara(dir.list()).value();
        for (int text = 0; text < 40; ++text) {
            std::string bytes;
            for (std::size_t i = 0, n = below(300); i < n; ++i)
                bytes += below(3) == 0 ? static_cast<char>(random()) : alphabet[below(alphabet.size())];
            if (below(2) == 0) bytes.insert(below(bytes.size() + 1), words[below(words.size())] + "7");
            Findings found(10);
            reference->scan(Stretches(base::as_bytes(bytes)), {}, 0, std::chrono::seconds(10), found);
            const bool let_through = may(filter, bytes);
            ASSERT_TRUE(let_through || found.all().empty()) << source;
            matches += found.all().empty() ? 0 : 1;
            spared += let_through ? 0 : 1;
        }
    }
    EXPECT_GT(matches, 100);
    EXPECT_GT(spared, 100);
}

}  // namespace
}  // namespace sekisho::scanner::rules
