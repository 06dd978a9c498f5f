// For tests of RAR 3's decoder alone.
#pragma once

#include <gtest/gtest.h>

#include <cstdint>
#include <string>
#include <string_view>

#include "model/limits.h"
#include "scanner/containers/rar3_unpack.h"

namespace sekisho::scanner::containers {

struct Rar3Out {
    Rar3Unpacked::State state = Rar3Unpacked::State::whole;
    std::string plain;
    std::string why;
};

// A decoder and what it may spend.
struct Rar3TestDecoder {
    Budget budget;
    Rar3Unpack unpacker{budget};
    std::size_t piece = SIZE_MAX;  // bytes that it gets at a time

    explicit Rar3TestDecoder(const model::ScanLimits& limits = {}) : budget(limits, 1u << 20) {}

    Rar3Out unpack(std::string_view packed, std::uint64_t size, bool solid = false) {
        std::string plain;
        const auto pieces = [this, &packed] {
            const std::string_view next = packed.substr(0, piece);
            packed.remove_prefix(next.size());
            return base::as_bytes(next);
        };
        const Rar3Unpacked out = unpacker.unpack(pieces, size, solid, [&plain](base::Bytes bytes) {
            plain += base::as_text(bytes);
            return true;
        });
        EXPECT_EQ(out.size, plain.size());
        EXPECT_LE(plain.size(), size);
        EXPECT_TRUE(out.state != Rar3Unpacked::State::whole || plain.size() == size);
        return {out.state, std::move(plain), std::string(out.why)};
    }
};

}  // namespace sekisho::scanner::containers
