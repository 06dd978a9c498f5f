// Known weakness: programs beyond the six are not run. No archiver is known to write any, but an archive can
// be made so that only they bring out what it holds: archive.unsupported.
#include "scanner/containers/rar3_filters.h"

#include <algorithm>
#include <array>
#include <cstdlib>
#include <utility>

#include "scanner/containers/crc32.h"
#include "scanner/containers/rar3_bits.h"

namespace sekisho::scanner::containers {

namespace {

using Data = std::span<std::uint8_t>;

struct KnownProgram {
    Rar3FilterKind kind;
    std::size_t size;
    std::uint32_t crc;
};
constexpr std::array known_programs{
    KnownProgram{Rar3FilterKind::e8, 53, 0xAD576887},
    KnownProgram{Rar3FilterKind::e8e9, 57, 0x3CD7E57E},
    KnownProgram{Rar3FilterKind::itanium, 120, 0x3769893F},
    KnownProgram{Rar3FilterKind::delta, 29, 0x0E06077D},
    KnownProgram{Rar3FilterKind::rgb, 149, 0x1C2C5DC8},
    KnownProgram{Rar3FilterKind::audio, 216, 0xBC85E701},
};

constexpr std::size_t max_programs = 8'192;
constexpr std::size_t max_waiting = 8'192;
constexpr std::uint32_t max_program_bytes = 0xFFFF;
constexpr std::uint32_t max_channels = 1'024;
constexpr std::uint32_t max_audio_channels = 128;

std::uint32_t get_u32(Data data, std::size_t at) {
    std::uint32_t value = 0;
    for (std::size_t i = 4; i-- > 0;)
        value = value << 8 | data[at + i];
    return value;
}

void put_u32(Data data, std::size_t at, std::uint32_t value) {
    for (std::size_t i = 0; i < 4; ++i)
        data[at + i] = static_cast<std::uint8_t>(value >> (8 * i));
}

// Where the archiver found a jump within 16 MB it wrote where it leads, counted from the start of the file.
void undo_e8(Data data, std::uint32_t offset, bool jumps_too) {
    constexpr std::uint32_t reach = 1u << 24;
    constexpr std::uint32_t sign = 1u << 31;
    for (std::size_t at = 0; data.size() - at > 4;) {
        const std::uint8_t code = data[at++];
        if (code != 0xE8 && (code != 0xE9 || !jumps_too)) continue;
        const std::uint32_t from = offset + static_cast<std::uint32_t>(at);
        const std::uint32_t address = get_u32(data, at);
        if (address < reach) {
            put_u32(data, at, address - from);
        } else if ((address & sign) != 0 && ((address + from) & sign) == 0) {
            put_u32(data, at, address + reach);
        }
        at += 4;
    }
}

// Bundles of 16 bytes: five bits of a template tell which of the three slots of 41 bits may hold a branch.
void undo_itanium(Data data, std::uint32_t offset) {
    constexpr std::uint32_t bundle = 16;
    constexpr std::size_t look = 21;  // the last bundles are left alone
    constexpr std::array<std::uint8_t, 16> slots_of{4, 4, 6, 6, 0, 0, 7, 7, 4, 4, 0, 0, 4, 4, 0, 0};
    constexpr std::uint32_t address_bits = 0xFFFFF;
    std::uint32_t index = offset / bundle;
    for (std::size_t at = 0; data.size() - at > look; at += bundle, ++index) {
        const unsigned form = data[at] & 0x1Fu;
        if (form < 0x10) continue;
        for (unsigned slot = 0; slot < 3; ++slot) {
            if ((unsigned{slots_of.at(form - 0x10)} >> slot & 1u) == 0) continue;
            const std::size_t bit = slot * 41 + 18;  // of the address
            const std::size_t code_bit = bit + 24;
            const unsigned code = unsigned{data[at + code_bit / 8]} >> code_bit % 8 & 0x0Fu;
            if (code != 5) continue;
            const std::size_t place = at + bit / 8;
            const unsigned shift = bit % 8;
            const std::uint32_t field = get_u32(data, place);
            const std::uint32_t address = ((field >> shift) - index) & address_bits;
            put_u32(data, place, (field & ~(address_bits << shift)) | address << shift);
        }
    }
}

void undo_delta(Data in, Data out, std::size_t channels) {
    std::size_t from = 0;
    for (std::size_t channel = 0; channel < channels; ++channel) {
        std::uint8_t last = 0;
        for (std::size_t at = channel; at < out.size(); at += channels)
            out[at] = last = static_cast<std::uint8_t>(last - in[from++]);
    }
}

// Paeth's prediction, as in PNG, from the pixels before, above, and before that one.
void undo_rgb(Data in, Data out, std::size_t row, std::size_t red) {
    constexpr std::size_t channels = 3;
    std::size_t from = 0;
    for (std::size_t channel = 0; channel < channels; ++channel) {
        std::uint8_t last = 0;
        for (std::size_t at = channel; at < out.size(); at += channels) {
            int predicted = last;
            if (at >= row) {
                const int above = out[at - row + channels];
                const int corner = out[at - row];
                const int by_last = std::abs(above - corner);
                const int by_above = std::abs(last - corner);
                const int by_corner = std::abs(last + above - 2 * corner);
                if (by_last > by_above || by_last > by_corner)
                    predicted = by_above <= by_corner ? above : corner;
            }
            out[at] = last = static_cast<std::uint8_t>(predicted - in[from++]);
        }
    }
    for (std::size_t at = red; at + 2 < out.size(); at += channels) {
        const unsigned green = out[at + 1];
        out[at] = static_cast<std::uint8_t>(out[at] + green);
        out[at + 2] = static_cast<std::uint8_t>(out[at + 2] + green);
    }
}

// A sample is predicted from the one before it and the last three differences. Their weights are moved every
// 32 samples towards what would have predicted best.
class AudioChannel {
public:
    std::uint8_t next(std::uint8_t difference) {
        deltas_ = {last_delta_, last_delta_ - deltas_[0], deltas_[1]};
        int predicted = 8 * last_;
        for (std::size_t i = 0; i < weights_.size(); ++i)
            predicted += weights_.at(i) * deltas_.at(i);
        const auto sample = static_cast<std::uint8_t>((static_cast<unsigned>(predicted) >> 3) - difference);
        last_delta_ = signed_of(static_cast<std::uint8_t>(sample - last_));
        last_ = sample;
        learn(8 * signed_of(difference));
        return sample;
    }

private:
    static int signed_of(std::uint8_t byte) { return byte < 0x80 ? byte : byte - 0x100; }
    void learn(int error) {
        errors_[0] += std::abs(error);
        for (std::size_t i = 0; i < deltas_.size(); ++i) {
            errors_.at(2 * i + 1) += std::abs(error - deltas_.at(i));
            errors_.at(2 * i + 2) += std::abs(error + deltas_.at(i));
        }
        if (samples_++ % 32 != 0) return;
        const auto best = static_cast<std::size_t>(std::ranges::min_element(errors_) - errors_.begin());
        errors_.fill(0);
        if (best == 0) return;
        int& weight = weights_.at((best - 1) / 2);
        const bool down = best % 2 == 1;
        if (down && weight >= -16) --weight;
        if (!down && weight < 16) ++weight;
    }

    int last_ = 0;
    int last_delta_ = 0;
    std::array<int, 3> deltas_{};
    std::array<int, 3> weights_{};
    std::array<int, 7> errors_{};  // of no weight at all, then of each one less and one more
    unsigned samples_ = 0;
};

void undo_audio(Data in, Data out, std::size_t channels) {
    std::size_t from = 0;
    for (std::size_t channel = 0; channel < channels; ++channel) {
        AudioChannel state;
        for (std::size_t at = channel; at < out.size(); at += channels)
            out[at] = state.next(in[from++]);
    }
}

bool makes_sense(const Rar3Filter& filter, std::size_t size) {
    using enum Rar3FilterKind;
    const bool has_copy = size <= max_rar3_filtered / 2;
    switch (filter.kind) {
        case unknown:
            return false;
        case e8:
        case e8e9:
            return size >= 4 && size <= max_rar3_filtered;
        case itanium:
            return size >= 21 && size <= max_rar3_filtered;
        case delta:
            return has_copy && filter.channels > 0 && filter.channels <= max_channels;
        case rgb:
            return has_copy && size >= 3 && filter.channels > 3 && filter.channels - 3 <= size &&
                   filter.position <= 2;
        case audio:
            return has_copy && filter.channels > 0 && filter.channels <= max_audio_channels;
    }
    return false;
}

// A number of the virtual machine: two bits say how it is written.
std::uint32_t read_number(Rar3Bits& in) {
    switch (in.take(2)) {
        case 0:
            return in.take(4);
        case 1: {
            const std::uint32_t high = in.take(4);
            if (high == 0) return 0xFFFFFF00u | in.take(8);
            return high << 4 | in.take(4);
        }
        case 2:
            return in.take(16);
        default:
            return in.take(32);
    }
}

}  // namespace

Rar3FilterKind rar3_filter_kind(base::Bytes program) {
    const std::uint32_t crc = crc32_of(program);
    for (const KnownProgram& known : known_programs) {
        if (known.size == program.size() && known.crc == crc) return known.kind;
    }
    return Rar3FilterKind::unknown;
}

bool undo_rar3_filter(const Rar3Filter& filter, std::uint64_t offset, Data data, Data scratch) {
    using enum Rar3FilterKind;
    if (!makes_sense(filter, data.size())) return false;
    const auto from = static_cast<std::uint32_t>(offset);  // the machine counts in 32 bits
    if (filter.kind == itanium) {
        undo_itanium(data, from);
        return true;
    }
    if (filter.kind == e8 || filter.kind == e8e9) {
        undo_e8(data, from, filter.kind == e8e9);
        return true;
    }
    std::ranges::fill(scratch, std::uint8_t{0});  // rgb may look at bytes that are yet to come
    if (filter.kind == delta) undo_delta(data, scratch, filter.channels);
    if (filter.kind == rgb) undo_rgb(data, scratch, filter.channels, filter.position);
    if (filter.kind == audio) undo_audio(data, scratch, filter.channels);
    std::ranges::copy(scratch, data.begin());
    return true;
}

void Rar3Filters::start_file(bool anew) {
    waiting_.clear();
    if (!anew) return;
    programs_.clear();
    last_ = 0;
}

bool Rar3Filters::read(std::uint8_t flags, base::Bytes definition, std::uint64_t position) {
    enum : std::uint8_t { names_program = 0x80, far = 0x40, has_length = 0x20, has_registers = 0x10 };
    constexpr unsigned registers = 7;
    constexpr unsigned length_register = 4;
    constexpr std::uint32_t least_far = 258;
    Rar3Bits in([&definition] { return std::exchange(definition, {}); });

    if ((flags & names_program) != 0) {
        const std::uint32_t number = read_number(in);
        if (number == 0) start_file(true);
        last_ = number == 0 ? 0 : number - 1;
    }
    const bool is_new = last_ == programs_.size();
    if (last_ > programs_.size() || (is_new && last_ == max_programs)) return false;

    Rar3Filter filter;
    const std::uint64_t ahead = std::uint64_t{read_number(in)} + ((flags & far) != 0 ? least_far : 0);
    filter.start = position + ahead;
    if (is_new) programs_.emplace_back();
    Program& program = programs_[last_];
    if ((flags & has_length) != 0) program.length = read_number(in);
    filter.length = program.length;
    if (filter.length > max_rar3_filtered) return false;

    std::array<std::uint32_t, registers> values{};
    values[length_register] = filter.length;
    const std::uint32_t mask = (flags & has_registers) != 0 ? in.take(registers) : 0;
    for (unsigned i = 0; i < registers; ++i) {
        if ((mask >> i & 1u) != 0) values.at(i) = read_number(in);
    }
    filter.channels = values[0];
    filter.position = values[1];

    if (is_new) {
        const std::uint32_t size = read_number(in);
        if (size == 0 || size > max_program_bytes || in.ended()) return false;
        std::vector<std::byte> code;
        for (std::uint32_t i = 0; i < size && !in.ended(); ++i)
            code.push_back(static_cast<std::byte>(in.byte()));
        program.kind = rar3_filter_kind(code);
    }
    if (in.ended() || waiting_.size() == max_waiting) return false;
    // What a known program would do to another length than that of the stretch is nothing an archiver writes.
    filter.kind = values[length_register] == filter.length ? program.kind : Rar3FilterKind::unknown;
    if (!waiting_.empty()) {
        const Rar3Filter& before = waiting_.back();
        const bool same = before.start == filter.start && before.length == filter.length;
        if (!same && (filter.start < before.start || filter.start - before.start < before.length))
            return false;
    }
    waiting_.push_back(filter);
    return true;
}

}  // namespace sekisho::scanner::containers
