#include "scanner/containers/arj_unpack.h"

#include <utility>

#include "scanner/containers/crc32.h"
#include "scanner/containers/lzh_unpack.h"

namespace sekisho::scanner::containers {

namespace {

using base::Bytes;
using State = ArjUnpacked::State;

constexpr std::size_t window_bytes = 26'624;
constexpr unsigned least_match = 3;
constexpr LzhMethod huffman{.window = window_bytes, .distance_codes = 17, .count_bits = 5};

// Method 4: numbers in a few bits, as many of them as ones stand before.
class Fixed {
public:
    explicit Fixed(LzhBits& in) : in_(in) {}

    bool step(LzhWindow& out) {
        const unsigned length = number(0, 7);
        if (length == 0) {
            out.put(static_cast<std::byte>(in_.take(8)));
            return true;
        }
        return out.copy(number(9, 13) + 1u, length - 1 + least_match);
    }

private:
    unsigned number(unsigned least_bits, unsigned most_bits) {
        unsigned base = 0;
        unsigned bits = least_bits;
        for (; bits < most_bits && in_.take(1) == 1; ++bits)
            base += 1u << bits;
        return base + in_.take(bits);
    }

    LzhBits& in_;
};

// All of it, as ARJ and 7-Zip hand it on, whatever the header says of its size.
LzhUnpacked unpack_stored(const ArjPacked& packed, unlock::ArjGarble key, const LzhSink& sink) {
    LzhWindow out(window_bytes, false, packed.data.size(), sink);
    for (const std::byte byte : packed.data) {
        if (!out.wants_more()) break;
        out.put(key.decrypt(byte));
    }
    return out.finish(packed.data.size() != packed.size);
}

LzhUnpacked unpack_fixed(const ArjPacked& packed, unlock::ArjGarble key, const LzhSink& sink) {
    LzhBits in(packed.data, std::move(key));
    LzhWindow out(window_bytes, false, packed.size, sink);
    return run_lzh(Fixed(in), in, out);
}

// In the order of the enumeration of LzhUnpacked.
constexpr State state_of(LzhUnpacked::State state) { return static_cast<State>(state); }
static_assert(state_of(LzhUnpacked::State::refused) == State::refused);

}  // namespace

ArjUnpacked unpack_arj(const ArjPacked& packed, unlock::ArjGarble key, const LzhSink& sink) {
    if (packed.method > 4) return {.state = State::unsupported};
    ArjUnpacked out;
    const LzhSink checked = [&](Bytes bytes) {
        out.crc = crc32_of(bytes, out.crc);
        return sink(bytes);
    };
    const LzhUnpacked plain = packed.method == 0 ? unpack_stored(packed, std::move(key), checked)
                              : packed.method == 4
                                  ? unpack_fixed(packed, std::move(key), checked)
                                  : unpack_lzh(huffman, packed.data, packed.size, std::move(key), checked);
    out.state = state_of(plain.state);
    return out;
}

}  // namespace sekisho::scanner::containers
