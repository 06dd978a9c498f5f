// The modes of ACE 2.0 for sound: bytes of up to three channels, each of them what it differs by from one
// that was predicted. No description of it exists: what acefile reads is the format.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>

#include "scanner/budget.h"
#include "scanner/containers/ace_codes.h"

namespace sekisho::scanner::containers {

// What a step of the modes for sound and pictures leads to.
enum class AceStep : std::uint8_t {
    made,    // bytes
    change,  // another mode, which stands next in the stream
    broken,
    refused,  // by the Budget
};

class AceSound {
public:
    // The Budget is charged for codes, and outlives this.
    explicit AceSound(Budget& budget) : budget_(budget) {}

    // Another stretch of a mode, AceMode::sound_8 to sound_32b. Anew: nothing is known of the stretch before.
    void start(std::uint8_t kind, bool anew);
    // One byte, where it is made.
    AceStep next(Rar3Bits& in, std::uint8_t& byte);

private:
    // One channel. Its bytes are predicted from the one before and from how those before changed, with
    // weights that are moved every 32 bytes towards what would have been better.
    class Channel {
    public:
        // Which of the channel's three codes the next symbol is in.
        std::size_t code() const { return in_run_end_ ? 2 : is_lively_ ? 1 : 0; }
        bool needs_symbol() const { return run_ == 0; }
        // The next byte, from a symbol where one is needed.
        std::uint8_t next(unsigned symbol);

    private:
        std::uint8_t predicted() const;
        unsigned difference(unsigned symbol);
        void learn(std::uint8_t byte);
        void move_weights();

        std::array<int, 2> misses_{};  // of the prediction, and of the byte before in its place
        std::array<int, 2> misses_before_{};
        std::array<int, 4> changes_{};
        std::array<int, 4> weights_{};
        std::array<int, 9> errors_{};  // for each weight of one less and one more, then as they are
        unsigned bytes_ = 0;
        int last_ = 0;
        unsigned liveliness_ = 0;
        bool is_lively_ = false;
        unsigned run_ = 0;  // bytes as predicted that are still to come
        bool in_run_end_ = false;
    };

    bool read_codes(Rar3Bits& in);

    static constexpr std::size_t most_channels = 3;
    static constexpr std::size_t codes_of_channel = 3;

    Budget& budget_;
    std::array<AceCode, most_channels * codes_of_channel> codes_;
    std::array<Channel, most_channels> channels_;
    std::size_t kind_ = 0;
    std::size_t at_ = 0;    // bytes of the stretch
    int symbols_left_ = 0;  // of the block
};

}  // namespace sekisho::scanner::containers
