// liblzma's decoders: LZMA and LZMA2 with the filters that stand behind them, the filters alone, or an xz
// stream. The one file that includes <lzma.h> is lzma_decoder.cpp.
#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <span>

#include "base/bytes.h"
#include "base/result.h"
#include "scanner/budget.h"

namespace sekisho::scanner::containers {

// As containers name them by numbers of their own, with the properties that 7z and xz both write.
struct LzmaStep {
    enum class Kind : std::uint8_t {
        lzma,
        lzma2,
        delta,
        x86,
        powerpc,
        ia64,
        arm,
        arm_thumb,
        sparc,
        arm64,
    };
    Kind kind = Kind::lzma;
    base::Bytes properties;

    bool is_filter() const { return kind != Kind::lzma && kind != Kind::lzma2; }
};

// Takes packed bytes as they come and hands decoded ones on. Not thread-safe. Its window is charged to the
// Budget's memory while it lives, and is never larger than what comes out.
class LzmaDecoder {
public:
    static constexpr std::size_t max_steps = 4;

    // `steps` in the order in which they decode: first LZMA or LZMA2, unless there are filters alone.
    // `size`: bytes that come out; LZMA has no end mark of its own. Cause::unsupported for properties that
    // liblzma does not take or too many steps, Cause::limit where the window is more than may be had.
    static base::Result<LzmaDecoder> create(std::span<const LzmaStep> steps, std::uint64_t size,
                                            Budget& budget);
    // One whole xz stream, its headers and checks included. The window is charged as its blocks ask for it;
    // where it may not be had, put() says refused.
    static LzmaDecoder create_xz(Budget& budget);
    ~LzmaDecoder();
    LzmaDecoder(LzmaDecoder&&) noexcept;
    LzmaDecoder& operator=(LzmaDecoder&&) noexcept;

    enum class State : std::uint8_t {
        more,     // wants more input
        ended,    // everything came out; what is left of the input is not looked at
        damaged,  // the input breaks the format
        refused,  // by the sink, or by the Budget
    };
    using Sink = std::function<bool(base::Bytes)>;
    State put(base::Bytes packed, const Sink& sink);
    std::size_t unread() const;  // bytes of the last put() that are left, once it has ended
    // No more input comes: what the filters held back. Needed for filters alone.
    State finish(const Sink& sink);

private:
    struct Impl;
    explicit LzmaDecoder(std::unique_ptr<Impl> impl);
    std::unique_ptr<Impl> impl_;
};

}  // namespace sekisho::scanner::containers
