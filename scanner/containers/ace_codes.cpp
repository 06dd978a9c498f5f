// Known weakness: bits that are no symbol's are damage, where ACE's own decoder takes them for the first one.
#include "scanner/containers/ace_codes.h"

#include <algorithm>
#include <numeric>
#include <utility>

namespace sekisho::scanner::containers {

namespace {

constexpr unsigned bits_of_lengths = 7;  // of the code that lengths are written in
constexpr std::size_t most_lengths = 16;

}  // namespace

base::Bytes AcePieces::next() {
    const std::size_t whole =
        lock_ == nullptr ? left_.size() : left_.size() / unlock::AceLock::block * unlock::AceLock::block;
    const base::Bytes now = left_.first(std::min(most, whole));
    left_ = left_.subspan(now.size());
    if (lock_ == nullptr) return now;
    std::ranges::copy(now, plain_.begin());
    const auto plain = std::span(plain_).first(now.size());
    lock_->decrypt(plain);
    return plain;
}

base::Bytes AceWords::next() {
    constexpr std::size_t word = 4;
    const base::Bytes now = packed_.next();
    const std::size_t whole = now.size() / word * word;
    for (std::size_t i = 0; i < whole; ++i)
        piece_.at(i) = now[i - i % word + (word - 1 - i % word)];
    return base::Bytes(piece_).first(whole);
}

// Quicksort about the last one of each range. Ranges that follow from one may share its middle, so their
// order counts: what is on the left is sorted first, all of it.
void sort_as_ace(std::span<std::uint8_t> lengths, std::span<std::uint16_t> symbols) {
    struct Range {
        int first = 0;
        int last = 0;
    };
    std::array<Range, AceCode::most_symbols + 1> waiting{};  // each one is shorter than those before
    std::size_t count = 0;
    const auto length = [&](int i) { return lengths[static_cast<std::size_t>(i)]; };
    const auto exchange = [&](int a, int b) {
        std::swap(lengths[static_cast<std::size_t>(a)], lengths[static_cast<std::size_t>(b)]);
        std::swap(symbols[static_cast<std::size_t>(a)], symbols[static_cast<std::size_t>(b)]);
    };
    const auto divide = [&](Range range) {
        const std::uint8_t middle = length(range.last);
        int left = range.first;
        int right = range.last;
        do {
            while (length(left) > middle)
                ++left;
            while (length(right) < middle)
                --right;
            if (left <= right) exchange(left++, right--);
        } while (left < right);
        if (left < range.last) waiting.at(count++) = {left, range.last};
        if (range.first < right) waiting.at(count++) = {range.first, right};
    };
    std::iota(symbols.begin(), symbols.end(), std::uint16_t{0});
    if (lengths.size() > 1) divide({0, static_cast<int>(lengths.size()) - 1});
    while (count > 0) {
        const Range range = waiting.at(--count);
        if (range.last - range.first > 1) {
            divide(range);
        } else if (length(range.first) < length(range.last)) {
            exchange(range.first, range.last);
        }
    }
}

bool AceCode::set(std::span<const std::uint8_t> lengths, unsigned bits) {
    std::array<std::uint8_t, most_symbols> sorted{};
    std::array<std::uint16_t, most_symbols> order{};
    std::ranges::copy(lengths, sorted.begin());
    sort_as_ace(std::span(sorted).first(lengths.size()), std::span(order).first(lengths.size()));
    if (sorted[0] > bits) return false;
    const auto used = static_cast<std::size_t>(std::ranges::find(sorted, 0) - sorted.begin());
    is_lone_ = used < 2;
    symbols_[0] = order[0];
    if (is_lone_) return true;
    std::array<std::uint8_t, most_symbols> in_order{};
    std::uint32_t room = 1u << most_bits;
    for (std::size_t i = 0; i < used && room > 0; ++i) {
        in_order.at(i) = sorted.at(used - 1 - i);
        symbols_.at(i) = order.at(used - 1 - i);
        room -= 1u << (most_bits - in_order.at(i));
    }
    return table_.set(in_order);
}

bool AceCode::read_lengths(Rar3Bits& in, unsigned bits, std::size_t symbols) {
    constexpr unsigned least_run = 4;
    const std::size_t count = std::min<std::size_t>(in.take(9) + 1, symbols + 1);
    const unsigned lowest = in.take(4);
    const unsigned range = in.take(4);  // what is as high is a run of zeros
    std::array<std::uint8_t, most_lengths> first{};
    for (std::size_t i = 0; i <= range; ++i)
        first.at(i) = static_cast<std::uint8_t>(in.take(3));
    if (!set(std::span(first).first(range + 1), bits_of_lengths)) return false;

    std::array<std::uint8_t, most_symbols> lengths{};
    for (std::size_t i = 0; i < count;) {
        const unsigned symbol = read(in);
        if (symbol == none || in.ended()) return false;
        if (symbol < range) {
            lengths.at(i++) = static_cast<std::uint8_t>(symbol);
        } else {
            i += in.take(4) + least_run;
        }
    }
    for (std::size_t i = 1; i < count && range > 0; ++i)
        lengths.at(i) = static_cast<std::uint8_t>((lengths.at(i) + lengths.at(i - 1)) % range);
    for (std::uint8_t& length : std::span(lengths).first(count))
        length = static_cast<std::uint8_t>(length == 0 ? 0 : length + lowest);
    return !in.ended() && set(std::span<const std::uint8_t>(lengths).first(count), bits);
}

}  // namespace sekisho::scanner::containers
