#include "scanner/office/oforms.h"

#include <algorithm>
#include <array>
#include <optional>
#include <span>

#include "base/charset.h"
#include "base/cursor.h"

namespace sekisho::scanner::office {

namespace {

// What a field of a DataBlock or ExtraDataBlock is needed for.
enum class Role : std::uint8_t {
    skip,
    caption,
    value,
    group,
    name,
    tag,
    tip,
    licence,
    control_source,
    row_source,
    id,
    flags,
    object_size,
    class_index,
};
constexpr std::size_t role_count = static_cast<std::size_t>(Role::class_index) + 1;

// A property: the bit of the PropMask that says that it is stored, and its bytes in the DataBlock (0: none).
// One with a string has the string's length there, and the string itself in the ExtraDataBlock.
struct Field {
    std::uint8_t bit;
    std::uint8_t size;
    Role role = Role::skip;
};
// What stands in the ExtraDataBlock, in its order: a string of that role, or eight bytes of a size or
// position.
struct Extra {
    std::uint8_t bit;
    Role role = Role::skip;
};

constexpr std::array form_fields{// 2.2.10.1 to 2.2.10.4
                                 Field{1, 4},
                                 Field{2, 4},
                                 Field{3, 4},
                                 Field{6, 4, Role::flags},
                                 Field{7, 1},
                                 Field{8, 1},
                                 Field{9, 1},
                                 Field{13, 4},
                                 Field{15, 2},
                                 Field{16, 1},
                                 Field{17, 1},
                                 Field{18, 4},
                                 Field{19, 4, Role::caption},
                                 Field{20, 2},
                                 Field{21, 2},
                                 Field{22, 4},
                                 Field{23, 1},
                                 Field{25, 1},
                                 Field{26, 4},
                                 Field{27, 4}};
constexpr std::array form_extras{Extra{10}, Extra{11}, Extra{12}, Extra{19, Role::caption}};

constexpr std::array site_fields{// 2.2.10.12
                                 Field{0, 4, Role::name},
                                 Field{1, 4, Role::tag},
                                 Field{2, 4, Role::id},
                                 Field{3, 4},
                                 Field{4, 4, Role::flags},
                                 Field{5, 4, Role::object_size},
                                 Field{6, 2},
                                 Field{7, 2, Role::class_index},
                                 Field{9, 2},
                                 Field{11, 4, Role::tip},
                                 Field{12, 4, Role::licence},
                                 Field{13, 4, Role::control_source},
                                 Field{14, 4, Role::row_source}};
constexpr std::array site_extras{
    Extra{0, Role::name},       Extra{1, Role::tag},      Extra{8},
    Extra{11, Role::tip},       Extra{12, Role::licence}, Extra{13, Role::control_source},
    Extra{14, Role::row_source}};

constexpr std::array morph_fields{// 2.2.5
                                  Field{0, 4},
                                  Field{1, 4},
                                  Field{2, 4},
                                  Field{3, 4},
                                  Field{4, 1},
                                  Field{5, 1},
                                  Field{6, 1},
                                  Field{7, 1},
                                  Field{9, 2},
                                  Field{10, 4},
                                  Field{11, 2},
                                  Field{12, 2},
                                  Field{13, 2},
                                  Field{14, 2},
                                  Field{15, 2},
                                  Field{16, 1},
                                  Field{17, 1},
                                  Field{18, 1},
                                  Field{20, 1},
                                  Field{21, 1},
                                  Field{22, 4, Role::value},
                                  Field{23, 4, Role::caption},
                                  Field{24, 4},
                                  Field{25, 4},
                                  Field{26, 4},
                                  Field{27, 2},
                                  Field{28, 2},
                                  Field{29, 2},
                                  Field{32, 4, Role::group}};
constexpr std::array morph_extras{Extra{8}, Extra{22, Role::value}, Extra{23, Role::caption},
                                  Extra{32, Role::group}};

constexpr std::array button_fields{// 2.2.1
                                   Field{0, 4}, Field{1, 4}, Field{2, 4}, Field{3, 4, Role::caption},
                                   Field{4, 4}, Field{6, 1}, Field{7, 2}, Field{8, 2},
                                   Field{10, 2}};
constexpr std::array label_fields{// 2.2.4
                                  Field{0, 4}, Field{1, 4},  Field{2, 4},  Field{3, 4, Role::caption},
                                  Field{4, 4}, Field{6, 1},  Field{7, 4},  Field{8, 2},
                                  Field{9, 2}, Field{10, 2}, Field{11, 2}, Field{12, 2}};
constexpr std::array caption_extras{Extra{3, Role::caption}, Extra{5}};

struct Values {
    std::array<std::uint32_t, role_count> number{};
    std::array<std::string, role_count> text;
    std::uint32_t& of(Role role) { return number[static_cast<std::size_t>(role)]; }
    std::string& string(Role role) { return text[static_cast<std::size_t>(role)]; }
};

// Fields stand at multiples of their size, counted from the beginning of the structure.
bool align(base::Cursor& at, std::size_t to) {
    const std::size_t odd = at.offset() % to;
    return odd == 0 || at.skip(to - odd).has_value();
}

bool read_fields(base::Cursor& at, std::uint64_t mask, std::span<const Field> fields, Values& out) {
    for (const Field& field : fields) {
        if (((mask >> field.bit) & 1U) == 0) continue;
        if (!align(at, field.size)) return false;
        const auto bytes = at.take(field.size);
        if (!bytes) return false;
        base::Cursor value(*bytes);
        std::uint32_t& number = out.of(field.role);
        number = field.size == 1   ? value.u8().value_or(0)
                 : field.size == 2 ? value.u16_le().value_or(0)
                                   : value.u32_le().value_or(0);
    }
    return align(at, 4);
}

// fmString with CountOfBytesWithCompressionFlag, 2.4.5 and 2.4.14: compressed means without the upper bytes.
std::optional<std::string> read_string(base::Cursor& at, std::uint32_t counted) {
    constexpr std::uint32_t compressed = 0x8000'0000;
    const std::uint32_t size = counted & ~compressed;
    const auto bytes = at.take(size);
    if (!bytes) return std::nullopt;
    (void)at.skip(std::min<std::size_t>((4 - size % 4) % 4, at.left()));
    return base::to_utf8(*bytes, (counted & compressed) != 0 ? "iso-8859-1" : "utf-16le");
}

bool read_extras(base::Cursor& at, std::uint64_t mask, std::span<const Extra> extras, Values& out) {
    for (const Extra& extra : extras) {
        if (((mask >> extra.bit) & 1U) == 0) continue;
        if (extra.role == Role::skip) {
            if (!at.skip(8)) return false;
            continue;
        }
        const auto text = read_string(at, out.of(extra.role));
        if (!text) return false;
        out.string(extra.role) = *text;
    }
    return true;
}

// GuidAndPicture, 2.4.8.
bool skip_picture(base::Cursor& at) {
    if (!at.skip(20)) return false;
    const auto size = at.u32_le();
    return size && at.skip(*size);
}

// GuidAndFont, 2.4.7: a StdFont or TextProps.
bool skip_font(base::Cursor& at) {
    constexpr std::uint8_t std_font = 0x03;  // first byte of {0BE35203-...}
    const auto guid = at.take(16);
    if (!guid) return false;
    if (std::to_integer<std::uint8_t>((*guid)[0]) == std_font) {
        if (!at.skip(10)) return false;
        const auto length = at.u8();
        return length && at.skip(*length);
    }
    if (!at.skip(2)) return false;
    const auto size = at.u16_le();
    return size && at.skip(*size);
}

bool read_site(base::Cursor& at, FormSite& site) {
    (void)at.u16_le();
    const auto size = at.u16_le();
    if (!size) return false;
    const auto bytes = at.take(*size);
    if (!bytes) return false;
    base::Cursor in(*bytes);
    const std::uint32_t mask = in.u32_le().value_or(0);
    Values values;
    constexpr std::uint32_t streamed = 0x10;
    constexpr std::uint32_t default_flags = 0x33;
    values.of(Role::flags) = default_flags;
    values.of(Role::class_index) = 0x7FFF;
    if (!read_fields(in, mask, site_fields, values)) return false;
    const bool whole = read_extras(in, mask, site_extras, values);
    site.name = values.string(Role::name);
    site.tag = values.string(Role::tag);
    site.tip = values.string(Role::tip);
    site.control_source = values.string(Role::control_source);
    site.row_source = values.string(Role::row_source);
    site.id = values.of(Role::id);
    site.object_size = values.of(Role::object_size);
    site.class_index = static_cast<std::uint16_t>(values.of(Role::class_index));
    site.streamed = (values.of(Role::flags) & streamed) != 0;
    return whole;
}

// SiteDepthsAndTypes, 2.2.10.8: one entry for several sites of a type in a row.
bool skip_depths(base::Cursor& at, std::uint32_t sites) {
    const std::size_t begin = at.offset();
    std::uint32_t seen = 0;
    while (seen < sites) {
        if (!at.skip(1)) return false;
        const auto count = at.u8();
        if (!count) return false;
        const bool several = (*count & 0x80U) != 0;
        if (several && !at.skip(1)) return false;
        seen += several ? std::max<std::uint32_t>(*count & 0x7FU, 1) : 1;
    }
    const std::size_t odd = (at.offset() - begin) % 4;
    return odd == 0 || at.skip(4 - odd).has_value();
}

bool read_sites(base::Cursor& at, bool has_class_table, FormLayout& out) {
    if (has_class_table) {
        const auto classes = at.u16_le();
        if (!classes) return false;
        for (unsigned i = 0; i < *classes; ++i) {
            if (!at.skip(2)) return false;
            const auto size = at.u16_le();
            if (!size || !at.skip(*size)) return false;
        }
    }
    const auto count = at.u32_le();
    if (!count || !at.skip(4) || !skip_depths(at, *count)) return false;
    for (std::uint32_t i = 0; i < *count; ++i) {
        FormSite site;
        if (out.sites.size() == max_form_sites || !read_site(at, site)) return false;
        out.sites.push_back(std::move(site));
    }
    return true;
}

bool read_form(base::Bytes f, FormLayout& out) {
    base::Cursor at(f);
    if (!at.skip(2)) return false;
    const auto size = at.u16_le();
    if (!size) return false;
    const auto block = at.take(*size);
    if (!block) return false;
    base::Cursor in(*block);
    const std::uint32_t mask = in.u32_le().value_or(0);
    Values values;
    if (!read_fields(in, mask, form_fields, values) || !read_extras(in, mask, form_extras, values))
        return false;
    out.caption = values.string(Role::caption);
    constexpr std::uint32_t no_class_table = 0x8000;
    const auto has = [mask](unsigned bit) { return ((mask >> bit) & 1U) != 0; };
    if (has(15) && !skip_picture(at)) return false;
    if (has(20) && !skip_font(at)) return false;
    if (has(21) && !skip_picture(at)) return false;
    return read_sites(at, (values.of(Role::flags) & no_class_table) == 0, out);
}

constexpr std::uint16_t command_button = 17;
constexpr std::uint16_t label = 21;
constexpr std::uint16_t first_morph = 23;  // text box, list box, combo box
constexpr std::uint16_t last_text_morph = 25;
constexpr std::uint16_t last_morph = 28;  // check box, option button, toggle button
constexpr std::uint16_t morph_itself = 15;

bool is_printable(std::byte b) {
    const auto c = std::to_integer<unsigned>(b);
    return (c >= 0x20 && c != 0x7F) || c == '\t' || c == '\r' || c == '\n';
}

}  // namespace

FormLayout parse_form_layout(base::Bytes f) {
    FormLayout out;
    out.damaged = !read_form(f, out);
    return out;
}

FormControlText parse_form_control(base::Bytes object, std::uint16_t class_index) {
    FormControlText out;
    const bool morph =
        class_index == morph_itself || (class_index >= first_morph && class_index <= last_morph);
    if (!morph && class_index != command_button && class_index != label) return out;
    base::Cursor at(object);
    if (!at.skip(2)) return out;
    const auto size = at.u16_le();
    if (!size) return out;
    base::Cursor in(base::head(at.rest(), *size));
    const std::uint64_t mask = morph ? in.u64_le().value_or(0) : in.u32_le().value_or(0);
    Values values;
    const std::span<const Field> fields = morph ? std::span<const Field>(morph_fields)
                                          : class_index == command_button
                                              ? std::span<const Field>(button_fields)
                                              : std::span<const Field>(label_fields);
    const std::span<const Extra> extras =
        morph ? std::span<const Extra>(morph_extras) : std::span<const Extra>(caption_extras);
    out.known = read_fields(in, mask, fields, values) && read_extras(in, mask, extras, values);
    out.caption = values.string(Role::caption);
    out.value = values.string(Role::value);
    out.group = values.string(Role::group);
    return out;
}

std::string_view value_property(std::uint16_t class_index) {
    return class_index >= first_morph && class_index <= last_text_morph ? "Text" : "Value";
}

std::vector<std::string> text_runs(base::Bytes bytes, std::string_view charset, std::size_t most) {
    constexpr std::size_t shortest = 5;
    std::vector<std::string> out;
    std::size_t total = 0;
    std::size_t at = 0;
    while (at < bytes.size() && total < most) {
        std::size_t end = at;
        while (end < bytes.size() && is_printable(bytes[end]))
            ++end;
        std::size_t wide = at;
        while (bytes.size() - wide >= 2 && is_printable(bytes[wide]) && bytes[wide + 1] == std::byte{0})
            wide += 2;
        const bool is_wide = (wide - at) / 2 >= shortest;
        const base::Bytes run = bytes.subspan(at, (is_wide ? wide : end) - at);
        if (is_wide || run.size() >= shortest) {
            std::string text = base::to_utf8(base::head(run, most - total), is_wide ? "utf-16le" : charset);
            total += text.size();
            out.push_back(std::move(text));
        }
        at = std::max(is_wide ? wide : end, at + 1);
    }
    return out;
}

}  // namespace sekisho::scanner::office
