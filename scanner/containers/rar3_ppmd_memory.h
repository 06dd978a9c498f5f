// The memory of a PPMd model: units of twelve bytes, handed out as Shkarin's allocator does. When a model is
// full it begins anew, so a decoder must run out of memory at the very byte where the encoder did.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <span>

#include "base/bytes.h"
#include "scanner/budget.h"

namespace sekisho::scanner::containers {

// One mapping. Text grows from its low end; above it stand units in blocks of 1 to 128, contexts growing down
// from the top. Whatever a reference says, no access leaves the mapping: one that would is broken(), and so
// is a list that has no end. The Budget is charged for what was ever touched, as it is touched.
class PpmdMemory {
public:
    using Ref = std::uint32_t;  // an offset; 0: none
    static constexpr unsigned unit = 12;

    explicit PpmdMemory(Budget& budget) : budget_(budget) {}
    ~PpmdMemory() { close(); }
    PpmdMemory(const PpmdMemory&) = delete;
    PpmdMemory& operator=(const PpmdMemory&) = delete;

    // A mapping of so many bytes, a multiple of 1 MB and less than 1 GB. False: there is none to be had,
    // which is limit.memory.
    [[nodiscard]] bool open(std::uint32_t bytes);
    void close();
    void restart();  // all is free again
    // Charges for what has been touched since, a little ahead. False: the Budget refuses.
    [[nodiscard]] bool pay();

    Ref new_context();              // one unit; 0: there is no room
    Ref new_units(unsigned count);  // 1 to 128; 0: there is no room
    void free_units(Ref at, unsigned count);
    Ref grow_units(Ref at, unsigned count);  // by one; 0: there is no room, and they stay where they are
    Ref shrink_units(Ref at, unsigned count, unsigned less);

    Ref text() const { return text_; }
    bool add_text(std::uint8_t byte);  // false: it has met the units
    void drop_text() { --text_; }

    std::uint8_t u8(Ref at) { return std::to_integer<std::uint8_t>(bytes_[inside(at)]); }
    std::uint16_t u16(Ref at) { return load<std::uint16_t>(at); }
    std::uint32_t u32(Ref at) { return load<std::uint32_t>(at); }
    void put(Ref at, std::uint8_t value) { bytes_[inside(at)] = std::byte{value}; }
    void put(Ref at, std::uint16_t value) { store(at, value); }
    void put(Ref at, std::uint32_t value) { store(at, value); }
    void copy(Ref to, Ref from, unsigned bytes);  // may overlap

    bool broken() const { return broken_; }
    void note_broken() { broken_ = true; }
    std::uint64_t take_work();  // units looked at by lists that were put in order, since the last call

private:
    static constexpr std::size_t classes = 38;  // of block sizes

    std::size_t inside(Ref at) {
        if (at < bytes_.size() - unit) return at;
        broken_ = true;
        return 0;
    }
    template <class T>
    T load(Ref at) {
        T value = 0;
        std::memcpy(&value, bytes_.subspan(inside(at)).data(), sizeof value);
        return value;
    }
    template <class T>
    void store(Ref at, T value) {
        std::memcpy(bytes_.subspan(inside(at)).data(), &value, sizeof value);
    }
    void push(Ref at, std::size_t size_class);
    Ref pop(std::size_t size_class);
    void split(Ref at, std::size_t from, std::size_t to);
    void glue();
    void link_free_blocks();
    Ref new_block(std::size_t size_class);
    Ref rare_block(std::size_t size_class);

    Budget& budget_;
    Pages pages_;
    std::span<std::byte> bytes_;
    std::uint32_t size_ = 0;
    Ref text_ = 0;
    Ref units_ = 0;  // where text ends
    Ref low_ = 0;    // between low_ and high_ nothing was handed out yet
    Ref high_ = 0;
    std::array<Ref, classes> free_{};
    unsigned until_glue_ = 0;
    bool broken_ = false;
    std::uint64_t work_ = 0;

    Ref first_units_ = 0;  // where units_ began
    Ref most_text_ = 0;    // the furthest that each has come, and what was paid
    Ref least_units_ = 0;
    Ref most_low_ = 0;
    Ref least_high_ = 0;
    std::uint64_t paid_ = 0;
};

}  // namespace sekisho::scanner::containers
