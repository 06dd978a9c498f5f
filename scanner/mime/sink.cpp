#include "scanner/mime/sink.h"

#include <cstring>

namespace sekisho::scanner::mime {

void Sink::copy(base::Bytes piece) {
    std::memcpy(std::span(buffer_).subspan(used_, piece.size()).data(), piece.data(), piece.size());
    used_ += piece.size();
}

}  // namespace sekisho::scanner::mime
