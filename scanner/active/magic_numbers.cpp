// Formats that a fixed run of bytes at the start gives away: one table.
#include <array>
#include <string_view>

#include "scanner/active/formats.h"

namespace sekisho::scanner::active {

namespace {

using namespace std::string_view_literals;

// A template argument must have linkage, so each row's bytes stand here by name.
struct Magic {
    std::size_t offset;
    std::string_view bytes;
};

template <const Magic& magic>
Confidence recognise(base::Bytes head, std::string_view) {
    const std::string_view text = base::as_text(head);
    if (text.size() < magic.offset || !text.substr(magic.offset).starts_with(magic.bytes)) return no_match;
    constexpr std::size_t long_enough = 4;
    return magic.bytes.size() >= long_enough ? sure_match : good_match;
}

constexpr Magic png{0, "\x89PNG\r\n\x1A\n"sv};
constexpr Magic jpeg{0, "\xFF\xD8\xFF"sv};
constexpr Magic gif{0, "GIF8"sv};
constexpr Magic bmp{0, "BM"sv};
constexpr Magic webp{8, "WEBP"sv};
constexpr Magic tiff_little{0, "II*\0"sv};
constexpr Magic tiff_big{0, "MM\0*"sv};
constexpr Magic emf{40, " EMF"sv};
constexpr Magic wmf{0, "\xD7\xCD\xC6\x9A"sv};
constexpr Magic icon{0, "\0\0\1\0"sv};
constexpr Magic heif{4, "ftypheic"sv};
constexpr Magic ogg{0, "OggS"sv};
constexpr Magic mp3{0, "ID3"sv};
constexpr Magic wav{8, "WAVEfmt "sv};
constexpr Magic mp4{4, "ftyp"sv};
constexpr Magic woff{0, "wOFF"sv};
constexpr Magic woff2{0, "wOF2"sv};

// Bitmaps share their two letters with many a text: the header's own size must be one of the known ones.
Confidence recognise_bitmap(base::Bytes head, std::string_view name) {
    constexpr std::size_t header_size = 14;
    if (recognise<bmp>(head, name) == no_match || head.size() < header_size + 4) return no_match;
    const auto size = std::to_integer<unsigned>(head[header_size]);
    const bool rest_zero = head[header_size + 1] == std::byte{0} && head[header_size + 2] == std::byte{0};
    return rest_zero && (size == 12 || size == 40 || size == 108 || size == 124) ? good_match : no_match;
}

template <const Magic& magic>
constexpr Format row(std::string_view name, std::string_view type, std::string_view extensions) {
    // A picture that nobody decodes here is no risk to the worker.
    return {.name = name,
            .type = type,
            .extensions = extensions,
            .recognise = recognise<magic>,
            .risky = false,
            .holds = Holds::suspiciously};
}

constexpr std::array table{
    row<png>("png", "image/png", "png,apng"),
    row<jpeg>("jpeg", "image/jpeg", "jpg,jpeg,jpe,jfif"),
    row<gif>("gif", "image/gif", "gif"),
    Format{.name = "bmp",
           .type = "image/bmp",
           .extensions = "bmp,dib",
           .recognise = recognise_bitmap,
           .risky = false,
           .holds = Holds::suspiciously},
    row<webp>("webp", "image/webp", "webp"),
    row<tiff_little>("tiff", "image/tiff", "tif,tiff"),
    row<tiff_big>("tiff", "image/tiff", "tif,tiff"),
    row<emf>("emf", "image/emf", "emf"),
    row<wmf>("wmf", "image/wmf", "wmf"),
    row<icon>("icon", "image/vnd.microsoft.icon", "ico"),
    row<heif>("heif", "image/heif", "heic,heif"),
    row<mp4>("mp4", "video/mp4", "mp4,m4a,m4v,mov,3gp,heic,heif"),
    row<ogg>("ogg", "application/ogg", "ogg,oga,ogv,opus"),
    row<mp3>("mp3", "audio/mpeg", "mp3"),
    row<wav>("wav", "audio/x-wav", "wav"),
    row<woff>("woff", "font/woff", "woff"),
    row<woff2>("woff2", "font/woff2", "woff2"),
};

}  // namespace

std::span<const Format> magic_formats() { return table; }

}  // namespace sekisho::scanner::active
