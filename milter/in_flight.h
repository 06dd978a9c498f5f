// How much mail is being received and scanned at this moment, over all connections.
#pragma once

#include <chrono>
#include <condition_variable>
#include <cstdint>
#include <mutex>

namespace sekisho::milter {

struct InFlightLimits {
    std::uint64_t max_bytes = 512u << 20;
    std::uint32_t max_messages = 200;
};

// Counts messages between MAIL and the end of their handling, and the bytes that they hold in memory.
// Thread-safe. Outlives every Ticket.
class InFlight {
public:
    // One message's share; gives it back when it goes. Moves, never copies. Used by one thread at a time.
    class Ticket {
    public:
        Ticket() = default;
        ~Ticket() { release(); }
        Ticket(Ticket&& other) noexcept;
        Ticket& operator=(Ticket&& other) noexcept;
        Ticket(const Ticket&) = delete;
        Ticket& operator=(const Ticket&) = delete;

        explicit operator bool() const { return owner_ != nullptr; }
        // False where the bytes do not fit under the cap; nothing is charged then. A message that is the only
        // one to hold bytes always fits: MilterSettings::max_message_bytes bounds it.
        [[nodiscard]] bool charge(std::uint64_t bytes);
        void release();

    private:
        friend class InFlight;
        Ticket(InFlight* owner, const InFlightLimits& limits) : owner_(owner), limits_(limits) {}
        InFlight* owner_ = nullptr;
        InFlightLimits limits_;
        std::uint64_t bytes_ = 0;
    };

    // At MAIL. An empty Ticket where either cap is reached, or where `announced` bytes (SIZE=, 0 for none)
    // would not fit beside what is there.
    Ticket admit(const InFlightLimits& limits, std::uint64_t announced);

    std::uint64_t bytes() const;
    std::uint32_t messages() const;
    // Blocks until no message is in flight, or until the time is over; true in the first case.
    bool wait_idle(std::chrono::milliseconds within);

private:
    mutable std::mutex mutex_;
    std::condition_variable idle_;
    std::uint64_t bytes_ = 0;
    std::uint32_t messages_ = 0;
};

}  // namespace sekisho::milter
