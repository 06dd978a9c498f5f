#include "scanner/containers/rar3_ppmd_memory.h"

#include <algorithm>
#include <new>
#include <utility>

namespace sekisho::scanner::containers {

namespace {

constexpr unsigned unit = PpmdMemory::unit;
constexpr std::size_t classes = 38;
constexpr unsigned most_units = 128;

// Blocks of 1, 2, 3, 4 units, then by twos, by threes, and by fours up to 128.
constexpr std::array<std::uint8_t, classes> make_sizes() {
    std::array<std::uint8_t, classes> out{};
    unsigned units = 0;
    for (std::size_t i = 0; i < classes; ++i) {
        units += i < 12 ? static_cast<unsigned>(i / 4 + 1) : 4u;
        out.at(i) = static_cast<std::uint8_t>(units);
    }
    return out;
}
constexpr std::array<std::uint8_t, classes> size_of = make_sizes();

// The smallest class that so many units fit into, by their number.
constexpr std::array<std::uint8_t, most_units + 1> make_classes() {
    std::array<std::uint8_t, most_units + 1> out{};
    std::uint8_t at = 0;
    for (unsigned units = 1; units <= most_units; ++units) {
        if (units > size_of.at(at)) ++at;
        out.at(units) = at;
    }
    return out;
}
constexpr std::array<std::uint8_t, most_units + 1> class_of = make_classes();
static_assert(size_of.back() == most_units);

constexpr std::uint32_t front = unit;  // bytes before the text, so that no reference to it is 0
constexpr unsigned between_glues = 255;
constexpr std::uint64_t pay_ahead = 256u << 10;  // more than one symbol can touch

// A free block, first in its list: where the next one stands. While blocks are put in order: a stamp that
// nothing in use begins with, units, next, previous.
constexpr std::uint16_t free_stamp = 0xFFFF;
constexpr unsigned at_units = 2;
constexpr unsigned at_next = 4;
constexpr unsigned at_previous = 8;

}  // namespace

bool PpmdMemory::open(std::uint32_t bytes) {
    if (bytes != size_) {
        close();
        try {
            pages_ = budget_.pages().take(front + std::size_t{bytes} + 3 * unit);
        } catch (const std::bad_alloc&) {
            budget_.reach("limit.memory");
            return false;
        }
        size_ = bytes;
        bytes_ = std::span(pages_.at, front + std::size_t{bytes} + 3 * unit);
        first_units_ = front + size_ - size_ / 8 / unit * 7 * unit;
        most_text_ = front;
        least_units_ = most_low_ = first_units_;
        least_high_ = front + size_;
    }
    restart();
    return pay();
}

void PpmdMemory::close() {
    if (size_ == 0) return;
    pages_.dirty = pages_.capacity;
    budget_.pages().give(std::exchange(pages_, {}));
    budget_.return_resident(std::exchange(paid_, 0));
    bytes_ = {};
    size_ = 0;
}

void PpmdMemory::restart() {
    free_.fill(0);
    text_ = front;
    high_ = front + size_;
    low_ = units_ = first_units_;
    until_glue_ = 0;
    broken_ = false;
}

bool PpmdMemory::pay() {
    most_text_ = std::max(most_text_, text_);
    least_units_ = std::min(least_units_, units_);
    most_low_ = std::max(most_low_, low_);
    least_high_ = std::min(least_high_, high_);
    const std::uint64_t touched =
        std::uint64_t{most_text_ - front} + (most_low_ - least_units_) + (front + size_ - least_high_);
    if (touched + pay_ahead / 2 <= paid_) return true;
    if (!budget_.spend_resident(pay_ahead)) return false;
    paid_ += pay_ahead;
    return true;
}

void PpmdMemory::push(Ref at, std::size_t size_class) {
    put(at, free_.at(size_class));
    free_.at(size_class) = at;
}

PpmdMemory::Ref PpmdMemory::pop(std::size_t size_class) {
    const Ref at = free_.at(size_class);
    free_.at(size_class) = u32(at);
    return at;
}

// What is left of a block of one class when one of another is taken from its front.
void PpmdMemory::split(Ref at, std::size_t from, std::size_t to) {
    unsigned left = unsigned{size_of.at(from)} - size_of.at(to);
    at += size_of.at(to) * unit;
    std::size_t fits = class_of.at(left);
    if (size_of.at(fits) != left) {
        const unsigned units = size_of.at(--fits);
        left -= units;
        push(at + units * unit, left - 1);
    }
    push(at, fits);
}

// Into one ring, in which the block that was freed first of the largest class comes first.
void PpmdMemory::link_free_blocks() {
    const Ref head = front + size_;  // a unit behind all others
    put(head + at_next, head);
    put(head + at_previous, head);
    std::uint32_t left = size_ / unit;
    for (std::size_t size_class = 0; size_class < classes; ++size_class) {
        while (free_.at(size_class) != 0 && !broken_) {
            const Ref at = pop(size_class);
            const Ref next = u32(head + at_next);
            put(at, free_stamp);
            put(at + at_units, std::uint16_t{size_of.at(size_class)});
            put(at + at_next, next);
            put(at + at_previous, head);
            put(next + at_previous, at);
            put(head + at_next, at);
            ++work_;
            if (left-- == 0) broken_ = true;
        }
    }
}

// Free blocks that stand side by side become one, then all are cut into blocks of known sizes.
void PpmdMemory::glue() {
    const Ref head = front + size_;
    until_glue_ = between_glues;
    if (low_ != high_) put(low_, std::uint16_t{0});
    put(head, std::uint16_t{0});
    link_free_blocks();
    std::uint32_t left = size_ / unit;
    for (Ref at = u32(head + at_next); at != head && !broken_; at = u32(at + at_next)) {
        std::uint32_t units = u16(at + at_units);
        for (;;) {
            const Ref next = at + units * unit;
            if (next > head || u16(next) != free_stamp || units + u16(next + at_units) >= 0x10000) break;
            const Ref after = u32(next + at_next);
            const Ref before = u32(next + at_previous);
            put(before + at_next, after);
            put(after + at_previous, before);
            units += u16(next + at_units);
            put(next, std::uint16_t{0});
            put(at + at_units, static_cast<std::uint16_t>(units));
        }
        ++work_;
        if (left-- == 0) broken_ = true;
    }
    for (Ref at = u32(head + at_next); at != head && !broken_;) {
        const Ref next = u32(at + at_next);
        unsigned units = u16(at + at_units);
        for (; units > most_units; units -= most_units, at += most_units * unit)
            push(at, classes - 1);
        if (units == 0) broken_ = true;
        if (broken_) return;
        std::size_t fits = class_of.at(units);
        if (size_of.at(fits) != units) {
            const unsigned most = size_of.at(--fits);
            push(at + most * unit, units - most - 1);
        }
        push(at, fits);
        at = next;
    }
}

PpmdMemory::Ref PpmdMemory::rare_block(std::size_t size_class) {
    if (until_glue_ == 0) {
        glue();
        if (broken_) return 0;
        if (free_.at(size_class) != 0) return pop(size_class);
    }
    for (std::size_t larger = size_class + 1; larger < classes; ++larger) {
        if (free_.at(larger) == 0) continue;
        const Ref at = pop(larger);
        split(at, larger, size_class);
        return at;
    }
    --until_glue_;
    const std::uint32_t bytes = size_of.at(size_class) * unit;
    if (units_ - text_ <= bytes) return 0;
    units_ -= bytes;
    return units_;
}

PpmdMemory::Ref PpmdMemory::new_block(std::size_t size_class) {
    if (free_.at(size_class) != 0) return pop(size_class);
    const std::uint32_t bytes = size_of.at(size_class) * unit;
    if (bytes > high_ - low_) return rare_block(size_class);
    return std::exchange(low_, low_ + bytes);
}

PpmdMemory::Ref PpmdMemory::new_context() {
    if (high_ != low_) return high_ -= unit;
    return free_[0] != 0 ? pop(0) : rare_block(0);
}

PpmdMemory::Ref PpmdMemory::new_units(unsigned count) { return new_block(class_of.at(count)); }

void PpmdMemory::free_units(Ref at, unsigned count) { push(at, class_of.at(count)); }

PpmdMemory::Ref PpmdMemory::grow_units(Ref at, unsigned count) {
    const std::size_t before = class_of.at(count);
    if (before == class_of.at(count + 1)) return at;
    const Ref more = new_block(before + 1);
    if (more == 0) return 0;
    copy(more, at, count * unit);
    push(at, before);
    return more;
}

PpmdMemory::Ref PpmdMemory::shrink_units(Ref at, unsigned count, unsigned less) {
    const std::size_t before = class_of.at(count);
    const std::size_t after = class_of.at(less);
    if (before == after) return at;
    if (free_.at(after) == 0) {
        split(at, before, after);
        return at;
    }
    const Ref smaller = pop(after);
    copy(smaller, at, less * unit);
    push(at, before);
    return smaller;
}

bool PpmdMemory::add_text(std::uint8_t byte) {
    put(text_++, byte);
    return text_ < units_;
}

void PpmdMemory::copy(Ref to, Ref from, unsigned bytes) {
    if (!base::in_range(to, bytes, bytes_.size()) || !base::in_range(from, bytes, bytes_.size())) {
        broken_ = true;
        return;
    }
    std::memmove(bytes_.subspan(to).data(), bytes_.subspan(from).data(), bytes);
}

std::uint64_t PpmdMemory::take_work() { return std::exchange(work_, 0); }

}  // namespace sekisho::scanner::containers
