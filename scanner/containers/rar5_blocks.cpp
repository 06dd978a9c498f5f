#include "scanner/containers/rar5_blocks.h"

#include <algorithm>

namespace sekisho::scanner::containers {

namespace {

constexpr unsigned is_last = 0x40;
constexpr std::size_t before_size = 2;  // flags, checksum
constexpr std::size_t most_size_bytes = 3;

std::size_t size_bytes(std::uint8_t flags) { return (flags >> 3 & 0x07u) + 1u; }

}  // namespace

void Rar5Blocks::update(base::Bytes piece) {
    while (!piece.empty() && !over_) {
        const bool skipping = skip_ > 0;
        const auto n = skipping ? static_cast<std::size_t>(std::min<std::uint64_t>(skip_, piece.size())) : 1;
        if (skipping) {
            skip_ -= n;
        } else {
            header_.at(header_bytes_++) = std::to_integer<std::uint8_t>(piece.front());
        }
        at_ += n;
        piece = piece.subspan(n);
        if (!skipping) read_header();
    }
}

// Once all of it is there. The checksum is 0x5A and the exclusive or of the other bytes.
void Rar5Blocks::read_header() {
    const std::size_t bytes = size_bytes(header_[0]);
    over_ = bytes > most_size_bytes;
    if (over_ || header_bytes_ < before_size + bytes) return;
    std::uint64_t size = 0;
    std::uint8_t checksum = 0x5A ^ header_[0];
    for (std::size_t i = 0; i < bytes; ++i) {
        size |= std::uint64_t{header_.at(before_size + i)} << (8 * i);
        checksum = static_cast<std::uint8_t>(checksum ^ header_.at(before_size + i));
    }
    over_ = checksum != header_[1];
    if (over_) return;
    header_bytes_ = 0;
    skip_ = size;
    if ((header_[0] & is_last) == 0) return;
    over_ = true;
    end_ = at_ + size;
}

}  // namespace sekisho::scanner::containers
