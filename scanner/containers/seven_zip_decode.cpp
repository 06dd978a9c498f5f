// Known weakness: a packed stream that libarchive is to decode is copied, since its 7z reader wants one run
// of bytes. RISC-V's filter, Swap2, Swap4, Brotli and LZ4 are not read.
#include "scanner/containers/seven_zip_decode.h"

#include <algorithm>
#include <array>
#include <memory>
#include <optional>
#include <utility>
#include <vector>

#include <fmt/format.h>

#include "base/cursor.h"
#include "scanner/containers/archive_reader.h"
#include "scanner/containers/lzma_decoder.h"
#include "scanner/containers/seven_zip_plain.h"

namespace sekisho::scanner::containers {

namespace {

using base::Bytes;
using State = Decoded::State;
using Sink = std::function<bool(Bytes)>;
using Kind = LzmaStep::Kind;

// Who decodes what a coder packed.
struct CoderRow {
    std::uint64_t id;
    std::optional<Kind> lzma;                 // liblzma
    std::optional<std::uint16_t> zip_method;  // the decoders of ZIP members
    bool libarchive = false;
    bool notices_noise = false;  // random input is an error within a few bytes
};

// clang-format off
constexpr std::array coder_rows{  // NOLINT: a table holds nothing else
    CoderRow{.id = 0x030101, .lzma = Kind::lzma, .notices_noise = true},
    CoderRow{.id = 0x21, .lzma = Kind::lzma2, .notices_noise = true},
    CoderRow{.id = 0x03, .lzma = Kind::delta},
    CoderRow{.id = 0x03030103, .lzma = Kind::x86},
    CoderRow{.id = 0x03030205, .lzma = Kind::powerpc},
    CoderRow{.id = 0x03030401, .lzma = Kind::ia64},
    CoderRow{.id = 0x03030501, .lzma = Kind::arm},
    CoderRow{.id = 0x03030701, .lzma = Kind::arm_thumb},
    CoderRow{.id = 0x03030805, .lzma = Kind::sparc},
    CoderRow{.id = 0x0A, .lzma = Kind::arm64},
    CoderRow{.id = 0x00, .zip_method = 0},
    CoderRow{.id = 0x040108, .zip_method = 8, .notices_noise = true},
    CoderRow{.id = 0x040109, .zip_method = 9, .notices_noise = true},
    CoderRow{.id = 0x040202, .zip_method = 12, .notices_noise = true},
    CoderRow{.id = 0x04F71101, .zip_method = 93, .notices_noise = true},
    CoderRow{.id = 0x030401, .libarchive = true},    // PPMd, variant H
    CoderRow{.id = 0x0303011B, .libarchive = true},  // BCJ2
};
// clang-format on

constexpr std::uint64_t ppmd = 0x030401;

const CoderRow* row_of(const SevenZipCoder& coder) {
    const auto* at = std::ranges::find(coder_rows, coder.id, &CoderRow::id);
    return at == coder_rows.end() ? nullptr : at;
}

bool is_filter(const SevenZipCoder& coder) {
    const CoderRow* row = row_of(coder);
    return row != nullptr && row->lzma && *row->lzma != Kind::lzma && *row->lzma != Kind::lzma2;
}

// Memory that libarchive takes for a coder because its properties say so.
std::uint64_t window_of(const SevenZipCoder& coder) {
    base::Cursor in(coder.properties);
    const CoderRow* row = row_of(coder);
    if (row->lzma == Kind::lzma2) {
        const unsigned bits = in.u8().value_or(0);
        return (2u | (bits & 1u)) * (std::uint64_t{1} << (std::min(bits, 40u) / 2 + 11));
    }
    if (row->lzma != Kind::lzma && coder.id != ppmd) return 0;
    return in.skip(1) ? in.u32_le().value_or(0) : 0;
}

// The coders from the one that reads the packed stream to the root; empty where the folder branches.
std::vector<const SevenZipCoder*> chain_of(const SevenZipFolder& folder) {
    std::vector<const SevenZipCoder*> out;
    const SevenZipCoder* coder = &folder.coders[folder.root];
    while (coder->inputs.size() == 1) {
        out.push_back(coder);
        if (coder->inputs[0].packed) {
            std::ranges::reverse(out);
            return out;
        }
        coder = &folder.coders[coder->inputs[0].from];
    }
    return {};
}

// Passes no more bytes on than a coder is said to give.
class Limited {
public:
    Limited(std::uint64_t size, const Sink& sink) : left_(size), sink_(sink) {}
    bool put(Bytes bytes) {
        const Bytes wanted = bytes.size() > left_ ? bytes.first(static_cast<std::size_t>(left_)) : bytes;
        left_ -= wanted.size();
        refused_ = refused_ || (!wanted.empty() && !sink_(wanted));
        return !refused_ && wanted.size() == bytes.size();
    }
    // What became of a decoder that said `state`.
    State judge(State state) const {
        if (refused_) return State::refused;
        if (state == State::unsupported) return state;
        if (state == State::refused && left_ > 0) return state;  // its window was
        return left_ > 0 ? State::damaged : state == State::refused ? State::whole : state;
    }

private:
    std::uint64_t left_;
    const Sink& sink_;
    bool refused_ = false;
};

State state_of(LzmaDecoder::State state) {
    switch (state) {
        case LzmaDecoder::State::ended:
            return State::whole;
        case LzmaDecoder::State::refused:
            return State::refused;
        case LzmaDecoder::State::more:  // the input ended too soon
        case LzmaDecoder::State::damaged:
            break;
    }
    return State::damaged;
}

class FolderDecoder {
public:
    FolderDecoder(const SevenZipFolder& folder, std::span<const Bytes> packed, unlock::SevenZipKeys* keys,
                  Budget& budget)
        : folder_(folder), packed_(packed), keys_(keys), budget_(budget) {}

    SevenZipDecoded run(const Sink& sink) {
        if (packed_.size() != folder_.packed_streams || packed_.empty())
            return {.state = State::damaged, .reason = "packed streams are missing"};
        if (std::string unknown = unknown_coder(folder_); !unknown.empty())
            return {.state = State::unsupported, .reason = std::move(unknown)};
        const std::vector<const SevenZipCoder*> chain = chain_of(folder_);
        Limited limited(folder_.size(), sink);
        const Sink last = [&](Bytes bytes) { return limited.put(bytes); };
        const State state = limited.judge(chain.empty() ? run_tree(last) : run_chain(chain, last));
        return {.state = state, .window_refused = window_refused_, .reason = std::move(reason_)};
    }

private:
    using Coders = std::span<const SevenZipCoder* const>;

    // What a coder reads: bytes that are there, or a source of them.
    struct Input {
        Bytes bytes;
        std::optional<PackedSource> source;  // in place of `bytes`
        std::uint64_t size = 0;
        std::optional<Output> storage;  // of `bytes`, where they were decoded
    };

    State run_chain(Coders chain, const Sink& sink) {
        Input in{.bytes = packed_[0], .source = {}, .size = packed_[0].size(), .storage = {}};
        while (!chain.empty()) {
            const SevenZipCoder& first = *chain[0];
            if (first.id == seven_zip_aes) {
                if (const State state = decrypt(first, in); state != State::whole) return state;
                chain = chain.subspan(1);
                continue;
            }
            std::size_t group = 1;
            while (group < chain.size() && is_filter(*chain[group]))
                ++group;
            const Coders now = chain.first(group);
            chain = chain.subspan(group);
            if (chain.empty()) return run_group(now, in, sink);
            Output between(budget_);
            const Sink keep = [&](Bytes bytes) { return between.write(bytes); };
            Limited limited(now.back()->size, keep);
            const State state =
                limited.judge(run_group(now, in, [&](Bytes bytes) { return limited.put(bytes); }));
            if (state != State::whole) return state;
            in = {.bytes = between.view(), .source = {}, .size = between.size(), .storage = {}};
            in.storage = std::move(between);
        }
        return pump(in, sink);
    }

    static PackedSource source(const Input& in) { return in.source ? *in.source : source_of(in.bytes); }

    // Puts a decrypting source in front of `in`.
    State decrypt(const SevenZipCoder& coder, Input& in) {
        if (const State state = settle(in); state != State::whole) return state;
        auto plain = decrypted(coder, in.bytes);
        if (!plain) return State::unsupported;
        in.source = std::move(plain);
        in.size = coder.size;
        return State::whole;
    }

    std::optional<PackedSource> decrypted(const SevenZipCoder& coder, Bytes bytes) {
        const auto lock = unlock::SevenZipLock::read(coder.properties);
        if (!lock || keys_ == nullptr) {
            reason_ = "unknown properties of AES";
            return std::nullopt;
        }
        auto plain =
            std::make_shared<unlock::SevenZipPlain>(bytes, keys_->key_for(lock->derivation), lock->iv);
        return [plain = std::move(plain), left = coder.size]() mutable {
            const Bytes all = plain->next();  // the last block is filled up
            const Bytes wanted = all.size() > left ? all.first(static_cast<std::size_t>(left)) : all;
            left -= wanted.size();
            return wanted;
        };
    }

    // Makes bytes of a source, for decoders that want all of them at once.
    State settle(Input& in) {
        if (!in.source) return State::whole;
        Output out(budget_);
        const State state = pump(in, [&](Bytes bytes) { return out.write(bytes); });
        in.source.reset();
        in.bytes = out.view();
        in.size = out.size();
        in.storage = std::move(out);
        return state;
    }

    static State pump(const Input& in, const Sink& sink) {
        return decode({.method = 0}, source(in), sink).state;
    }

    // One decoder and the filters behind it, or filters alone.
    State run_group(Coders coders, Input& in, const Sink& sink) {
        if (row_of(*coders[0])->lzma) return run_lzma(coders, in, sink);
        if (coders.size() == 1) return run_other(*coders[0], in, sink);
        auto filters = lzma_for(coders.subspan(1));
        if (!filters) return refusal(filters.error());
        auto filtered = LzmaDecoder::State::more;
        const State state = run_other(*coders[0], in, [&](Bytes bytes) {
            filtered = filters->put(bytes, sink);
            return filtered == LzmaDecoder::State::more;
        });
        if (filtered != LzmaDecoder::State::more) return state_of(filtered);
        return state == State::whole ? state_of(filters->finish(sink)) : state;
    }

    State run_lzma(Coders coders, const Input& in, const Sink& sink) {
        auto decoder = lzma_for(coders);
        if (!decoder) return refusal(decoder.error());
        const PackedSource next = source(in);
        for (Bytes block = next(); !block.empty(); block = next()) {
            const auto state = decoder->put(block, sink);
            if (state != LzmaDecoder::State::more) return state_of(state);
        }
        return state_of(decoder->finish(sink));
    }

    base::Result<LzmaDecoder> lzma_for(Coders coders) {
        std::vector<LzmaStep> steps;
        steps.reserve(coders.size());
        for (const SevenZipCoder* coder : coders)
            steps.push_back({*row_of(*coder)->lzma, coder->properties});
        return LzmaDecoder::create(steps, coders.back()->size, budget_);
    }

    State refusal(const base::Error& error) {
        reason_ = error.message;
        window_refused_ = error.cause == base::Cause::limit;
        return window_refused_ ? State::refused : State::unsupported;
    }

    State run_other(const SevenZipCoder& coder, Input& in, const Sink& sink) {
        if (const auto method = row_of(coder)->zip_method)
            return decode({.method = *method, .packed = in.size, .size = coder.size}, source(in), sink).state;
        if (const State state = settle(in); state != State::whole) return state;
        SevenZipFolder alone;
        alone.coders.push_back(coder);
        alone.coders[0].inputs = {{.packed = true, .from = 0}};
        alone.packed_streams = 1;
        return through_libarchive(alone, {&in.bytes, 1}, sink);
    }

    // A folder that branches: its leaves decrypted, and all else left to libarchive.
    State run_tree(const Sink& sink) {
        SevenZipFolder plain = folder_;
        std::vector<Bytes> packed(packed_.begin(), packed_.end());
        std::vector<Output> decrypted_ones;
        decrypted_ones.reserve(packed.size());
        std::vector<std::size_t> place(folder_.coders.size());
        plain.coders.clear();
        for (std::size_t i = 0; i < folder_.coders.size(); ++i) {
            const SevenZipCoder& coder = folder_.coders[i];
            place[i] = plain.coders.size();
            if (coder.id != seven_zip_aes) {
                plain.coders.push_back(coder);
                continue;
            }
            if (i == folder_.root || coder.inputs.size() != 1 || !coder.inputs[0].packed)
                return odd("AES between coders that branch");
            Bytes& stream = packed[coder.inputs[0].from];
            Input in{.bytes = stream, .source = {}, .size = stream.size(), .storage = {}};
            State state = decrypt(coder, in);
            if (state == State::whole) state = settle(in);
            if (state != State::whole) return state;
            stream = in.bytes;
            decrypted_ones.push_back(*std::move(in.storage));
        }
        for (SevenZipCoder& coder : plain.coders) {
            for (SevenZipCoder::Input& input : coder.inputs) {
                if (input.packed) continue;
                const SevenZipCoder& from = folder_.coders[input.from];
                if (from.id == seven_zip_aes) {
                    input = from.inputs[0];
                } else {
                    input.from = place[input.from];
                }
            }
        }
        plain.root = place[folder_.root];
        return through_libarchive(plain, packed, sink);
    }

    State odd(std::string_view reason) {
        reason_ = reason;
        return State::unsupported;
    }

    State through_libarchive(const SevenZipFolder& folder, std::span<const Bytes> packed, const Sink& sink) {
        std::uint64_t window = 0;
        for (const SevenZipCoder& coder : folder.coders)
            window += window_of(coder);
        window_refused_ = !budget_.spend_resident(window);
        if (window_refused_) return State::refused;
        const State state = read_by_libarchive(folder, packed, sink);
        budget_.return_resident(window);
        return state;
    }

    State read_by_libarchive(const SevenZipFolder& folder, std::span<const Bytes> packed, const Sink& sink) {
        Output archive(budget_);
        if (!write_seven_zip(folder, packed, archive)) return State::refused;
        auto reader = ArchiveReader::open(archive.view(), ArchiveKind::seven_zip);
        ArchiveEntry entry;
        if (!reader || reader->next(entry) != ArchiveReader::Step::entry) return State::damaged;
        const auto data = reader->read(sink);
        if (data == ArchiveReader::Data::damaged) reason_ = reader->take_warning();
        return data == ArchiveReader::Data::whole     ? State::whole
               : data == ArchiveReader::Data::refused ? State::refused
                                                      : State::damaged;
    }

    const SevenZipFolder& folder_;
    std::span<const Bytes> packed_;
    unlock::SevenZipKeys* keys_;
    Budget& budget_;
    std::string reason_;
    bool window_refused_ = false;
};

}  // namespace

SevenZipDecoded decode_seven_zip(const SevenZipFolder& folder, std::span<const Bytes> packed,
                                 unlock::SevenZipKeys* keys, Budget& budget, const Sink& sink) {
    return FolderDecoder(folder, packed, keys, budget).run(sink);
}

std::string unknown_coder(const SevenZipFolder& folder) {
    for (const SevenZipCoder& coder : folder.coders) {
        if (coder.id != seven_zip_aes && row_of(coder) == nullptr)
            return fmt::format("coder {:0{}X}", coder.id, coder.id > 0xFF ? 6 : 2);
    }
    return {};
}

bool notices_wrong_key(const SevenZipFolder& folder) {
    const std::vector<const SevenZipCoder*> chain = chain_of(folder);
    const auto lock = std::ranges::find(chain, seven_zip_aes, &SevenZipCoder::id);
    if (lock == chain.end() || std::next(lock) == chain.end()) return false;
    const CoderRow* row = row_of(**std::next(lock));
    return row != nullptr && row->notices_noise;
}

}  // namespace sekisho::scanner::containers
