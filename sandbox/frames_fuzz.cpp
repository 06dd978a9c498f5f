// The stream that a child sends: the first byte says in which pieces it arrives.
#include <algorithm>
#include <cstdint>

#include "sandbox/answer.h"

namespace {

class Nobody final : public sekisho::sandbox::PartReceiver {
public:
    bool begin(const sekisho::model::PartSummary&) override { return true; }
    bool data(sekisho::base::Bytes) override { return true; }
    bool end() override { return true; }
};

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    using namespace sekisho;
    if (size == 0) return 0;
    const std::size_t step = std::size_t{data[0]} + 1;
    base::Bytes input = std::as_bytes(std::span(data, size)).subspan(1);
    model::ScanRequest request{.id = 1, .want_parts = true};
    Nobody nobody;
    sandbox::Answer answer(request, &nobody);
    sandbox::FrameReader reader;
    while (!input.empty()) {
        const std::span<std::byte> room = reader.room();
        const base::Bytes piece = base::head(input, std::min(step, room.size()));
        std::ranges::copy(piece, room.begin());
        reader.received(piece.size());
        input = input.subspan(piece.size());
        for (;;) {
            const auto frame = reader.next();
            if (!frame) return 0;
            if (!*frame) break;
            if (!answer.take(**frame)) return 0;
        }
    }
    return 0;
}
