#include "scanner/containers/wim_codec.h"

#include <wimlib.h>

#include <utility>

namespace sekisho::scanner::containers {

struct WimDecoder::Impl {
    struct Free {
        void operator()(wimlib_decompressor* handle) const { wimlib_free_decompressor(handle); }
    };
    std::unique_ptr<wimlib_decompressor, Free> handle;
};

WimDecoder::WimDecoder(std::unique_ptr<Impl> impl) : impl_(std::move(impl)) {}
WimDecoder::~WimDecoder() = default;
WimDecoder::WimDecoder(WimDecoder&&) noexcept = default;
WimDecoder& WimDecoder::operator=(WimDecoder&&) noexcept = default;

std::optional<WimDecoder> WimDecoder::create(WimMethod method, std::size_t chunk) {
    if (method == WimMethod::none) return std::nullopt;
    constexpr wimlib_compression_type types[] = {WIMLIB_COMPRESSION_TYPE_NONE, WIMLIB_COMPRESSION_TYPE_XPRESS,
                                                 WIMLIB_COMPRESSION_TYPE_LZX, WIMLIB_COMPRESSION_TYPE_LZMS};
    wimlib_decompressor* handle = nullptr;
    if (wimlib_create_decompressor(types[static_cast<std::size_t>(method)], chunk, &handle) != 0)
        return std::nullopt;
    auto impl = std::make_unique<Impl>();
    impl->handle.reset(handle);
    return WimDecoder(std::move(impl));
}

bool WimDecoder::decode(base::Bytes packed, std::span<std::byte> out) {
    return wimlib_decompress(packed.data(), packed.size(), out.data(), out.size(), impl_->handle.get()) == 0;
}

}  // namespace sekisho::scanner::containers
