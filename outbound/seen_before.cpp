#include "outbound/seen_before.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <bit>
#include <cerrno>
#include <new>
#include <utility>

#include "base/positioned_io.h"
#include "outbound/hash.h"

namespace sekisho::outbound {

namespace {

constexpr std::size_t page = 4'096;  // of the file; the first one is the head's
constexpr std::size_t pages_of_word = 64;
constexpr std::size_t words_of_block = 8;  // 512 bits, one cache line
constexpr unsigned bits_of_pair = 8;
// 2^64 by the golden ratio (D. Knuth, The Art of Computer Programming, vol. 3, section 6.4). The bits that a
// pair's words do not take decide most of what is above bit 40.
constexpr std::uint64_t spread = 0x9e37'79b9'7f4a'7c15u;
constexpr std::array<char, 16> magic{'s', 'e', 'k', 'i', 's', 'h', 'o',  '-',
                                     's', 'e', 'e', 'n', '-', '2', '\n', 0};

}  // namespace

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

SeenBefore::Head SeenBefore::new_head(std::uint64_t bytes) {
    bytes = std::bit_floor(std::clamp(bytes, least_bytes, most_bytes));
    return {.magic = magic, .bytes = bytes, .pairs = {}, .since = {}, .begun = 0, .younger = 0};
}

SeenBefore::SeenBefore(const Head& head)
    : head_(head),
      memory_(base::map_huge_pages(2 * head.bytes)),
      changed_((pages() + pages_of_word - 1) / pages_of_word) {}

base::Result<SeenBefore> SeenBefore::in_memory(std::uint64_t bytes) {
    try {
        return SeenBefore(new_head(bytes));
    } catch (const std::bad_alloc&) {
        return base::fail(base::Cause::unavailable, "no memory for what was seen before");
    }
}

base::Result<SeenBefore> SeenBefore::in_file(const std::string& path, std::uint64_t bytes) {
    SeenBefore out = SEKISHO_TRY(in_memory(bytes));
    base::UniqueFd file(::open(path.c_str(), O_RDWR | O_CREAT | O_CLOEXEC | O_NOFOLLOW, 0600));
    if (!file) return base::fail_errno(path, errno);
    struct stat status{};
    if (::fstat(file.get(), &status) != 0) return base::fail_errno(path, errno);
    const auto length = static_cast<off_t>(page + out.memory().size());
    std::array<std::byte, sizeof(Head)> begin{};
    if (status.st_size == length) SEKISHO_TRY(base::read_at(file.get(), begin, 0));
    const auto head = std::bit_cast<Head>(begin);
    const bool ours = head.magic == magic && head.bytes == out.head_.bytes && head.younger < 2;
    if (!ours && ::ftruncate(file.get(), 0) != 0) return base::fail_errno(path, errno);
    if (const int error = ::posix_fallocate(file.get(), 0, length); error != 0)
        return base::fail_errno(path, error);
    out.file_ = std::move(file);
    if (!ours) return out;
    out.head_ = head;
    SEKISHO_TRY(base::read_at(out.file_.get(), out.memory(), page));
    return out;
}

// The blocks of both generations side by side: what is looked up in one is mostly looked up in the other.
std::span<SeenBefore::Blocks> SeenBefore::blocks() const {
    auto* const first = reinterpret_cast<Blocks*>(memory_.get());  // NOLINT(*-reinterpret-cast)
    return {first, memory().size() / sizeof(Blocks)};
}

std::size_t SeenBefore::pages() const { return memory().size() / page; }

void SeenBefore::turn(Moment now) {
    const unsigned young = head_.younger;
    const bool full = head_.pairs.at(young) >= head_.bytes / 2;  // 16 bits for each
    if (head_.since.at(young) == 0) head_.since.at(young) = now;
    if (head_.begun == 0) head_.begun = now;
    if (!full && outbound::since(head_.since.at(young), now) < lifetime) return;
    head_.younger = 1 - young;
    for (Blocks& both : blocks())
        both.at(head_.younger) = {};
    head_.pairs.at(head_.younger) = 0;
    head_.since.at(head_.younger) = now;
    head_changed_ = true;
    for (std::size_t number = 0; number < pages(); ++number)
        mark(number);
}

SeenBefore::Block& SeenBefore::block_of(std::uint64_t block, unsigned generation) const {
    const auto all = blocks();
    return all[static_cast<std::size_t>(block & (all.size() - 1))][generation];  // a power of two
}

void SeenBefore::mark(std::size_t page) {
    changed_[page / pages_of_word] |= std::uint64_t{1} << page % pages_of_word;
}

bool SeenBefore::note(std::uint64_t sender, std::uint64_t what, Moment now) {
    turn(now);
    const Place place(sender, what);
    Block& young = block_of(place.block, head_.younger);
    if (place.stands_in(young)) return true;
    for (std::size_t i = 0; i < words_of_block; ++i)
        young.words[i] |= place.bit(i);
    ++head_.pairs.at(head_.younger);
    head_changed_ = true;
    mark((place.block & (blocks().size() - 1)) * sizeof(Blocks) / page);
    return place.stands_in(block_of(place.block, 1 - head_.younger));
}

bool SeenBefore::knows(std::uint64_t sender, std::uint64_t what) const {
    const Place place(sender, what);
    const unsigned younger = head_.younger;
    return place.stands_in(block_of(place.block, younger)) ||
           place.stands_in(block_of(place.block, 1 - younger));
}

void SeenBefore::fetch(std::uint64_t sender, std::uint64_t what) const {
    const Place place(sender, what);
    for (const unsigned generation : {0u, 1u})
        __builtin_prefetch(&block_of(place.block, generation));
}

SeenBefore::Changes SeenBefore::take_changes(std::size_t most) {
    Changes out;
    if (!file_) return out;
    const auto take = [&](std::uint64_t& word) {
        if (word != 0) out.bytes.reserve(most * page);
        for (; word != 0 && out.pages.size() < most; word &= word - 1) {
            const std::size_t number =
                next_changed_ * pages_of_word + static_cast<std::size_t>(std::countr_zero(word));
            const std::span<std::byte> bytes = memory().subspan(number * page, page);
            out.pages.push_back(static_cast<std::uint32_t>(number));
            out.bytes.insert(out.bytes.end(), bytes.begin(), bytes.end());
        }
        return word == 0;
    };
    std::size_t words = 0;
    for (; words < changed_.size() && take(changed_[next_changed_]); ++words)
        next_changed_ = (next_changed_ + 1) % changed_.size();
    // A head that spoke of a generation as of a new one before all of it is would have it overfilled.
    if (words == changed_.size() && std::exchange(head_changed_, false)) {
        const auto bytes = std::bit_cast<std::array<std::byte, sizeof(Head)>>(head_);
        out.head.assign(bytes.begin(), bytes.end());
    }
    return out;
}

base::Result<void> SeenBefore::write(const Changes& changes) const {
    base::Bytes left = changes.bytes;
    for (const std::uint64_t number : changes.pages) {
        SEKISHO_TRY(base::write_at(file_.get(), left.first(page), (number + 1) * page));
        left = left.subspan(page);
    }
    return base::write_at(file_.get(), changes.head, 0);
}

void SeenBefore::put_back(const Changes& changes) {
    for (const std::uint32_t number : changes.pages)
        mark(number);
    if (!changes.head.empty()) head_changed_ = true;
}

}  // namespace sekisho::outbound
