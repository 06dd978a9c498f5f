#include "scanner/office/ole_properties.h"

#include <algorithm>
#include <array>
#include <chrono>
#include <map>
#include <optional>

#include <fmt/format.h>

#include "base/charset.h"
#include "base/cursor.h"
#include "base/text.h"
#include "scanner/office/vba_literal.h"

namespace sekisho::scanner::office {

namespace {

using Fmtid = std::array<std::uint8_t, 16>;
// [MS-OLEPS] 3.1.2 and 3.1.3, as they stand in the stream.
constexpr Fmtid summary{0xE0, 0x85, 0x9F, 0xF2, 0xF9, 0x4F, 0x68, 0x10,
                        0xAB, 0x91, 0x08, 0x00, 0x2B, 0x27, 0xB3, 0xD9};
constexpr Fmtid document_summary{0x02, 0xD5, 0xCD, 0xD5, 0x9C, 0x2E, 0x1B, 0x10,
                                 0x93, 0x97, 0x08, 0x00, 0x2B, 0x2C, 0xF9, 0xAE};
constexpr Fmtid user_defined{0x05, 0xD5, 0xCD, 0xD5, 0x9C, 0x2E, 0x1B, 0x10,
                             0x93, 0x97, 0x08, 0x00, 0x2B, 0x2C, 0xF9, 0xAE};

enum class Set : std::uint8_t { summary, document, custom };

struct KnownName {
    Set set;
    std::uint32_t id;
    std::string_view name;  // as BuiltInDocumentProperties takes it
};
constexpr std::array known_names{
    KnownName{Set::summary, 2, "Title"},
    KnownName{Set::summary, 3, "Subject"},
    KnownName{Set::summary, 4, "Author"},
    KnownName{Set::summary, 5, "Keywords"},
    KnownName{Set::summary, 6, "Comments"},
    KnownName{Set::summary, 7, "Template"},
    KnownName{Set::summary, 8, "Last author"},
    KnownName{Set::summary, 9, "Revision number"},
    KnownName{Set::summary, 11, "Last print date"},
    KnownName{Set::summary, 12, "Creation date"},
    KnownName{Set::summary, 13, "Last save time"},
    KnownName{Set::summary, 18, "Application name"},
    KnownName{Set::document, 2, "Category"},
    KnownName{Set::document, 3, "Format"},
    KnownName{Set::document, 13, "Titles of parts"},
    KnownName{Set::document, 14, "Manager"},
    KnownName{Set::document, 15, "Company"},
    KnownName{Set::document, 26, "Content type"},
    KnownName{Set::document, 27, "Content status"},
    KnownName{Set::document, 28, "Language"},
    KnownName{Set::document, 29, "Document version"},
};

constexpr std::uint32_t dictionary_id = 0;
constexpr std::uint32_t code_page_id = 1;
constexpr std::uint32_t signature_id = 0x18;
constexpr std::uint16_t unicode = 1'200;
constexpr std::size_t max_all_text = 4u << 20;

// [MS-OLEPS] 2.15: the types that are read.
enum Type : std::uint16_t {
    vt_i2 = 0x0002,
    vt_i4 = 0x0003,
    vt_bool = 0x000B,
    vt_lpstr = 0x001E,
    vt_lpwstr = 0x001F,
    vt_filetime = 0x0040,
    vt_blob = 0x0041,
    vt_variant = 0x000C,
    vt_vector = 0x1000,
};

std::string cut_at_nul(std::string text) {
    text.resize(std::min(text.find('\0'), text.size()));
    return text;
}

// 100 ns since 1601. Durations (the editing time) look the same, and are small.
std::string time_text(std::uint64_t ticks) {
    constexpr std::uint64_t to_unix = 11'644'473'600;
    const std::uint64_t seconds = ticks / 10'000'000;
    if (seconds < to_unix || seconds > to_unix + 253'402'300'799ULL) return {};
    const std::chrono::sys_seconds at{std::chrono::seconds(seconds - to_unix)};
    const auto day = std::chrono::floor<std::chrono::days>(at);
    const std::chrono::year_month_day date(day);
    const std::chrono::hh_mm_ss clock(at - day);
    return fmt::format("{:04}-{:02}-{:02} {:02}:{:02}:{:02}", int{date.year()}, unsigned{date.month()},
                       unsigned{date.day()}, clock.hours().count(), clock.minutes().count(),
                       clock.seconds().count());
}

class Reader {
public:
    explicit Reader(base::Bytes stream) : stream_(stream) {}

    OleProperties run() {
        base::Cursor at(stream_);
        const auto order = at.u16_le();
        if (!order || *order != 0xFFFE || !at.seek(24)) {
            out_.damaged = true;
            return std::move(out_);
        }
        const std::uint32_t sets = at.u32_le().value_or(0);
        for (std::uint32_t i = 0; i < std::min<std::uint32_t>(sets, 2); ++i) {
            const auto fmtid = at.take(16);
            const auto offset = at.u32_le();
            if (!fmtid || !offset || *offset > stream_.size()) {
                out_.damaged = true;
                break;
            }
            if (const auto set = which(*fmtid)) read_set(*set, stream_.subspan(*offset));
        }
        return std::move(out_);
    }

private:
    static std::optional<Set> which(base::Bytes fmtid) {
        const auto is = [fmtid](const Fmtid& known) {
            return std::ranges::equal(fmtid, std::as_bytes(std::span(known)));
        };
        if (is(summary)) return Set::summary;
        if (is(document_summary)) return Set::document;
        if (is(user_defined)) return Set::custom;
        return std::nullopt;
    }

    struct Place {
        std::uint32_t id;
        std::uint32_t offset;
    };

    // [MS-OLEPS] 2.20. Offsets count from the set's beginning; its size may lie, the stream's end does not.
    void read_set(Set set, base::Bytes bytes) {
        base::Cursor at(bytes);
        (void)at.u32_le();
        const std::uint32_t count = at.u32_le().value_or(0);
        std::vector<Place> places;
        for (std::uint32_t i = 0; i < count && places.size() < max_ole_properties; ++i) {
            const auto id = at.u32_le();
            const auto offset = at.u32_le();
            if (!id || !offset) {
                out_.damaged = true;
                break;
            }
            places.push_back({*id, *offset});
        }
        if (count > places.size()) out_.damaged = true;
        code_page_ = 1252;
        std::map<std::uint32_t, std::string> names;
        for (const Place& place : places) {
            if (place.id != code_page_id) continue;
            base::Cursor value(bytes);
            if (value.seek(place.offset) && value.skip(4)) code_page_ = value.u16_le().value_or(1252);
            out_.code_page = code_page_;
        }
        for (const Place& place : places) {
            if (place.id == dictionary_id) names = read_dictionary(bytes, place.offset);
        }
        for (const Place& place : places)
            read_property(set, bytes, place, names);
    }

    std::string text(base::Bytes bytes) const {
        return cut_at_nul(
            base::to_utf8(base::head(bytes, max_property_text), base::charset_of_code_page(code_page_)));
    }

    // [MS-OLEPS] 2.17.
    std::map<std::uint32_t, std::string> read_dictionary(base::Bytes bytes, std::uint32_t offset) {
        std::map<std::uint32_t, std::string> names;
        base::Cursor at(bytes);
        if (!at.seek(offset)) return names;
        const std::uint32_t count = at.u32_le().value_or(0);
        for (std::uint32_t i = 0; i < count && names.size() < max_ole_properties; ++i) {
            const auto id = at.u32_le();
            const auto length = at.u32_le();
            if (!id || !length) break;
            const bool wide = code_page_ == unicode;
            const std::uint64_t size = wide ? std::uint64_t{*length} * 2 : *length;
            const auto name = at.take(size);
            if (!name) {
                out_.damaged = true;
                break;
            }
            if (wide && size % 4 != 0) (void)at.skip(4 - size % 4);
            names.try_emplace(*id, text(base::head(*name, 512)));
        }
        return names;
    }

    void read_property(Set set, base::Bytes bytes, const Place& place,
                       const std::map<std::uint32_t, std::string>& names) {
        if (place.id == dictionary_id || place.id == code_page_id) return;
        if (out_.all.size() >= max_ole_properties || text_bytes_ > max_all_text) {
            out_.damaged = true;
            return;
        }
        base::Cursor at(bytes);
        if (!at.seek(place.offset) || at.left() < 4) {
            out_.damaged = true;
            return;
        }
        const std::uint32_t type = at.u32_le().value_or(0);
        if (set == Set::document && place.id == signature_id) {
            out_.has_signature = (type & 0xFFFFU) == vt_blob && at.u32_le().value_or(0) > 16;
            return;
        }
        OleProperty property;
        property.custom = set == Set::custom;
        property.name = name_of(set, place.id, names);
        if (property.name.empty()) return;
        property.value = value(static_cast<std::uint16_t>(type), at);
        if (property.value.empty()) return;
        text_bytes_ += property.value.size();
        out_.all.push_back(std::move(property));
    }

    static std::string name_of(Set set, std::uint32_t id, const std::map<std::uint32_t, std::string>& names) {
        if (set == Set::custom) {
            const auto name = names.find(id);
            return name == names.end() ? fmt::format("#{}", id) : name->second;
        }
        const auto* const known = std::ranges::find_if(
            known_names, [&](const KnownName& row) { return row.set == set && row.id == id; });
        return known == known_names.end() ? std::string() : std::string(known->name);
    }

    std::string value(std::uint16_t type, base::Cursor& at) {
        if ((type & vt_vector) != 0) return list(static_cast<std::uint16_t>(type & ~vt_vector), at);
        switch (type) {
            case vt_i2:
                return std::to_string(static_cast<std::int16_t>(at.u16_le().value_or(0)));
            case vt_i4:
                return std::to_string(static_cast<std::int32_t>(at.u32_le().value_or(0)));
            case vt_bool:
                return at.u16_le().value_or(0) != 0 ? "True" : "False";
            case vt_lpstr:
            case vt_lpwstr:
                return string(type, at);
            case vt_filetime:
                return time_text(at.u64_le().value_or(0));
            default:
                return {};
        }
    }

    // [MS-OLEPS] 2.5 and 2.7. Inside a vector each takes a multiple of four bytes.
    std::string string(std::uint16_t type, base::Cursor& at) {
        const std::uint64_t length = at.u32_le().value_or(0);
        const std::uint64_t size = type == vt_lpwstr ? length * 2 : length;
        const auto bytes = at.take(size);
        if (!bytes) {
            out_.damaged = true;
            return {};
        }
        if (size % 4 != 0) (void)at.skip(std::min<std::uint64_t>(4 - size % 4, at.left()));
        if (type == vt_lpstr) return text(*bytes);
        return cut_at_nul(base::to_utf8(base::head(*bytes, max_property_text), "utf-16le"));
    }

    std::string list(std::uint16_t type, base::Cursor& at) {
        const std::uint32_t count = at.u32_le().value_or(0);
        std::string out;
        for (std::uint32_t i = 0; i < std::min<std::uint32_t>(count, max_ole_properties); ++i) {
            std::uint16_t element = type;
            if (type == vt_variant) element = static_cast<std::uint16_t>(at.u32_le().value_or(0));
            if (element != vt_lpstr && element != vt_lpwstr) break;
            const std::string one = string(element, at);
            if (one.empty() || out.size() > max_property_text) break;
            if (!out.empty()) out += ", ";
            out += one;
        }
        return out;
    }

    base::Bytes stream_;
    std::uint16_t code_page_ = 1252;
    std::size_t text_bytes_ = 0;
    OleProperties out_;
};

}  // namespace

bool is_property_stream(std::string_view name) {
    return base::equals_ignoring_case(name,
                                      "\x05"
                                      "SummaryInformation") ||
           base::equals_ignoring_case(name,
                                      "\x05"
                                      "DocumentSummaryInformation");
}

OleProperties parse_ole_properties(base::Bytes stream) { return Reader(stream).run(); }

std::string property_lines(const OleProperties& properties) {
    std::string out;
    for (const OleProperty& property : properties.all) {
        add_assignment(
            out,
            fmt::format("{}({})", property.custom ? "CustomDocumentProperties" : "BuiltInDocumentProperties",
                        vba_literal(property.name)),
            property.value);
    }
    return out;
}

}  // namespace sekisho::scanner::office
