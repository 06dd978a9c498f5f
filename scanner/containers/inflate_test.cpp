#include "scanner/containers/inflate.h"

#include <gtest/gtest.h>
#include <zlib.h>

#include <random>
#include <string>
#include <vector>

#include "scanner/containers/crc32.h"
#include "scanner/containers/zip_decode.h"

namespace sekisho::scanner::containers {
namespace {

struct Result {
    Inflated state = Inflated::damaged;
    std::string bytes;
    bool operator==(const Result&) const = default;
};

Result inflated(std::string_view packed, std::size_t step = 1u << 20) {
    Result out;
    std::size_t at = 0;
    const auto source = [&] {
        const std::string_view piece = packed.substr(at, step);
        at += piece.size();
        return base::as_bytes(piece);
    };
    out.state = inflate(source, [&](base::Bytes bytes) {
        out.bytes += base::as_text(bytes);
        return true;
    });
    return out;
}

enum class Kind : std::uint8_t { stored, fixed, dynamic };

std::string deflated(std::string_view text, Kind kind) {
    z_stream z{};
    const int level = kind == Kind::stored ? 0 : 9;
    deflateInit2(&z, level, Z_DEFLATED, -MAX_WBITS, 8, kind == Kind::fixed ? Z_FIXED : Z_DEFAULT_STRATEGY);
    std::string out(deflateBound(&z, text.size()) + 64, '\0');
    std::string in(text);
    z.next_in = reinterpret_cast<Bytef*>(in.data());  // NOLINT: zlib takes nothing else
    z.avail_in = static_cast<uInt>(in.size());
    z.next_out = reinterpret_cast<Bytef*>(out.data());  // NOLINT
    z.avail_out = static_cast<uInt>(out.size());
    EXPECT_EQ(deflate(&z, Z_FINISH), Z_STREAM_END);
    out.resize(z.total_out);
    deflateEnd(&z);
    return out;
}

// What zlib makes of a stream: the independent reader.
Result by_zlib(std::string_view packed) {
    Result out;
    z_stream z{};
    inflateInit2(&z, -MAX_WBITS);
    std::string in(packed);
    std::string piece(4'096, '\0');
    z.next_in = reinterpret_cast<Bytef*>(in.data());  // NOLINT
    z.avail_in = static_cast<uInt>(in.size());
    int state = Z_OK;
    while (state == Z_OK) {
        z.next_out = reinterpret_cast<Bytef*>(piece.data());  // NOLINT
        z.avail_out = static_cast<uInt>(piece.size());
        state = ::inflate(&z, Z_NO_FLUSH);
        out.bytes.append(piece, 0, piece.size() - z.avail_out);
    }
    out.state = state == Z_STREAM_END ? Inflated::whole : Inflated::damaged;
    inflateEnd(&z);
    return out;
}

std::string words(std::size_t count) {
    std::mt19937 random(3);
    std::string out;
    for (std::size_t i = 0; i < count; ++i)
        out += "word" + std::to_string(random() % 500) + (i % 9 == 0 ? "\n" : " ");
    return out;
}

std::vector<std::string> streams() {
    std::vector<std::string> out;
    for (const Kind kind : {Kind::stored, Kind::fixed, Kind::dynamic}) {
        for (const std::string& text :
             {std::string(), std::string("a"), words(3'000), std::string(200'000, '\0')})
            out.push_back(deflated(text, kind));
    }
    return out;
}

TEST(Inflate, UnfoldsEachKindOfBlock) {
    for (const Kind kind : {Kind::stored, Kind::fixed, Kind::dynamic}) {
        for (const std::string& text :
             {std::string(), std::string("a"), words(3'000), std::string(200'000, '\0')}) {
            const Result wanted{Inflated::whole, text};
            EXPECT_TRUE(inflated(deflated(text, kind)) == wanted);
            EXPECT_TRUE(inflated(deflated(text, kind), 1) == wanted) << "one byte at a time";
            EXPECT_TRUE(inflated(deflated(text, kind) + "what stands behind") == wanted);
        }
    }
}

TEST(Inflate, StreamsWithoutTheirEndAreDamaged) {
    for (const std::string& packed : streams()) {
        const std::string whole = inflated(packed).bytes;
        const std::size_t step = packed.size() / 300 + 1;
        for (std::size_t cut = 0; cut < packed.size(); cut += step) {
            const Result part = inflated(packed.substr(0, cut));
            EXPECT_EQ(part.state, Inflated::damaged) << cut;
            EXPECT_TRUE(whole.starts_with(part.bytes));
        }
    }
}

TEST(Inflate, StopsWhereTheSinkHasEnough) {
    const std::string packed = deflated(std::string(1u << 20, 'x'), Kind::dynamic);
    std::size_t got = 0;
    const auto sink = [&](base::Bytes bytes) { return (got += bytes.size()) < 100'000; };
    EXPECT_EQ(inflate(source_of(base::as_bytes(packed)), sink), Inflated::refused);
    EXPECT_LT(got, 300'000u);
}

// Broken streams come to an end for one library where they do for the other, with the same bytes.
TEST(InflateProperty, AgreesWithZlib) {
    std::mt19937 random(7);
    std::size_t whole = 0;
    for (const std::string& packed : streams()) {
        for (int i = 0; i < 300; ++i) {
            std::string bent = packed;
            const std::size_t reach =
                std::min<std::size_t>(bent.size(), random() % 2 == 0 ? 200 : bent.size());
            bent[random() % reach] ^= static_cast<char>(1u << (random() % 8));
            const Result wanted = by_zlib(bent);
            const Result found = inflated(bent);
            ASSERT_EQ(found.state, wanted.state);
            whole += wanted.state == Inflated::whole;
            ASSERT_TRUE(wanted.state != Inflated::whole || found.bytes == wanted.bytes);
            const std::size_t least = std::min(found.bytes.size(), wanted.bytes.size());
            ASSERT_TRUE(found.bytes.substr(0, least) == wanted.bytes.substr(0, least));
            ASSERT_LE(wanted.bytes.size() - least, 512u) << "what was decoded before the break is handed on";
        }
    }
    EXPECT_GT(whole, 100u);
}

TEST(Crc32, IsThatOfZip) {
    EXPECT_EQ(crc32_of(base::as_bytes("123456789")), 0xCBF43926u);
    EXPECT_EQ(crc32_of(base::as_bytes("56789"), crc32_of(base::as_bytes("1234"))), 0xCBF43926u);
    EXPECT_EQ(crc32_of({}), 0u);
}

}  // namespace
}  // namespace sekisho::scanner::containers
