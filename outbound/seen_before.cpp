#include "outbound/seen_before.h"

#include <fcntl.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <bit>
#include <cerrno>
#include <new>
#include <utility>

#include "base/fd.h"
#include "outbound/hash.h"

namespace sekisho::outbound {

namespace {

constexpr std::size_t page = 4'096;
constexpr std::size_t words_of_block = 8;  // 512 bits, one cache line
constexpr unsigned bits_of_pair = 8;
// 2^64 by the golden ratio (D. Knuth, The Art of Computer Programming, vol. 3, section 6.4). The bits that a
// pair's words do not take decide most of what is above bit 40.
constexpr std::uint64_t spread = 0x9e37'79b9'7f4a'7c15u;
constexpr std::array<char, 16> magic{'s', 'e', 'k', 'i', 's', 'h', 'o',  '-',
                                     's', 'e', 'e', 'n', '-', '2', '\n', 0};

std::uint64_t length_for(std::uint64_t bytes) { return page + 2 * bytes; }

}  // namespace

// The first page of the mapping.
struct SeenBefore::Head {
    std::array<char, 16> magic;
    std::uint64_t bytes;                 // of one generation
    std::array<std::uint64_t, 2> pairs;  // that were noted in each
    std::array<std::uint32_t, 2> since;  // when each began; 0: not yet
    std::uint32_t begun;                 // when the first pair came
    std::uint32_t younger;               // 0 or 1
};

struct alignas(64) SeenBefore::Block {
    std::array<std::uint64_t, words_of_block> words;
};

// Of a pair: its block, and of each word of it one bit.
struct SeenBefore::Place {
    std::uint64_t hash;
    std::uint64_t block;

    Place(std::uint64_t sender, std::uint64_t what)
        : hash(hash_of(sender, what)), block(hash * spread >> 40) {}
    std::uint64_t bit(std::size_t word) const {
        static_assert(bits_of_pair == words_of_block);
        return std::uint64_t{1} << ((hash >> (6 * word)) & 63);
    }
    bool stands_in(const Block& bits) const {
        std::uint64_t missing = 0;
        for (std::size_t i = 0; i < words_of_block; ++i)
            missing |= ~bits.words[i] & bit(i);
        return missing == 0;
    }
};

base::Result<SeenBefore> SeenBefore::mapped(int fd, std::uint64_t bytes) {
    const int flags = fd < 0 ? MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE : MAP_SHARED;
    void* const at = ::mmap(nullptr, length_for(bytes), PROT_READ | PROT_WRITE, flags, fd, 0);
    if (at == MAP_FAILED) return base::fail_errno("mmap", errno);  // NOLINT(*-cstyle-cast,*-int-to-ptr)
    SeenBefore out;
    out.map_ = {static_cast<std::byte*>(at), length_for(bytes)};
    Head& head = out.head();
    const bool ours = head.magic == magic && head.bytes == bytes && head.younger < 2;
    if (!ours) {
        if (fd >= 0) std::ranges::fill(out.map_, std::byte{0});
        new (&head) Head{.magic = magic, .bytes = bytes, .pairs = {}, .since = {}, .begun = 0, .younger = 0};
    }
    return out;
}

base::Result<SeenBefore> SeenBefore::in_memory(std::uint64_t bytes) {
    bytes = std::bit_floor(std::clamp(bytes, least_bytes, most_bytes));
    return mapped(-1, bytes);
}

base::Result<SeenBefore> SeenBefore::in_file(const std::string& path, std::uint64_t bytes) {
    bytes = std::bit_floor(std::clamp(bytes, least_bytes, most_bytes));
    const base::UniqueFd file(::open(path.c_str(), O_RDWR | O_CREAT | O_CLOEXEC | O_NOFOLLOW, 0600));
    if (!file) return base::fail_errno(path, errno);
    struct stat status{};
    if (::fstat(file.get(), &status) != 0) return base::fail_errno(path, errno);
    const auto length = static_cast<off_t>(length_for(bytes));
    if (status.st_size != length && ::ftruncate(file.get(), 0) != 0) return base::fail_errno(path, errno);
    // Where blocks cannot be had a write into the mapping would be a SIGBUS.
    if (const int error = ::posix_fallocate(file.get(), 0, length); error != 0)
        return base::fail_errno(path, error);
    return mapped(file.get(), bytes);
}

SeenBefore::~SeenBefore() {
    if (!map_.empty()) ::munmap(map_.data(), map_.size());
}

SeenBefore::SeenBefore(SeenBefore&& other) noexcept : map_(std::exchange(other.map_, {})) {}

SeenBefore& SeenBefore::operator=(SeenBefore&& other) noexcept {
    std::swap(map_, other.map_);
    return *this;
}

SeenBefore::Head& SeenBefore::head() const {
    // The mapping begins with it: mapped() saw to that.
    return *std::launder(reinterpret_cast<Head*>(map_.data()));  // NOLINT(*-reinterpret-cast)
}

// The blocks of both generations side by side: what is looked up in one is mostly looked up in the other.
std::span<SeenBefore::Blocks> SeenBefore::blocks() const {
    const std::span<std::byte> bytes = map_.subspan(page);
    auto* const first = reinterpret_cast<Blocks*>(bytes.data());  // NOLINT(*-reinterpret-cast)
    return {first, bytes.size() / sizeof(Blocks)};
}

void SeenBefore::turn(Moment now) {
    Head& state = head();
    const bool full = state.pairs[state.younger] >= state.bytes / 2;  // 16 bits for each
    if (state.since[state.younger] == 0) state.since[state.younger] = now;
    if (state.begun == 0) state.begun = now;
    if (!full && outbound::since(state.since[state.younger], now) < lifetime) return;
    state.younger = 1 - state.younger;
    for (Blocks& both : blocks())
        both.at(state.younger) = {};
    state.pairs[state.younger] = 0;
    state.since[state.younger] = now;
}

SeenBefore::Block& SeenBefore::block_of(std::uint64_t block, unsigned generation) const {
    const auto all = blocks();
    return all[static_cast<std::size_t>(block & (all.size() - 1))][generation];  // a power of two
}

bool SeenBefore::note(std::uint64_t sender, std::uint64_t what, Moment now) {
    turn(now);
    Head& state = head();
    const Place place(sender, what);
    Block& young = block_of(place.block, state.younger);
    if (place.stands_in(young)) return true;
    for (std::size_t i = 0; i < words_of_block; ++i)
        young.words[i] |= place.bit(i);
    ++state.pairs[state.younger];
    return place.stands_in(block_of(place.block, 1 - state.younger));
}

bool SeenBefore::knows(std::uint64_t sender, std::uint64_t what) const {
    const Place place(sender, what);
    const unsigned younger = head().younger;
    return place.stands_in(block_of(place.block, younger)) ||
           place.stands_in(block_of(place.block, 1 - younger));
}

void SeenBefore::fetch(std::uint64_t sender, std::uint64_t what) const {
    const Place place(sender, what);
    for (const unsigned generation : {0u, 1u})
        __builtin_prefetch(&block_of(place.block, generation));
}

Moment SeenBefore::begun() const { return head().begun; }
std::uint64_t SeenBefore::pairs() const { return head().pairs[head().younger]; }

}  // namespace sekisho::outbound
