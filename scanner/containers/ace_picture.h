// The mode of ACE 2.0 for pictures: rows of bytes in planes, each byte what it differs by from one that was
// predicted from its neighbours. No description of it exists: what acefile reads is the format.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <vector>

#include "scanner/budget.h"
#include "scanner/containers/ace_sound.h"

namespace sekisho::scanner::containers {

class AcePicture {
public:
    // The Budget is charged for rows, and outlives this.
    explicit AcePicture(Budget& budget) : budget_(budget) {}
    ~AcePicture() { budget_.return_resident(charged_); }
    AcePicture(const AcePicture&) = delete;
    AcePicture& operator=(const AcePicture&) = delete;

    // Another picture: how wide it is stands in the stream.
    AceStep start(Rar3Bits& in);
    // One row, where it is made; a view that lasts until the next one.
    AceStep next(Rar3Bits& in, std::span<const std::uint8_t>& row);

private:
    static constexpr std::size_t most_contexts = 365;

    // What was seen between neighbours that differ in one way.
    struct Context {
        unsigned used = 0;
        std::uint64_t sum = 4;  // of how far bytes were off
        std::size_t predictor = 0;
        std::array<unsigned, 4> errors{};
    };
    using Contexts = std::array<Context, most_contexts>;

    // Around the byte that is made: before it, above, before that one, and above the next.
    struct Neighbours {
        int before = 0;
        int above = 0;
        int corner = 0;
        int next_above = 0;

        int predicted(std::size_t predictor) const;
        std::size_t context() const;
    };

    bool read_plane(Rar3Bits& in, std::size_t plane);
    std::optional<int> read_byte(Rar3Bits& in, const Neighbours& near, Context& context);

    Budget& budget_;
    std::uint64_t charged_ = 0;
    std::size_t width_ = 0;  // bytes
    std::size_t planes_ = 0;
    std::vector<std::uint8_t> row_;
    std::vector<std::uint8_t> last_row_;  // both with one byte of zero for each plane behind them
    std::array<Contexts, 2> contexts_{};  // of the first plane, of the others
};

}  // namespace sekisho::scanner::containers
