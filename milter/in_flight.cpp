#include "milter/in_flight.h"

#include <utility>

namespace sekisho::milter {

InFlight::Ticket::Ticket(Ticket&& other) noexcept
    : owner_(std::exchange(other.owner_, nullptr)),
      limits_(other.limits_),
      bytes_(std::exchange(other.bytes_, 0)) {}

InFlight::Ticket& InFlight::Ticket::operator=(Ticket&& other) noexcept {
    if (this != &other) {
        release();
        owner_ = std::exchange(other.owner_, nullptr);
        limits_ = other.limits_;
        bytes_ = std::exchange(other.bytes_, 0);
    }
    return *this;
}

bool InFlight::Ticket::charge(std::uint64_t bytes) {
    if (owner_ == nullptr) return false;
    const std::scoped_lock lock(owner_->mutex_);
    const bool alone = owner_->bytes_ == bytes_;
    const std::uint64_t room = limits_.max_bytes > owner_->bytes_ ? limits_.max_bytes - owner_->bytes_ : 0;
    if (!alone && bytes > room) return false;
    owner_->bytes_ += bytes;
    bytes_ += bytes;
    return true;
}

void InFlight::Ticket::release() {
    if (owner_ == nullptr) return;
    {
        const std::scoped_lock lock(owner_->mutex_);
        owner_->bytes_ -= bytes_;
        --owner_->messages_;
        // Under the lock: whoever waits may destroy the InFlight as soon as it sees none in flight.
        if (owner_->messages_ == 0) owner_->idle_.notify_all();
    }
    owner_ = nullptr;
    bytes_ = 0;
}

InFlight::Ticket InFlight::admit(const InFlightLimits& limits, std::uint64_t announced) {
    const std::scoped_lock lock(mutex_);
    if (messages_ >= limits.max_messages || bytes_ >= limits.max_bytes) return {};
    if (bytes_ > 0 && announced > limits.max_bytes - bytes_) return {};
    ++messages_;
    return {this, limits};
}

std::uint64_t InFlight::bytes() const {
    const std::scoped_lock lock(mutex_);
    return bytes_;
}

std::uint32_t InFlight::messages() const {
    const std::scoped_lock lock(mutex_);
    return messages_;
}

bool InFlight::wait_idle(std::chrono::milliseconds within) {
    std::unique_lock lock(mutex_);
    return idle_.wait_for(lock, within, [this] { return messages_ == 0; });
}

}  // namespace sekisho::milter
