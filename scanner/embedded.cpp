#include "scanner/embedded.h"

#include <algorithm>
#include <array>
#include <cstdint>
#include <functional>
#include <string_view>
#include <utility>
#include <vector>

#include <fmt/format.h>

#include "scanner/signature_search.h"

namespace sekisho::scanner {

namespace {

constexpr std::size_t most_files = 32;       // of one part: each is identified, opened and searched in turn
constexpr std::uint64_t bytes_per_step = 8;  // a search is that much cheaper than decoding
constexpr std::uint64_t steps_per_hit = 100;
constexpr std::size_t none = std::string_view::npos;

// What honest programs put into files that nothing else hides in: Microsoft Office Document Imaging keeps a
// whole compound file in a tag of its own.
struct Honest {
    std::string_view part;
    std::string_view file;
};
constexpr std::array honest{Honest{"image/tiff", "application/x-ole-storage"}};

bool is_honest(std::string_view part, std::string_view file) {
    return std::ranges::any_of(honest,
                               [&](const Honest& pair) { return pair.part == part && pair.file == file; });
}

std::vector<std::string_view> words_of(std::span<const EmbeddedKind> kinds) {
    std::vector<std::string_view> out;
    for (const EmbeddedKind& kind : kinds)
        out.push_back(kind.signature);
    return out;
}

bool stands_at(base::Bytes part, const EmbeddedKind& kind, std::size_t pos) {
    return pos <= part.size() && base::as_text(part.subspan(pos)).starts_with(kind.signature);
}

bool begins_with(base::Bytes part, const EmbeddedKind& kind) {
    return kind.begin == nullptr && stands_at(part, kind, kind.offset) && kind.extent(part) > 0;
}

// Two kinds can begin at once where the signature of one stands further in: the part was opened as one of
// them, and other programs may see the other.
void tell_second_kind(const Part& part, std::span<const EmbeddedKind> kinds, Findings& findings) {
    for (const EmbeddedKind& kind : kinds) {
        if (kind.offset == 0 || kind.type == part.type || !begins_with(part.bytes, kind)) continue;
        findings.add("type.polyglot", part.id, fmt::format("{} and {}", part.type, kind.type));
    }
}

class Search {
public:
    Search(base::Bytes part, std::span<const EmbeddedKind> kinds, Covered& covered, std::size_t most)
        : part_(part), covered_(covered), most_(most) {
        for (const EmbeddedKind& kind : kinds) {
            if (begins_with(part, kind)) own_.push_back(kind.type);
        }
        std::ranges::copy_if(kinds, std::back_inserter(kinds_), [this](const EmbeddedKind& kind) {
            return std::ranges::find(own_, kind.type) == own_.end();
        });
    }

    std::vector<EmbeddedFile> run(std::span<const Padding> paddings, Budget& budget) {
        const SignatureSearch signatures(words_of(kinds_));
        const Stretches stretches(part_, paddings);
        for (const Stretch& stretch : stretches.all()) {
            if (!budget.spend_steps(stretch.bytes.size() / bytes_per_step + 1)) break;
            const auto begin = static_cast<std::size_t>(stretch.offset);
            const std::string_view text = base::as_text(stretch.bytes);
            for (std::size_t at = signatures.find(text, 0); at != none && found_.size() < most_;
                 at = signatures.find(text, at + 1)) {
                if (!budget.spend_steps(steps_per_hit)) return std::move(found_);
                look_at(begin + at);
            }
        }
        return std::move(found_);
    }

private:
    bool stands_at(const EmbeddedKind& kind, std::size_t pos) const {
        return scanner::stands_at(part_, kind, pos);
    }

    void look_at(std::size_t pos) {
        for (const EmbeddedKind& kind : kinds_) {
            if (pos < kind.offset || !stands_at(kind, pos)) continue;
            const std::size_t begin = kind.begin != nullptr ? kind.begin(part_, pos) : pos - kind.offset;
            if (begin == 0 || begin < free_from_ || begin >= kind.within || covered_.holds(begin)) continue;
            const std::size_t size = kind.extent(part_.subspan(begin));
            if (size == 0) continue;
            found_.push_back({.type = kind.type, .offset = begin, .size = size});
            free_from_ = begin + size;
            return;
        }
    }

    base::Bytes part_;
    Covered& covered_;
    std::size_t most_;
    std::vector<std::string_view> own_;
    std::vector<EmbeddedKind> kinds_;
    std::vector<EmbeddedFile> found_;
    std::size_t free_from_ = 0;
};

}  // namespace

void Covered::add(base::Bytes bytes) {
    const std::less_equal<> not_behind;
    if (bytes.empty() || part_.empty()) return;
    if (!not_behind(&part_.front(), &bytes.front()) || !not_behind(&bytes.back(), &part_.back())) return;
    const auto begin = static_cast<std::size_t>(&bytes.front() - &part_.front());
    stretches_.push_back({begin, begin + bytes.size()});
    merged_ = false;
}

void Covered::merge() {
    std::ranges::sort(stretches_, {}, &Stretch::begin);
    std::vector<Stretch> apart;
    for (const Stretch& stretch : stretches_) {
        if (apart.empty() || stretch.begin > apart.back().end) {
            apart.push_back(stretch);
        } else {
            apart.back().end = std::max(apart.back().end, stretch.end);
        }
    }
    stretches_ = std::move(apart);
    merged_ = true;
}

bool Covered::holds(std::size_t offset) {
    if (!merged_) merge();
    const auto behind = std::ranges::upper_bound(stretches_, offset, {}, &Stretch::begin);
    return behind != stretches_.begin() && offset < std::prev(behind)->end;
}

std::vector<EmbeddedFile> find_embedded(base::Bytes part, std::span<const Padding> paddings,
                                        std::span<const EmbeddedKind> kinds, Covered& covered, Budget& budget,
                                        std::size_t most) {
    return Search(part, kinds, covered, most).run(paddings, budget);
}

Holds holds_of(const Part& part, const Format* format) {
    if (part.bytes.empty()) return Holds::nothing;
    if (part.is_text()) return Holds::suspiciously;
    if (format != nullptr) return format->holds;
    // A stream of a document holds what the document makes of it: Office puts themes there as pieces of a
    // ZIP.
    return part.opened_by == "ole-stream" ? Holds::nothing : Holds::ordinarily;
}

void open_embedded(const Part& part, Holds holds, std::span<const EmbeddedKind> kinds, Covered& covered,
                   Extraction& extraction) {
    const auto files =
        find_embedded(part.bytes, part.paddings(), kinds, covered, extraction.budget(), most_files + 1);
    if (files.size() > most_files) extraction.budget().reach("limit.embedded");
    if (holds == Holds::suspiciously) tell_second_kind(part, kinds, extraction.findings());
    for (std::size_t i = 0; i < std::min(files.size(), most_files); ++i) {
        const EmbeddedFile& file = files[i];
        ChildSpec spec;
        spec.name = fmt::format("+0x{:x}", file.offset);
        spec.opened_by = "embedded";
        if (holds == Holds::suspiciously && !is_honest(part.type, file.type))
            extraction.findings().add("type.polyglot", part.id,
                                      fmt::format("{} at {} of {}", file.type, spec.name, part.type));
        if (!extraction.add_child(std::move(spec), part.bytes.subspan(file.offset, file.size))) return;
    }
}

}  // namespace sekisho::scanner
