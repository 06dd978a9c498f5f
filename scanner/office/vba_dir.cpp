// The dir stream of a VBA project: parse_vba_dir() of vba.h.
#include "base/charset.h"
#include "base/cursor.h"
#include "scanner/office/vba.h"

namespace sekisho::scanner::office {

namespace {

// [MS-OVBA] 2.3.4.2: record ids that matter here; all others are skipped by their size.
enum Record : std::uint16_t {
    project_code_page = 0x0003,
    project_version = 0x0009,
    dir_end = 0x0010,
    module_name = 0x0019,
    module_stream_name = 0x001A,
    module_document = 0x0022,
    module_private = 0x0028,
    module_offset = 0x0031,
    module_stream_name_unicode = 0x0032,
    module_name_unicode = 0x0047,
};

std::string text_of(base::Bytes bytes) { return std::string(base::as_text(bytes)); }

}  // namespace

VbaDir parse_vba_dir(base::Bytes dir) {
    VbaDir out;
    base::Cursor at(dir);
    while (!at.at_end()) {
        const auto id = at.u16_le();
        const auto declared = at.u32_le();
        if (!id || !declared) {
            out.damaged = true;
            break;
        }
        // PROJECTVERSION (2.3.4.2.1.10): the size field says 4, six bytes follow.
        const std::uint32_t size = *id == project_version ? 6 : *declared;
        const auto data = at.take(size);
        if (!data) {
            out.damaged = true;
            break;
        }
        if (*id == dir_end) return out;
        if (*id == project_code_page && size >= 2) {
            out.code_page = base::Cursor(*data).u16_le().value_or(out.code_page);
            out.has_code_page = true;
        } else if (*id == module_name) {
            if (out.modules.size() == max_vba_modules) {
                out.damaged = true;
                break;
            }
            out.modules.emplace_back().name = text_of(base::head(*data, 512));
        }
        if (out.modules.empty()) continue;
        VbaModuleEntry& module = out.modules.back();
        if (*id == module_stream_name) {
            module.stream_name = text_of(base::head(*data, 512));
        } else if (*id == module_stream_name_unicode) {
            module.stream_name_unicode = base::to_utf8(base::head(*data, 1'024), "utf-16le");
        } else if (*id == module_name_unicode) {
            module.name_unicode = base::to_utf8(base::head(*data, 1'024), "utf-16le");
        } else if (*id == module_document) {
            module.document = true;
        } else if (*id == module_private) {
            module.hidden = true;
        } else if (*id == module_offset && size >= 4) {
            module.offset = base::Cursor(*data).u32_le().value_or(0);
            module.has_offset = true;
        }
    }
    out.damaged = true;  // no terminator
    return out;
}

}  // namespace sekisho::scanner::office
