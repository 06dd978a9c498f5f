// What the decoder of ACE reads: bits from words, and prefix codes of up to 11 bits.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <span>

#include "base/bytes.h"
#include "scanner/containers/rar3_bits.h"
#include "scanner/unlock/ace_lock.h"

namespace sekisho::scanner::containers {

// What is packed, decrypted where it is locked, in pieces that are valid until the next one; an empty one
// ends it. Of what is locked only whole blocks. The lock outlives this.
class AcePieces {
public:
    explicit AcePieces(base::Bytes packed, unlock::AceLock* lock) : left_(packed), lock_(lock) {
        if (lock_ != nullptr) lock_->start();
    }
    base::Bytes next();

    static constexpr std::size_t most = 4'096;

private:
    base::Bytes left_;
    unlock::AceLock* lock_;
    std::array<std::byte, most> plain_{};
};

// Words of 32 bits, their lowest byte first, of which the highest bit is read first. Of a last word that is
// not whole the first bits are missing, so it is left. Outlives what reads its pieces.
class AceWords {
public:
    explicit AceWords(base::Bytes packed, unlock::AceLock* lock) : packed_(packed, lock) {}
    AceWords(const AceWords&) = delete;
    AceWords& operator=(const AceWords&) = delete;

    RarPieces pieces() {
        return [this] { return next(); };
    }

private:
    base::Bytes next();

    AcePieces packed_;
    std::array<std::byte, AcePieces::most> piece_{};
};

// Sorts symbols, which are numbered from 0 on, by the lengths of their codes, the longest first. What becomes
// of equal ones is that of ACE's own sort: it is part of the format. At most AceCode::most_symbols.
void sort_as_ace(std::span<std::uint8_t> lengths, std::span<std::uint16_t> symbols);

// A prefix code. The shortest codes come first, of one length in the order that the sort has left backwards.
class AceCode {
public:
    static constexpr std::size_t most_symbols = 290;  // of the widest: ACE writes one more than it has
    static constexpr unsigned most_bits = 11;
    using Table = Rar3Code<most_symbols>;
    static constexpr unsigned none = Table::none;

    // The cost of read_lengths() and set(), for the Budget: the sort takes few rounds, since there are few
    // lengths.
    static constexpr std::uint64_t steps = 8'192;

    // The code's lengths as they stand in the stream, of up to `symbols` and one more. False: one of them is
    // longer than `bits`, or the stream has ended.
    bool read_lengths(Rar3Bits& in, unsigned bits, std::size_t symbols);

    // False: one is longer than `bits`. Symbols that there is no room for have no code. One alone, and the
    // last where none has a length, is a bit of any value.
    bool set(std::span<const std::uint8_t> lengths, unsigned bits);

    // `none` where the bits are those of no symbol; nothing is taken then.
    unsigned read(Rar3Bits& in) const {
        if (is_lone_) in.take(1);
        if (is_lone_) return symbols_[0];
        const unsigned index = table_.read(in);
        return index == none ? none : symbols_[index];
    }

private:
    Table table_;  // of places in symbols_
    std::array<std::uint16_t, most_symbols> symbols_{};
    bool is_lone_ = false;
};

}  // namespace sekisho::scanner::containers
