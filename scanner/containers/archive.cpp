// The recognisers and rows of what libarchive opens, and the rows of archives with a reader of their own.
#include "scanner/containers/archive.h"

#include <array>
#include <bit>
#include <string>

#include "base/cursor.h"
#include "base/text.h"
#include "scanner/containers/ace_open.h"
#include "scanner/containers/archive_open.h"
#include "scanner/containers/arj_open.h"
#include "scanner/containers/gzip.h"
#include "scanner/containers/lha_open.h"
#include "scanner/containers/rar_open.h"
#include "scanner/containers/seven_zip_headers.h"
#include "scanner/containers/seven_zip_open.h"
#include "scanner/containers/wim_open.h"
#include "scanner/containers/xz.h"

namespace sekisho::scanner::containers {

namespace {

using namespace std::string_view_literals;
using base::Bytes;

bool has(Bytes bytes, std::size_t offset, std::string_view magic) {
    return base::in_range(offset, magic.size(), bytes.size()) &&
           base::as_text(bytes.subspan(offset, magic.size())) == magic;
}

std::uint8_t at(Bytes bytes, std::size_t offset) {
    return offset < bytes.size() ? std::to_integer<std::uint8_t>(bytes[offset]) : std::uint8_t{0};
}

// An archive behind something else: what begins with its own magic number is that.
constexpr Confidence behind_match = good_match - 1;

Confidence sure_if(bool yes) { return yes ? sure_match : no_match; }
Confidence good_if(bool yes) { return yes ? good_match : no_match; }

Confidence is_gzip(Bytes b, std::string_view) {
    return sure_if(has(b, 0, "\x1F\x8B\x08"sv) && (at(b, 3) & 0xE0u) == 0 && b.size() >= 18);
}
Confidence is_bzip2(Bytes b, std::string_view) {
    return sure_if(has(b, 0, "BZh"sv) && at(b, 3) >= '1' && at(b, 3) <= '9' &&
                   (has(b, 4, "\x31\x41\x59\x26\x53\x59"sv) || has(b, 4, "\x17\x72\x45\x38\x50\x90"sv)));
}
Confidence is_xz(Bytes b, std::string_view) { return sure_if(has(b, 0, "\xFD\x37\x7A\x58\x5A\x00"sv)); }
Confidence is_zstd(Bytes b, std::string_view) {
    const bool skippable = (at(b, 0) & 0xF0u) == 0x50 && has(b, 1, "\x2A\x4D\x18"sv);
    return has(b, 0, "\x28\xB5\x2F\xFD"sv) ? sure_match : good_if(skippable);
}
Confidence is_lz4(Bytes b, std::string_view) {
    return sure_if(has(b, 0, "\x04\x22\x4D\x18"sv) || has(b, 0, "\x02\x21\x4C\x18"sv));
}
Confidence is_lzip(Bytes b, std::string_view) {
    return sure_if(has(b, 0, "LZIP"sv) && at(b, 4) <= 1 && b.size() >= 26);
}
Confidence is_compress(Bytes b, std::string_view) {
    const unsigned bits = at(b, 2) & 0x1Fu;
    return good_if(has(b, 0, "\x1F\x9D"sv) && bits >= 9 && bits <= 16 && (at(b, 2) & 0x60u) == 0);
}

// LZMA_Alone has no magic: properties below 225, a dictionary of 2^n or 2^n + 2^(n-1), a size that is unknown
// or below 256 GB (the checks of XZ Utils).
Confidence is_lzma(Bytes b, std::string_view name) {
    base::Cursor in(b);
    const auto properties = in.u8();
    const auto dictionary = in.u32_le();
    const auto size = in.u64_le();
    if (!properties || !dictionary || !size || *properties >= 225 || in.at_end()) return no_match;
    if (*dictionary < 4'096 || std::popcount(*dictionary) > 2) return no_match;
    if (*size != ~std::uint64_t{0} && *size > (std::uint64_t{1} << 38)) return no_match;
    const auto first = in.u8();
    if (!first || *first != 0) return no_match;  // the range coder's first byte
    const bool named = base::ends_with_ignoring_case(name, ".lzma");
    return named || *properties == 0x5D ? good_match : no_match;
}

// POSIX "ustar" at 257; older ones by the checksum of the header block.
Confidence is_tar(Bytes b, std::string_view) {
    if (b.size() < 512) return no_match;
    if (has(b, 257, "ustar"sv)) return sure_match;
    if (at(b, 0) == 0) return no_match;
    std::uint32_t sum = 8 * std::uint32_t{' '};
    for (std::size_t i = 0; i < 512; ++i)
        sum += i >= 148 && i < 156 ? 0u : at(b, i);
    std::uint32_t said = 0;
    bool digits = false;
    for (std::size_t i = 148; i < 156; ++i) {
        const std::uint8_t c = at(b, i);
        if (c >= '0' && c <= '7') {
            said = said * 8 + (c - std::uint32_t{'0'});
            digits = true;
        } else if (c != ' ' && c != 0) {
            return no_match;
        }
    }
    return good_if(digits && said == sum);
}

Confidence is_cpio(Bytes b, std::string_view) {
    if (has(b, 0, "070701"sv) || has(b, 0, "070702"sv) || has(b, 0, "070707"sv)) return sure_match;
    return good_if((has(b, 0, "\xC7\x71"sv) || has(b, 0, "\x71\xC7"sv)) && b.size() >= 26 + 2);
}
Confidence is_ar(Bytes b, std::string_view) { return sure_if(has(b, 0, "!<arch>\n"sv)); }
Confidence is_7z(Bytes b, std::string_view) {
    if (has(b, 0, "7z\xBC\xAF\x27\x1C"sv)) return sure_match;
    return find_seven_zip(b) < b.size() ? behind_match : no_match;
}
Confidence is_rar(Bytes b, std::string_view) { return sure_if(has(b, 0, "Rar!\x1A\x07\x00"sv)); }
Confidence is_rar5(Bytes b, std::string_view) { return sure_if(has(b, 0, "Rar!\x1A\x07\x01\x00"sv)); }
Confidence is_cab(Bytes b, std::string_view) { return sure_if(has(b, 0, "MSCF\0\0\0\0"sv)); }
Confidence is_xar(Bytes b, std::string_view) { return sure_if(has(b, 0, "xar!"sv)); }
Confidence is_rpm(Bytes b, std::string_view) { return sure_if(has(b, 0, "\xED\xAB\xEE\xDB"sv)); }

// "-lh5-" at 2, a level of 0 to 3 at 20, and something of a header.
Confidence is_lha(Bytes b, std::string_view) {
    const bool method = has(b, 2, "-lh"sv) || has(b, 2, "-lz"sv) || has(b, 2, "-pm"sv);
    return sure_if(method && at(b, 6) == '-' && b.size() >= 22 && at(b, 20) <= 3);
}

template <ArchiveKind kind>
void open_as(const Part& part, Extraction& extraction) {
    open_archive(part, extraction, kind);
}

template <ArchiveKind kind>
void open_rar_as(const Part& part, Extraction& extraction) {
    open_rar(part, extraction, kind);
}

using enum ArchiveKind;

// clang-format off
constexpr std::array opened{  // NOLINT: a table holds nothing else
    Format{"gzip", "application/gzip", "gz,tgz,taz,svgz,emz,wmz,z", is_gzip, nullptr, open_gzip, nullptr, true, Holds::suspiciously},
    Format{"bzip2", "application/x-bzip2", "bz2,bz,tbz,tbz2", is_bzip2, nullptr, open_as<bzip2>, nullptr, true, Holds::suspiciously},
    Format{"xz", "application/x-xz", "xz,txz", is_xz, nullptr, open_xz, nullptr, true, Holds::suspiciously},
    Format{"zstd", "application/zstd", "zst,tzst", is_zstd, nullptr, open_as<zstd>, nullptr, true, Holds::suspiciously},
    Format{"lz4", "application/x-lz4", "lz4", is_lz4, nullptr, open_as<lz4>, nullptr, true, Holds::suspiciously},
    Format{"compress", "application/x-compress", "z,taz", is_compress, nullptr, open_as<compress>, nullptr, true, Holds::suspiciously},
    Format{"lzma", "application/x-lzma", "lzma,tlz", is_lzma, nullptr, open_as<lzma>, nullptr, true, Holds::suspiciously},
    Format{"lzip", "application/x-lzip", "lz,tlz", is_lzip, nullptr, open_as<lzip>, nullptr, true, Holds::suspiciously},
    Format{"tar", "application/x-tar", "tar,gem,ova", is_tar, nullptr, open_as<tar>, nullptr, true, Holds::suspiciously},
    Format{"7z", "application/x-7z-compressed", "7z", is_7z, turn_of_seven_zip, open_seven_zip},
    Format{"rar", "application/x-rar-compressed", "rar,cbr,r00", is_rar, nullptr, open_rar_as<rar>, nullptr, true, Holds::suspiciously},
    Format{"rar5", "application/vnd.rar", "rar,cbr", is_rar5, nullptr, open_rar_as<rar5>, nullptr, true, Holds::suspiciously},
    Format{"cab", "application/vnd.ms-cab-compressed", "cab,msu", is_cab, nullptr, open_as<cab>, nullptr, true, Holds::suspiciously},
    Format{"lha", "application/x-lzh-compressed", "lzh,lha,lzs", is_lha, nullptr, open_lha, nullptr, true, Holds::suspiciously},
    Format{"arj", "application/x-arj", "arj", is_arj, turn_of_arj, open_arj, nullptr, true, Holds::suspiciously},
    Format{"ace", "application/x-ace-compressed", "ace", is_ace, turn_of_ace, open_ace, nullptr, true, Holds::suspiciously},
    Format{"cpio", "application/x-cpio", "cpio", is_cpio, nullptr, open_as<cpio>, nullptr, true, Holds::suspiciously},
    Format{"ar", "application/x-archive", "a,ar,deb,udeb,lib", is_ar, nullptr, open_as<ar>, nullptr, true, Holds::suspiciously},
    Format{"rpm", "application/x-rpm", "rpm", is_rpm, nullptr, open_as<rpm>, nullptr, true, Holds::suspiciously},
    Format{"wim", "application/x-ms-wim", "wim,swm,esd,ppkg", is_wim, nullptr, open_wim, nullptr, true, Holds::suspiciously},
    Format{"xar", "application/x-xar", "xar,pkg,xip", is_xar, nullptr, open_as<xar>, nullptr, true, Holds::suspiciously},
};

// clang-format on

template <std::size_t size>
constexpr std::array<const Format*, size> pointers_to(const std::array<Format, size>& rows) {
    std::array<const Format*, size> out{};
    for (std::size_t i = 0; i < size; ++i)
        out[i] = &rows[i];
    return out;
}
constexpr auto opened_rows = pointers_to(opened);

}  // namespace

std::span<const Format* const> archive_formats() { return opened_rows; }

}  // namespace sekisho::scanner::containers
