#include "scanner/containers/inflate.h"

#include "scanner/containers/inflate_stream.h"

namespace sekisho::scanner::containers {

Inflated inflate(const std::function<base::Bytes()>& source, const std::function<bool(base::Bytes)>& sink) {
    DeflateStream stream;
    for (base::Bytes block = source(); !block.empty(); block = source()) {
        while (!block.empty()) {
            const base::Bytes part = base::head(block, DeflateStream::max_input);
            const Inflated state = stream.feed(part, sink);
            if (stream.ended() || state != Inflated::whole) return state;
            block = block.subspan(part.size());
        }
    }
    return Inflated::damaged;  // no end of the stream
}

}  // namespace sekisho::scanner::containers
