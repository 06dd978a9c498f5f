#include "scanner/repeat_windows.h"

#include <sys/mman.h>

namespace sekisho::scanner {

RepeatWindows::~RepeatWindows() {
    if (arena_ != nullptr) ::munmap(arena_, arena_bytes);
}

void RepeatWindows::prepare() noexcept {
    if (arena_ != nullptr) return;
    void* at = ::mmap(nullptr, arena_bytes, PROT_READ | PROT_WRITE,
                      MAP_SHARED | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);
    if (at != MAP_FAILED) arena_ = static_cast<std::byte*>(at);
}

std::optional<RepeatWindows::Window> RepeatWindows::take(std::size_t bytes) {
    prepare();
    if (arena_ == nullptr || bytes > arena_bytes - used_) return std::nullopt;
    const std::span<std::byte> out = std::span(arena_, arena_bytes).subspan(used_, bytes);
    used_ += bytes;
    ++live_;
    return std::make_optional<Window>(*this, out);
}

void RepeatWindows::give() noexcept {
    if (--live_ > 0) return;
    ::madvise(arena_, used_, MADV_REMOVE);  // the memory goes back to the system
    used_ = 0;
}

// mremap(2): with an old size of zero it makes one more mapping of the same shared pages.
bool RepeatWindows::Window::map_at(std::byte* at, std::size_t bytes) const {
    return ::mremap(bytes_.data(), 0, bytes, MREMAP_MAYMOVE | MREMAP_FIXED, at) == at;
}

}  // namespace sekisho::scanner
