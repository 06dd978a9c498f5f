#include "scanner/office/access_values.h"

#include <algorithm>
#include <numeric>
#include <optional>
#include <utility>

#include "scanner/office/inflate.h"

namespace sekisho::scanner::office {

namespace {

constexpr std::size_t value_header = 12;
constexpr std::uint32_t length_bits = 0x3FFF'FFFF;
constexpr std::uint32_t in_row = 0x8000'0000;
constexpr std::uint32_t in_one_piece = 0x4000'0000;
constexpr std::size_t link_size = 4;  // each piece of a chain begins with where the next one lies

// The content of an attachment: a header of its own size, which ends with the file's extension in UTF-16.
std::optional<base::Bytes> without_extension(base::Bytes content) {
    constexpr std::size_t least = 12;
    constexpr std::size_t most = 1'024;
    const std::size_t size = access_number(content, 0, 4);
    if (size < least || size > most || size > content.size()) return std::nullopt;
    return content.subspan(size);
}

}  // namespace

std::size_t AccessValue::size() const {
    return std::accumulate(pieces.begin(), pieces.end(), std::size_t{0},
                           [](std::size_t sum, base::Bytes piece) { return sum + piece.size(); });
}

base::Bytes AccessValues::piece(AccessPointer at, bool& broken) {
    const auto row = pages_.row(at);
    const bool sound = row && pages_.holds_values(at >> 8) && !seen_[at];
    if (!sound || !budget_.spend_steps(row->bytes.size() + 1)) {
        broken = true;
        return {};
    }
    seen_[at] = true;
    return row->bytes;
}

AccessValue AccessValues::read(base::Bytes cell) {
    AccessValue out;
    if (cell.size() < value_header) {
        out.broken = !cell.empty();
        return out;
    }
    const std::uint32_t field = access_number(cell, 0, 4);
    std::size_t left = field & length_bits;
    AccessPointer at = access_number(cell, 4, 4);
    const auto take = [&](base::Bytes bytes) {
        out.pieces.push_back(base::head(bytes, left));
        left -= out.pieces.back().size();
    };
    if ((field & in_row) != 0) {
        take(cell.subspan(value_header));
    } else if ((field & in_one_piece) != 0) {
        take(piece(at, out.broken));
    } else {
        while (left > 0 && at != 0 && !out.broken) {
            const base::Bytes bytes = piece(at, out.broken);
            if (bytes.size() < link_size) break;
            at = access_number(bytes, 0, link_size);
            take(bytes.subspan(link_size));
        }
    }
    out.broken = out.broken || left > 0;
    return out;
}

AccessBytes AccessValues::join(const AccessValue& value) const {
    if (value.pieces.empty()) return {};
    if (value.pieces.size() == 1) return {value.pieces.front(), nullptr};
    Output output(budget_);
    for (const base::Bytes piece : value.pieces) {
        if (!output.write(piece)) return {};
    }
    const StoragePtr storage = std::move(output).finish();
    return {storage->bytes(), storage};
}

bool AccessValues::strays(const std::function<bool(base::Bytes)>& take) const {
    for (std::uint32_t page = 1; page < pages_.count(); ++page) {
        if (!pages_.holds_values(page)) continue;
        const std::uint32_t rows = std::min(pages_.rows(page), 256U);
        if (!budget_.spend_steps(rows)) return false;
        for (std::uint32_t i = 0; i < rows; ++i) {
            const auto row = pages_.row(page, i);
            if (!row || row->deleted || row->bytes.empty() || seen_[page << 8 | i]) continue;
            if (!take(row->bytes)) return false;
        }
    }
    return true;
}

bool add_access_attachment(Extraction& extraction, ChildSpec spec, const AccessBytes& value) {
    constexpr std::size_t wrapper = 8;  // how it is packed, and how long content and its header are
    const std::uint32_t packed = access_number(value.bytes, 0, 4);
    if (value.bytes.size() > wrapper && packed == 0) {
        if (const auto file = without_extension(value.bytes.subspan(wrapper)))
            return extraction.add_child(std::move(spec), *file, value.storage);
    }
    const base::Bytes data = value.bytes.size() > wrapper ? value.bytes.subspan(wrapper) : base::Bytes();
    if (packed != 1 || inflate_head(data).empty())
        return extraction.add_child(std::move(spec), value.bytes, value.storage);
    Output output = extraction.new_output();
    if (!inflate_zlib(data, output)) spec.flags.set(PartFlag::damaged);
    if (output.truncated()) spec.flags.set(PartFlag::truncated);
    const StoragePtr storage = std::move(output).finish();
    const base::Bytes content = storage->bytes();
    return extraction.add_child(std::move(spec), without_extension(content).value_or(content), storage);
}

base::Bytes inside_access_object(base::Bytes value) {
    constexpr std::uint32_t signature = 0x1C15;
    const std::size_t header = access_number(value, 2, 2);
    if (access_number(value, 0, 2) != signature || header >= value.size()) return value;
    return value.subspan(header);
}

}  // namespace sekisho::scanner::office
