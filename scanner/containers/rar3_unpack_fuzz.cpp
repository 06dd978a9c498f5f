#include <algorithm>
#include <cstdlib>
#include <span>

#include "scanner/containers/crc32.h"
#include "scanner/containers/rar3_unpack.h"

extern "C" int LLVMFuzzerTestOneInput(const unsigned char* data, std::size_t size);

// Three members of a solid run come out the same when their bytes come one by one, never with more bytes than
// are said, and whole only with all of them. All memory is given back.
extern "C" int LLVMFuzzerTestOneInput(const unsigned char* data, std::size_t size) {
    namespace containers = sekisho::scanner::containers;
    using sekisho::base::Bytes;
    if (size < 2) return 0;
    const std::uint64_t said = std::uint64_t{1} << (data[0] % 20);
    const Bytes input = std::as_bytes(std::span(data, size)).subspan(2);
    const std::size_t part = std::max<std::size_t>(1, data[1] * input.size() / 256);
    sekisho::model::ScanLimits limits;
    limits.max_resident_bytes = 64u << 20;
    limits.max_steps = 20'000'000;
    const auto run = [&](std::size_t piece) {
        sekisho::scanner::Budget budget(limits, size);
        std::uint32_t crc = 0;
        {
            containers::Rar3Unpack unpacker(budget);
            Bytes left = input;
            for (int member = 0; member < 3; ++member) {
                Bytes packed = sekisho::base::head(left, member == 2 ? left.size() : part);
                left = left.subspan(packed.size());
                std::uint64_t made = 0;
                const auto pieces = [&] {
                    const Bytes next = sekisho::base::head(packed, piece);
                    packed = packed.subspan(next.size());
                    return next;
                };
                const auto out = unpacker.unpack(pieces, said, member > 0, [&](Bytes bytes) {
                    crc = containers::crc32_of(bytes, crc);
                    made += bytes.size();
                    return true;
                });
                const bool whole = out.state == containers::Rar3Unpacked::State::whole;
                if (made > said || made != out.size || (whole && made != said)) std::abort();
            }
        }
        if (budget.reached().empty() && !budget.spend_resident(limits.max_resident_bytes)) std::abort();
        return crc;
    };
    if (run(SIZE_MAX) != run(1)) std::abort();
    return 0;
}
