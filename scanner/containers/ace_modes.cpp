#include "scanner/containers/ace_modes.h"

#include <algorithm>
#include <span>

namespace sekisho::scanner::containers {

namespace {

// Of what waits: a stretch of delta, or what a window hands on at once, and a step of the coder.
constexpr std::size_t most_waiting = (256u << 10);

// Subtracts where it stands from the number of so many bytes.
void subtract(std::span<std::uint8_t> number, std::uint64_t position) {
    std::uint64_t value = 0;
    for (std::size_t i = number.size(); i-- > 0;)
        value = value << 8 | number[i];
    value -= position;
    for (std::uint8_t& byte : number) {
        byte = static_cast<std::uint8_t>(value);
        value >>= 8;
    }
}

}  // namespace

AceMode AceMode::read(Rar3Bits& in) {
    AceMode out{.kind = in.byte()};
    if (out.kind == delta) {
        out.delta_distance = in.byte();
        out.delta_length = in.take(17);
    }
    if (out.kind == exe) out.exe_mode = in.byte();
    return out;
}

bool AceModes::take(base::Bytes raw) {
    if (waiting_.empty() && mode_.kind != AceMode::delta && mode_.kind != AceMode::exe) {
        out_ += raw.size();
        return raw.empty() || sink_(raw);
    }
    if (charged_ == 0) {
        constexpr std::uint64_t both = 2 * most_waiting;
        if (!budget_.spend_resident(both)) return false;
        charged_ = both;
    }
    while (!raw.empty()) {
        const base::Bytes piece = base::head(raw, most_waiting - waiting_.size());
        for (const std::byte byte : piece)
            waiting_.push_back(std::to_integer<std::uint8_t>(byte));
        raw = raw.subspan(piece.size());
        if (waiting_.size() == most_waiting && !settle()) return false;
    }
    return true;
}

bool AceModes::put_out(std::size_t bytes) {
    const std::span all(waiting_);
    out_ += bytes;
    const bool taken = bytes == 0 || sink_(std::as_bytes(all.first(bytes)));
    waiting_.erase(waiting_.begin(), waiting_.begin() + static_cast<std::ptrdiff_t>(bytes));
    return taken;
}

bool AceModes::settle() {
    switch (mode_.kind) {
        case AceMode::delta:
            while (waiting_.size() >= mode_.delta_length) {
                if (!undo_stretch()) return false;
            }
            return true;
        case AceMode::exe:
            return undo_exe();
        default:
            return put_out(waiting_.size());
    }
}

// Calls and jumps say where they lead, counted from the start of the file; code is whole when four bytes are
// behind it.
bool AceModes::undo_exe() {
    constexpr std::uint8_t call = 0xE8;
    constexpr std::uint8_t jump = 0xE9;
    constexpr std::size_t look = 4;
    const std::span all(waiting_);
    std::size_t i = 0;
    while (i + look < all.size()) {
        const std::uint8_t code = all[i];
        const std::size_t bytes = code == call && mode_.exe_mode != 0 ? 4
                                  : code == call || code == jump      ? 2
                                                                      : 0;
        if (bytes > 0) subtract(all.subspan(i + 1, bytes), out_ + i);
        i += bytes + 1;
    }
    return put_out(std::min(i, all.size()));
}

// Differences of bytes, channel behind channel.
bool AceModes::undo_stretch() {
    const std::size_t length = mode_.delta_length;
    const std::size_t plane = mode_.delta_distance == 0 ? 0 : length / mode_.delta_distance;
    broken_ = plane == 0 || length % plane != 0;
    if (broken_) return false;
    stretch_.resize(length);
    const std::size_t planes = length / plane;
    for (std::size_t i = 0; i < length; ++i) {
        last_ = static_cast<std::uint8_t>(last_ + waiting_[i]);
        stretch_[i % plane * planes + i / plane] = last_;
    }
    std::ranges::copy(stretch_, waiting_.begin());
    return put_out(length);
}

bool AceModes::change(const AceMode& next) {
    if (mode_.kind == AceMode::delta && !waiting_.empty()) {
        broken_ = waiting_.size() < mode_.delta_length;
        if (broken_ || !undo_stretch()) return false;
    }
    const bool same = mode_.kind == AceMode::exe && next.kind == AceMode::exe;
    if (mode_.kind == AceMode::exe && !undo_exe()) return false;
    if (mode_.kind == AceMode::exe && !same && !put_out(waiting_.size())) return false;
    mode_ = next;
    return mode_.kind == AceMode::delta || settle();
}

bool AceModes::finish() {
    if (!settle() && !broken_) return false;
    broken_ = broken_ || (mode_.kind == AceMode::delta && !waiting_.empty());
    return put_out(waiting_.size()) && !broken_;
}

}  // namespace sekisho::scanner::containers
