#include "scanner/mime/readings.h"

#include <algorithm>
#include <compare>
#include <map>
#include <tuple>
#include <utility>

#include "base/text.h"
#include "scanner/mime/parts_reading.h"

namespace sekisho::scanner::mime {

namespace {

constexpr std::size_t max_shapes = 5;  // that are tried beside the first

// The readings beside the first that are worth their time.
std::vector<Style> other_styles(const Reading& first) {
    const Ambiguities& met = first.ambiguities;
    const auto any = [&met](std::initializer_list<Ambiguity> kinds) {
        return std::ranges::any_of(kinds, [&met](Ambiguity what) { return met.has(what); });
    };
    using enum Ambiguity;
    constexpr std::array<std::string_view, max_shapes> names{"second", "third", "fourth", "fifth", "sixth"};
    std::vector<Style> out;
    for (std::size_t shape = 1; shape < std::min(first.shapes, max_shapes + 1); ++shape)
        out.push_back({.name = names.at(shape - 1), .shape = shape});
    if (met.has(header_late)) {
        // The late fields may be what gives a second shape, so the first reading cannot tell whether there is
        // one.
        out.push_back({.name = "late fields", .late_fields = true});
        out.push_back({.name = "late fields last", .shape = max_shapes, .late_fields = true});
    }
    if (any({header_separator, header_no_colon, header_folding, header_name, header_space, header_nul,
             header_8bit, header_comment}))
        out.push_back({.name = "early body", .ends_early = true});
    if (any({header_separator, header_no_colon})) out.push_back({.name = "skipped junk", .skips_junk = true});
    if (any({header_line_end, header_separator, boundary_line_end, boundary_indented, boundary_trailing}))
        out.push_back({.name = "strict lines", .strict_lines = true});
    return out;
}

class Merger {
public:
    Merger(base::Bytes input, Readings& out) : input_(input), out_(out) {}

    void add(Reading reading, std::string_view name) {
        for (Leaf& leaf : reading.leaves)
            add_leaf(std::move(leaf), name);
    }

    // `trees`: how many readings there were, without the one that believes no boundary.
    void finish(std::size_t trees) {
        for (MergedLeaf& merged : out_.leaves) {
            const auto seen = static_cast<std::size_t>(std::ranges::count_if(
                merged.readings, [](const std::string& name) { return name != "parts"; }));
            merged.ambiguous = seen < trees;
            merged.hidden = std::ranges::find(merged.readings, "first") == merged.readings.end() &&
                            !first_sees(merged.leaf);
        }
    }

private:
    struct Place {
        std::size_t start;
        std::size_t size;
        bool decoded;  // by another reading, where one before it had a preamble or an epilogue there

        auto operator<=>(const Place&) const = default;
    };

    // Blanks and line breaks at its end make no other part.
    Place place_of(const Leaf& leaf) const {
        std::string_view text = base::as_text(leaf.raw);
        while (!text.empty() && base::is_space(text.back()))
            text.remove_suffix(1);
        return {static_cast<std::size_t>(leaf.raw.data() - input_.data()), text.size(), false};
    }

    // What stands before the parts is shown as it is; a reading that has a part there may decode it.
    static bool decodes_what_is_no_part(const Leaf& leaf, const Leaf& known) {
        return known.role != Role::body && leaf.role == Role::body &&
               std::ranges::any_of(leaf.content.encodings,
                                   [](Encoding encoding) { return encoding != Encoding::identity; });
    }

    void add_leaf(Leaf leaf, std::string_view name) {
        Place place = place_of(leaf);
        if (place.size == 0 && name != "first") return;
        auto [row, fresh] = places_.emplace(place, out_.leaves.size());
        if (!fresh && decodes_what_is_no_part(leaf, out_.leaves[row->second].leaf)) {
            place.decoded = true;
            std::tie(row, fresh) = places_.emplace(place, out_.leaves.size());
        }
        if (fresh) {
            if (name == "first") starts_.emplace(place.start, out_.leaves.size());
            out_.leaves.push_back({.leaf = std::move(leaf), .readings = {std::string(name)}});
            return;
        }
        MergedLeaf& known = out_.leaves[row->second];
        if (known.readings.back() != name) known.readings.emplace_back(name);
        for (const Encoding encoding : leaf.content.encodings) {
            auto& encodings = known.leaf.content.encodings;
            if (std::ranges::find(encodings, encoding) == encodings.end()) encodings.push_back(encoding);
        }
        if (known.leaf.content.name.empty()) known.leaf.content.name = std::move(leaf.content.name);
    }

    // The first reading has a part that begins here and is decoded the same way: only its end differs.
    bool first_sees(const Leaf& leaf) const {
        const auto row = starts_.find(place_of(leaf).start);
        if (row == starts_.end()) return false;
        const auto& theirs = out_.leaves[row->second].leaf.content.encodings;
        const auto& ours = leaf.content.encodings;
        return !theirs.empty() && !ours.empty() && theirs.front() == ours.front();
    }

    base::Bytes input_;
    Readings& out_;
    std::map<Place, std::size_t> places_;
    std::map<std::size_t, std::size_t> starts_;  // of the first reading's leaves
};

}  // namespace

Readings read_all(base::Bytes input, const ReadingOptions& options, Budget& budget) {
    Readings out;
    const DashedLines dashed(base::as_text(input));
    Reading first = read_message(input, {}, options, dashed, budget);
    out.header = std::move(first.header);
    out.several = options.all && (first.ambiguities.divide_readings() || first.shapes > 1);
    if (!out.several) {
        out.ambiguities = std::move(first.ambiguities);
        for (Leaf& leaf : first.leaves)
            out.leaves.push_back({.leaf = std::move(leaf), .readings = {}});
        return out;
    }
    const std::vector<Style> styles = other_styles(first);
    if (first.shapes > max_shapes + 1) budget.reach("mime.readings.limit");
    const std::vector<std::string> boundaries = std::move(first.boundaries);
    out.ambiguities = std::move(first.ambiguities);  // those of the others come of how they read
    Merger merger(input, out);
    const std::uint64_t lines = first.dashed_lines;
    merger.add(std::move(first), "first");
    std::size_t trees = 1;
    // A line that may be a delimiter costs as much as a longer one. The reading that sees most is paid first.
    constexpr std::uint64_t bytes_for_line = 60;
    const std::uint64_t price = input.size() + bytes_for_line * lines;
    const bool parts = budget.spend_reading(price);
    for (const Style& style : styles) {
        if (!budget.spend_reading(price)) break;
        merger.add(read_message(input, style, options, dashed, budget), style.name);
        ++trees;
    }
    if (parts) merger.add(read_parts(input, boundaries, options, dashed, budget), "parts");
    merger.finish(trees);
    return out;
}

}  // namespace sekisho::scanner::mime
