#include "store/record_queue.h"

#include <iterator>
#include <utility>

namespace sekisho::store {

void RecordQueue::push(std::string_view record) {
    // A record that is longer than a piece has one of its own.
    if (pieces_.empty() || pieces_.back().bytes.size() + record.size() > piece_bytes)
        pieces_.emplace_back().bytes.reserve(piece_bytes);
    Piece& last = pieces_.back();
    last.bytes += record;
    last.ends.push_back(last.bytes.size());
    ++size_;
}

void RecordQueue::pop_front() {
    Piece& first = pieces_.front();
    if (++first.gone == first.ends.size()) pieces_.pop_front();
    --size_;
}

void RecordQueue::push_front(RecordQueue earlier) {
    pieces_.insert(pieces_.begin(), std::make_move_iterator(earlier.pieces_.begin()),
                   std::make_move_iterator(earlier.pieces_.end()));
    size_ += std::exchange(earlier.size_, 0);
}

}  // namespace sekisho::store
