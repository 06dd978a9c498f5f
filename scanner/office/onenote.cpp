#include "scanner/office/onenote.h"

#include <cstdint>
#include <string_view>

#include "base/cursor.h"

namespace sekisho::scanner::office {

namespace {

constexpr std::string_view section_guid("\xE4\x52\x5C\x7B\x8C\xD8\xA7\x4D\xAE\xB1\x53\x78\xD0\x29\x96\xD3",
                                        16);
constexpr std::string_view toc_guid("\xA1\x2F\xFF\x43\xD9\xEF\x76\x4C\x9E\xE2\x10\xEA\x57\x22\x76\x5F", 16);
constexpr std::string_view object_guid("\xE7\x16\xE3\xBD\x65\x26\x11\x45\xA4\xC4\x8D\x4D\x0B\x7A\x9E\xAC",
                                       16);
constexpr std::size_t after_length = 12;  // unused and reserved fields
constexpr std::size_t max_files = 4'096;

}  // namespace

bool is_onenote(base::Bytes bytes) {
    const std::string_view text = base::as_text(base::head(bytes, 16));
    return text == section_guid || text == toc_guid;
}

std::vector<OneNoteFile> find_onenote_files(base::Bytes section) {
    std::vector<OneNoteFile> out;
    const std::string_view text = base::as_text(section);
    for (std::size_t at = text.find(object_guid); at != std::string_view::npos && out.size() < max_files;
         at = text.find(object_guid, at + 16)) {
        base::Cursor cursor(section.subspan(at + 16));
        const std::uint64_t length = cursor.u64_le().value_or(0);
        if (length == 0 || !cursor.skip(after_length)) continue;
        const bool cut = length > cursor.left();
        const base::Bytes rest = cursor.rest();
        out.push_back({cut ? rest : rest.first(static_cast<std::size_t>(length)), cut});
    }
    return out;
}

}  // namespace sekisho::scanner::office
