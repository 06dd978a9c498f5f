#include "scanner/containers/lzma_decoder.h"

#include <lzma.h>

#include <algorithm>
#include <array>
#include <cstdlib>
#include <new>
#include <utility>
#include <vector>

namespace sekisho::scanner::containers {

namespace {

using base::Bytes;
using State = LzmaDecoder::State;

constexpr std::size_t piece = 64u << 10;         // decoded at a time
constexpr std::size_t stored_chunk = 64u << 10;  // of LZMA2, at most
constexpr std::uint32_t least_window = 4'096;

// In the order of the enumeration. LZMA with a size that is known is liblzma's "LZMA1EXT".
constexpr std::array<lzma_vli, 10> filter_ids{
    LZMA_FILTER_LZMA1EXT, LZMA_FILTER_LZMA2, LZMA_FILTER_DELTA,    LZMA_FILTER_X86,   LZMA_FILTER_POWERPC,
    LZMA_FILTER_IA64,     LZMA_FILTER_ARM,   LZMA_FILTER_ARMTHUMB, LZMA_FILTER_SPARC, LZMA_FILTER_ARM64};

const std::uint8_t* raw(Bytes bytes) {
    // unsigned char may alias any object; liblzma takes nothing else.
    return reinterpret_cast<const std::uint8_t*>(bytes.data());  // NOLINT
}

// liblzma's filter chain, last decoder first, ended by LZMA_VLI_UNKNOWN. Owns the options.
class Chain {
public:
    Chain() { filters_.fill({.id = LZMA_VLI_UNKNOWN, .options = nullptr}); }
    ~Chain() { lzma_filters_free(filters_.data(), nullptr); }
    Chain(const Chain&) = delete;
    Chain& operator=(const Chain&) = delete;

    // False: liblzma does not take the properties.
    bool add(const LzmaStep& step, std::uint64_t size) {
        lzma_filter& filter = filters_.at(used_);
        filter.id = filter_ids.at(static_cast<std::size_t>(step.kind));
        if (lzma_properties_decode(&filter, nullptr, raw(step.properties), step.properties.size()) !=
            LZMA_OK) {
            filter = {.id = LZMA_VLI_UNKNOWN, .options = nullptr};
            return false;
        }
        ++used_;
        if (!step.is_filter()) fit_window(*static_cast<lzma_options_lzma*>(filter.options), size);
        return true;
    }
    // What passes LZMA2's stored chunks needs a window of the least size.
    bool add_pass_through() {
        constexpr std::array smallest{std::byte{0}};
        return add({LzmaStep::Kind::lzma2, smallest}, least_window);
    }
    const lzma_filter* get() const { return filters_.data(); }

private:
    static void fit_window(lzma_options_lzma& options, std::uint64_t size) {
        const std::uint64_t enough = std::max<std::uint64_t>(size, least_window);
        if (options.dict_size > enough) options.dict_size = static_cast<std::uint32_t>(enough);
        options.ext_flags = LZMA_LZMA1EXT_ALLOW_EOPM;
        lzma_set_ext_size(options, size);
    }

    std::array<lzma_filter, LZMA_FILTERS_MAX + 1> filters_;
    std::size_t used_ = 0;
};

}  // namespace

struct LzmaDecoder::Impl {
    explicit Impl(Budget& owner) : budget(owner) {}
    ~Impl() {
        lzma_end(&stream);
        budget.return_resident(window);
    }
    Impl(const Impl&) = delete;
    Impl& operator=(const Impl&) = delete;

    State run(Bytes in, const Sink& sink);
    bool raise_limit();

    Budget& budget;
    lzma_stream stream = LZMA_STREAM_INIT;
    std::uint64_t window = 0;    // charged
    bool filters_alone = false;  // the input is wrapped in stored chunks of LZMA2
    bool first_chunk = true;
    std::vector<std::byte> out = std::vector<std::byte>(piece);
};

// To what the block of an xz stream that begins asks for.
bool LzmaDecoder::Impl::raise_limit() {
    const std::uint64_t needed = lzma_memusage(&stream);
    if (needed <= window || !budget.spend_resident(needed - window)) return false;
    window = needed;
    return lzma_memlimit_set(&stream, needed) == LZMA_OK;
}

// Everything that `in` gives.
State LzmaDecoder::Impl::run(Bytes in, const Sink& sink) {
    stream.next_in = raw(in);
    stream.avail_in = in.size();
    while (true) {
        stream.next_out = reinterpret_cast<std::uint8_t*>(out.data());  // NOLINT: as raw() has it
        stream.avail_out = out.size();
        const lzma_ret state = lzma_code(&stream, LZMA_RUN);
        const Bytes made = Bytes(out).first(out.size() - stream.avail_out);
        if (!made.empty() && !sink(made)) return State::refused;
        if (state == LZMA_STREAM_END) return State::ended;
        if (state == LZMA_MEM_ERROR) throw std::bad_alloc();
        if (state == LZMA_MEMLIMIT_ERROR) {
            if (!raise_limit()) return State::refused;
            continue;
        }
        if (state != LZMA_OK && state != LZMA_BUF_ERROR) return State::damaged;
        if (stream.avail_in == 0 && stream.avail_out > 0) return State::more;
        if (state == LZMA_BUF_ERROR && made.empty()) return State::damaged;  // it would go on like that
    }
}

LzmaDecoder::LzmaDecoder(std::unique_ptr<Impl> impl) : impl_(std::move(impl)) {}
LzmaDecoder::~LzmaDecoder() = default;
LzmaDecoder::LzmaDecoder(LzmaDecoder&&) noexcept = default;
LzmaDecoder& LzmaDecoder::operator=(LzmaDecoder&&) noexcept = default;

base::Result<LzmaDecoder> LzmaDecoder::create(std::span<const LzmaStep> steps, std::uint64_t size,
                                              Budget& budget) {
    const bool alone = !steps.empty() && steps.front().is_filter();
    if (steps.empty() || steps.size() + (alone ? 1u : 0u) > max_steps)
        return base::fail(base::Cause::unsupported, "too many filters");
    Chain chain;
    for (std::size_t i = steps.size(); i > 0; --i) {
        if (!chain.add(steps[i - 1], size))
            return base::fail(base::Cause::unsupported, "unknown properties of a coder");
    }
    if (alone && !chain.add_pass_through()) return base::fail(base::Cause::internal);
    const std::uint64_t window = lzma_raw_decoder_memusage(chain.get());
    if (window == ~std::uint64_t{0})
        return base::fail(base::Cause::unsupported, "coders in an order that has no decoder");
    if (!budget.spend_resident(window)) return base::fail(base::Cause::limit, "window");
    auto impl = std::make_unique<Impl>(budget);
    impl->window = window;
    impl->filters_alone = alone;
    const lzma_ret state = lzma_raw_decoder(&impl->stream, chain.get());
    if (state == LZMA_MEM_ERROR) throw std::bad_alloc();
    if (state != LZMA_OK)
        return base::fail(base::Cause::unsupported, "coders in an order that has no decoder");
    return LzmaDecoder(std::move(impl));
}

LzmaDecoder LzmaDecoder::create_xz(Budget& budget) {
    constexpr std::uint64_t least_limit = 1;
    auto impl = std::make_unique<Impl>(budget);
    if (lzma_stream_decoder(&impl->stream, least_limit, 0) != LZMA_OK) throw std::bad_alloc();
    return LzmaDecoder(std::move(impl));
}

std::size_t LzmaDecoder::unread() const { return impl_->stream.avail_in; }

State LzmaDecoder::put(Bytes packed, const Sink& sink) {
    if (!impl_->filters_alone) return impl_->run(packed, sink);
    // liblzma has no filter without a decompressor before it, so the bytes go in as chunks of LZMA2 that are
    // not compressed: a control byte (1 resets the window, 2 goes on) and the size less one, high byte first.
    while (!packed.empty()) {
        const Bytes chunk = base::head(packed, stored_chunk);
        const std::size_t size = chunk.size() - 1;
        const std::array head{
            std::byte{std::exchange(impl_->first_chunk, false) ? std::uint8_t{1} : std::uint8_t{2}},
            static_cast<std::byte>(size >> 8), static_cast<std::byte>(size & 0xFFu)};
        for (const Bytes part : {Bytes(head), chunk}) {
            if (const State state = impl_->run(part, sink); state != State::more) return state;
        }
        packed = packed.subspan(chunk.size());
    }
    return State::more;
}

State LzmaDecoder::finish(const Sink& sink) {
    if (!impl_->filters_alone) return State::damaged;  // it ends when it has everything, not before
    constexpr std::array end_of_chunks{std::byte{0}};
    return impl_->run(end_of_chunks, sink);
}

}  // namespace sekisho::scanner::containers
