#include "scanner/office/inflate.h"

#include <zlib.h>

#include <array>
#include <new>
#include <span>

namespace sekisho::scanner::office {

namespace {

constexpr std::size_t most_input = 1u << 20;  // zlib counts in 32 bits

// Owns zlib's state.
class Inflater {
public:
    explicit Inflater(base::Bytes data) : left_(data) {
        if (inflateInit(&stream_) != Z_OK) throw std::bad_alloc();
    }
    ~Inflater() { inflateEnd(&stream_); }
    Inflater(const Inflater&) = delete;
    Inflater& operator=(const Inflater&) = delete;

    // The next bytes, into `buffer`; none at the end, and where the stream is broken.
    base::Bytes next(std::span<std::byte> buffer) {
        while (status_ == Z_OK) {
            const base::Bytes piece = base::head(left_, most_input);
            // zlib's interface takes Bytef*, and does not write through next_in.
            stream_.next_in = reinterpret_cast<Bytef*>(const_cast<std::byte*>(piece.data()));  // NOLINT
            stream_.avail_in = static_cast<uInt>(piece.size());
            stream_.next_out = reinterpret_cast<Bytef*>(buffer.data());  // NOLINT(*-reinterpret-cast)
            stream_.avail_out = static_cast<uInt>(buffer.size());
            status_ = inflate(&stream_, Z_NO_FLUSH);
            left_ = left_.subspan(piece.size() - stream_.avail_in);
            const std::size_t made = buffer.size() - stream_.avail_out;
            if (made > 0) return base::Bytes(buffer).first(made);
            if (left_.empty()) return {};
        }
        return {};
    }
    bool at_end() const { return status_ == Z_STREAM_END; }

private:
    z_stream stream_{};
    base::Bytes left_;
    int status_ = Z_OK;
};

}  // namespace

bool inflate_zlib(base::Bytes data, Output& output) {
    Inflater inflater(data);
    std::array<std::byte, 16'384> buffer;
    for (base::Bytes made = inflater.next(buffer); !made.empty(); made = inflater.next(buffer)) {
        if (!output.write(made)) return false;
    }
    return inflater.at_end();
}

std::string inflate_head(base::Bytes data) {
    Inflater inflater(data);
    std::array<std::byte, 512> buffer;
    return std::string(base::as_text(inflater.next(buffer)));
}

}  // namespace sekisho::scanner::office
