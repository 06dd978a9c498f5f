// Known weaknesses: a distance that reaches behind the first byte is damage, where other decoders find zeros
// or whatever is there. No program that Debian has reads method 2: what is known of it is what acefile does.
#include "scanner/containers/ace_unpack.h"

#include <algorithm>
#include <array>
#include <span>

#include "scanner/containers/ace_codes.h"
#include "scanner/containers/ace_modes.h"
#include "scanner/containers/ace_picture.h"
#include "scanner/containers/ace_sound.h"
#include "scanner/containers/crc32.h"
#include "scanner/containers/rar3_window.h"

namespace sekisho::scanner::containers {

namespace {

using base::Bytes;

constexpr std::size_t main_symbols = 284;
constexpr std::size_t length_symbols = 255;

// Of the main code, behind 256 literals.
enum : unsigned {
    first_old = 256,    // one of the last four distances
    first_match = 260,  // a distance of so many bits follows
    change_of_mode = 283,
};

}  // namespace

struct AceUnpack::Impl {
    explicit Impl(Budget& budget_of_scan)
        : budget(budget_of_scan), window(budget), sound(budget), picture(budget) {}

    // What a step leads to, the later the worse.
    enum class Next : std::uint8_t { more, broken, unsupported, refused };
    struct Input {
        Rar3Bits& bits;
        AceModes& modes;
        bool has_modes = false;  // method 2
    };

    Budget& budget;
    Rar3Window window;
    std::uint64_t start = 0;  // of the member, in the window
    std::uint64_t size = 0;
    std::uint64_t given = 0;  // up to where the window's bytes went to the modes

    AceSound sound;
    AcePicture picture;
    AceCode main_code;
    AceCode length_code;
    unsigned symbols_left = 0;                     // of the block
    std::array<std::uint32_t, 4> old_distances{};  // the last one first

    void start_file(std::uint64_t bytes) {
        size = bytes;
        window.start_file(false, size);
        start = given = window.position();
        symbols_left = 0;
        old_distances.fill(0);
    }

    Next run(Input& in) {
        while (!window.has_all()) {
            const std::uint8_t kind = in.modes.mode().kind;
            const Next next = kind <= AceMode::exe ? step(in) : media_step(in, kind);
            if (next != Next::more) return next;
        }
        return give(in.modes) ? Next::more : after(in.modes);
    }

    Next after(const AceModes& modes) const { return modes.broken() ? Next::broken : Next::refused; }

    // All that the window has goes to the modes.
    bool give(AceModes& modes) {
        given = window.position();
        return window.flush([&modes](Bytes raw) { return modes.take(raw); }, false);
    }

    Next step(Input& in) {
        if (symbols_left == 0) return read_block(in);
        --symbols_left;
        const unsigned symbol = main_code.read(in.bits);
        if (symbol > change_of_mode || in.bits.ended()) return Next::broken;
        if (symbol == change_of_mode) return in.has_modes ? change(in) : Next::broken;
        const bool is_due =
            window.is_due() || in.modes.wants_settling(window.position() - given + in.modes.waiting());
        if (is_due && !(give(in.modes) && in.modes.settle())) return after(in.modes);
        if (symbol >= first_old) return match(symbol, in.bits);
        return window.put(static_cast<std::uint8_t>(symbol)) ? Next::more : Next::refused;
    }

    Next media_step(Input& in, std::uint8_t kind) {
        constexpr std::uint64_t steps_per_byte = 16;
        const std::uint64_t due = window.position() - given;
        if (window.is_due() && !budget.spend_steps(due * steps_per_byte)) return Next::refused;
        if (window.is_due() && !give(in.modes)) return after(in.modes);
        std::uint8_t byte = 0;
        std::span<const std::uint8_t> made(&byte, 1);
        const AceStep next =
            kind == AceMode::picture ? picture.next(in.bits, made) : sound.next(in.bits, byte);
        if (next == AceStep::change) return change(in);
        if (next != AceStep::made) return of(next);
        for (std::size_t i = 0; i < made.size() && !window.has_all(); ++i) {
            if (!window.put(made[i])) return Next::refused;
        }
        return Next::more;
    }

    static Next of(AceStep step) { return step == AceStep::refused ? Next::refused : Next::broken; }

    Next read_block(Input& in) {
        if (!budget.spend_steps(2 * AceCode::steps)) return Next::refused;
        const bool sound = main_code.read_lengths(in.bits, AceCode::most_bits, main_symbols) &&
                           length_code.read_lengths(in.bits, AceCode::most_bits, length_symbols);
        symbols_left = in.bits.take(15);
        return sound && !in.bits.ended() ? Next::more : Next::broken;
    }

    Next change(Input& in) {
        const AceMode mode = AceMode::read(in.bits);
        if (in.bits.ended()) return Next::broken;
        if (!give(in.modes)) return after(in.modes);
        if (mode.kind > AceMode::picture) return Next::unsupported;
        if (mode.kind == AceMode::delta && mode.delta_length == 0) return Next::broken;
        const bool anew = mode.kind != in.modes.mode().kind;
        if (!in.modes.change(mode)) return after(in.modes);
        if (mode.kind == AceMode::picture && anew) {
            const AceStep next = picture.start(in.bits);
            if (next != AceStep::made) return of(next);
        }
        if (mode.kind > AceMode::exe && mode.kind < AceMode::picture) sound.start(mode.kind, anew);
        return Next::more;
    }

    // Distances are counted from 0. The farther, the longer: short ones would cost more bits than they save.
    Next match(unsigned symbol, Rar3Bits& bits) {
        constexpr std::uint32_t near = 255;
        constexpr std::uint32_t not_far = 8'191;
        unsigned least = 2;
        if (symbol < first_match) {
            const std::size_t place = symbol - first_old;
            remember(old_distances.at(place), place);
            if (place > 1) ++least;
        } else {
            const unsigned width = symbol - first_match;
            const std::uint32_t distance = width < 2 ? width : bits.take(width - 1) | 1u << (width - 1);
            remember(distance, old_distances.size() - 1);
            if (distance > near) ++least;
            if (distance > not_far) ++least;
        }
        const unsigned length = length_code.read(bits);
        if (length == AceCode::none || bits.ended()) return Next::broken;
        const std::uint64_t room = size - (window.position() - start);
        const auto bytes = static_cast<unsigned>(std::min<std::uint64_t>(length + least, room));
        if (window.copy(std::uint64_t{old_distances[0]} + 1, bytes)) return Next::more;
        return window.refused() ? Next::refused : Next::broken;
    }

    // In front of the others, in place of the one at `place`.
    void remember(std::uint32_t distance, std::size_t place) {
        for (; place > 0; --place)
            old_distances.at(place) = old_distances.at(place - 1);
        old_distances[0] = distance;
    }

    Next store(const AcePacked& packed, const Sink& sink) {
        AcePieces pieces(packed.data, packed.lock);
        for (Bytes piece = pieces.next(); !piece.empty() && !window.has_all(); piece = pieces.next()) {
            for (const std::byte byte : piece) {
                if (window.has_all()) break;
                if (!window.put(std::to_integer<std::uint8_t>(byte))) return Next::refused;
            }
            if (window.is_due() && !window.flush(sink, false)) return Next::refused;
        }
        if (!window.flush(sink, true)) return Next::refused;
        return window.has_all() ? Next::more : Next::broken;
    }

    Next unpack(const AcePacked& packed, const Sink& sink) {
        AceWords words(packed.data, packed.lock);
        Rar3Bits bits(words.pieces());
        AceModes modes(budget, sink);
        Input in{bits, modes, packed.method == 2};
        const Next last = run(in);
        // What there is goes out, whatever became of it.
        if (give(modes) && modes.finish()) return last;
        return std::max(last, after(modes));
    }
};

AceUnpack::AceUnpack(Budget& budget) : impl_(std::make_unique<Impl>(budget)) {}
AceUnpack::~AceUnpack() = default;

AceUnpacked AceUnpack::unpack(const AcePacked& packed, const Sink& sink) {
    using enum AceUnpacked::State;
    using Next = Impl::Next;
    if (packed.method > 2) return {.state = unsupported};
    impl_->start_file(packed.size);
    std::uint32_t crc = 0;
    const Sink checked = [&](Bytes bytes) {
        crc = crc32_of(bytes, crc);
        return sink(bytes);
    };
    const Next last = packed.method == 0 ? impl_->store(packed, checked) : impl_->unpack(packed, checked);
    constexpr std::array states{whole, damaged, unsupported, refused};  // in the order of Next
    return {.state = states.at(static_cast<std::size_t>(last)), .crc = ~crc};
}

}  // namespace sekisho::scanner::containers
