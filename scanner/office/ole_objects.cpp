#include "scanner/office/ole_objects.h"

#include <algorithm>
#include <cstdint>
#include <string_view>

#include "base/cursor.h"

namespace sekisho::scanner::office {

namespace {

constexpr std::size_t max_label = 1'024;

base::Result<std::string> c_string(base::Cursor& at) {
    const std::string_view rest = base::as_text(base::head(at.rest(), max_label));
    const std::size_t end = rest.find('\0');
    if (end == std::string_view::npos) return base::fail(base::Cause::malformed);
    std::string text(rest.substr(0, end));
    SEKISHO_TRY(at.take(end + 1));
    return text;
}

base::Result<OlePackage> package(base::Cursor at) {
    if (SEKISHO_TRY(at.u16_le()) != 2) return base::fail(base::Cause::malformed);
    OlePackage out;
    out.label = SEKISHO_TRY(c_string(at));
    out.file_name = SEKISHO_TRY(c_string(at));
    if (out.file_name.empty()) out.file_name = out.label;
    SEKISHO_TRY(at.u16_le());
    const std::uint16_t kind = SEKISHO_TRY(at.u16_le());
    if (kind != 3 && kind != 1) return base::fail(base::Cause::malformed);  // embedded, linked
    const std::uint32_t path_size = SEKISHO_TRY(at.u32_le());
    if (path_size > 4'096) return base::fail(base::Cause::malformed);
    const std::string_view path = base::as_text(SEKISHO_TRY(at.take(path_size)));
    out.temp_path = path.substr(0, path.find('\0'));
    const std::uint32_t size = SEKISHO_TRY(at.u32_le());
    out.cut = size > at.left();
    out.content = base::head(at.rest(), size);
    return out;
}

}  // namespace

std::optional<OlePackage> parse_ole_package(base::Bytes stream) {
    base::Cursor at(stream);
    if (!at.u32_le()) return std::nullopt;  // size of what follows; may lie
    return parse_ole_package_data(at.rest());
}

std::optional<OlePackage> parse_ole_package_data(base::Bytes data) {
    auto out = package(base::Cursor(data));
    if (!out) return std::nullopt;
    return std::move(*out);
}

std::vector<PptObject> find_ppt_objects(base::Bytes document_stream) {
    constexpr std::uint16_t ex_ole_obj_stg = 0x1011;
    constexpr std::size_t max_objects = 4'096;
    std::vector<PptObject> out;
    base::Cursor at(document_stream);
    while (out.size() < max_objects && at.left() >= 8) {
        const std::uint16_t version_instance = at.u16_le().value_or(0);
        const std::uint16_t type = at.u16_le().value_or(0);
        const std::uint32_t length = at.u32_le().value_or(0);
        // A record that claims too much still shows what is there.
        base::Bytes data = base::head(at.rest(), length);
        if (type == ex_ole_obj_stg) {
            const bool compressed = (version_instance >> 4) == 1;
            if (compressed) data = data.subspan(std::min<std::size_t>(4, data.size()));
            out.push_back({data, compressed});
        }
        if (!at.skip(length)) break;
    }
    return out;
}

bool is_encrypted_word(base::Bytes word_document) {
    base::Cursor at(word_document);
    const auto ident = at.u16_le();
    if (!ident || (*ident != 0xA5EC && *ident != 0xA5DC)) return false;
    if (!at.seek(0x0A)) return false;
    return (at.u16_le().value_or(0) & 0x0100U) != 0;
}

bool is_encrypted_workbook(base::Bytes workbook) {
    constexpr std::uint16_t file_pass = 0x002F;
    constexpr std::uint16_t end_of_substream = 0x000A;
    constexpr int most_records = 64;  // FilePass stands right behind BOF and a few others
    base::Cursor at(workbook);
    for (int i = 0; i < most_records; ++i) {
        const auto type = at.u16_le();
        const auto size = at.u16_le();
        if (!type || !size || *type == end_of_substream) return false;
        if (*type == file_pass) return true;
        if (!at.skip(*size)) return false;
    }
    return false;
}

bool is_encrypted_presentation(base::Bytes current_user) {
    constexpr std::uint32_t encrypted_token = 0xF3D1'C4DF;
    base::Cursor at(current_user);
    if (!at.seek(12)) return false;
    return at.u32_le().value_or(0) == encrypted_token;
}

}  // namespace sekisho::scanner::office
