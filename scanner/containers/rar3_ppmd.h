// PPMd, variant H, as RAR 3 has it: Shkarin's model of contexts (ppmdh.zip, public domain), and a range coder
// of RAR's own.
#pragma once

#include <array>
#include <bitset>
#include <cstdint>
#include <optional>

#include "scanner/budget.h"
#include "scanner/containers/rar3_bits.h"
#include "scanner/containers/rar3_ppmd_memory.h"

namespace sekisho::scanner::containers {

// What a model asks of the coder that it was used with.
class PpmdCoder {
public:
    virtual ~PpmdCoder() = default;
    // Where in [0, total) the next symbol lies. Empty: nowhere, the bytes are broken.
    virtual std::optional<std::uint32_t> place(std::uint32_t total) = 0;
    // Takes the symbol that has `size` of these places from `from` on. `size` is not 0.
    virtual void take(std::uint32_t from, std::uint32_t size) = 0;
    // Takes one of two: the first has `first` of the places.
    virtual std::optional<bool> is_first(std::uint32_t first, std::uint32_t total) = 0;
    virtual bool ended() const = 0;  // more was taken than there was
};

// Subbotin's range coder without carries; a range becomes no smaller than 32,768.
class Rar3RangeDecoder final : public PpmdCoder {
public:
    explicit Rar3RangeDecoder(Rar3Bits& in) : in_(in) {}
    void start();  // of a block of coded bytes
    std::optional<std::uint32_t> place(std::uint32_t total) override;
    void take(std::uint32_t from, std::uint32_t size) override;
    std::optional<bool> is_first(std::uint32_t first, std::uint32_t total) override;
    bool ended() const override { return in_.ended(); }

private:
    Rar3Bits& in_;
    std::uint32_t low_ = 0;
    std::uint32_t code_ = 0;
    std::uint32_t range_ = 0;
};

// A model lives as long as the archive wants: over blocks, and over the members of a solid archive.
class Rar3Ppmd {
public:
    static constexpr unsigned least_order = 2;
    static constexpr unsigned most_order = 64;

    explicit Rar3Ppmd(Budget& budget) : memory_(budget), budget_(budget) {}

    // An empty model with 1 to 256 MB. False: the Budget or the system has no room.
    [[nodiscard]] bool open(unsigned order, unsigned megabytes);
    bool is_open() const { return open_; }
    void close();
    enum class Step : std::uint8_t { byte, broken, refused };
    // One byte. Once it was broken, nothing more comes out until open().
    Step decode(PpmdCoder& in, std::uint8_t& out);

private:
    using Ref = PpmdMemory::Ref;
    struct State {
        std::uint8_t symbol = 0;
        std::uint8_t frequency = 0;
        Ref next = 0;  // the context behind it, or text that is yet to become one
    };
    // How often contexts like this one end in an escape.
    struct Escapes {
        std::uint16_t sum = 0;
        std::uint8_t shift = 0;
        std::uint8_t count = 0;
    };

    // Of a context: how many states, their sum and where they are; in place of these two the one state; the
    // next shorter context. Of a state: symbol, frequency, next.
    static constexpr unsigned at_sum = 2;
    static constexpr unsigned at_single = 2;
    static constexpr unsigned at_states = 4;
    static constexpr unsigned at_suffix = 8;
    static constexpr unsigned at_frequency = 1;
    static constexpr unsigned at_next = 2;
    static constexpr unsigned state_bytes = 6;
    static constexpr unsigned most_frequency = 124;
    static constexpr unsigned units_for(unsigned states) { return (states + 1) / 2; }

    State state_at(Ref at);
    void put_state(Ref at, const State& state);
    std::uint8_t symbol_of(Ref state) { return memory_.u8(state); }
    std::uint8_t frequency_of(Ref state);
    Ref next_of(Ref state);
    void set_frequency(Ref state, unsigned frequency);
    void set_next(Ref state, Ref next);
    void swap(Ref a, Ref b);

    unsigned count_of(Ref context) { return memory_.u16(context); }
    void set_count(Ref context, unsigned count) { memory_.put(context, static_cast<std::uint16_t>(count)); }
    unsigned sum_of(Ref context);
    void set_sum(Ref context, unsigned sum);
    Ref states_of(Ref context);
    void set_states(Ref context, Ref states);
    Ref suffix_of(Ref context);
    Ref find_state(Ref context, std::uint8_t symbol);

    void restart();
    bool decode_among_many(PpmdCoder& in);
    bool decode_single(PpmdCoder& in);
    bool decode_after_escape(PpmdCoder& in);
    Escapes& escapes_for(unsigned hidden, std::uint32_t& escape);
    void raise(Ref state);
    void follow();
    // rar3_ppmd_update.cpp
    void rescale();
    void halve(Ref first, unsigned count, unsigned& sum, unsigned& escape);
    void update();
    void update_suffix();
    bool add_to(Ref context, const State& found, unsigned others, Ref next);
    Ref make_contexts(bool skip);
    bool predict(Ref context, State& next);

    PpmdMemory memory_;
    Budget& budget_;
    bool open_ = false;
    unsigned order_ = 0;  // the longest context

    Ref shortest_ = 0;  // context that the last symbol was found in
    Ref longest_ = 0;   // that there is for what came last
    Ref found_ = 0;     // the state of the last symbol
    std::uint8_t symbol_ = 0;
    unsigned missing_ = 0;  // how much shorter than order_ the context is
    unsigned first_escape_ = 0;
    unsigned was_likely_ = 0;
    unsigned is_letter_ = 0;  // 8 where the symbol before is 64 or more
    std::int32_t run_ = 0;    // of symbols that were likely
    std::int32_t first_run_ = 0;
    std::bitset<256> hidden_;                                  // symbols that an escape has ruled out
    std::array<std::array<std::uint16_t, 64>, 128> single_{};  // chances of the one symbol of a context
    std::array<std::array<Escapes, 16>, 25> escapes_{};
    Escapes root_escapes_;
    std::uint64_t work_ = 0;  // states looked at and not charged yet
};

}  // namespace sekisho::scanner::containers
