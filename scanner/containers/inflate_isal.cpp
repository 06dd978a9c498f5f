#include <isa-l.h>

#include <algorithm>
#include <vector>

#include "scanner/containers/crc32.h"
#include "scanner/containers/inflate_stream.h"

namespace sekisho::scanner::containers {

namespace {

constexpr std::size_t piece = 64u << 10;

// unsigned char may alias any object; ISA-L takes nothing else, and its input without const.
unsigned char* raw(const std::byte* bytes) {
    return const_cast<unsigned char*>(reinterpret_cast<const unsigned char*>(bytes));  // NOLINT
}

}  // namespace

struct DeflateStream::Impl {
    inflate_state state;  // 90 KB, of which isal_inflate_init() sets what it needs
    std::vector<std::byte> out = std::vector<std::byte>(piece);
};

DeflateStream::DeflateStream() : impl_(std::make_unique_for_overwrite<Impl>()) {
    isal_inflate_init(&impl_->state);
}
DeflateStream::~DeflateStream() = default;

bool DeflateStream::ended() const { return impl_->state.block_state == ISAL_BLOCK_FINISH; }

// It reads ahead, up to eight bytes.
std::size_t DeflateStream::unread() const {
    const inflate_state& state = impl_->state;
    return state.avail_in + static_cast<std::size_t>(std::max(state.read_in_length, 0)) / 8;
}

Inflated DeflateStream::feed(base::Bytes part, const std::function<bool(base::Bytes)>& sink) {
    inflate_state& state = impl_->state;
    state.next_in = raw(part.data());
    state.avail_in = static_cast<std::uint32_t>(part.size());
    while (true) {
        state.next_out = raw(impl_->out.data());
        state.avail_out = static_cast<std::uint32_t>(impl_->out.size());
        const int result = isal_inflate(&state);
        const base::Bytes made = base::Bytes(impl_->out).first(impl_->out.size() - state.avail_out);
        if (!made.empty() && !sink(made)) return Inflated::refused;
        if (result < 0) return Inflated::damaged;
        if (ended() || (state.avail_in == 0 && state.avail_out > 0)) return Inflated::whole;
    }
}

std::uint32_t crc32_of(base::Bytes bytes, std::uint32_t before) {
    return crc32_gzip_refl(before, raw(bytes.data()), bytes.size());
}

}  // namespace sekisho::scanner::containers
