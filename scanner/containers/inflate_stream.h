// One raw deflate stream, as a library decodes it: inflate_isal.cpp or inflate_zlib.cpp.
#pragma once

#include <functional>
#include <memory>

#include "scanner/containers/inflate.h"

namespace sekisho::scanner::containers {

class DeflateStream {
public:
    static constexpr std::size_t max_input = 1u << 30;  // the libraries count their input in 32 bits

    DeflateStream();
    ~DeflateStream();
    DeflateStream(const DeflateStream&) = delete;
    DeflateStream& operator=(const DeflateStream&) = delete;

    bool ended() const;
    // Of the last part: the bytes behind the end of the stream, once it has ended.
    std::size_t unread() const;
    // Hands on all output that `part` gives, at most max_input bytes; after it nothing more where the stream
    // has ended, or anything but `whole` was the answer.
    Inflated feed(base::Bytes part, const std::function<bool(base::Bytes)>& sink);

private:
    struct Impl;
    std::unique_ptr<Impl> impl_;
};

}  // namespace sekisho::scanner::containers
