#include "base/slab.h"

#include <sanitizer/asan_interface.h>
#include <sys/mman.h>

#include <algorithm>
#include <atomic>
#include <cstdint>
#include <new>
#include <span>
#include <utility>

namespace sekisho::base {

namespace {

constexpr std::size_t line = 64;  // of the cache
std::atomic<std::size_t> mapped{0};
std::atomic<std::size_t> spare{0};

void unmap(std::byte* from, const std::byte* to) {
    if (from != to) ::munmap(from, static_cast<std::size_t>(to - from));
}

}  // namespace

void UnmapHugePages::operator()(std::byte* pages) const noexcept {
    ASAN_UNPOISON_MEMORY_REGION(pages, bytes);
    ::munmap(pages, bytes);
    mapped -= bytes;
}

// One more, of which what is not aligned goes at once.
HugePages map_huge_pages(std::size_t bytes) {
    bytes = (bytes + huge_page - 1) / huge_page * huge_page;
    void* const at =
        ::mmap(nullptr, bytes + huge_page, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    if (at == MAP_FAILED) throw std::bad_alloc();  // NOLINT(*-cstyle-cast,*-int-to-ptr)
    const std::span all(static_cast<std::byte*>(at), bytes + huge_page);
    void* first = at;
    std::size_t room = all.size();
    std::align(huge_page, bytes, first, room);
    auto* const pages = static_cast<std::byte*>(first);
    const auto before = static_cast<std::size_t>(pages - all.data());
    unmap(all.data(), pages);
    unmap(all.subspan(before + bytes).data(), all.data() + all.size());
    ::madvise(pages, bytes, MADV_HUGEPAGE);  // where it has none it stays as it is
    mapped += bytes;
    return {pages, UnmapHugePages{bytes}};
}

std::size_t huge_page_bytes() { return mapped - spare; }

Slab::Slab(std::size_t object_size) : size_((std::max(object_size, sizeof(Free)) + line - 1) / line * line) {}

Slab::~Slab() { spare -= spare_; }

void* Slab::take() {
    const std::scoped_lock lock(mutex_);
    void* const out = take_one();
    spare_ -= size_;
    spare -= size_;
    return out;
}

void* Slab::take_one() {
    if (free_ != nullptr) {
        Free* const out = free_;
        free_ = out->next;
        ASAN_UNPOISON_MEMORY_REGION(out, size_);
        return out;
    }
    if (huge_page - used_ < size_) {
        pages_.push_back(map_huge_pages());
        used_ = 0;
        spare_ += huge_page;
        spare += huge_page;
    }
    const std::span page(pages_.back().get(), huge_page);
    return page.subspan(std::exchange(used_, used_ + size_)).data();
}

void Slab::give(void* object) noexcept {
    const std::scoped_lock lock(mutex_);
    free_ = new (object) Free{free_};
    spare_ += size_;
    spare += size_;
    // Whoever looks at it still is told where that is watched.
    [[maybe_unused]] const auto rest =
        std::span(static_cast<std::byte*>(object), size_).subspan(sizeof(Free));
    ASAN_POISON_MEMORY_REGION(rest.data(), rest.size());
}

}  // namespace sekisho::base
