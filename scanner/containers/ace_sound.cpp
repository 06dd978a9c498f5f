#include "scanner/containers/ace_sound.h"

#include <algorithm>
#include <bit>
#include <cstdlib>

#include "scanner/containers/ace_modes.h"

namespace sekisho::scanner::containers {

namespace {

constexpr unsigned runs = 32;  // symbols that are lengths of runs
constexpr unsigned change_of_mode = 256 + runs;
constexpr std::size_t symbols = 256 + runs + 1;
constexpr unsigned code_bits = 10;

// Bytes in turn belong to these, by the mode.
constexpr std::array<std::array<std::uint8_t, 4>, 4> turns{
    {{0, 0, 0, 0}, {0, 1, 0, 1}, {0, 1, 0, 2}, {1, 0, 2, 0}}};
constexpr std::array<std::size_t, 4> channels_of{1, 2, 3, 3};

// Bits of how far a byte is off, whichever way.
int bits_of(int difference) {
    const unsigned off = static_cast<std::uint8_t>(difference);
    return static_cast<int>(std::bit_width(std::min(off, 256 - off)));
}

}  // namespace

std::uint8_t AceSound::Channel::predicted() const {
    int sum = 8 * last_;
    for (std::size_t i = 0; i < weights_.size(); ++i)
        sum += weights_.at(i) * changes_.at(i);
    return static_cast<std::uint8_t>(sum >> 3);
}

// A run ends with a symbol of a code of its own.
unsigned AceSound::Channel::difference(unsigned symbol) {
    constexpr unsigned lively = 40;
    if (run_ > 0) {
        in_run_end_ = --run_ == 0;
        return 0;
    }
    if (in_run_end_) {
        in_run_end_ = false;
        return symbol;
    }
    if (symbol >= runs) {
        liveliness_ = liveliness_ * 7 / 8 + (symbol - runs);
        is_lively_ = liveliness_ > lively;
        return symbol - runs;
    }
    run_ = symbol;
    in_run_end_ = run_ == 0;
    return 0;
}

std::uint8_t AceSound::Channel::next(unsigned symbol) {
    const unsigned value = difference(symbol);
    const unsigned off = value % 2 == 1 ? 255 - value / 2 : value / 2;
    const unsigned base = misses_[0] > misses_[1] ? static_cast<unsigned>(last_) : predicted();
    const auto byte = static_cast<std::uint8_t>(base + off);
    learn(byte);
    return byte;
}

void AceSound::Channel::learn(std::uint8_t byte) {
    const int error = (int{predicted()} - byte) * 8;
    for (std::size_t i = 0; i < changes_.size(); ++i) {
        errors_.at(2 * i) += std::abs(error - changes_.at(i));
        errors_.at(2 * i + 1) += std::abs(error + changes_.at(i));
    }
    errors_[8] += std::abs(error);
    misses_[0] += bits_of(error / 8);
    misses_[1] += bits_of(last_ - byte);
    const int change = byte - last_;
    last_ = byte;
    if (++bytes_ % 32 == 0) move_weights();
    changes_ = {change, change - changes_[0], changes_[1], changes_[2]};
}

void AceSound::Channel::move_weights() {
    constexpr int least = -16;
    constexpr int most = 16;
    constexpr std::size_t as_they_are = 8;
    const auto best = static_cast<std::size_t>(std::ranges::min_element(errors_) - errors_.begin());
    errors_.fill(0);
    if (best != as_they_are) {
        int& weight = weights_.at(best / 2);
        const bool down = best % 2 == 0;
        if (down && weight >= least) --weight;
        if (!down && weight <= most) ++weight;
    }
    if (bytes_ % 256 != 0) return;
    for (std::size_t i = 0; i < misses_.size(); ++i) {
        misses_.at(i) -= misses_before_.at(i);
        misses_before_.at(i) = misses_.at(i);
    }
}

void AceSound::start(std::uint8_t kind, bool anew) {
    kind_ = std::min<std::size_t>(kind - AceMode::sound_8, turns.size() - 1);
    at_ = 0;
    if (!anew) return;
    channels_ = {};
    symbols_left_ = 0;
}

bool AceSound::read_codes(Rar3Bits& in) {
    for (std::size_t i = 0; i < channels_of.at(kind_) * codes_of_channel; ++i) {
        if (!codes_.at(i).read_lengths(in, code_bits, symbols)) return false;
    }
    symbols_left_ = static_cast<int>(in.take(15));
    return !in.ended();
}

AceStep AceSound::next(Rar3Bits& in, std::uint8_t& byte) {
    const std::size_t number = turns.at(kind_).at(at_ % 4);
    Channel& channel = channels_.at(number);
    unsigned symbol = 0;
    if (channel.needs_symbol()) {
        if (symbols_left_ == 0) {
            if (!budget_.spend_steps(codes_.size() * AceCode::steps)) return AceStep::refused;
            if (!read_codes(in)) return AceStep::broken;
        }
        --symbols_left_;
        symbol = codes_.at(number * codes_of_channel + channel.code()).read(in);
        if (symbol > change_of_mode || in.ended()) return AceStep::broken;
        if (symbol == change_of_mode) return AceStep::change;
    }
    byte = channel.next(symbol);
    ++at_;
    return AceStep::made;
}

}  // namespace sekisho::scanner::containers
