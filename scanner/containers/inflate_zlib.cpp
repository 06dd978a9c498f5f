#include <zlib.h>

#include <new>
#include <vector>

#include "scanner/containers/crc32.h"
#include "scanner/containers/inflate_stream.h"

namespace sekisho::scanner::containers {

namespace {

constexpr std::size_t piece = 64u << 10;

// unsigned char may alias any object; zlib takes nothing else, and its input without const.
unsigned char* raw(const std::byte* bytes) {
    return const_cast<unsigned char*>(reinterpret_cast<const unsigned char*>(bytes));  // NOLINT
}

}  // namespace

struct DeflateStream::Impl {
    z_stream z{};
    std::vector<std::byte> out = std::vector<std::byte>(piece);
    bool ended = false;
};

DeflateStream::DeflateStream() : impl_(std::make_unique<Impl>()) {
    if (inflateInit2(&impl_->z, -MAX_WBITS) != Z_OK) throw std::bad_alloc();
}
DeflateStream::~DeflateStream() { inflateEnd(&impl_->z); }

bool DeflateStream::ended() const { return impl_->ended; }

std::size_t DeflateStream::unread() const { return impl_->z.avail_in; }

Inflated DeflateStream::feed(base::Bytes part, const std::function<bool(base::Bytes)>& sink) {
    z_stream& z = impl_->z;
    z.next_in = raw(part.data());
    z.avail_in = static_cast<uInt>(part.size());
    while (true) {
        z.next_out = raw(impl_->out.data());
        z.avail_out = static_cast<uInt>(impl_->out.size());
        const int state = ::inflate(&z, Z_NO_FLUSH);
        const base::Bytes made = base::Bytes(impl_->out).first(impl_->out.size() - z.avail_out);
        if (!made.empty() && !sink(made)) return Inflated::refused;
        impl_->ended = state == Z_STREAM_END;
        if (state == Z_MEM_ERROR) throw std::bad_alloc();
        if (!ended() && state != Z_OK && state != Z_BUF_ERROR) return Inflated::damaged;
        if (ended() || (z.avail_in == 0 && z.avail_out > 0)) return Inflated::whole;
    }
}

std::uint32_t crc32_of(base::Bytes bytes, std::uint32_t before) {
    return static_cast<std::uint32_t>(crc32_z(before, raw(bytes.data()), bytes.size()));
}

}  // namespace sekisho::scanner::containers
