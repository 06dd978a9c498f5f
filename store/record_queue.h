// Records that wait for the disk, in their order: many small ones in one piece of memory. One by one they
// would come from all over the heap, and each would wait for it.
#pragma once

#include <cstddef>
#include <cstdint>
#include <deque>
#include <string>
#include <string_view>
#include <vector>

#include "base/bytes.h"

namespace sekisho::store {

// A value.
class RecordQueue {
public:
    void push(std::string_view record);
    void pop_front();  // of one that is not empty
    // What came before all of these.
    void push_front(RecordQueue earlier);
    std::size_t size() const { return size_; }

    // Calls `visit` with the bytes of each, the first one first, while it returns true.
    template <class Visit>
    bool each(const Visit& visit) const {
        for (const Piece& piece : pieces_)
            for (std::size_t i = piece.gone; i < piece.ends.size(); ++i)
                if (!visit(piece.record(i))) return false;
        return true;
    }

private:
    struct Piece {
        std::string bytes;
        std::vector<std::size_t> ends;  // of each record in them
        std::size_t gone = 0;           // so many of the first ones

        base::Bytes record(std::size_t i) const {
            const std::size_t begin = i == 0 ? 0 : ends[i - 1];
            return base::as_bytes(bytes).subspan(begin, ends[i] - begin);
        }
    };
    static constexpr std::size_t piece_bytes = 64u << 10;

    std::deque<Piece> pieces_;  // each with a record that is not gone
    std::size_t size_ = 0;
};

}  // namespace sekisho::store
