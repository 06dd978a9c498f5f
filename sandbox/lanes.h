// Who may scan when: the fast and the slow lane, and fairness between clients. Pure bookkeeping, no threads,
// no clock.
//
// A message enters the queue under its lane key (client network or account), is let onto the fast lane, and
// is asked to move to the slow lane once it has cost more than a plain mail does.
//
// Fairness. Keys take turns for the fast slots. A key that holds less than its fair share of the fast lane is
// let in even when the lane is full, on a guest slot: many costly mails of one client do not keep out the
// next. One key holds at most half of the slow lane, and a flood of one key cannot fill the queue for the
// others.
#pragma once

#include <cstddef>
#include <cstdint>
#include <list>
#include <map>
#include <optional>
#include <string>
#include <vector>

namespace sekisho::sandbox {

struct LaneLimits {
    std::uint32_t fast = 2;
    std::uint32_t guests = 2;  // fast slots beyond `fast`, for keys below their share
    std::uint32_t slow = 1;
    std::uint32_t parked = 4;   // stopped scans that wait for a slow slot and hold no fast one
    std::uint32_t queue = 400;  // waiting messages; a quarter more for keys that have few
};

class Lanes {
public:
    using Ticket = std::uint64_t;
    enum class Place : std::uint8_t { queued, fast, slow, parked };

    explicit Lanes(const LaneLimits& limits) : limits_(limits) {}

    // A new message; nullopt where the queue is full for its key. It may be on the fast lane at once.
    std::optional<Ticket> enter(const std::string& key);
    void leave(Ticket ticket);  // from wherever it is

    // Takes a fast message off its slot. Slow: goes on there. Parked: must be stopped until its place is
    // slow. Fast: nothing was free and it goes on where it is; ask again later.
    Place make_slow(Ticket ticket);

    Place place(Ticket ticket) const { return tickets_.at(ticket).place; }
    // Messages let onto a lane since the last call: whoever waits for them is to be woken.
    std::vector<Ticket> take_admitted();

    const LaneLimits& limits() const { return limits_; }
    void resize(const LaneLimits& limits);  // what is on a lane stays there
    std::uint32_t fast_busy() const { return fast_; }
    std::uint32_t slow_busy() const { return slow_; }
    std::uint32_t parked() const { return parked_; }
    std::uint32_t waiting() const { return waiting_; }

private:
    struct Key {
        std::string name;
        std::list<Ticket> queued;
        std::list<Ticket> parked;
        std::uint32_t fast = 0;
        std::uint32_t slow = 0;
        bool idle() const { return queued.empty() && parked.empty() && fast == 0 && slow == 0; }
    };
    using Turn = std::list<Key>;  // the front's turn is next
    struct Entry {
        Turn::iterator key;
        Place place = Place::queued;
    };

    bool queue_has_room(const Key& key) const;
    bool slow_has_room(const Key& key) const;
    void settle();
    bool admit_fast();
    bool admit_slow();

    LaneLimits limits_;
    Turn turns_;
    std::map<std::string, Turn::iterator, std::less<>> by_name_;
    std::map<Ticket, Entry> tickets_;
    std::vector<Ticket> admitted_;
    Ticket last_ = 0;
    std::uint32_t fast_ = 0, slow_ = 0, parked_ = 0, waiting_ = 0;
};

}  // namespace sekisho::sandbox
