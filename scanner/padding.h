// Stretches of decoded bytes that repeat themselves: the zeros, blanks or blocks that a file is padded with.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <vector>

#include "base/bytes.h"

namespace sekisho::scanner {

// Bytes from `begin` to `end`, each of which equals the one `period` before it, once that lies in the
// stretch.
struct Padding {
    std::uint64_t begin = 0;
    std::uint64_t end = 0;
    std::uint32_t period = 1;
};

// Notices that what is being written has begun to repeat itself with a period of at most max_period. It looks
// at whole blocks: what it costs is a look at a few hundred bytes for each of them, and a comparison of those
// that repeat.
class PaddingFinder {
public:
    static constexpr std::size_t block = 64u << 10;
    static constexpr std::uint32_t max_period = 4'096;
    static constexpr std::size_t enough = 1u << 20;  // bytes that repeat before it is called padding

    // `written`: everything until now, a whole number of blocks. Gives the padding that it ends with, at
    // least `enough` long.
    std::optional<Padding> look(base::Bytes written);
    void forget() { period_ = 0; }

private:
    std::uint32_t period_ = 0;  // 0: the last block did not repeat
    std::uint64_t begin_ = 0;
};

// The least period of the last bytes of `bytes`, at most max_period; 0: none. Looks at 2 * max_period bytes.
std::uint32_t period_of_end(base::Bytes bytes);

// Bytes for those that read all of them: the middle of a long padding is left out, as it says what its ends
// say.
struct Stretch {
    std::uint64_t offset = 0;
    base::Bytes bytes;
};
class Stretches {
public:
    static constexpr std::uint64_t kept = 1u << 20;  // of a padding, at each end

    explicit Stretches(base::Bytes whole, std::span<const Padding> paddings = {});

    std::uint64_t size() const { return size_; }              // of the whole
    const std::vector<Stretch>& all() const { return all_; }  // in order, none of them empty
    Stretches head(std::uint64_t bytes) const;                // of the first bytes of the whole

private:
    void add(base::Bytes whole, std::uint64_t begin, std::uint64_t end);

    std::uint64_t size_;
    std::vector<Stretch> all_;
};

}  // namespace sekisho::scanner
