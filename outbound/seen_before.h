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
#include <cstdint>
#include <span>
#include <string>

#include "base/bytes.h"
#include "base/result.h"
#include "outbound/moment.h"

namespace sekisho::outbound {

// A resource: holds a mapping. Not thread-safe.
class SeenBefore {
public:
    // Bytes of one generation: a power of two from 64 KB to 1 GB.
    static constexpr std::uint64_t least_bytes = 64u << 10;
    static constexpr std::uint64_t most_bytes = 1u << 30;
    static constexpr Moment lifetime = 90 * day;  // of a generation

    // In memory alone; pages that nothing was written to cost nothing.
    static base::Result<SeenBefore> in_memory(std::uint64_t bytes);
    // In the file `path`, made at full length where it is missing or is none of ours (a full disk then shows
    // here, and not as a signal later). The kernel writes it back: the end of this process loses nothing.
    static base::Result<SeenBefore> in_file(const std::string& path, std::uint64_t bytes);

    ~SeenBefore();
    SeenBefore(SeenBefore&& other) noexcept;
    SeenBefore& operator=(SeenBefore&& other) noexcept;
    SeenBefore(const SeenBefore&) = delete;
    SeenBefore& operator=(const SeenBefore&) = delete;

    // Notes the pair; true where it was there.
    bool note(std::uint64_t sender, std::uint64_t what, Moment now);
    bool knows(std::uint64_t sender, std::uint64_t what) const;
    // Into the cache, for who asks for several.
    void fetch(std::uint64_t sender, std::uint64_t what) const;
    // Since when pairs are noted: what is younger than some days says little about strangers.
    Moment begun() const;
    std::uint64_t pairs() const;  // in the younger generation

private:
    SeenBefore() = default;
    struct Head;
    struct Block;
    Head& head() const;
    using Blocks = std::array<Block, 2>;
    std::span<Blocks> blocks() const;
    struct Place;
    Block& block_of(std::uint64_t block, unsigned generation) const;
    void turn(Moment now);
    static base::Result<SeenBefore> mapped(int fd, std::uint64_t bytes);

    std::span<std::byte> map_;
};

}  // namespace sekisho::outbound
