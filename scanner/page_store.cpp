#include "scanner/page_store.h"

#include <sys/mman.h>

#include <algorithm>
#include <new>
#include <span>

namespace sekisho::scanner {

PageStore::~PageStore() {
    for (const Pages& pages : std::span(kept_).first(count_))
        ::munmap(pages.at, pages.capacity);
}

Pages PageStore::take(std::size_t bytes) {
    if (count_ > 0) {
        Pages& last = kept_.at(count_ - 1);
        const std::size_t kept = last.capacity;
        if (kept < bytes) grow(last, bytes);
        kept_bytes_ -= kept;
        --count_;
        return last;
    }
    // MAP_NORESERVE: pages come into being on the first write, so zeros that are never written cost nothing.
    void* at =
        ::mmap(nullptr, bytes, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);
    if (at == MAP_FAILED) throw std::bad_alloc();
    return {.at = static_cast<std::byte*>(at), .capacity = bytes};
}

void PageStore::grow(Pages& pages, std::size_t bytes) {
    void* moved = ::mremap(pages.at, pages.capacity, bytes, MREMAP_MAYMOVE);
    if (moved == MAP_FAILED) throw std::bad_alloc();
    pages.at = static_cast<std::byte*>(moved);
    pages.capacity = bytes;
}

void PageStore::give(Pages pages) noexcept {
    if (pages.at == nullptr) return;
    if (pages.mixed || count_ == kept_.size() || pages.capacity > max_kept_bytes - kept_bytes_) {
        ::munmap(pages.at, pages.capacity);
        return;
    }
    kept_[count_++] = pages;
    kept_bytes_ += pages.capacity;
}

bool PageStore::renew(std::span<std::byte> pages) noexcept {
    constexpr int flags = MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE | MAP_FIXED;
    return ::mmap(pages.data(), pages.size(), PROT_READ | PROT_WRITE, flags, -1, 0) != MAP_FAILED;
}

void PageStore::shrink(Pages& pages, std::size_t bytes) noexcept {
    if (bytes >= pages.capacity) return;
    ::munmap(std::span(pages.at, pages.capacity).subspan(bytes).data(), pages.capacity - bytes);
    pages.capacity = bytes;
    pages.dirty = std::min(pages.dirty, bytes);
}

}  // namespace sekisho::scanner
