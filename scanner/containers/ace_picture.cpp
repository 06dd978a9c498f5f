#include "scanner/containers/ace_picture.h"

#include <algorithm>
#include <bit>
#include <cstdlib>

namespace sekisho::scanner::containers {

namespace {

constexpr std::uint64_t most_width = 1u << 20;
constexpr std::uint64_t most_off = 0xFFFF;  // what a byte may be off: an archiver writes no more than 255
constexpr std::uint64_t steps_per_byte = 16;

// Golomb-Rice: the lowest bits, then a one for each time that more is to be added. Nothing beyond `most`.
std::optional<std::uint64_t> read_number(Rar3Bits& in, unsigned bits, std::uint64_t most) {
    std::uint64_t value = in.take(bits);
    while (value <= most && in.take(1) == 1)
        value += std::uint64_t{1} << bits;
    if (value > most || in.ended()) return std::nullopt;
    return value;
}

// How much two neighbours differ, -4 to 4.
int step_of(int difference) {
    const int off = std::abs(difference);
    const int step = off == 0 ? 0 : off < 3 ? 1 : off < 7 ? 2 : off < 21 ? 3 : 4;
    return difference < 0 ? -step : step;
}

// What is taken from the bytes of a plane, by that of the plane before it.
int shift_of(unsigned mode, std::uint8_t before) {
    return mode == 1 ? before - 128 : mode == 2 ? (before * 11 >> 4) - 128 : 0;
}

std::uint8_t byte_of(int value) { return static_cast<std::uint8_t>(value); }

// Bits of how far a byte is off, with its sign.
unsigned bits_of(int difference) {
    const unsigned off = byte_of(difference);
    return static_cast<unsigned>(std::bit_width(off < 128 ? 2 * off : 2 * (256 - off) - 1));
}

}  // namespace

int AcePicture::Neighbours::predicted(std::size_t predictor) const {
    switch (predictor) {
        case 0:
            return above;
        case 1:
            return before;
        case 2:
            return (before + above) >> 1;
        default:
            return byte_of(before + above - corner);
    }
}

std::size_t AcePicture::Neighbours::context() const {
    const int steps =
        81 * step_of(next_above - above) + 9 * step_of(above - corner) + step_of(corner - before);
    return static_cast<std::size_t>(std::abs(steps));
}

AceStep AcePicture::start(Rar3Bits& in) {
    const auto width = read_number(in, 12, most_width);
    const auto planes = width ? read_number(in, 2, *width) : std::nullopt;
    if (!width || !planes || *width == 0 || *planes == 0) return AceStep::broken;
    const std::uint64_t bytes = 2 * (*width + *planes);
    if (!budget_.spend_steps(bytes + sizeof(contexts_))) return AceStep::refused;
    if (bytes > charged_) {
        if (!budget_.spend_resident(bytes - charged_)) return AceStep::refused;
        charged_ = bytes;
    }
    width_ = static_cast<std::size_t>(*width);
    planes_ = static_cast<std::size_t>(*planes);
    row_.assign(width_ + planes_, 0);
    last_row_.assign(width_ + planes_, 0);
    contexts_ = {};
    return AceStep::made;
}

AceStep AcePicture::next(Rar3Bits& in, std::span<const std::uint8_t>& row) {
    if (in.take(1) == 0) return in.ended() ? AceStep::broken : AceStep::change;
    if (!budget_.spend_steps(row_.size() * steps_per_byte)) return AceStep::refused;
    std::ranges::fill(row_, std::uint8_t{0});
    for (std::size_t plane = 0; plane < planes_; ++plane) {
        if (!read_plane(in, plane)) return AceStep::broken;
    }
    std::swap(row_, last_row_);
    row = std::span<const std::uint8_t>(last_row_).first(width_);
    return AceStep::made;
}

bool AcePicture::read_plane(Rar3Bits& in, std::size_t plane) {
    constexpr unsigned most_mode = 2;
    const unsigned mode = plane == 0 ? 0 : in.take(2);
    if (mode > most_mode) return false;
    const auto shifted = [mode](std::uint8_t value, std::uint8_t before) {
        return byte_of(value - shift_of(mode, before));
    };
    const auto before = [plane](const std::vector<std::uint8_t>& row, std::size_t at) {
        return plane == 0 ? std::uint8_t{0} : row[at - 1];
    };
    const int level = mode == 0 ? 0 : 128;
    Neighbours near{.before = level, .above = level, .corner = level};
    near.next_above = shifted(last_row_[plane], before(last_row_, plane));
    for (std::size_t at = plane; at < width_; at += planes_) {
        near.corner = near.above;
        near.above = near.next_above;
        near.next_above = shifted(last_row_[at + planes_], before(last_row_, at + planes_));
        const auto made = read_byte(in, near, contexts_.at(plane == 0 ? 0 : 1).at(near.context()));
        if (!made) return false;
        near.before = *made;
        row_[at] = byte_of(*made + shift_of(mode, before(row_, at)));
    }
    return true;
}

std::optional<int> AcePicture::read_byte(Rar3Bits& in, const Neighbours& near, Context& context) {
    constexpr unsigned half_at = 128;
    constexpr unsigned halve_errors_at = 0x80;
    ++context.used;
    const auto bits = static_cast<unsigned>(std::bit_width(context.sum / context.used));
    const auto coded = read_number(in, bits, 2 * most_off);
    if (!coded) return std::nullopt;
    const int off = static_cast<int>(*coded / 2);
    const int error = *coded % 2 == 1 ? -off - 1 : off;
    const int made = byte_of(near.predicted(context.predictor) + error);

    std::size_t best = 0;
    for (std::size_t i = 0; i < context.errors.size(); ++i) {
        context.errors.at(i) += bits_of(made - near.predicted(i));
        if (context.errors.at(i) < context.errors.at(best)) best = i;
    }
    if (std::ranges::any_of(context.errors, [](unsigned sum) { return (sum & halve_errors_at) != 0; })) {
        for (unsigned& sum : context.errors)
            sum >>= 1;
    }
    context.predictor = best;
    context.sum += static_cast<unsigned>(std::abs(error));
    if (context.used == half_at) {
        context.used >>= 1;
        context.sum >>= 1;
    }
    return made;
}

}  // namespace sekisho::scanner::containers
