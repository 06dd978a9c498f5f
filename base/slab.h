// Memory for many objects of one size, in huge pages where the kernel has some: of a million of them the next
// is in no cache, and in small pages not even the way to it is.
#pragma once

#include <cstddef>
#include <memory>
#include <mutex>
#include <vector>

namespace sekisho::base {

inline constexpr std::size_t huge_page = std::size_t{2} << 20;

// A resource: huge pages side by side, or what stands for them.
struct UnmapHugePages {
    std::size_t bytes = 0;
    void operator()(std::byte* pages) const noexcept;
};
using HugePages = std::unique_ptr<std::byte, UnmapHugePages>;
// Zeroed; `bytes` are rounded up. Throws std::bad_alloc.
HugePages map_huge_pages(std::size_t bytes = huge_page);
// Bytes of all that are mapped now, without what slabs have spare.
std::size_t huge_page_bytes();

// A resource. Thread-safe. What is given back is taken again before more is mapped, and never leaves: it is
// for what comes and goes.
class Slab {
public:
    explicit Slab(std::size_t object_size);  // up to a huge page
    ~Slab();
    Slab(const Slab&) = delete;
    Slab& operator=(const Slab&) = delete;
    // Aligned to a cache line. Throws std::bad_alloc.
    void* take();
    void give(void* object) noexcept;  // one that was taken

private:
    struct Free {
        Free* next;
    };
    void* take_one();

    const std::size_t size_;
    std::mutex mutex_;
    std::vector<HugePages> pages_;
    std::size_t used_ = huge_page;  // bytes of the last of them
    std::size_t spare_ = 0;         // bytes of all
    Free* free_ = nullptr;
};

}  // namespace sekisho::base
