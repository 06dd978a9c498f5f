#include "scanner/mime/mime_fields.h"

#include <algorithm>
#include <array>
#include <optional>
#include <string>

#include "base/text.h"

namespace sekisho::scanner::mime {

namespace {

enum class Kind : unsigned char { type, encoding, disposition, version };

struct Name {
    std::string_view name;
    std::string_view letters;
    Kind kind;
};
constexpr std::array names{Name{"Content-Type", "contenttype", Kind::type},
                           Name{"Content-Transfer-Encoding", "contenttransferencoding", Kind::encoding},
                           Name{"Content-Disposition", "contentdisposition", Kind::disposition},
                           Name{"MIME-Version", "mimeversion", Kind::version}};

std::string letters_of(std::string_view text) {
    std::string out;
    for (const char c : text) {
        const char lower = base::ascii_lower(c);
        if (lower >= 'a' && lower <= 'z') out += lower;
    }
    return out;
}

std::optional<Kind> kind_of(std::string_view name) {
    for (const Name& row : names) {
        if (base::equals_ignoring_case(name, row.name)) return row.kind;
    }
    return std::nullopt;
}

// Insertions, deletions and substitutions between two short words (Levenshtein): no more than `most`? Only
// the diagonals that so few can reach are looked at, since this is asked of each field and each fold.
bool within_edits(std::string_view a, std::string_view b, std::size_t most) {
    constexpr std::size_t longest = 40;
    if (a.size() > longest || b.size() > longest ||
        std::max(a.size(), b.size()) - std::min(a.size(), b.size()) > most)
        return false;
    std::array<std::size_t, longest + 1> row{};
    for (std::size_t j = 0; j <= b.size(); ++j)
        row.at(j) = std::min(j, most + 1);
    for (std::size_t i = 1; i <= a.size(); ++i) {
        const std::size_t first = i > most ? i - most : 1;
        std::size_t diagonal = row.at(first - 1);
        row.at(first - 1) = first == 1 ? i : most + 1;
        for (std::size_t j = first; j <= std::min(b.size(), i + most); ++j) {
            const std::size_t above = row.at(j);
            row.at(j) = std::min({above + 1, row.at(j - 1) + 1, diagonal + (a[i - 1] == b[j - 1] ? 0U : 1U)});
            diagonal = above;
        }
    }
    return row.at(b.size()) <= most;
}

// "Content_Type", "Content-Transfe(r-Encoding", "Content-Type" with an 8-bit letter: as some clients may
// still read it.
std::optional<Kind> near_kind_of(std::string_view raw_name) {
    constexpr std::size_t longest = 200;  // with what some clients drop: NULs, comments
    if (raw_name.size() > longest) return std::nullopt;
    const auto first = std::ranges::find_if(
        raw_name, [](char c) { return base::ascii_lower(c) >= 'a' && base::ascii_lower(c) <= 'z'; });
    if (first == raw_name.end() || (base::ascii_lower(*first) != 'c' && base::ascii_lower(*first) != 'm'))
        return std::nullopt;
    const std::string letters = letters_of(raw_name);
    for (const Name& row : names) {
        if (within_edits(letters, row.letters, 2) ||
            (letters.starts_with(row.letters) && raw_name.find('(') != raw_name.npos))
            return row.kind;
    }
    return std::nullopt;
}

// "Content-Type: Content-Type: multipart/mixed": the value of the inner one.
std::string_view without_repeated_name(std::string_view raw, Kind kind, Ambiguities& ambiguities) {
    const auto row = std::ranges::find(names, kind, &Name::kind);
    const std::size_t colon = raw.substr(0, 200).find(':');
    if (colon == raw.npos || !base::equals_ignoring_case(base::trim(raw.substr(0, colon)), row->name))
        return {};
    ambiguities.add(Ambiguity::header_name, raw);
    return raw.substr(colon + 1);
}

class Collector {
public:
    Collector(MimeFields& out, Ambiguities& ambiguities) : out_(out), ambiguities_(ambiguities) {}

    void add(Kind kind, std::string_view raw) {
        std::vector<std::string_view>& values = of(kind);
        constexpr std::size_t most = 16;
        const bool differs = std::ranges::any_of(
            values, [&](std::string_view other) { return base::trim(other) != base::trim(raw); });
        if (differs) ambiguities_.add(Ambiguity::header_duplicate, raw);
        const std::string_view inner = without_repeated_name(raw, kind, ambiguities_);
        // Clients take the first field or the last one, so the last has its place however many there are.
        while (values.size() >= most)
            values.pop_back();
        values.push_back(raw);
        if (!inner.empty()) values.push_back(inner);
    }

private:
    std::vector<std::string_view>& of(Kind kind) {
        switch (kind) {
            case Kind::type:
                return out_.types;
            case Kind::encoding:
                return out_.encodings;
            case Kind::disposition:
                return out_.dispositions;
            case Kind::version:
                break;
        }
        return versions_;
    }

    MimeFields& out_;
    Ambiguities& ambiguities_;
    std::vector<std::string_view> versions_;
};

}  // namespace

bool resembles_mime_field(std::string_view raw_name) { return near_kind_of(raw_name).has_value(); }

MimeFields mime_fields(const HeaderBlock& header, Ambiguities& ambiguities) {
    MimeFields out;
    Collector collector(out, ambiguities);
    std::vector<std::pair<Kind, const HeaderField*>> near;
    for (const HeaderField& field : header.fields) {
        if (const auto kind = kind_of(field.name)) {
            collector.add(*kind, field.raw);
            const bool clean = field.name.size() == field.raw_name.size();
            out.clean_type = out.clean_type || (clean && *kind == Kind::type);
            out.clean_encoding = out.clean_encoding || (clean && *kind == Kind::encoding);
        } else if (const auto like = near_kind_of(field.raw_name)) {
            near.emplace_back(*like, &field);
        }
    }
    for (const auto& [kind, field] : near) {
        ambiguities.add(Ambiguity::header_name, field->raw_name);
        collector.add(kind, field->raw);
    }
    return out;
}

}  // namespace sekisho::scanner::mime
