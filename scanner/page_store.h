// Mappings that outputs have let go, kept for the next ones: a fresh page costs a fault each time.
#pragma once

#include <array>
#include <cstddef>
#include <span>

#include "scanner/repeat_windows.h"

namespace sekisho::scanner {

// A private anonymous mapping. A value: whoever holds it last gives it to a PageStore.
struct Pages {
    std::byte* at = nullptr;
    std::size_t capacity = 0;
    std::size_t dirty = 0;  // bytes from `at` on that may not be zero, in whole pages
    bool mixed = false;     // some of it is mapped from elsewhere: neither grown nor kept
};

// One thread. Keeps what it is given up to max_kept_bytes in all; the rest goes back to the system at once.
// Outlives all outputs and storages that use it. What it keeps holds the bytes of earlier parts, and earlier
// messages of the same worker child: nobody sees them but who owns the whole process.
class PageStore {
public:
    static constexpr std::size_t max_kept = 16;  // mappings
    static constexpr std::size_t max_kept_bytes = 2u << 20;

    PageStore() = default;
    ~PageStore();
    PageStore(const PageStore&) = delete;
    PageStore& operator=(const PageStore&) = delete;

    // Room for at least `bytes`, kept or new. Throws std::bad_alloc.
    Pages take(std::size_t bytes);
    // The same bytes in more room. Moves page tables, not bytes. Throws std::bad_alloc; `pages` is as it was
    // then.
    static void grow(Pages& pages, std::size_t bytes);
    void give(Pages pages) noexcept;
    // Zeros of its own in place of whole pages that were mapped from elsewhere. False: the system refused.
    static bool renew(std::span<std::byte> pages) noexcept;
    // Gives back what lies behind the first `bytes`, whole pages.
    static void shrink(Pages& pages, std::size_t bytes) noexcept;

    RepeatWindows& windows() { return windows_; }

private:
    RepeatWindows windows_;
    std::array<Pages, max_kept> kept_;
    std::size_t count_ = 0;
    std::size_t kept_bytes_ = 0;
};

}  // namespace sekisho::scanner
