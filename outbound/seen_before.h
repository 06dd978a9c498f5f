// What a sender did before: whom it wrote to, from which networks, under which names. A Bloom filter over
// pairs, for all senders together, in two generations. A pair that is asked for again moves into the younger
// one; when that is full or old, the elder is forgotten and a new one begins. So memory is bounded, and what
// was done once is known for as long as one generation lasts at least.
//
// Blocks of one cache line (F. Putze, P. Sanders, J. Singler, "Cache-, hash- and space-efficient Bloom
// filters", 2007): one look-up costs one miss. At the 16 bits a pair that a generation is full with, about 1
// in 400 strangers passes for known.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <span>
#include <string>
#include <vector>

#include "base/fd.h"
#include "base/result.h"
#include "base/slab.h"
#include "outbound/moment.h"

namespace sekisho::outbound {

// A resource. Not thread-safe, but for write().
class SeenBefore {
public:
    // Bytes of one generation: a power of two from 64 KB to 1 GB.
    static constexpr std::uint64_t least_bytes = 64u << 10;
    static constexpr std::uint64_t most_bytes = 1u << 30;
    static constexpr Moment lifetime = 90 * day;  // of a generation

    // In memory alone.
    static base::Result<SeenBefore> in_memory(std::uint64_t bytes);
    // As the file `path` has it, which is made at full length where it is missing or is none of ours: a full
    // disk shows here. What comes is in memory until it is written.
    static base::Result<SeenBefore> in_file(const std::string& path, std::uint64_t bytes);

    // Notes the pair; true where it was there.
    bool note(std::uint64_t sender, std::uint64_t what, Moment now);
    bool knows(std::uint64_t sender, std::uint64_t what) const;
    // Into the cache, for who asks for several.
    void fetch(std::uint64_t sender, std::uint64_t what) const;
    // Since when pairs are noted: what is younger than some days says little about strangers.
    Moment begun() const { return head_.begun; }
    std::uint64_t pairs() const { return head_.pairs.at(head_.younger); }  // in the younger generation

    // What changed, for the file: pages of it, copied, so that they are written while more is noted.
    struct Changes {
        std::vector<std::uint32_t> pages;  // their numbers
        std::vector<std::byte> bytes;      // of all of them
        std::vector<std::byte> head;       // what speaks of them: empty where not all pages were taken
        bool empty() const { return pages.empty() && head.empty(); }
    };
    // At most so many pages of what was not taken yet; empty where there are no more, or no file.
    Changes take_changes(std::size_t most);
    // Beside all else. They are the kernel's then: the end of this process loses nothing of them.
    base::Result<void> write(const Changes& changes) const;
    void put_back(const Changes& changes);  // those that could not be written
    std::size_t pages() const;              // of the file

private:
    // How the file begins. Its layout is the file's.
    struct Head {
        std::array<char, 16> magic;
        std::uint64_t bytes;                 // of one generation
        std::array<std::uint64_t, 2> pairs;  // that were noted in each
        std::array<std::uint32_t, 2> since;  // when each began; 0: not yet
        std::uint32_t begun;                 // when the first pair came
        std::uint32_t younger;               // 0 or 1
    };
    struct Block;
    struct Place;
    using Blocks = std::array<Block, 2>;

    static Head new_head(std::uint64_t bytes);
    explicit SeenBefore(const Head& head);
    std::span<std::byte> memory() const { return {memory_.get(), 2 * head_.bytes}; }
    std::span<Blocks> blocks() const;
    Block& block_of(std::uint64_t block, unsigned generation) const;
    void mark(std::size_t page);
    void turn(Moment now);

    Head head_;
    bool head_changed_ = false;
    base::HugePages memory_;  // of all a message reads these are the most that lie nowhere near each other
    std::vector<std::uint64_t> changed_;  // of each page a bit
    std::size_t next_changed_ = 0;        // word of it that take_changes() goes on with
    base::UniqueFd file_;
};

}  // namespace sekisho::outbound
