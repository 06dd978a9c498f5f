// The model of PPMd, against 7-Zip's encoder: its models are the same, and its range coder's stream is turned
// into one of RAR's, which unar reads as well.
#include "scanner/containers/rar3_ppmd.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <random>

#include "scanner/containers/rar3_packer.h"
#include "scanner/containers/rar3_test_tools.h"
#include "scanner/containers/test_tools.h"

namespace sekisho::scanner::containers {
namespace {

using Step = Rar3Ppmd::Step;

// What RAR's decoder takes apart.
class RarRangeEncoder {
public:
    void put(std::uint32_t from, std::uint32_t size, std::uint32_t total) {
        range_ /= total;
        low_ += from * range_;
        range_ *= size;
        while ((low_ ^ (low_ + range_)) < 1u << 24 || range_ < 1u << 15) {
            if ((low_ ^ (low_ + range_)) >= 1u << 24) range_ = (0 - low_) & 0x7FFFu;
            shift();
            range_ <<= 8;
        }
    }
    std::string finish() {
        for (int i = 0; i < 4; ++i)
            shift();
        return out_;
    }

private:
    void shift() {
        out_.push_back(static_cast<char>(low_ >> 24));
        low_ <<= 8;
    }
    std::uint32_t low_ = 0;
    std::uint32_t range_ = 0xFFFFFFFF;
    std::string out_;
};

// 7-Zip's range coder, of which every step is also written as RAR has it.
class Transcoder final : public PpmdCoder {
public:
    explicit Transcoder(std::string_view coded)
        : in_([coded]() mutable { return base::as_bytes(std::exchange(coded, {})); }) {
        EXPECT_EQ(in_.byte(), 0);
        code_ = in_.take(32);
    }
    std::optional<std::uint32_t> place(std::uint32_t total) override {
        range_ /= total_ = total;
        return code_ / range_;
    }
    void take(std::uint32_t from, std::uint32_t size) override {
        out_.put(from, size, total_);
        code_ -= from * range_;
        range_ *= size;
        normalise();
    }
    std::optional<bool> is_first(std::uint32_t first, std::uint32_t total) override {
        const std::uint32_t bound = range_ / total * first;
        const bool is = code_ < bound;
        out_.put(is ? 0 : first, is ? first : total - first, total);
        code_ -= is ? 0 : bound;
        range_ = is ? bound : range_ - bound;
        normalise();
        return is;
    }
    bool ended() const override { return in_.ended(); }
    std::string as_rar() { return out_.finish(); }

private:
    void normalise() {
        for (; range_ < 1u << 24; range_ <<= 8)
            code_ = code_ << 8 | in_.byte();
    }
    Rar3Bits in_;
    std::uint32_t code_ = 0;
    std::uint32_t range_ = 0xFFFFFFFF;
    std::uint32_t total_ = 1;
    RarRangeEncoder out_;
};

// The packed stream of a 7z with one file and plain headers begins behind its first header. 7-Zip takes no
// more memory than sixteen times the file: where that is less, the model must not become full.
std::string packed_by_7zip(const std::string& plain, unsigned order, unsigned megabytes) {
    const Scratch scratch;
    scratch.write("plain", plain);
    scratch.run("7zz a -t7z -mhc=off -m0=PPMd:mem=" + std::to_string(megabytes) +
                "m:o=" + std::to_string(order) + " a.7z plain");
    const std::string archive = scratch.read("a.7z");
    const std::size_t memory = archive.rfind(std::string("\3\4\1\5") + static_cast<char>(order)) + 5;
    std::uint32_t bytes = 0;
    for (unsigned i = 4; i-- > 0;)
        bytes = bytes << 8 | static_cast<unsigned char>(archive.at(memory + i));
    EXPECT_TRUE(bytes == megabytes << 20 || plain.size() < 5'000) << bytes;
    return archive.substr(32);
}

// A block as RAR packs it: with an `order` of up to 16, or of those by threes from there to 64.
std::string block(const std::string& plain, unsigned order, unsigned megabytes) {
    model::ScanLimits limits;
    limits.max_time = std::chrono::hours(1);
    Budget budget(limits, 1u << 20);
    Rar3Ppmd model(budget);
    EXPECT_TRUE(model.open(order, megabytes));
    const std::string coded = packed_by_7zip(plain, order, megabytes);
    Transcoder coder(coded);
    std::string out;
    while (out.size() < plain.size()) {
        std::uint8_t byte = 0;
        if (model.decode(coder, byte) != Step::byte) break;
        out.push_back(static_cast<char>(byte));
    }
    EXPECT_EQ(sha256_of(out), sha256_of(plain)) << order << " " << megabytes;
    const unsigned field = order <= 16 ? order - 1 : 15 + (order - 16) / 3;
    return std::string{static_cast<char>(0xA0 | field), static_cast<char>(megabytes - 1)} + coder.as_rar();
}

const std::string end_of_file = "\2\2";

// Words that come again and numbers that do not, without the byte 2.
std::string material(unsigned seed, std::size_t size) {
    std::mt19937 random(seed);
    const std::string words = sample_text(20'000);
    std::string out;
    while (out.size() < size) {
        if (random() % 3 == 0) {
            for (std::size_t n = random() % 40; n > 0; --n)
                out.push_back(static_cast<char>(3 + random() % 253));
        } else {
            out += words.substr(random() % words.size(), random() % 60);
        }
    }
    out.resize(size);
    std::ranges::replace(out, '\2', '\3');
    return out;
}

// The memory is full many times over: blocks are glued, and the model begins anew.
TEST(Rar3Ppmd, ReadsWhatOthersEncode) {
    for (const unsigned order : {2u, 5u, 16u, 31u}) {
        for (const unsigned megabytes : {1u, 4u}) {
            const std::string plain = material(order, 270'000);
            const std::string packed = block(plain + end_of_file, order, megabytes);
            const Rar3Out out = Rar3TestDecoder().unpack(packed, plain.size());
            EXPECT_EQ(out.state, Rar3Unpacked::State::whole) << order << " " << megabytes;
            EXPECT_EQ(sha256_of(out.plain), sha256_of(plain)) << order << " " << megabytes;
            if (megabytes == 1) expect_unar_reads({{packed, plain}});
        }
    }
}

struct Escape {
    const char* name;
    std::string coded;
    std::string plain;
};

TEST(Rar3Ppmd, ReadsEscapes) {
    using std::string_literals::operator""s;
    const std::string text = "a text that stands before the rest of it";  // 40 bytes
    const Escape rows[] = {
        {"the byte itself", "one\2\1two\2\1", "one\2two\2"},
        {"a match", text + "\2\4\0\0\x26\0"s, text + text.substr(0, 32)},
        {"a match that runs over itself", "ab\2\4\0\0\0\1"s, "ab" + "ababababababababababababababababa"s},
        {"a run", "x\2\5\6", "xxxxxxxxxxx"},
    };
    for (const Escape& row : rows) {
        const std::string packed = block(row.coded + end_of_file, 4, 1);
        const Rar3Out out = Rar3TestDecoder().unpack(packed, row.plain.size());
        EXPECT_EQ(out.plain, row.plain) << row.name;
        EXPECT_EQ(out.state, Rar3Unpacked::State::whole) << row.name;
        expect_unar_reads({{packed, row.plain}});
    }
    EXPECT_EQ(Rar3TestDecoder().unpack(block("ab\2\4\0\0\1\1\2\2"s, 4, 1), 99).state,
              Rar3Unpacked::State::damaged);
}

// Blocks of both kinds in one member, and a filter that is defined within a model.
TEST(Rar3Ppmd, TakesTurnsWithCodes) {
    using std::string_literals::operator""s;
    Rar3Packer packer;
    packer.tables(Rar3Packer::even_lengths());
    packer.text("codes first, ");
    packer.new_block();
    packer.model_block(block("then a model\2\0"s, 6, 1), "then a model");
    packer.tables(Rar3Packer::even_lengths(), true);
    packer.match(25, 5);
    const std::string plain = packer.plain();
    EXPECT_EQ(plain, "codes first, then a modelcodes");
    const std::string packed = packer.finish();
    EXPECT_EQ(Rar3TestDecoder().unpack(packed, plain.size()).plain, plain);
    expect_unar_reads({{packed, plain}});
}

TEST(Rar3Ppmd, DefinesFilters) {
    const Rar3Packer::Filter delta{
        .length = 4, .program = rar3_program(29, 0x0E06077D), .number = 1, .registers = {1}};
    const std::string definition = Rar3Packer::definition(delta);
    ASSERT_EQ(definition.find('\2'), definition.npos);
    const std::string packed = block("\2\3" + definition + "\1\1\1\1!" + end_of_file, 6, 1);
    const std::string plain = "\xFF\xFE\xFD\xFC!";
    EXPECT_EQ(Rar3TestDecoder().unpack(packed, plain.size()).plain, plain);
    expect_unar_reads({{packed, plain}});
}

TEST(Rar3Ppmd, KeepsNothingOnceItIsBroken) {
    Budget budget({}, 1u << 20);
    Rar3Ppmd model(budget);
    const auto first_bytes = [&model](std::string_view coded) {
        Rar3Bits bits([&coded] { return base::as_bytes(std::exchange(coded, {})); });
        Rar3RangeDecoder coder(bits);
        coder.start();
        std::string out;
        std::uint8_t byte = 0;
        while (model.decode(coder, byte) == Step::byte)
            out.push_back(static_cast<char>(byte));
        EXPECT_FALSE(model.is_open());
        return out;
    };
    EXPECT_EQ(first_bytes("some bytes"), "");  // there is no model
    ASSERT_TRUE(model.open(8, 1));
    const std::string out = first_bytes("some bytes of no coder");
    EXPECT_FALSE(out.empty());
    EXPECT_EQ(first_bytes("some bytes of no coder"), "");
    ASSERT_TRUE(model.open(8, 2));
    EXPECT_EQ(first_bytes("some bytes of no coder"), out);
    ASSERT_TRUE(model.open(8, 2));
    model.close();
    EXPECT_EQ(first_bytes("some bytes of no coder"), "");
}

// However much an archive asks for, it is charged as it is used, and given back.
TEST(Rar3Ppmd, MemoryIsChargedAsItGrows) {
    const std::string small = block(material(1, 2'000) + end_of_file, 8, 4);
    const std::string large = block(material(1, 270'000) + end_of_file, 8, 4);
    model::ScanLimits limits;
    limits.max_resident_bytes = 3u << 20;
    Rar3TestDecoder decoder(limits);
    for (int round = 0; round < 10; ++round)
        EXPECT_EQ(decoder.unpack(small, 2'000).state, Rar3Unpacked::State::whole);
    EXPECT_EQ(decoder.unpack(large, 270'000).state, Rar3Unpacked::State::refused);
    EXPECT_EQ(decoder.budget.reached(), std::vector<std::string>{"limit.memory"});
    EXPECT_EQ(decoder.unpack(small, 2'000).state, Rar3Unpacked::State::whole);
}

TEST(Rar3Ppmd, StepsAreCharged) {
    const std::string packed = block(material(1, 70'000) + end_of_file, 31, 1);
    model::ScanLimits limits;
    limits.max_steps = 1'000'000;
    Rar3TestDecoder decoder(limits);
    EXPECT_EQ(decoder.unpack(packed, 70'000).state, Rar3Unpacked::State::refused);
    EXPECT_EQ(decoder.budget.reached(), std::vector<std::string>{"limit.steps"});
}

// Models that begin anew in six bytes each.
TEST(Rar3Ppmd, BlocksWithoutEndAreCharged) {
    using std::string_literals::operator""s;
    const std::string one = block("\2\0"s, 4, 1);
    std::string all;
    for (int i = 0; i < 2'000; ++i)
        all += one;
    EXPECT_EQ(Rar3TestDecoder().unpack(all, 10).state, Rar3Unpacked::State::damaged);
    model::ScanLimits limits;
    limits.max_steps = 1'000'000;
    Rar3TestDecoder decoder(limits);
    EXPECT_EQ(decoder.unpack(all, 10).state, Rar3Unpacked::State::refused);
}

TEST(Rar3Ppmd, CutAndBent) {
    const std::string plain = material(5, 500);
    const std::string packed = block(plain + end_of_file, 6, 1);
    std::mt19937 random(6);
    for (std::size_t at = 0; at < packed.size(); ++at) {
        const Rar3Out cut = Rar3TestDecoder().unpack(packed.substr(0, at), plain.size());
        EXPECT_TRUE(cut.state == Rar3Unpacked::State::damaged || cut.plain == plain) << at;
        EXPECT_TRUE(plain.starts_with(cut.plain)) << at;
        std::string bent = packed;
        bent[at] = static_cast<char>(bent[at] ^ 1 << random() % 8);
        (void)Rar3TestDecoder().unpack(bent, plain.size());
    }
}

// One code over and over: one symbol without end, or escapes down to the root each time.
TEST(Rar3Ppmd, CodesOfOneByteOverAndOver) {
    for (const char byte : {'\0', '\1', '\x7F', '\x80', '\xFE', '\xFF'}) {
        for (const char order : {'\xA1', '\xBF'}) {
            const std::string packed = std::string{order, '\0'} + std::string(2'000, byte);
            const Rar3Out out = Rar3TestDecoder().unpack(packed, 1u << 20);
            EXPECT_TRUE(out.state != Rar3Unpacked::State::whole || out.plain.size() == 1u << 20);
        }
    }
}

}  // namespace
}  // namespace sekisho::scanner::containers
