// For the tests and the fuzz targets of files that are one packed file: gzip, xz.
#pragma once

#include <cstddef>
#include <functional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "base/bytes.h"
#include "scanner/testing.h"

namespace sekisho::scanner::containers {

using PackedOpener = void (*)(const Part&, Extraction&);

// What came of one file.
struct OpenedPacked {
    OpenedPacked(PackedOpener open, std::string file, const model::ScanLimits& limits = {})
        : bytes(std::move(file)), extraction(limits, bytes.size()) {
        const Part part = test_part(base::as_bytes(bytes), "a.txt.packed");
        open(part, extraction);
    }

    // Nothing was found and no limit reached.
    bool is_quiet() { return extraction.findings().all().empty() && extraction.budget().reached().empty(); }
    // Of the first child; nothing where there is none.
    std::string content() const {
        return extraction.children.empty() ? std::string() : std::string(extraction.children[0].text());
    }
    // One child for the data and one for what stands behind it, and nothing beyond the file in the latter.
    bool is_in_shape() const {
        const auto& children = extraction.children;
        return children.size() <= 2 && (children.size() < 2 || children[1].bytes.size() < bytes.size());
    }

    std::string bytes;  // what stands behind the data is a view of it
    TestExtraction extraction;
};

// The cuts of `whole` behind `first` bytes and the bits behind them, turned one by one, that nothing tells
// of: as sizes and as numbers of bits. A turned bit that changes nothing of `content` is no matter.
struct Untold {
    std::vector<std::size_t> cuts;
    std::vector<std::size_t> bits;
};

inline Untold untold_damage(PackedOpener open, const std::string& whole, std::size_t first,
                            std::string_view content) {
    Untold out;
    for (std::size_t size = first; size < whole.size(); ++size) {
        if (OpenedPacked(open, whole.substr(0, size)).is_quiet()) out.cuts.push_back(size);
    }
    for (std::size_t bit = first * 8; bit < whole.size() * 8; ++bit) {
        std::string bent = whole;
        bent[bit / 8] = static_cast<char>(bent[bit / 8] ^ (1 << bit % 8));
        OpenedPacked opened(open, bent);
        if (opened.is_quiet() && opened.content() != content) out.bits.push_back(bit);
    }
    return out;
}

}  // namespace sekisho::scanner::containers
