// Memory that is mapped again and again, so that a padding of hundreds of megabytes costs one window of it.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <utility>

namespace sekisho::scanner {

// A small arena of shared anonymous memory. Shared, since only such pages can stand in several places of one
// process; of this process alone, for it is made after the fork. Not thread-safe. Outlives its windows.
class RepeatWindows {
public:
    static constexpr std::size_t arena_bytes = 17u << 20;   // one window for the longest period, and a bit
    static constexpr std::size_t least_bytes = 256u << 10;  // of a window: a mapping each is what it costs

    RepeatWindows() = default;
    ~RepeatWindows();
    RepeatWindows(const RepeatWindows&) = delete;
    RepeatWindows& operator=(const RepeatWindows&) = delete;

    // Reserves the address range; takes no memory yet. take() does it as well: this is for a process that may
    // not map shared memory any more when the first window is needed.
    void prepare() noexcept;

    class Window {
    public:
        Window(RepeatWindows& owner, std::span<std::byte> bytes) : owner_(&owner), bytes_(bytes) {}
        ~Window() {
            if (owner_ != nullptr) owner_->give();
        }
        Window(Window&& other) noexcept
            : owner_(std::exchange(other.owner_, nullptr)), bytes_(other.bytes_) {}
        Window& operator=(Window&& other) noexcept {
            std::swap(owner_, other.owner_);
            std::swap(bytes_, other.bytes_);
            return *this;
        }
        std::span<std::byte> bytes() const { return bytes_; }

        // Puts the first `bytes` of the window at `at`, in place of what is mapped there: both whole pages.
        // False: the system refused, and nothing has changed.
        bool map_at(std::byte* at, std::size_t bytes) const;

    private:
        RepeatWindows* owner_;
        std::span<std::byte> bytes_;
    };
    // `bytes`: whole pages. What the window holds is undefined. Empty: there is no room.
    std::optional<Window> take(std::size_t bytes);

private:
    void give() noexcept;

    std::byte* arena_ = nullptr;
    std::size_t used_ = 0;
    std::size_t live_ = 0;  // windows; room is made anew when there are none
};

}  // namespace sekisho::scanner
